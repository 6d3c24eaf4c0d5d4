"""One plain form for everything people type: half width, simplified, lower case, no pictures."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import opencc

MAX_LENGTH = 300  # a person's request is short; beyond this a text is a paste and only its start is read
PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200b-\u200f\u202a-\u202e\ufeff\ufffd]")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
HANZI = re.compile("[\u4e00-\u9fff]")


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@cache
def _traditional() -> frozenset[str]:
    """The characters that have a simpler form."""
    every = "".join(map(chr, range(0x4E00, 0xA000)))
    return frozenset(was for was, now in zip(every, _simplifier().convert(every), strict=True) if was != now)


def normalise(text: str) -> str:
    """Half width, simplified characters, lower case, pictures and controls out, single spaces."""
    plain = text[:MAX_LENGTH]
    if not (plain.isprintable() and unicodedata.is_normalized("NFKC", plain)):
        plain = CONTROLS.sub(" ", plain)
        plain = CONTROLS.sub(" ", unicodedata.normalize("NFKC", plain)[:MAX_LENGTH])
    plain = PICTURES.sub(" ", plain)
    if not _traditional().isdisjoint(plain):
        plain = str(_simplifier().convert(plain))
    return _closed_up(" ".join(plain.lower().split()))


def _closed_up(plain: str) -> str:
    """电 焊 工 5 0 0 0 → 电焊工5000: characters typed one by one, as some phones and voices do."""
    if plain.count(" ") < 3:
        return plain
    pieces = plain.split(" ")
    if sum(len(piece) == 1 for piece in pieces) < 0.8 * len(pieces) or not HANZI.search(plain):
        return plain
    return "".join(pieces)
