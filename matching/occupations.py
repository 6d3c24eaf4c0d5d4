"""Occupations of the 2022 classification: names, neighbours, and which ones a text speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from matching import lexicon, pinyin, spelling
from matching.evidence import Evidence, evidence
from matching.ngrams import Floats, highest
from matching.tables import rows
from matching.text import normalise
from matching.titles import bracket_words, plain_title

SIBLING = 0.35  # an occupation of the same small group, where related.tsv says nothing closer
PER_SLIP = 5.0  # each further letter that had to be changed makes a reading e^5 times less likely
CERTAIN = 0.9  # and this much less certain
RESTORED = 2  # slips that a title put together from words in pinyin is worth


@dataclass(frozen=True, slots=True)
class Occupation:
    code: str
    name: str


class ScoredOccupation(NamedTuple):
    """An occupation a text may mean; score from 0 to 1."""

    code: str
    name: str
    score: float


@cache
def _names() -> dict[str, str]:
    return {code: name for code, _, name in rows("occupations.tsv")}


@cache
def _english() -> dict[str, str]:
    found: dict[str, str] = {}
    for alias, code, weight, *_ in rows("aliases.tsv"):
        if alias.isascii() and " " not in alias and len(alias) > 3 and float(weight) >= 1:
            found.setdefault(code, alias)
    return found | dict(rows("english_names.tsv"))


def get_occupation(code: str) -> Occupation | None:
    name = _names().get(code)
    return Occupation(code, name) if name else None


def occupation_name(code: str, language: str = "zh_CN") -> str:
    """The official name; in English a plain word where one is known."""
    name = _names().get(code, code)
    return name if language.startswith("zh") else _english().get(code, name)


@cache
def _neighbours() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for one, other, weight in rows("related.tsv"):
        found.setdefault(one, {})[other] = float(weight)
        found.setdefault(other, {}).setdefault(one, float(weight))
    return found


@cache
def _groups() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for code in _names():
        found.setdefault(code[:7], []).append(code)
    return {group: tuple(codes) for group, codes in found.items()}


@cache
def related(code: str) -> tuple[tuple[str, float], ...]:
    """Neighbouring occupations and how near they are, nearest first, the code itself left out."""
    near = dict(_neighbours().get(code, {}))
    if not code.endswith("-00-00"):
        for sibling in _groups().get(code[:7], ()):
            if sibling != code:
                near.setdefault(sibling, SIBLING)
    return tuple(sorted(near.items(), key=lambda pair: (-pair[1], pair[0])))


def scored(weights: dict[str, float], limit: int) -> tuple[ScoredOccupation, ...]:
    """The best codes of a table of weights, as records."""
    best = list(weights.items())
    if len(best) > 1:
        best = sorted(best, key=lambda pair: (-pair[1], pair[0]))[:limit]
    return tuple(ScoredOccupation(code, _names()[code], round(min(1.0, score), 3)) for code, score in best)


def find_occupations(text: str, limit: int = 5) -> tuple[ScoredOccupation, ...]:
    """The occupations a title or a phrase means, best first; always looks for the nearest."""
    return _find(normalise(text), limit)


def _find(plain: str, limit: int) -> tuple[ScoredOccupation, ...]:
    """The likeliest code scores what the lexicon knows of the title, each other one as much less as it is likely."""
    odds, known = title_odds(plain)
    best = highest(odds, limit)
    shares = known * np.exp(odds[best] - odds[best[:1]])
    codes = [evidence().codes[i] for i in best]
    return tuple(
        ScoredOccupation(code, _names()[code], round(float(share), 3))
        for code, share, log_odds in zip(codes, shares, odds[best], strict=True)
        if log_odds > 0
    )


def title_odds(plain: str, knowledge: Evidence | None = None) -> tuple[Floats, float]:
    """Log-odds of a normalised title over the codes of the evidence, the best of its readings for each; how known."""
    knowledge = knowledge or evidence()
    title = pinyin.without_accents(plain_title(plain) or plain)
    bracket = bracket_words(plain)
    readings = [(*knowledge.read(words, bracket), slips) for words, slips in _readings(title)]
    fewest = min(slips for *_, slips in readings)
    odds = np.maximum.reduce([odds - np.float32(PER_SLIP * (slips - fewest)) for odds, _, slips in readings])
    return odds, max(known * CERTAIN**slips for _, known, slips in readings)


def _readings(title: str) -> list[tuple[str, float]]:
    """What a title may mean, and how many slips that takes: its letters spelled out, or its characters by sound."""
    as_it_is: list[tuple[str, float]] = [(title, 0)]
    if title.isascii():
        return _latin_readings(title) or as_it_is
    if lexicon.scan(title):
        return as_it_is
    return as_it_is + [(title[:at] + meant + title[end:], 1) for at, end, meant in pinyin.by_ear(title)]


def _latin_readings(title: str) -> list[tuple[str, float]]:
    """English words of the lexicon stay, beside what pinyin is among them; all else is the pinyin of one title."""
    if not lexicon.scan(title) or spelling.is_spelled(title):
        return spelling.titles_spelled(title)
    restored = pinyin.restore(title).replace(" ", "")
    return [(title, 0)] if restored.isascii() else [(title, 0), (restored, RESTORED)]
