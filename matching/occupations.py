"""Occupations of the 2022 classification: names, neighbours, and which ones a text speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from matching import lexicon, ngrams, pinyin
from matching.tables import rows
from matching.text import normalise
from matching.titles import plain_title

SIBLING = 0.35  # an occupation of the same small group, where related.tsv says nothing closer
GRAM_SHARE = 0.5  # of likeness beside dictionary words
FULL_MARKS = 1.5  # about what a title that is itself an alias gets
NEAREST = 60
SURE = 0.8


@dataclass(frozen=True, slots=True)
class Occupation:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ScoredOccupation:
    """An occupation a text may mean; score from 0 to 1."""

    code: str
    name: str
    score: float


@cache
def _names() -> dict[str, str]:
    return {code: name for code, _, name in rows("occupations.tsv")}


@cache
def _levels() -> dict[str, int]:
    return {code: int(level) for code, level, _ in rows("occupations.tsv")}


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
    best = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
    return tuple(ScoredOccupation(code, _names()[code], round(min(1.0, score), 3)) for code, score in best)


def find_occupations(text: str, limit: int = 5) -> tuple[ScoredOccupation, ...]:
    """The occupations a title or a phrase means, best first; always looks for the nearest."""
    return _find(normalise(text), limit)


def _find(plain: str, limit: int) -> tuple[ScoredOccupation, ...]:
    """Dictionary words and likeness of characters together; sound where the dictionary knows nothing."""
    title = plain_title(plain) or plain
    weights = from_words(title)
    if title.isascii() and (not weights or max(weights.values()) < SURE):
        weights |= from_sound(title)
        title = pinyin.restore(title).replace(" ", "")
        weights |= from_words(title)
    if not weights:
        weights = from_ear(title)
    for code, score in from_grams(title).items():
        weights[code] = weights.get(code, 0.0) + GRAM_SHARE * score
    scaled = {code: weight / FULL_MARKS for code, weight in with_neighbours(weights).items()}
    return scored(scaled, limit)


def with_neighbours(weights: dict[str, float], share: float = 0.6) -> dict[str, float]:
    """The same weights with the neighbours of each occupation behind it."""
    spread = dict(weights)
    for code, score in weights.items():
        for other, near in _neighbours().get(code, {}).items():
            spread[other] = max(spread.get(other, 0.0), share * near * score)
    return spread


def from_words(title: str) -> dict[str, float]:
    """Dictionary words of a title: the whole title is surest, else the longer and the later (the head)."""
    weights: dict[str, float] = {}
    hits = lexicon.scan_all(title)
    size = max(1, len(title.replace(" ", "")))
    for hit in hits:
        cover = min(1.0, (hit.end - hit.start) / size)
        place = 0.05 * (hit.end == len(title)) + 0.05 * (hit.start == 0)
        sure = 0.3 + 0.35 * cover + 0.05 * min(5, hit.end - hit.start) + place
        for code, weight in hit.meanings:
            value = weight * sure
            weights[code] = max(weights.get(code, 0.0), value)
    return weights


def from_ear(title: str) -> dict[str, float]:
    """Words written with other characters of the same sound."""
    weights: dict[str, float] = {}
    for _, _, alias in pinyin.by_ear(title):
        for code, weight in lexicon.aliases()[alias]:
            weights[code] = max(weights.get(code, 0.0), 0.8 * weight)
    return weights


def from_sound(title: str) -> dict[str, float]:
    """Latin letters that are nearly the pinyin of an alias, however badly typed."""
    weights: dict[str, float] = {}
    for alias, likeness in pinyin.nearly(title) if title.isascii() else ():
        for code, weight in lexicon.aliases()[alias]:
            weights[code] = max(weights.get(code, 0.0), 0.8 * weight * likeness)
    return weights


def from_grams(title: str) -> dict[str, float]:
    """Aliases that share characters with the title; of one occupation's the best three count, each half the last."""
    likeness: dict[str, list[float]] = {}
    for alias, cosine in ngrams.nearest(title, NEAREST):
        for code, weight in lexicon.aliases()[alias]:
            likeness.setdefault(code, []).append(weight * cosine)
    return {
        code: sum(value / 2**place for place, value in enumerate(sorted(values, reverse=True)[:3]))
        for code, values in likeness.items()
    }
