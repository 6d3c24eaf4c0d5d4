"""Fixed expressions of a request (board, shifts, certificates, schooling), read from data/phrases.tsv."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from matching.prefilter import Guarded, Prefilter
from matching.tables import rows

EDUCATION_ORDER = ("primary", "junior", "senior", "vocational", "college", "bachelor", "master")
GRADE = r"(?:高级技师|特级技师|首席技师|技师|初级|中级|高级|特级|金牌|[一二三四五]级)"
GRADE_IN = re.compile(GRADE)
GRADE_BEFORE = re.compile(rf"({GRADE})(?:工|的)?\s*$")
GRADE_AFTER = re.compile(rf"^[ ,(是为有]{{0,2}}({GRADE})(?=$|[ ,。)的])")
HAS_NOT = re.compile(
    r"(?:(?<!有)没有?(?!问题)|无|不会|未考|没考|(?:正在|想|要|准备|打算|去|还没|没去|在|怎么|咋|报)考|考一?个)[^,。;有考]{0,3}$"
)
LOST = re.compile(
    r"^(?:也|都|还|已经?|我)?(?:没(?!问题|关系)|未考|过期|丢|吊销|暂扣|被吊|被扣|考不|不会考|快[下考办]|正?在[考办]|要考|(?:怎么|咋|在?哪里?|去哪)考)"
)
NO_CERTIFICATE = Guarded(r"没有?(?:任何|什么)?证(?!据)|无证(?!照)|没考证|证都没有|没证|证还没考|什么证都没")
REFUSED = {
    "no_night": "夜班",
    "no_rotation": "倒班",
    "no_overtime": "加班",
    "no_travel": "出差",
    "no_deposit": "押金",
    "no_agency": "中介",
    "live_out": "住家",
}
OWN_LEVELS = frozenset(("会计证", "普通话证", "计算机证", "网约车证", "法律职业资格证"))
OUT_OF_PLACE = {
    "no_night": "night_shift",
    "no_rotation": "rotation",
    "live_out": "live_in",
}  # a refusal names what it refuses


class Phrase(NamedTuple):
    """A fixed expression found in a text."""

    kind: str
    code: str
    start: int
    end: int
    words: str


@cache
def _table() -> tuple[Prefilter, tuple[tuple[str, str, re.Pattern[str]], ...]]:
    table = [(kind, code, pattern.replace("<级>", f"{GRADE}?")) for kind, code, pattern, *_ in rows("phrases.tsv")]
    compiled = tuple((kind, code, re.compile(pattern)) for kind, code, pattern in table)
    return Prefilter([pattern for _, _, pattern in table]), compiled


def find_phrases(text: str) -> list[Phrase]:
    """Every fixed expression of a normalised text."""
    prefilter, table = _table()
    found = []
    for number in prefilter.possible(text):
        kind, code, pattern = table[number]
        if pattern.search(text):
            found += [
                Phrase(kind, code, match.start(), match.end(), match[0]) for match in pattern.finditer(text) if match[0]
            ]
    return found


def certificates(text: str, phrases: list[Phrase]) -> tuple[str, ...]:
    """The certificates a person says to have, with their grade; those said to be missing are left out."""
    if not phrases:
        return ()
    held = [
        _graded(text, phrase) for phrase in phrases if phrase.kind == "certificate" and not is_missing(text, phrase)
    ]
    plain = {name.partition("(")[0] for name in held}
    unwanted = {"电工证"} if plain & {"低压电工证", "高压电工证"} else set()
    return tuple(name for name in dict.fromkeys(held) if name not in unwanted)


def is_missing(text: str, phrase: Phrase) -> bool:
    """没有焊工证, 焊工证还没考, 健康证过期了."""
    before, after = text[max(0, phrase.start - 8) : phrase.start], text[phrase.end : phrase.end + 5]
    return HAS_NOT.search(before) is not None or LOST.match(after) is not None


def _graded(text: str, phrase: Phrase) -> str:
    if not phrase.code.endswith("证") or phrase.code in OWN_LEVELS:
        return phrase.code
    grade = GRADE_IN.search(phrase.words) or GRADE_BEFORE.search(text[max(0, phrase.start - 8) : phrase.start])
    grade = grade or GRADE_AFTER.search(text[phrase.end : phrase.end + 8])
    return f"{phrase.code}({grade[grade.lastindex or 0]})" if grade else phrase.code


def says_no_certificate(text: str) -> bool:
    return "证" in text and NO_CERTIFICATE.search(text) is not None


def education(phrases: list[Phrase]) -> str | None:
    """The highest schooling named."""
    found = [phrase.code for phrase in phrases if phrase.kind == "education"]
    return max(found, key=EDUCATION_ORDER.index) if found else None


def constraints(phrases: list[Phrase]) -> tuple[str, ...]:
    """Codes of the conditions named, board_lodging told as board and lodging."""
    codes: dict[str, None] = {}
    for phrase in phrases:
        if phrase.kind == "constraint":
            codes.update(dict.fromkeys(("board", "lodging") if phrase.code == "board_lodging" else (phrase.code,)))
    for refusal, refused in OUT_OF_PLACE.items():
        if refusal in codes:
            codes.pop(refused, None)
    return tuple(codes)


def refused(constraints: tuple[str, ...]) -> tuple[str, ...]:
    """The words for what the conditions refuse: no_night refuses 夜班."""
    return tuple(REFUSED[code] for code in constraints if code in REFUSED)
