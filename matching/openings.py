"""The jobs of one advert with their numbers: 要俩厨师仨服务员 offers two jobs."""

from __future__ import annotations

import re
from typing import NamedTuple

from matching import lexicon
from matching.numbers import parse_number
from matching.trades import MODES, WORKPLACES

_COUNT = r"(\d{1,4}|[一二两三四五六七八九十]{1,4}|俩|仨)"
_BEFORE = re.compile(rf"{_COUNT}\s*(?:个|名|位)?(?:[男女大小老]|熟练的?|有经验的?|会)*$")
_AFTER = re.compile(rf"(?:师傅|学徒)?\s*[::]?\s*{_COUNT}\s*(?:个(?!月|小时|钟)|名|位|人)")


class Opening(NamedTuple):
    """One job as the recruiter names it, and for how many."""

    title: str
    headcount: int


def find_openings(plain: str) -> tuple[Opening, ...]:
    """Every trade of a normalised text that has its own number, in order."""
    found, spoken_for = [], 0
    for hit in lexicon.scan(plain):
        if hit.alias in MODES or hit.alias.endswith(WORKPLACES):
            continue
        before = _BEFORE.search(plain[spoken_for : hit.start])
        after = None if before else _AFTER.match(plain, hit.end)
        count = before or after
        number = parse_number(count[1]) if count else None
        if number:
            found.append(Opening(hit.alias, int(number)))
        spoken_for = after.end() if after else hit.end
    return tuple(found)
