"""Cells are read with their reason for refusal."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.exchange.rows import Row


def read(how: str, cell: str, *more: Any) -> tuple[Any, list[str]]:
    row = Row("f.csv", 2, {"x": cell})
    return getattr(row, how)("x", *more), [str(problem) for problem in row.problems]


@pytest.mark.parametrize(
    ("how", "cell", "value"),
    [
        ("whole", "12", 12),
        ("whole", "", None),
        ("fen", "6,500", 650_000),
        ("fen", "18.5", 1850),
        ("day", "2026/3/1", date(2026, 3, 1)),
        ("day", "2026-03-01 00:00:00", date(2026, 3, 1)),
        ("region", "410105", "410105"),
        ("region", "河南省郑州市", "410100"),
        ("flag", "是", True),
        ("flag", "no", False),
        ("flag", "", None),
        ("words", "焊工证|电工证|", ("焊工证", "电工证")),
        ("phone", "138 0013 8000", "+8613800138000"),
        ("education", "大专", "college"),
        ("education", "不限", None),
        ("text", "'=1", "=1"),
    ],
)
def test_readable(how: str, cell: str, value: Any) -> None:
    assert read(how, cell) == (value, [])


@pytest.mark.parametrize(
    ("how", "cell"),
    [
        ("required", ""),
        ("whole", "1.5"),
        ("whole", "-1"),
        ("whole", "٣"),
        ("whole", "9" * 40),
        ("fen", "0"),
        ("fen", "10000000"),
        ("fen", "NaN"),
        ("fen", "Infinity"),
        ("day", "2026-02-30"),
        ("day", "明天"),
        ("region", "999999"),
        ("region", "鼓楼区"),
        ("flag", "perhaps"),
        ("phone", "一二三"),
        ("phone", "199****0318"),
        ("education", "武林高手"),
    ],
)
def test_refused_with_line_and_column(how: str, cell: str) -> None:
    _, problems = read(how, cell)
    assert len(problems) == 1
    assert problems[0].startswith("f.csv, line 2, x: ")


def test_too_long() -> None:
    assert read("text", "长" * 11, 10)[1] == ["f.csv, line 2, x: longer than 10 characters"]
