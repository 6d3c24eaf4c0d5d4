"""How often titles, places and wages stand in real adverts: what the load of the speed figures is drawn from."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from matching import lexicon
from matching.place_words import find_places
from matching.places import NATION, all_regions, ancestors, children, contains
from matching.text import normalise
from matching.wages import find_wage

DATA = Path(__file__).parents[2] / "shared/data"
TITLES = DATA / "occupations/hku_job_name_counts.csv"
ADVERTS = DATA / "postings/postings_merged.csv"
NO_TITLES = {"", "nan", "无", "其他"}
EVEN = 0.5  # the share of places spread evenly over the counties
SMALL, SMALL_AREA = 10_000, "410000"
BUILT_IN_WAGES = tuple((low * 10_000, (low + 20) * 10_000) for low in range(30, 120, 5))
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Marginals:
    """What is drawn from, with each one's share (shares of a kind add up to 1). Wages: fen a month, low and high."""

    titles: tuple[str, ...]
    title_shares: Shares
    counties: tuple[str, ...]
    county_shares: Shares
    wages: tuple[tuple[int, int], ...]
    wage_shares: Shares
    source: str


def area_of(count: int) -> str:
    """Where a market of so many vacancies lies."""
    return SMALL_AREA if count <= SMALL else NATION


@cache
def marginals(area: str = NATION) -> Marginals:
    """What is drawn from within a region."""
    known = _marginals()
    inside = np.array([contains(area, county) for county in known.counties])
    shares = known.county_shares[inside] / known.county_shares[inside].sum()
    counties = tuple(county for county, kept in zip(known.counties, inside, strict=True) if kept)
    return replace(known, counties=counties, county_shares=shares)


@cache
def _marginals() -> Marginals:
    """From the shared data, where they are; else the lexicon's own names, evenly."""
    if TITLES.exists() and ADVERTS.exists():
        titles, adverts = _counted_titles(), _adverts()
        wages, counties = _counted_wages(adverts), _counted_counties(adverts)
        source = "drawn from real adverts' counts of titles (2.8 m), wages and places (13,714), each by itself"
    else:
        titles = Counter(dict.fromkeys(list(lexicon.aliases())[::20], 1))
        wages, counties = Counter(BUILT_IN_WAGES), Counter(dict.fromkeys(_counties(), 1.0))
        source = "shared data ABSENT: drawn evenly from the lexicon's names, all counties, made-up wages"
    return Marginals(*_shares(titles), *_shares(counties), *_shares(wages), source)


def _shares(counts: Counter) -> tuple[tuple, Shares]:
    values = np.array(list(counts.values()), np.float64)
    return tuple(counts), values / values.sum()


def _counted_titles() -> Counter:
    with TITLES.open(encoding="utf-8") as file:
        rows = [(row["job_name"].strip(), int(row["job_count"])) for row in csv.DictReader(file)]
    return Counter({title: count for title, count in rows if title not in NO_TITLES})


def _adverts() -> list[dict[str, str]]:
    with ADVERTS.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _counted_wages(adverts: list[dict[str, str]]) -> Counter:
    found: Counter = Counter()
    for text, count in Counter(advert["salary"] for advert in adverts).items():
        wage = find_wage(normalise(text)) if text else None
        if wage and wage.monthly_min_fen:
            found[wage.monthly_min_fen, wage.monthly_max_fen or wage.monthly_min_fen] += count
    return found


@cache
def _counties() -> tuple[str, ...]:
    """Every region that has no smaller one in it."""
    return tuple(region.adcode for region in all_regions() if not children(region.adcode))


def _counted_counties(adverts: list[dict[str, str]]) -> Counter:
    """An advert counts for the county it names, or in equal parts for all counties of its city or province."""
    inside: dict[str, list[str]] = {}
    for county in _counties():
        for region in ancestors(county):
            inside.setdefault(region, []).append(county)
    named: Counter = Counter()
    for text, count in Counter(advert["place"] for advert in adverts).items():
        place = find_places(normalise(text)).wanted if text else None
        for county in inside[place.adcode] if place else ():
            named[county] += count / len(inside[place.adcode])
    total, even = sum(named.values()), EVEN / len(_counties())
    return Counter({county: even + (1 - EVEN) * named[county] / total for county in _counties()})
