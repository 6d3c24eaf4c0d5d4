"""One plain form for everything people type: half width, simplified, lower case, no pictures."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import opencc

MAX_LENGTH = 300  # a person's request is short; beyond this a text is a paste and only its start is read
PICTURES = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf\ufe0f\u200b-\u200f\u202a-\u202e\ufeff]")
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
SPACES = re.compile(r"\s+")
HANZI = re.compile("[\u4e00-\u9fff]")
LATIN = re.compile("[a-z]")


@cache
def _simplifier() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def normalise(text: str) -> str:
    """Half width, simplified characters, lower case, pictures and controls out, single spaces."""
    plain = CONTROLS.sub(" ", text[:MAX_LENGTH])
    plain = CONTROLS.sub(" ", unicodedata.normalize("NFKC", plain)[:MAX_LENGTH])
    plain = PICTURES.sub(" ", plain)
    plain = str(_simplifier().convert(plain)).lower()
    return SPACES.sub(" ", plain).strip()
