"""What staff type about a graduate, a subsidy or a card: "毕业生 13800138000 2026-06 西安"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.typed import folded
from services.instalments import months_after

PHONE = r"(?P<phone>\+?\d[\d-]{6,15})"
_MONTH = re.compile(r"(20\d\d)[-./年](\d{1,2})(?:[-./月](\d{1,2}))?[月日号]?")
_DAY = re.compile(r"(?:(20\d\d)[-./年])?(\d{1,2})[-./月](\d{1,2})[日号]?起?")
_LENGTH = re.compile(r"(?:(\d{1,2})|([一二两三四五六七八九十]))个?月|(半)年|(?:1|一)?(年)|(\d{1,2})\s?months?")
_DIGITS = {word: n for n, word in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
LONGEST_MONTHS = 24
SOURCES = {"中央": "central", "地方": "local", "工会": "union", "捐赠": "donation"}
LISTED_FROM = {"档案": "family_file", "学校": "school", "人社": "labour", "社区": "community", "本人": "self"}
TOPICS = {
    "国家助学金": "state_grant",
    "助学金": "state_grant",
    "助学贷款": "student_loan",
    "孩子入学": "school_place",
    "入学": "school_place",
    "优惠证": "reemployment_card",
    "就业政策": "employment_policy",
    "就业": "employment_policy",
    "创业政策": "entrepreneurship_policy",
    "创业": "entrepreneurship_policy",
}


def order(words: str, *, wants_digits: bool = False) -> re.Pattern[str]:
    """Sentences that begin with one of the words; the rest is `rest`.

    `wants_digits`: the word is one that people look for work with, so the rest has digits or is missing.
    """
    only = r"(?=$|.*\d)" if wants_digits else ""
    return re.compile(rf"(?:{words})(?:\s*:\s*|\s+|(?=[+\d])|$){only}(?P<rest>.*)", re.S)


GRADUATE = order("毕业生|graduate", wants_digits=True)
_STUDIED = rf"(?P<month>20\d\d\S+)\s+(?P<place>\S+?)(?:\s+(?P<source>{'|'.join(LISTED_FROM)}))?"
STUDIED = re.compile(_STUDIED)
REGISTERED = re.compile(rf"{PHONE}(?:\s+{_STUDIED})?")
PLAN = order("帮扶计划|plan")
INTERNSHIP = order("实习|见习|internship", wants_digits=True)
POLICY = order("政策帮助|policy")
HELPED = re.compile(rf"(?:{PHONE}\s+)?(?P<topic>\S+)(?:\s+(?P<words>.+))?", re.S)
JOB_SEARCH = order("求职补贴|job search subsidy")
APPRAISAL = order("鉴定补贴|appraisal subsidy")
PAID = re.compile(
    rf"(?:{PHONE}\s+)?(?P<yuan>\d{{1,6}}(?:\.\d{{1,2}})?)\s*(?:元|块|yuan)?\s+"
    rf"(?P<source>{'|'.join((*SOURCES, *SOURCES.values()))})"
)
CARD = order("优惠证|再就业优惠证|card")
CARD_SEEN = re.compile(rf"{PHONE}\s+(?P<number>[0-9a-z-]{{4,30}})(?:\s+(?P<issued>20\d\d\S+))?\s+(?P<until>20\d\d\S+)")
WORK_STUDY = order("勤工俭学|勤工助学|work-study")
_OFFERED = re.compile(r"(?P<firm>\S.*?)\s+(?P<n>\d{1,4})\s*(?:个|名|人|posts?)?(?:岗位)?")
_PERSON_THEN = re.compile(rf"(?:[^\d+]*{PHONE}\s+)?(?P<words>\S.*)", re.S)


@dataclass(frozen=True, slots=True)
class InternshipWords:
    """An internship as it was typed: `phone` is empty where a button said who, `firm` where none is named."""

    phone: str
    firm: str
    starts_on: date
    ends_on: date


def words_after_phone(text: str) -> str:
    """What stands behind the phone number, as it was typed: a plan keeps its capitals."""
    found = _PERSON_THEN.fullmatch(text.strip())
    return found["words"].strip() if found else ""


def read_month(text: str, *, last: bool = False) -> date | None:
    """'2026-06', '2026年6月', '2026-6-30': the day, or the first (or last) of the month where none is said."""
    found = _MONTH.fullmatch(text)
    if found is None:
        return None
    try:
        first = date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        return None
    return months_after(first, 1) - timedelta(days=1) if last and not found[3] else first


def read_internship(text: str, today: date) -> InternshipWords | None:
    """'实习 13800138000 样例重工 3个月 12-1起', or from the name on; from today where no day is said."""
    found = _PERSON_THEN.fullmatch(text.strip())
    tokens = found["words"].split() if found else []
    start = _start(tokens[-1], today) if tokens else None
    if start is not None:
        tokens.pop()
    months = _months(tokens.pop()) if tokens else None
    if found is None or months is None:
        return None
    begins = start or today
    ends = months_after(begins, months) - timedelta(days=1)
    return InternshipWords(folded(found["phone"] or ""), " ".join(tokens), begins, ends)


def _months(text: str) -> int | None:
    found = _LENGTH.fullmatch(folded(text))
    if found is None:
        return None
    half, year = 6 if found[3] else 0, 12 if found[4] else 0
    months = int(found[1] or found[5] or 0) or _DIGITS.get(found[2] or "", 0) or half or year
    return months if 0 < months <= LONGEST_MONTHS else None


def _start(text: str, today: date) -> date | None:
    """A day within half a year before or a year after today."""
    found = _DAY.fullmatch(folded(text))
    if found is None:
        return None
    try:
        day = date(int(found[1] or today.year), int(found[2]), int(found[3]))
        if not found[1] and day < today - timedelta(days=180):
            day = day.replace(year=day.year + 1)
    except ValueError:
        return None
    return day if today - timedelta(days=180) <= day <= today + timedelta(days=365) else None


def read_work_study(text: str) -> tuple[str, int] | None:
    """The employer's name as it was typed, and how many posts: '勤工俭学 样例超市 5个'."""
    head = WORK_STUDY.fullmatch(folded(text))
    behind = re.split(r"[\s:：]+", text.strip(), maxsplit=1)[1:]
    found = _OFFERED.fullmatch(behind[0].strip()) if head and behind else None
    return (found["firm"], int(found["n"])) if found and int(found["n"]) else None
