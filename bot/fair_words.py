"""What people type at a fair: the number at the door, what came of a talk, and how staff plan one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from bot.typed import folded
from matching.place_words import find_region
from models.clock import SHANGHAI

_DOOR = re.compile(
    r"(?P<word>招聘会|到会|签到|进场|展位|摊位|fair|booth|check[ -]?in)?\s*[:：#]?\s*"
    r"(?P<code>\d{5})(?:\s*[-_–—]\s*(?P<booth>\d{1,3})\s*号?)?"
)
_RESULTS = {
    "missed": r"没来|过号|未到|没到|missed|absent",
    "none": r"不合适|不要|没谈成|未达成|no",
    "intent": r"有?意向|达成意向|考虑|intent",
    "hired": r"现场录用|录用|录取|要了|hired",
}
_RESULT = re.compile(
    r"(?:(?P<first>\d{1,4})\s*号?\s*)?(?:" + "|".join(f"(?P<{k}>{v})" for k, v in _RESULTS.items()) + r")"
    r"(?:\s*(?P<last>\d{1,4})\s*号?)?"
)
_CALL = re.compile(r"(?:叫|请|call)\s*(\d{1,4})\s*号?")
_VIDEO = re.compile(r"(?:约|视频)\s*(\d{1,4})\s*号?\s+(?:(\d{1,2})[月-](\d{1,2})[日号]?\s*)?(\d{1,2})[:点](\d{2})?分?")
_PLAN = re.compile(
    r"(?:办|新|计划)招聘会\s+(?P<title>\S+)\s+(?:(?P<year>20\d\d)[年-])?(?P<month>\d{1,2})[月-](?P<day>\d{1,2})[日号]?"
    r"(?:\s*[-~至到]\s*(?:(?P<last_month>\d{1,2})[月-])?(?P<last_day>\d{1,2})[日号]?)?\s+(?P<region>\S+)\s+(?P<place>.+)"
)
_VENUE = re.compile(r"加会场\s+(?P<code>\d{5})\s+(?P<region>\S+)\s+(?P<place>.+)")
_BOOTH = re.compile(
    r"加?展位\s+(?P<code>\d{5})\s+(?P<employer>\S+)(?:\s+(?P<number>\d{1,3})\s*号)?"
    r"(?:\s+岗位\s*(?P<posts>\d{1,5}))?(?:\s+视频\s*(?P<link>https?://\S+))?"
)


@dataclass(frozen=True, slots=True)
class Door:
    """A number at a door or booth; `said`: with a word that says so, so that it can be nothing else."""

    code: str
    booth: int | None
    said: bool


def read_door(text: str) -> Door | None:
    """招聘会 31415, 展位 31415-12, or the bare digits."""
    found = _DOOR.fullmatch(folded(text).rstrip("。.!"))
    if found is None:
        return None
    booth = int(found["booth"]) if found["booth"] else None
    return Door(found["code"], booth, said=bool(found["word"] or booth))


def read_result(text: str) -> tuple[int | None, str] | None:
    """(number or None for who was called last, result) of "3 录用", "意向"."""
    found = _RESULT.fullmatch(folded(text).rstrip("。.!"))
    if found is None or (found["first"] and found["last"]):
        return None
    number = found["first"] or found["last"]
    return (int(number) if number else None, next(name for name in _RESULTS if found[name]))


def read_call(text: str) -> int | None:
    """The number of "叫 3"."""
    found = _CALL.fullmatch(folded(text))
    return int(found[1]) if found else None


def read_video(text: str, today: date) -> tuple[int, datetime] | None:
    """(number, moment) of "约 3 15:30" or "约 3 12月6日 9点30"."""
    found = _VIDEO.fullmatch(folded(text))
    if found is None:
        return None
    try:
        day = today.replace(month=int(found[2]), day=int(found[3])) if found[2] else today
        moment = datetime(day.year, day.month, day.day, int(found[4]), int(found[5] or 0), tzinfo=SHANGHAI)
    except ValueError:
        return None
    return int(found[1]), moment


@dataclass(frozen=True, slots=True)
class Plan:
    """A fair as one sentence plans it; None where a day or place was not understood."""

    title: str
    starts_on: date
    ends_on: date
    region: str
    place: str


def read_plan(text: str, today: date) -> Plan | None:
    """办招聘会 春风行动 12月5日-6日 郑州金水 人民会堂; a day that is past is next year's."""
    found = _PLAN.fullmatch(text.strip())
    region = find_region(found["region"]) if found else None
    if found is None or region is None:
        return None
    try:
        year = int(found["year"] or today.year)
        first = date(year, int(found["month"]), int(found["day"]))
        first = first.replace(year=year + 1) if first < today and not found["year"] else first
        last = first
        if found["last_day"]:
            last = date(first.year, int(found["last_month"] or found["month"]), int(found["last_day"]))
    except ValueError:
        return None
    return Plan(found["title"], first, last, region.adcode, found["place"].strip())


def read_venue(text: str) -> tuple[str, str, str] | None:
    """(code of the fair's first door, region, place) of "加会场 31415 郑州中原 体育馆"."""
    found = _VENUE.fullmatch(text.strip())
    region = find_region(found["region"]) if found else None
    return (found["code"], region.adcode, found["place"].strip()) if found and region else None


@dataclass(frozen=True, slots=True)
class BoothPlan:
    """A booth for an employer."""

    code: str
    employer: str
    number: int | None
    posts: int
    link: str | None


def read_booth(text: str) -> BoothPlan | None:
    """展位 31415 样例机械厂 12号 岗位20 视频 https://…"""
    found = _BOOTH.fullmatch(text.strip())
    if found is None:
        return None
    number = int(found["number"]) if found["number"] else None
    return BoothPlan(found["code"], found["employer"], number, int(found["posts"] or 0), found["link"])
