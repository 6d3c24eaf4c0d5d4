"""Cells that no spreadsheet program takes for a formula (`promises.md` §1).

A cell is dangerous when, behind anything that a program may strip (blanks, tabs, line ends, control and zero-width
characters), stands a formula sign of half or full width. It gets an apostrophe in front; plain numbers stay.
"""

from __future__ import annotations

import re
import unicodedata

SIGNS = frozenset("=+-@|\u2212")  # and their full-width and small forms, which NFKC folds into these
QUOTES = frozenset("'\"")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
MARK = "'"


def is_dangerous(cell: str) -> bool:
    """Whether a program may compute the cell, or hide what it begins with."""
    if _NUMBER.fullmatch(cell):
        return False
    first = next((char for char in cell if char not in QUOTES and not _is_stripped(char)), "")
    return unicodedata.normalize("NFKC", first) in SIGNS or cell.startswith(("\t", "\r", "\n"))


def _is_stripped(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in ("Cc", "Cf")


def guarded(cell: str) -> str:
    """The cell as it may stand in a CSV file."""
    return MARK + cell if cell and is_dangerous(cell) else cell


def bare(cell: str) -> str:
    """The cell without the mark that `guarded` put there."""
    return cell[1:] if cell.startswith(MARK) and is_dangerous(cell[1:]) else cell
