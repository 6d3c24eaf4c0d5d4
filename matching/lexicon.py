"""The lexicon of trades: every alias, the occupations it means, how surely; found in text by dictionary scan."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from matching.tables import rows

LATIN_OR_DIGIT = re.compile(r"[a-z0-9]")


class Hit(NamedTuple):
    """An alias found in a text."""

    start: int
    end: int
    alias: str
    meanings: tuple[tuple[str, float], ...]


@cache
def aliases() -> dict[str, tuple[tuple[str, float], ...]]:
    """Alias → its (code, weight) pairs, surest first."""
    found: dict[str, list[tuple[str, float]]] = {}
    for alias, code, weight, *_ in rows("aliases.tsv"):
        found.setdefault(alias, []).append((code, float(weight)))
    return {alias: tuple(sorted(pairs, key=lambda p: (-p[1], p[0]))) for alias, pairs in found.items()}


@cache
def spelled() -> dict[str, str]:
    """Pinyin → the likeliest alias spelled so (the surer, then the shorter)."""
    best: dict[str, tuple[float, int, str]] = {}
    for alias, _, weight, sound in rows("aliases.tsv"):
        if alias.isascii() or len(alias) < 2:
            continue
        rank = (-float(weight), len(alias), alias)
        if sound not in best or rank < best[sound]:
            best[sound] = rank
    return {sound: rank[2] for sound, rank in best.items()}


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """First two characters of an alias → the lengths aliases so begun have, longest first."""
    found: dict[str, set[int]] = {}
    for alias in aliases():
        found.setdefault(alias[:2], set()).add(len(alias))
    return {head: tuple(sorted(lengths, reverse=True)) for head, lengths in found.items()}


def scan(text: str) -> list[Hit]:
    """The aliases in a normalised text, longest first at each point, none overlapping another."""
    hits: list[Hit] = []
    known, lengths, at = aliases(), _lengths(), 0
    while at < len(text):
        for length in lengths.get(text[at : at + 2], ()):
            piece = text[at : at + length]
            meanings = known.get(piece) if len(piece) == length else None
            if meanings and _whole(text, at, at + length, piece):
                hits.append(Hit(at, at + length, piece, meanings))
                at += length
                break
        else:
            at += 1
    return hits


def scan_all(text: str) -> list[Hit]:
    """Every alias in a text, overlapping ones too, save those that lie inside another."""
    hits: list[Hit] = []
    known, lengths, reach = aliases(), _lengths(), 0
    for at in range(len(text)):
        for length in lengths.get(text[at : at + 2], ()):
            piece = text[at : at + length]
            meanings = known.get(piece) if len(piece) == length else None
            if meanings and at + length > reach and _whole(text, at, at + length, piece):
                hits.append(Hit(at, at + length, piece, meanings))
                reach = at + length
                break
    return hits


def words_in(text: str) -> list[str]:
    """Every alias of two characters and more in a text once, those inside others too."""
    known = aliases()
    pieces = (text[start:end] for start in range(len(text)) for end in range(start + 2, min(len(text), start + 10) + 1))
    return [piece for piece in dict.fromkeys(pieces) if piece in known]


def _whole(text: str, start: int, end: int, piece: str) -> bool:
    """Latin pieces must be whole words."""
    if LATIN_OR_DIGIT.match(piece[0]) and start and LATIN_OR_DIGIT.match(text[start - 1]):
        return False
    if not (LATIN_OR_DIGIT.match(piece[-1]) and end < len(text) and LATIN_OR_DIGIT.match(text[end])):
        return True
    return text[end : end + 1] == "s" and not LATIN_OR_DIGIT.match(text[end + 1 : end + 2] or " ")
