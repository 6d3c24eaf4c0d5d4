"""Which column of ours a heading of somebody's table means: 最低工资(元) is wage_min."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache
from itertools import zip_longest

from matching.tables import rows
from matching.text import normalise

PROTECTED = "-"
BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
FILLERS = re.compile(r"[\s*:·.。、]+")
JOINED = frozenset({"description"})  # several headings may mean it: 岗位要求 and 备注


@cache
def _meanings() -> dict[str, tuple[str, ...]]:
    """Plain heading → the columns it may mean, likeliest first."""
    found: dict[str, tuple[str, ...]] = {}
    for column, names in rows("column_names.tsv"):
        for name in names.split("|"):
            found[name] = (*found.get(name, ()), column)
    return found


def column_of(heading: str, known: Collection[str]) -> str | None:
    """The known column a heading means, PROTECTED for what is never read, None where it means nothing here."""
    written = heading.strip("\ufeff\u200b ").lower()
    if written in known:
        return written
    plain = BRACKETS.sub("", normalise(heading))
    if plain.isascii():
        name = re.sub(r"[\s_-]+", "_", plain.strip(" *:"))
        if name in known:
            return name
        plain = name.replace("_", " ")
    else:
        plain = FILLERS.sub("", plain)
    fit = (column for column in _meanings().get(plain, ()) if column in known or column == PROTECTED)
    return next(fit, None)


def count_known(cells: Sequence[str], known: Collection[str]) -> int:
    """How many different columns a row names, were it the header."""
    return len({column for cell in cells if cell and (column := column_of(cell, known))} - {PROTECTED})


def second_line(header: Sequence[str], below: Sequence[str], known: Collection[str]) -> list[str] | None:
    """The headings of a header of two lines (工资 above 最低, 最高); None where the row below is data."""
    pairs = [(top.strip(), sub.strip()) for top, sub in zip_longest(header, below, fillvalue="")]
    if any(char.isdigit() for _, sub in pairs for char in sub):
        return None
    if count_known(below, known) < 2 and not any(sub and column_of(sub + top, known) for top, sub in pairs):
        return None
    return [_joined(top, sub, known) for top, sub in pairs]


def _joined(top: str, sub: str, known: Collection[str]) -> str:
    if not sub or sub == top:
        return top
    return next(
        (words for words in (sub + top, top + sub, sub, top) if column_of(words, known)), f"{top} {sub}".strip()
    )
