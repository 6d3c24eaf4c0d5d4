"""What a text costs on the air, and how an envelope becomes the words of an SMS."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels import sms
from models.messages import Choice, Kind
from services.sending import Envelope
from tests.peers.sms_text import segments

HEAD = "【找活】"


def envelope(text: str, *choices: Choice, **changes: Any) -> Envelope:
    values: dict[str, Any] = {
        "id": 1, "address_id": 1, "person_id": 1, "handle": "+8613800138000", "action": "send", "target": None,
        "text": text, "choices": choices, "share": None, "file": None, "kind": Kind.REPLY, "language": "zh_CN",
        "attempts": 0, "expires_at": datetime(2026, 11, 24, tzinfo=UTC),
    }  # fmt: skip
    return Envelope(**values | changes)


def pick(key: str, label: str) -> Choice:
    return Choice(key, label, "x")


SIZES = [
    ("", 0, 1, False),
    ("a" * 160, 160, 1, False),
    ("a" * 161, 161, 2, False),
    ("a" * 306, 306, 2, False),
    ("a" * 307, 307, 3, False),
    ("€" * 80, 160, 1, False),
    ("€" * 81, 162, 2, False),
    ("[{^~|\\}]\f", 18, 1, False),
    ("找" * 70, 70, 1, True),
    ("找" * 71, 71, 2, True),
    ("找" * 134, 134, 2, True),
    ("找" * 135, 135, 3, True),
    ("😀" * 35, 70, 1, True),
    ("😀" * 36, 72, 2, True),
    ("a" * 70 + "你", 71, 2, True),
    ("`", 1, 1, True),
    ("ç", 1, 1, True),
]


@pytest.mark.parametrize(("text", "units", "parts", "unicode"), SIZES)
def test_sizes(text: str, units: int, parts: int, unicode: bool) -> None:
    size = sms.size_of(text)
    assert (size.units, size.segments, size.unicode) == (units, parts, unicode)


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=400))
def test_sizes_are_those_of_the_operator(text: str) -> None:
    assert sms.size_of(text).segments == segments(text)


RENDERED = [
    (envelope("您好"), ["【找活】您好"]),
    (envelope("您好", language="en"), ["【找活】您好"]),
    (envelope("哪天？", pick("1", "明天"), pick("2", "后天")), ["【找活】哪天？\n1明天 2后天"]),
    (envelope("哪天？", pick("1", "1 明天")), ["【找活】哪天？\n1明天"]),
    (envelope("1. 焊工\n2. 电焊", pick("1", "1 报名"), pick("2", "2 报名")), ["【找活】1. 焊工\n2. 电焊"]),
    (envelope("看哪场？", pick("1", "12月5日 招聘会")), ["【找活】看哪场？\n1.12月5日 招聘会"]),
    (envelope("看哪场？", pick("2", "5月20日 招聘会")), ["【找活】看哪场？\n2.5月20日 招聘会"]),
    (envelope("有新岗位", kind=Kind.NOTICE), ["【找活】有新岗位，退订回T"]),
    (envelope("有新岗位。", kind=Kind.DIGEST), ["【找活】有新岗位，退订回T"]),
    (envelope("明天面试。", pick("81", "去"), kind=Kind.INTERVIEW), ["【找活】明天面试。\n81去，退订回T"]),
    (envelope("几个月？", pick("不知道", "不知道")), ["【找活】几个月？\n可回：不知道"]),
    (envelope(""), []),
    (envelope("", action="edit", target="1"), []),
    (envelope("新的", action="edit", target="1"), ["【找活】新的"]),
    (envelope("", action="delete", target="1"), []),
    (envelope("", pick("1", "明天")), ["【找活】\n1明天"]),
]


@pytest.mark.parametrize(("given", "texts"), RENDERED)
def test_rendered(given: Envelope, texts: list[str]) -> None:
    assert sms.render(given, "找活") == texts


def test_what_can_be_typed_at_any_time_is_left_out_where_that_saves_a_segment() -> None:
    long, short = envelope("找" * 57, pick("1", "下一个"), pick("跳过", "跳过")), envelope("找", pick("跳过", "跳过"))
    assert sms.render(long, "找活") == [HEAD + "找" * 57 + "\n1下一个"]
    assert "跳过" in sms.render(short, "找活")[0]


def test_without_a_signature() -> None:
    assert sms.render(envelope("您好"), "") == ["您好"]


LINES = st.lists(st.text(st.sampled_from("找活a1😀€[ ,"), max_size=120), min_size=1, max_size=40)


@given(lines=LINES)
def test_cut_at_line_ends_and_nothing_lost(lines: list[str]) -> None:
    messages = sms.split(HEAD + "\n".join(lines), 5, HEAD)
    assert all(sms.size_of(message).segments <= 5 for message in messages)
    assert all(message.startswith(HEAD) for message in messages)
    assert "\n".join(message.removeprefix(HEAD) for message in messages) == "\n".join(lines)


@given(line=st.text(st.sampled_from("找😀a"), min_size=1, max_size=1500))
def test_a_line_that_is_too_long_is_cut_between_characters(line: str) -> None:
    messages = sms.split(HEAD + line, 5, HEAD)
    assert all(sms.size_of(message).segments <= 5 for message in messages)
    assert "".join(message.removeprefix(HEAD) for message in messages) == line
