"""Where to look: regions in the order of their codes, so that whatever lies in one is a range of numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from matching.blocks import Placed, placed
from matching.places import NATION, all_regions, ancestors, city_of, get_required_region, nearby_cities, province_of

Range = tuple[int, int]
UNPLACED: Range = (0, 1)
MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
DIGITS = {0: 0, 1: 2, 2: 4, 3: 6}  # of a code that its inhabitants share, by level


@cache
def region_codes() -> tuple[str, ...]:
    """Every adcode in order, the nation first: a region's number is its place in here."""
    return tuple(sorted((region.adcode for region in all_regions()), key=lambda code: (code != NATION, code)))


@cache
def region_numbers() -> dict[str, int]:
    return {code: number for number, code in enumerate(region_codes())}


@cache
def span(adcode: str) -> Range:
    """The numbers of a region and all within it, the end left out."""
    head = adcode[: DIGITS[get_required_region(adcode).level]]
    first = region_numbers()[adcode]
    last = first
    codes = region_codes()
    while last < len(codes) and codes[last].startswith(head):
        last += 1
    return first, last


@dataclass(frozen=True, slots=True)
class Scope:
    """One step outward: the ranges of region numbers to look in, and how it is called if it was needed."""

    name: str | None
    ranges: tuple[Range, ...]
    bounds: Placed


def _scope(name: str | None, ranges: tuple[Range, ...]) -> Scope:
    return Scope(name, ranges, placed(ranges))


def joined(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same numbers in as few ranges as will do."""
    result: list[Range] = []
    for low, high in sorted(ranges):
        if result and low <= result[-1][1]:
            result[-1] = (result[-1][0], max(high, result[-1][1]))
        else:
            result.append((low, high))
    return tuple(result)


@lru_cache(maxsize=8192)
def scopes(regions: tuple[str, ...]) -> tuple[Scope, ...]:
    """Where a seeker looks, step by step: the wanted regions, their cities, the cities near, province, nation.

    No region: the nation at once. What names no place of its own is looked at everywhere.
    """
    if not regions or NATION in regions:
        return (_scope(None, (span(NATION),)),)
    steps: list[Scope] = []
    for name, places in _steps(regions):
        ranges = joined((UNPLACED, *(span(place) for place in places)))
        if not steps or ranges != steps[-1].ranges:
            steps.append(_scope(name if steps else None, ranges))
    return tuple(steps)


def _steps(regions: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    cities = tuple(dict.fromkeys(city_of(region) for region in regions))
    yield regions[0], regions
    yield cities[0], cities
    below = [city for city in cities if get_required_region(city).level > 1 or city in MUNICIPALITIES]
    yield f"near:{cities[0]}", (*cities, *(near for city in below for near in nearby_cities(city)))
    provinces = tuple(dict.fromkeys(province_of(city) for city in cities))
    yield provinces[0], provinces
    yield NATION, (NATION,)


def anywhere_number() -> int:
    """The number under which those are kept who would work anywhere; 0 is for those who name no place."""
    return len(region_codes())


@lru_cache(maxsize=8192)
def scopes_around(region: str) -> tuple[Scope, ...]:
    """Whose wish a vacancy's place meets: those for it or what it lies in; then for its city, near it, its province."""
    numbers = [*(region_numbers()[code] for code in ancestors(region)), anywhere_number()]
    exact = tuple((number, number + 1) for number in numbers)
    steps, ranges = [_scope(None, joined(exact))], exact
    for name, places in _steps((region,)):
        ranges = joined((*ranges, *(span(place) for place in places)))
        if ranges != steps[-1].ranges:
            steps.append(_scope(name, ranges))
    return tuple(steps)
