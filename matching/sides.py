"""Many seekers against many vacancies, either way round: who asks, who is looked through, the points between them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from matching.aspects import ASPECTS, OCCUPATION, Aspect, Keys
from matching.blocks import SHARE_BITS, Blocks
from matching.blocks import Row as BlockRow
from matching.index import NO_TWIN, VacancyIndex
from matching.places import NATION, province_of
from matching.profiles import SeekerProfile, Weighted
from matching.scopes import Scope, anywhere_number, region_codes, region_numbers, scopes, scopes_around
from matching.search import second_trades
from matching.wanted import NAMELESS, UNSAID, Wanted, shares, wanted_by, wanting

Numbers = npt.NDArray[np.int32]
Thing = TypeVar("Thing", bound=Hashable)
Asked = tuple[Wanted, frozenset[str]]  # the occupations, and those refused
PLACE = ASPECTS[0]


@dataclass(frozen=True, slots=True)
class Side:
    """Those looked through, in blocks; `doubles`: one may lie in several. It holds until the next put of its index."""

    blocks: Blocks
    doubles: bool


@dataclass(frozen=True, slots=True)
class Queries:
    """Those who ask, as numbers: a row of kinds (columns as ASPECTS), what is asked for, the scopes to look in.

    `tables` hold by aspect the key between a kind that asks (row) and a kind looked through (column); `refused`
    the slots that must not be told to those who ask for something.
    """

    kinds: Numbers
    asked: Numbers
    scopes: Numbers
    every_asked: Sequence[Asked]
    every_scopes: Sequence[tuple[Scope, ...]]
    tables: Mapping[str, Keys]
    refused: Mapping[int, Sequence[int]]
    homes: Sequence[str]  # of each of every_scopes, the province it begins in; the nation where in none alone
    fill: bool = False  # look in wider scopes until there are enough, not only where there are none

    def __len__(self) -> int:
        return len(self.kinds)


class Crowd:
    """Many seekers as numbers, 32 bytes each; what several have alike is kept once.

    Each is a row: its kind in every aspect, then what it asks for, then the places it names.
    """

    def __init__(self, today: date, seekers: Iterable[SeekerProfile] = ()) -> None:
        self.today = today
        self._known: tuple[dict[Hashable, int], ...] = tuple({} for _ in (*ASPECTS, "asked", "places"))
        self._first: tuple[list[SeekerProfile], ...] = tuple([] for _ in self._known)
        self._parts: list[Numbers] = [np.empty((0, len(self._known)), np.int32)]
        self.extend(seekers)

    def extend(self, seekers: Iterable[SeekerProfile]) -> None:
        """Add some more."""
        rows = [self._row(who) for who in seekers]
        self._parts.append(np.array(rows, np.int32).reshape(-1, len(self._known)))

    def _row(self, who: SeekerProfile) -> list[int]:
        names = [aspect.of_seeker(who, self.today) for aspect in ASPECTS]
        asked = (who.occupations, who.negated)
        return [self._number(column, name, who) for column, name in enumerate((*names, asked, names[0]))]

    def _number(self, column: int, name: Hashable, who: SeekerProfile) -> int:
        known = self._known[column]
        number = known.setdefault(name, len(known))
        if number == len(self._first[column]):
            self._first[column].append(who)
        return number

    def rows(self) -> Numbers:
        """All of them, in the order they were added."""
        self._parts = [np.concatenate(self._parts)]
        return self._parts[0]

    def tables(self, index: VacancyIndex, aspects: Sequence[Aspect] = ASPECTS) -> dict[str, Keys]:
        """By aspect the key between each kind of seeker and each kind of vacancy."""
        tables = {
            aspect.name: rows_of(index, aspect, first, self.today)
            for aspect, first in zip(ASPECTS, self._first, strict=False)
            if aspect in aspects
        }
        return {OCCUPATION.name: rows_of(index, OCCUPATION, [SeekerProfile(id=0)], self.today), **tables}

    def ask(self, index: VacancyIndex) -> tuple[Queries, Side]:
        """Each seeker asks for vacancies."""
        *_, asking, placed = self._first
        every_asked = [(wanted_by(who.occupations, who.negated), who.negated) for who in asking]
        refused = {n: second_trades(index, negated) for n, (_, negated) in enumerate(every_asked) if index.has_several}
        places = [() if who.is_anywhere else who.regions for who in placed]
        rows = self.rows()
        queries = Queries(
            kinds=rows[:, : len(ASPECTS)],
            asked=rows[:, -2],
            scopes=rows[:, -1],
            every_asked=every_asked,
            every_scopes=[scopes(regions) for regions in places],
            tables=self.tables(index),
            refused={number: slots for number, slots in refused.items() if slots},
            homes=[_home(regions) for regions in places],
        )
        return queries, Side(index.blocks, index.has_several)


def rows_of(index: VacancyIndex, aspect: Aspect, seekers: Iterable[SeekerProfile], today: date) -> Keys:
    """The keys of some seekers' kinds, a row each."""
    return np.stack([index.points.row(aspect, who, today).keys for who in seekers])


