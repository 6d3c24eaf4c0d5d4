"""Columns of text that stand under one another: a Chinese letter is two wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import zip_longest


def width(text: str) -> int:
    """How many columns of a terminal the text fills."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def aligned(rows: Sequence[Sequence[str]], left: int = 1) -> list[str]:
    """One line a row; the first `left` columns begin alike, the others, being figures, end alike."""
    widths = [max(width(cell) for cell in column) for column in zip_longest(*rows, fillvalue="")]
    return ["  ".join(_cells(row, widths, left)).rstrip() for row in rows]


def _cells(row: Sequence[str], widths: list[int], left: int) -> list[str]:
    gaps = [" " * (wanted - width(cell)) for cell, wanted in zip(row, widths, strict=False)]
    return [cell + gap if place < left else gap + cell for place, (cell, gap) in enumerate(zip(row, gaps, strict=True))]
