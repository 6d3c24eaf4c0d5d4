"""How well places and wages of real adverts are read (T6): python -m benchmarks.places_and_wages [--wrong].

places_and_wages.tsv holds what a reader found in the adverts of the shared data: two rows of each way of writing a wage
in each source and fourteen more of each source (seed 20261122), every row read by eye; no advert's text is kept.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, at_least
from matching.place_words import find_region
from matching.text import normalise
from matching.understand import understand
from matching.wages import Wage, find_wage

ADVERTS = Path(__file__).parents[2] / "shared/data/postings/postings_merged.csv"
READ_BY_EYE = Path(__file__).with_suffix(".tsv")
GOAL = 0.98


@dataclass(frozen=True, slots=True)
class Case:
    """One advert, and what it says: the region's code and the wage as `min-max/period`, each empty where unsaid."""

    number: int
    advert: dict[str, str]
    adcode: str
    wage: str


def cases() -> list[Case]:
    """The sample; raises FileNotFoundError where the shared data is not on this machine."""
    with ADVERTS.open(encoding="utf-8", newline="") as file:
        adverts = list(csv.DictReader(file))
    _, *lines = READ_BY_EYE.read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return [Case(int(number), adverts[int(number)], adcode, wage) for number, adcode, wage in rows]


def place_of(case: Case) -> str:
    """The code of the region that the advert's place names."""
    region = find_region(case.advert["place"])
    return region.adcode if region else ""


def wage_of(case: Case) -> str:
    """The wage the advert's pay names."""
    return wage_text(find_wage(normalise(case.advert["salary"])))


def wage_of_line(case: Case) -> str:
    """The wage of the whole line, with whatever numbers its title has."""
    return wage_text(understand(" ".join(case.advert[name] for name in ("title", "place", "salary"))).wage)


def wage_text(wage: Wage | None) -> str:
    """min-max/period in yuan."""
    if wage is None:
        return ""
    low, high = ("" if fen is None else f"{fen / 100:g}" for fen in (wage.min_fen, wage.max_fen))
    return f"{low}-{high}/{wage.period}"


def figures() -> Iterator[Figure]:
    """The shares read as the reader did."""
    sample = cases()
    unit = f"of {len(sample)}"
    yield at_least("places_and_wages", "place", unit, _share([place_of(c) == c.adcode for c in sample]), GOAL)
    yield at_least("places_and_wages", "wage", unit, _share([wage_of(c) == c.wage for c in sample]), GOAL)
    yield at_least(
        "places_and_wages", "wage in the line", unit, _share([wage_of_line(c) == c.wage for c in sample]), 0.97
    )


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits)


def main() -> None:
    """Print the figures, and with --wrong what was read otherwise."""
    for figure in figures():
        print(figure.as_text())
    for case in cases() if "--wrong" in sys.argv else ():
        read = (place_of(case), wage_of(case), wage_of_line(case))
        if read != (case.adcode, case.wage, case.wage):
            print(case.number, case.adcode, case.wage, "read as", *read)


if __name__ == "__main__":
    main()