def seekers_ask(index: VacancyIndex, seekers: Iterable[SeekerProfile], today: date) -> tuple[Queries, Side]:
    """Each seeker asks for vacancies."""
    return Crowd(today, seekers).ask(index)


def numbered(things: Iterable[Thing]) -> tuple[Numbers, dict[Thing, int]]:
    """The number of each thing, and the different things in order of their numbers."""
    known: dict[Thing, int] = {}
    numbers = np.fromiter((known.setdefault(thing, len(known)) for thing in things), np.int32)
    return numbers, known


def _home(regions: Sequence[str]) -> str:
    provinces = {province_of(region) for region in regions}
    return provinces.pop() if len(provinces) == 1 else NATION


def vacancies_ask(index: VacancyIndex, seekers: Sequence[SeekerProfile], today: date) -> tuple[Queries, Side]:
    """Each vacancy of the index, in the order of its slots, asks for seekers."""
    crowd = Crowd(today, seekers)
    tables = crowd.tables(index, ASPECTS[1:])
    turned = {name: np.ascontiguousarray(table.T) for name, table in tables.items()}
    turned[OCCUPATION.name] = tables[OCCUPATION.name]
    blocks = _seeker_blocks(seekers, crowd.rows()[:, : len(ASPECTS)])
    turned[PLACE.name] = _wishes_by_place(index, blocks, today)
    asked, every_asked = numbered(vacancy.occupations for vacancy in index)
    places, every_place = numbered(vacancy.region for vacancy in index)
    kinds = np.array([index.kinds_of(vacancy) for vacancy in index], np.int32)
    steps = [scopes_around(region) for region in every_place]
    homes = [_home((region,)) for region in every_place]
    refused = _refusals(seekers, list(every_asked))
    every = [(_asked_by(occupations), frozenset[str]()) for occupations in every_asked]
    queries = Queries(kinds, asked, places, every, steps, turned, refused, homes, fill=True)
    return queries, Side(blocks, doubles=True)


def _refusals(seekers: Sequence[SeekerProfile], every_asked: Sequence[Weighted]) -> dict[int, Sequence[int]]:
    """For vacancies of the same occupations, those who want none of that kind."""
    against: dict[str, list[int]] = {}
    for slot, who in enumerate(seekers):
        for code in who.negated:
            against.setdefault(code, []).append(slot)
    found = {n: [slot for code, _ in every for slot in against.get(code, ())] for n, every in enumerate(every_asked)}
    return {number: slots for number, slots in found.items() if slots}


@lru_cache(maxsize=65_536)
def _asked_by(occupations: Weighted) -> Wanted:
    """The occupations whose seekers may be shown a vacancy of these, the nearest share of each."""
    near: dict[str, int] = {}
    for code in [code for code, _ in occupations] or [NAMELESS]:
        for other, weight in wanting(code) if code else ((NAMELESS, UNSAID),):
            near[other] = max(near.get(other, 0), weight)
    return tuple(sorted(near.items(), key=lambda pair: (-pair[1], pair[0])))


def _wishes_by_place(index: VacancyIndex, blocks: Blocks, today: date) -> Keys:
    """Keys between places of vacancies (row) and the wishes for one place that the blocks hold (column)."""
    table = np.zeros((len(index.kinds[PLACE.name]), anywhere_number() + 1), np.int64)
    for number in np.unique(blocks.placed >> SHARE_BITS).tolist():
        table[:, number] = index.points.row(PLACE, _wish(number), today).keys
    return table


def _wish(number: int) -> SeekerProfile:
    """Someone who wants one place: 0 names none, the last would go anywhere."""
    if number in (0, anywhere_number()):
        return SeekerProfile(id=0, anywhere=number != 0)
    return SeekerProfile(id=0, region=region_codes()[number])


def _seeker_blocks(seekers: Sequence[SeekerProfile], kinds: Numbers) -> Blocks:
    """Seekers under each occupation named and each place wanted."""
    rows: dict[str, list[BlockRow]] = {}
    for slot, (who, own) in enumerate(zip(seekers, kinds.tolist(), strict=True)):
        named = shares(who.occupations) if who.occupations else ((NAMELESS, UNSAID),)
        for code, share in named:
            for place in _places(who):
                rows.setdefault(code, []).append((place, share, slot, *own[1:], NO_TWIN))
    return Blocks(rows)


def _places(who: SeekerProfile) -> tuple[int, ...]:
    if who.is_anywhere:
        return (anywhere_number(),)
    return tuple(region_numbers()[region] for region in who.regions) or (0,)
