"""Fixed expressions of a request (board, shifts, certificates, schooling), read from data/phrases.tsv."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from matching.tables import rows

EDUCATION_ORDER = ("primary", "junior", "senior", "vocational", "college", "bachelor", "master")
LEVEL_BEFORE = re.compile(r"(初级|中级|高级|技师|高级技师|特级|金牌|[一二三四五]级)的?$")
HAS_NOT = re.compile(r"(?:没有?|无|不会|未考|没考)[^,。;有]{0,3}$")
NO_CERTIFICATE = re.compile(r"没有?(?:任何|什么)?证(?!据)|无证(?!照)|没考证|证都没有|没证")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A fixed expression found in a text."""

    kind: str
    code: str
    start: int
    end: int
    words: str


@cache
def _table() -> tuple[tuple[str, str, re.Pattern[str]], ...]:
    return tuple((kind, code, re.compile(pattern)) for kind, code, pattern in rows("phrases.tsv"))


def find_phrases(text: str) -> list[Phrase]:
    """Every fixed expression of a normalised text."""
    return [
        Phrase(kind, code, match.start(), match.end(), match[0])
        for kind, code, pattern in _table()
        for match in pattern.finditer(text)
        if match[0]
    ]


def certificates(text: str, phrases: list[Phrase]) -> tuple[str, ...]:
    """The certificates a person says to have; those said to be missing are left out."""
    held = []
    for phrase in phrases:
        if phrase.kind != "certificate" or HAS_NOT.search(text[max(0, phrase.start - 8) : phrase.start]):
            continue
        level = LEVEL_BEFORE.search(text[: phrase.start])
        held.append(f"{phrase.code}({level[1]})" if level and phrase.code.endswith("证") else phrase.code)
    specific = set(held)
    if specific & {"低压电工证", "高压电工证"}:
        specific.discard("电工证")
    return tuple(dict.fromkeys(name for name in held if name in specific))


def says_no_certificate(text: str) -> bool:
    return NO_CERTIFICATE.search(text) is not None


def education(phrases: list[Phrase]) -> str | None:
    """The highest schooling named."""
    found = [phrase.code for phrase in phrases if phrase.kind == "education"]
    return max(found, key=EDUCATION_ORDER.index) if found else None


def constraints(phrases: list[Phrase]) -> tuple[str, ...]:
    """Codes of the conditions named, board_lodging told as board and lodging."""
    codes: dict[str, None] = {}
    for phrase in phrases:
        if phrase.kind != "constraint":
            continue
        for code in ("board", "lodging") if phrase.code == "board_lodging" else (phrase.code,):
            codes[code] = None
    if "no_night" in codes:
        codes.pop("night_shift", None)
    if "live_out" in codes:
        codes.pop("live_in", None)
    return tuple(codes)
