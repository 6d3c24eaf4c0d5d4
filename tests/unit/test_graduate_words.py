"""What staff type about a graduate, a subsidy or a card."""

from __future__ import annotations

import re
from datetime import date

import pytest

from bot.graduate_words import (
    CARD,
    GRADUATE,
    INTERNSHIP,
    JOB_SEARCH,
    PAID,
    REGISTERED,
    WORK_STUDY,
    read_internship,
    read_month,
    read_work_study,
    words_after_phone,
)
from bot.typed import folded

TODAY = date(2026, 11, 28)
PHONE = "13800138000"


@pytest.mark.parametrize(
    ("shape", "text", "rest"),
    [
        (GRADUATE, "毕业生", ""),
        (GRADUATE, f"毕业生{PHONE}", PHONE),
        (GRADUATE, f"毕业生：{PHONE} 2026-06 西安", f"{PHONE} 2026-06 西安"),
        (GRADUATE, "毕业生岗位 会计 3000", None),
        (GRADUATE, "毕业生 会计 郑州", None),
        (INTERNSHIP, "实习生 郑州 3000", None),
        (INTERNSHIP, "实习 会计 郑州", None),
        (INTERNSHIP, f"见习 {PHONE} 3个月", f"{PHONE} 3个月"),
        (JOB_SEARCH, "求职补贴 王小明", "王小明"),
        (JOB_SEARCH, "求职补贴怎么领", None),
        (CARD, "再就业优惠证 1", "1"),
        (WORK_STUDY, "勤工俭学的活", None),
    ],
)
def test_an_order_begins_with_its_word_and_work_is_looked_for_as_before(
    shape: re.Pattern[str], text: str, rest: str | None
) -> None:
    found = shape.fullmatch(folded(text))
    assert (found["rest"] if found else None) == rest


def test_a_registration_names_phone_month_place_and_source() -> None:
    found = REGISTERED.fullmatch(f"{PHONE} 2026年6月 西安 社区")
    assert found is not None
    assert found.groupdict() == {"phone": PHONE, "month": "2026年6月", "place": "西安", "source": "社区"}
    assert REGISTERED.fullmatch(f"{PHONE} 西安") is None
    assert REGISTERED.fullmatch(PHONE) is not None


def test_money_wants_an_amount_and_a_known_source() -> None:
    found = PAID.fullmatch(f"{PHONE} 1000.5元 工会")
    assert found is not None
    assert (found["phone"], found["yuan"], found["source"]) == (PHONE, "1000.5", "工会")
    without = PAID.fullmatch("1000元 工会")
    assert without is not None
    assert without["phone"] is None, "a button said who"
    for wrong in (f"{PHONE} 1000元", f"{PHONE} 1000元 政府", f"{PHONE} -5元 工会", f"{PHONE} 1.005元 工会"):
        assert PAID.fullmatch(wrong) is None, wrong


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2027-02", date(2027, 2, 1), date(2027, 2, 28)),
        ("2027年12月", date(2027, 12, 1), date(2027, 12, 31)),
        ("2027-6-30", date(2027, 6, 30), date(2027, 6, 30)),
        ("2027-13", None, None),
        ("明年", None, None),
    ],
)
def test_a_month_is_its_first_or_its_last_day(text: str, first: date | None, last: date | None) -> None:
    assert (read_month(text), read_month(text, last=True)) == (first, last)


@pytest.mark.parametrize(
    ("text", "firm", "starts", "ends"),
    [
        (f"实习 {PHONE} 样例 ABC 厂 3个月", "样例 ABC 厂", date(2026, 11, 28), date(2027, 2, 27)),
        (f"实习 {PHONE} 半年", "", date(2026, 11, 28), date(2027, 5, 27)),
        (f"实习 {PHONE} 一年 1-10起", "", date(2027, 1, 10), date(2028, 1, 9)),
        ("样例厂 两个月 2026年12月1日", "样例厂", date(2026, 12, 1), date(2027, 1, 31)),
        (f"实习 {PHONE} 样例厂", None, None, None),
        (f"实习 {PHONE} 样例厂 0个月", None, None, None),
        (f"实习 {PHONE} 样例厂 99个月", None, None, None),
        (f"实习 {PHONE} 3个月 13-40", None, None, None),
    ],
)
def test_an_internship_has_a_length(text: str, firm: str | None, starts: date | None, ends: date | None) -> None:
    found = read_internship(text, TODAY)
    expected = None if firm is None else (firm, starts, ends)
    assert (found and (found.firm, found.starts_on, found.ends_on)) == expected


def test_a_plan_is_kept_as_it_was_typed() -> None:
    assert words_after_phone(f"帮扶计划 {PHONE}　先考Excel，再投简历") == "先考Excel，再投简历"


def test_work_beside_studies_names_a_firm_and_a_number() -> None:
    assert read_work_study("勤工俭学：样例（郑州）超市 5个岗位") == ("样例（郑州）超市", 5)
    for wrong in ("勤工俭学", "勤工俭学 样例超市", "勤工俭学 样例超市 0个", "勤工俭学 5个"):
        assert read_work_study(wrong) is None, wrong
