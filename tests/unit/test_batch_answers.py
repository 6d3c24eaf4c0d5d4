"""1A 2B 3约周五下午: what is read as answers, and what is not."""

from __future__ import annotations

import pytest

from bot.handlers.batch_answers import read_answers


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("1A 2B 3约周五下午", [(1, "a", ""), (2, "b", ""), (3, "约", "周五下午")]),
        ("1a,2b缺证，3A", [(1, "a", ""), (2, "b", "缺证"), (3, "a", "")]),
        ("１Ａ　２Ｂ", [(1, "a", ""), (2, "b", "")]),
        ("1A2B", [(1, "a", ""), (2, "b", "")]),
        ("1约12月5日下午2点 2B", [(1, "约", "12月5日下午2点"), (2, "b", "")]),
        ("1约周六10点 https://a.example/1a", [(1, "约", "周六10点 https://a.example/1a")]),
        ("2不合适 1约周五下午2点", [(2, "b", ""), (1, "约", "周五下午2点")]),
        ("1合适，2不要", [(1, "a", ""), (2, "b", "")]),
        ("3", []),
        ("招2B焊工", []),
        ("电焊工 1A", []),
        ("1abc", []),
        ("", []),
    ],
)
def test_answers(text: str, answers: list[tuple[int, str, str]]) -> None:
    assert [(a.number, a.what, a.words) for a in read_answers(text)] == answers
