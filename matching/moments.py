"""A moment said in words: 周五下午2点, 明天上午, 12月3日15:30; pure, seen from a given day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from matching.text import normalise

WEEKDAYS = {
    word: number for number, words in enumerate(("一1", "二2", "三3", "四4", "五5", "六6", "日天7")) for word in words
}
NAMED = {"今天": 0, "今晚": 0, "明天": 1, "明早": 1, "明晚": 1, "后天": 2, "大后天": 3}
USUAL = {"morning": time(9), "noon": time(12), "afternoon": time(14), "evening": time(19)}
PARTS = {
    "上午": "morning", "早上": "morning", "早晨": "morning", "早": "morning", "中午": "noon", "下午": "afternoon",
    "傍晚": "evening", "晚上": "evening", "晚": "evening",
}  # fmt: skip
DIGITS = {word: number for number, word in enumerate("零一二三四五六七八九十")} | {"两": 2, "十一": 11, "十二": 12}
LINK = re.compile(r"https?://[\x21-\x7e]{4,190}", re.IGNORECASE)
_DAY = re.compile(
    r"(?P<named>大后天|今天|明天|后天|今晚|明晚|明早)"
    r"|(?P<next>下个?)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-7])"
    r"|(?:(?P<year>20\d\d)[-/.年])?(?P<month>\d{1,2})(?:月|[-/.])(?P<day>\d{1,2})[日号]?"
    r"|(?P<only_day>\d{1,2})[日号]"
)
_PART = re.compile(r"上午|早上|早晨|中午|下午|傍晚|晚上|早|晚")
_HOUR = re.compile(
    r"(?P<hour>\d{1,2}|十[一二]|[一二三四五六七八九十两])(?:[:点时](?P<minute>[0-5]\d)?(?P<half>半)?(?:分|钟|整)?)"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What was understood: the moment on a clock beside it, a link, and the words that are left."""

    at: datetime | None
    link: str | None
    rest: str


def read_moment(text: str, today: date) -> Said:
    """A day with its hour; only 上午 is nine, only 下午 two. Without a day or an hour there is no moment."""
    found = LINK.search(text)
    link = found[0] if found else None
    plain = normalise(text.replace(link, " ") if link else text)
    day, plain = _cut(_DAY, plain)
    when = _date(day, today) if day else None
    part, plain = _cut(_PART, plain)
    hour, plain = _cut(_HOUR, plain)
    clock = _time(PARTS[part[0]] if part else _part_of(day), hour)
    at = datetime.combine(when, clock) if when and clock else None
    return Said(at, link, re.sub(r"\s+", " ", plain).strip(" ,，。.;；、在去来面试谈"))


def read_day_ahead(text: str, today: date) -> date | None:
    """A day named in words, if it is one that comes: '2月20日', '下周一', '正月' is none."""
    found = _DAY.search(normalise(text))
    day = _date(found, today) if found else None
    return day if day is not None and day >= today else None


def _cut(pattern: re.Pattern[str], text: str) -> tuple[re.Match[str] | None, str]:
    found = pattern.search(text)
    return found, text[: found.start()] + " " + text[found.end() :] if found else text


def _part_of(day: re.Match[str] | None) -> str | None:
    """今晚 and 明早 name the part of the day too."""
    named = (day["named"] or "") if day else ""
    return "evening" if named.endswith("晚") else "morning" if named.endswith("早") else None


def _date(said: re.Match[str], today: date) -> date | None:
    if said["named"]:
        return today + timedelta(days=NAMED[said["named"]])
    if said["weekday"]:
        monday = today - timedelta(days=today.weekday())
        day = monday + timedelta(days=WEEKDAYS[said["weekday"]] + (7 if said["next"] else 0))
        return day if said["next"] or day >= today else day + timedelta(days=7)
    try:
        if said["only_day"]:
            day = today.replace(day=int(said["only_day"]))
            return day if day >= today else _next_month(day)
        year = int(said["year"] or today.year)
        day = date(year, int(said["month"]), int(said["day"]))
    except ValueError:
        return None
    far_past = not said["year"] and today - day > timedelta(days=183)  # 1月5日 said in December
    return date(year + 1, day.month, min(day.day, 28) if day.month == 2 else day.day) if far_past else day


def _next_month(day: date) -> date | None:
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    try:
        return first.replace(day=day.day)
    except ValueError:
        return None


def _time(part: str | None, said: re.Match[str] | None) -> time | None:
    if said is None:
        return USUAL[part] if part else None
    hour = DIGITS[said["hour"]] if said["hour"] in DIGITS else int(said["hour"])
    minute = 30 if said["half"] else int(said["minute"] or 0)
    late = part in ("afternoon", "evening") or (part == "noon" and hour < 3) or (part is None and 1 <= hour <= 6)
    hour += 12 if late and hour < 12 else 0
    return time(hour, minute) if hour < 24 else None
