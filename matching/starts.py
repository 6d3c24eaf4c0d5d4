"""When a person can begin. There is no clock here: a word for the time, or the date where one is said."""

from __future__ import annotations

import re
from datetime import date

from matching.prefilter import Guarded

_LEAP_YEAR = 2000  # a day without its year is held against this one
DAYS = dict(
    zip(
        "一二三四五六日天",
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "sunday"),
        strict=True,
    )
)
WORDS = (
    ("now", r"随时|马上|立刻|立即|现在就能|现在能|即刻|急着上班|当天上岗|start now|immediately|right away|asap"),
    ("today", r"今[天日晚](?:就|能|可以|去|来|上)|today"),
    ("tomorrow", r"明[天早日儿]|tomorrow"),
    ("in_two_days", r"后天|大后天"),
    ("in_days", r"过[几两三]天|[几两三]天后|这[几两]天"),
    ("this_week", r"这周|本周|这个?星期|这个?礼拜|周末(?:能|可以)(?:来|去|上)|this week"),
    ("next_week", r"下个?(?:周|星期|礼拜)|next week"),
    ("month_end", r"月底(?!发|结)"),
    ("month_start", r"月初(?!发|结)"),
    ("next_month", r"下个?月(?!底|初)|next month"),
    ("before_new_year", r"年前(?:能|就|可以|干|上)|春节前|过年前"),
    (
        "after_new_year",
        r"过完年|过了年|(?<![\d一二两三四五六七八九十几半多])年后|春节后|过完春节|正月|过年后|元宵后|十五以后|年过完",
    ),
    ("after_labour_day", r"五一(?:节?)(?:后|过后|以后|过完)|过完五一"),
    ("after_national_day", r"国庆(?:节?)(?:后|过后|以后)|过完国庆|十一(?:过)?后"),
    ("summer", r"放?暑假"),
    ("winter", r"放?寒假"),
    (
        "after_harvest",
        r"(?:秋收|麦收|收完?麦子?|收完?庄稼|农忙|割完?麦|收完?秋|收完?稻)[^,。 ]{0,2}(?:完|后|过|了)|农闲",
    ),
    ("after_graduation", r"毕业(?:后|以后|就能)|拿到毕业证"),
    ("after_exam", r"高考(?:后|完)|考完试"),
)
_WORDS = [(word, Guarded(pattern)) for word, pattern in WORDS]
_SOME_WORD = Guarded("|".join(pattern for _, pattern in WORDS))
_NEXT_DAY = Guarded(r"下个?(?:周|星期|礼拜)([一二三四五六日天])")
_DATE = re.compile(
    r"(?:(20\d\d)\s*[年./-])?\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*[日号]?"
    r"\s*(?:之?后|以后|起|左右|就|才|开始|我)?\s*(?:能|可以|可|到|上|来|去|开始|进|入|报到)"
)


def find_start(text: str) -> str | None:
    """A word of WORDS, next_monday … next_sunday, `2027-03-01`, or `03-01` where no year is said."""
    day = _date(text)
    if day:
        return day
    if not _SOME_WORD.search(text):
        return None
    weekday = _NEXT_DAY.search(text)
    if weekday:
        return f"next_{DAYS[weekday[1]]}"
    return next(word for word, pattern in _WORDS if pattern.search(text))


def _date(text: str) -> str | None:
    match = _DATE.search(text) if "月" in text or "." in text or "-" in text or "/" in text else None
    if not match:
        return None
    try:
        said = date(int(match[1] or _LEAP_YEAR), int(match[2]), int(match[3])).isoformat()
    except ValueError:
        return None
    return said if match[1] else said[5:]
