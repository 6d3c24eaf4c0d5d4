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
from matching.blocks import Block
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
    """Those looked through, in blocks; `doubles`: one may lie in several."""

    blocks: Mapping[str, Block]
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

    def __len__(self) -> int:
        return len(self.kinds)


def numbered(things: Iterable[Thing]) -> tuple[Numbers, dict[Thing, int]]:
    """The number of each thing, and the different things in order of their numbers."""
    known: dict[Thing, int] = {}
    numbers = np.fromiter((known.setdefault(thing, len(known)) for thing in things), np.int32)
    return numbers, known


def seekers_ask(index: VacancyIndex, seekers: Sequence[SeekerProfile], today: date) -> tuple[Queries, Side]:
    """Each seeker asks for vacancies."""
    kinds, tables = _seeker_kinds(index, seekers, today)
    asked, every_asked = numbered((wanted_by(who.occupations, who.negated), who.negated) for who in seekers)
    places, every_place = numbered(() if who.is_anywhere else who.regions for who in seekers)
    refused = {
        number: second_trades(index, negated) for (_, negated), number in every_asked.items() if index.has_several
    }
    steps = [scopes(regions) for regions in every_place]
    side = Side(index.blocks, index.has_several)
    homes = [_home(regions) for regions in every_place]
    return Queries(kinds, asked, places, list(every_asked), steps, tables, _nonempty(refused), homes), side


def _home(regions: Sequence[str]) -> str:
    provinces = {province_of(region) for region in regions}
    return provinces.pop() if len(provinces) == 1 else NATION


def _nonempty(refused: Mapping[int, Sequence[int]]) -> dict[int, Sequence[int]]:
    return {number: slots for number, slots in refused.items() if slots}


def _seeker_kinds(
    index: VacancyIndex, seekers: Sequence[SeekerProfile], today: date
) -> tuple[Numbers, dict[str, Keys]]:
    columns, tables = [], {OCCUPATION.name: _rows(index, OCCUPATION, seekers[:1], today)}
    for aspect in ASPECTS:
        numbers, _ = numbered(aspect.of_seeker(who, today) for who in seekers)
        first = np.unique(numbers, return_index=True)[1]
        columns.append(numbers)
        tables[aspect.name] = _rows(index, aspect, [seekers[at] for at in first], today)
    return np.stack(columns, axis=1), tables


def _rows(index: VacancyIndex, aspect: Aspect, seekers: Sequence[SeekerProfile], today: date) -> Keys:
    return np.stack([index.points.row(aspect, who, today).keys for who in seekers])


def vacancies_ask(index: VacancyIndex, seekers: Sequence[SeekerProfile], today: date) -> tuple[Queries, Side]:
    """Each vacancy of the index, in the order of its slots, asks for seekers."""
    seeker_kinds, tables = _seeker_kinds(index, seekers, today)
    turned = {name: np.ascontiguousarray(table.T) for name, table in tables.items()}
    turned[OCCUPATION.name] = tables[OCCUPATION.name]
    turned[PLACE.name] = _wishes_by_place(index, today)
    asked, every_asked = numbered((_asked_by(vacancy.occupations), frozenset[str]()) for vacancy in index)
    places, every_place = numbered(vacancy.region for vacancy in index)
    kinds = np.array([index.kinds_of(vacancy) for vacancy in index], np.int32)
    steps = [scopes_around(region) for region in every_place]
    side = Side(_seeker_blocks(seekers, seeker_kinds), doubles=True)
    homes = [_home((region,)) for region in every_place]
    return Queries(kinds, asked, places, list(every_asked), steps, turned, {}, homes), side


@lru_cache(maxsize=65_536)
def _asked_by(occupations: Weighted) -> Wanted:
    """The occupations whose seekers may be shown a vacancy of these, the nearest share of each."""
    near: dict[str, int] = {}
    for code in [code for code, _ in occupations] or [NAMELESS]:
        for other, weight in wanting(code) if code else ((NAMELESS, UNSAID),):
            near[other] = max(near.get(other, 0), weight)
    return tuple(sorted(near.items(), key=lambda pair: (-pair[1], pair[0])))


def _wishes_by_place(index: VacancyIndex, today: date) -> Keys:
    """Keys between every place of a vacancy (row) and every wish for one place, for none (0), for any (last)."""
    nowhere, anywhere = SeekerProfile(id=0), SeekerProfile(id=0, anywhere=True)
    wishes = [nowhere, *(SeekerProfile(id=0, region=code) for code in region_codes()[1:]), anywhere]
    return np.ascontiguousarray(_rows(index, PLACE, wishes, today).T)


def _seeker_blocks(seekers: Sequence[SeekerProfile], kinds: Numbers) -> dict[str, Block]:
    """Seekers under each occupation named and each place wanted."""
    rows: dict[str, list[BlockRow]] = {}
    for slot, (who, own) in enumerate(zip(seekers, kinds.tolist(), strict=True)):
        named = shares(who.occupations) if who.occupations else ((NAMELESS, UNSAID),)
        for code, share in named:
            for place in _places(who):
                rows.setdefault(code, []).append((place, slot, share, *own[1:], NO_TWIN))
    return {code: Block(found) for code, found in rows.items()}


def _places(who: SeekerProfile) -> tuple[int, ...]:
    if who.is_anywhere:
        return (anywhere_number(),)
    return tuple(region_numbers()[region] for region in who.regions) or (0,)
