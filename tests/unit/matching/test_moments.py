"""A moment in words, seen from Friday 27 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from matching.moments import read_day_ahead, read_moment

FRIDAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("周五下午2点", "2026-11-27 14:00"),
        ("周五下午", "2026-11-27 14:00"),
        ("周四上午", "2026-12-03 09:00"),
        ("下周一上午", "2026-11-30 09:00"),
        ("星期日十点半", "2026-11-29 10:30"),
        ("明天上午9点半", "2026-11-28 09:30"),
        ("明早8点", "2026-11-28 08:00"),
        ("今晚7点", "2026-11-27 19:00"),
        ("大后天中午12点", "2026-11-30 12:00"),
        ("12月3日15:30", "2026-12-03 15:30"),
        ("12-3 3点", "2026-12-03 15:00"),
        ("１２月３日 下午３点", "2026-12-03 15:00"),
        ("5号上午", "2026-12-05 09:00"),
        ("1月5号下午三点", "2027-01-05 15:00"),
        ("11月20日上午10点", "2026-11-20 10:00"),
        ("2026-12-01 14:00", "2026-12-01 14:00"),
        ("周三", None),
        ("下午2点", None),
        ("2月30日上午", None),
        ("31号25点", None),
        ("好的", None),
        ("", None),
    ],
)
def test_a_moment(text: str, at: str | None) -> None:
    said = read_moment(text, FRIDAY).at
    assert (said and f"{said:%Y-%m-%d %H:%M}") == at


def test_the_place_and_the_link_are_what_is_left() -> None:
    said = read_moment("周六十点 高新区西三环8号", FRIDAY)
    assert said.rest == "高新区西三环8号"
    said = read_moment("周六十点视频 https://Meet.example.com/J/12?p=Ab", FRIDAY)
    assert said.link == "https://Meet.example.com/J/12?p=Ab"
    assert str(said.at) == "2026-11-28 10:00:00"


@pytest.mark.parametrize(
    ("text", "day"),
    [("2月20日", date(2027, 2, 20)), ("11月1日", None), ("", None), ("正月", None), ("明天", date(2026, 11, 28))],
)
def test_a_day_ahead(text: str, day: date | None) -> None:
    assert read_day_ahead(text, FRIDAY) == day
