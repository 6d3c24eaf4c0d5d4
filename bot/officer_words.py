"""What an information officer types for others: "帮 王小红 35 家政 郑州; 李强 焊工 新郑"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.phones import without_numbers

_HEAD = re.compile(r"\s*(?:帮|替|代|登记)\s*(?:登记)?[\s:：,，]+(.+)", re.S)
_NAMED = re.compile(
    r"\s*(?:帮|替|代)(?!人|我|别人|忙|助|扶)(?P<name>[\u4e00-\u9fff]{2,4}?)(?:登记|找活|找工作|找个活|报名)?[\s:：,，]+(?P<rest>\S.*)",
    re.S,
)
_ENTRY = re.compile(r"\s*(?P<name>[\u4e00-\u9fff]{2,4}(?:·[\u4e00-\u9fff]{1,8})?)[\s,，、:：]+(?P<rest>.+)", re.S)
_AGE = re.compile(r"^(?P<sex>[男女][\s,，]*)?(?P<age>\d{2})(?!\d)\s*岁?[\s,，]*")
_WITNESS = re.compile(
    r"\s*(?:都?同意[\s,，。;；]*)?(?:见证人?|证人|在场)[\s:：是]*(?P<name>[\u4e00-\u9fff·]{2,12})[。.]?\s*"
)
_NAME = re.compile(r"\s*[\u4e00-\u9fff·]{2,4}\s*")
_FOR = re.compile(
    r"\s*(?:看|查|给|替|帮)\s*(?P<name>[\u4e00-\u9fff·]{2,8}?)\s*(?:(?P<age>\d{2})\s*岁?)?\s*(?:看岗位|找岗位|看活|找活)?\s*"
)
_ANSWER = re.compile(r"\s*(?P<number>\d{1,2})\s*[号.、]?\s*(?P<said>[^\d\s].{0,9})\s*")
MOST = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of a message, and what was said of what they look for."""

    name: str
    words: str


def read_entries(text: str) -> list[Entry]:
    """The people of a message; empty where it is none or some part of it has no name in front."""
    found = _HEAD.fullmatch(text)
    if found is None:
        named = _NAMED.fullmatch(text)
        return [Entry(named["name"], _without_sex(named["rest"]))] if named else []
    entries = []
    for part in re.split(r"[;；\n]+", found[1]):
        if not part.strip():
            continue
        entry = _ENTRY.fullmatch(part)
        if entry is None:
            return []
        entries.append(Entry(entry["name"], _without_sex(entry["rest"])))
    return entries[:MOST]


def _without_sex(words: str) -> str:
    """'女 35 家政' → '35岁 家政': the sex is nobody's business here, nor is a number that was typed along."""
    return without_numbers(_AGE.sub(lambda m: f"{m['age']}岁 ", words.strip(), count=1))


def read_witness(text: str) -> str | None:
    """The name in "见证人 张三", "都同意，在场 张三", or just a name."""
    found = _WITNESS.fullmatch(text)
    if found is not None:
        return found["name"]
    return text.strip() if _NAME.fullmatch(text) else None


def read_for(text: str) -> tuple[str, int | None] | None:
    """The name in "看 王小红", with the age where it is said: "看 王小红 35"."""
    found = _FOR.fullmatch(text)
    return (found["name"], int(found["age"]) if found["age"] else None) if found else None


def read_answer(text: str) -> tuple[int, str] | None:
    """(number in the daily list, what is answered) of "1 同意"."""
    found = _ANSWER.fullmatch(text)
    return (int(found["number"]), found["said"].strip()) if found else None
