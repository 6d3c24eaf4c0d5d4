"""Reads the plain tables under app/sample/data."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matching.wages import MONTHLY

DATA = Path(__file__).parent / "data"
PERIODS = {"月": "month", "天": "day", "时": "hour"}
TIERS = (1, 2, 3)


def rows(name: str) -> list[dict[str, str]]:
    """The lines of a tab-separated table by its header."""
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def some(cell: str) -> tuple[str, ...]:
    """The alternatives in a cell: 'a|b', an empty one between bars is nothing."""
    return tuple(cell.split("|"))


def counted(cell: str) -> list[tuple[str, int]]:
    """'焊工*3 保安' → [('焊工', 3), ('保安', 1)]."""
    pairs = (word.partition("*") for word in cell.split())
    return [(name, int(times or 1)) for name, _, times in pairs]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A trade as employers post it: titles, usual wages by tier of city in yuan, needs, gifts."""

    name: str
    code: str
    sectors: tuple[str, ...]
    titles: tuple[str, ...]
    unit: str
    wages: dict[int, tuple[int, int]]
    needs: tuple[str, ...]
    education: str
    perks: tuple[str, ...]
    pay_day: tuple[str, ...]
    hours: tuple[str, ...]
    heads: tuple[int, int]
    years: tuple[str, ...]
    weight: int
    words: tuple[str, ...]

    @property
    def per_month(self) -> float:
        """How many of the wage's units people usually work in a month."""
        return MONTHLY[PERIODS[self.unit]]


def _pair(cell: str) -> tuple[int, int]:
    low, high = cell.split("-")
    return int(low), int(high)


def _trade(row: dict[str, str]) -> Trade:
    return Trade(
        name=row["trade"],
        code=row["code"],
        sectors=some(row["sectors"]),
        titles=some(row["titles"]),
        unit=row["unit"],
        wages={tier: _pair(row[f"tier{tier}"]) for tier in TIERS},
        needs=tuple(filter(None, some(row["needs"]))),
        education=row["education"],
        perks=some(row["perks"]),
        pay_day=some(row["pay_day"]),
        hours=some(row["hours"]),
        heads=_pair(row["heads"]),
        years=some(row["years"]),
        weight=int(row["weight"]),
        words=some(row["words"]),
    )


@cache
def trades() -> dict[str, Trade]:
    """Every trade of the sample by its name."""
    return {row["trade"]: _trade(row) for row in rows("trades.tsv")}


@cache
def name_parts() -> tuple[str, tuple[str, ...]]:
    """Surnames and given names."""
    raw = tomllib.loads((DATA / "names.toml").read_text("utf-8"))
    return raw["surnames"], tuple(raw["given"])
