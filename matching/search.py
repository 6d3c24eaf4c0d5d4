"""Finds the best vacancies for one seeker: narrow by trade and place, add up points, take the best."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from matching import kernel
from matching.aspects import ASPECTS, NEWER, OCCUPATION, PRIORITY, Keys, Row
from matching.blocks import MOST_SHARE, SHARE_BITS, SLOT, TWIN, Blocks, joined
from matching.index import NO_TWIN, VacancyIndex
from matching.profiles import Id, SeekerProfile
from matching.scopes import Scope, scopes
from matching.wanted import ANYTHING, FULLY, Wanted, wanted_by

Slots = npt.NDArray[np.int32]
Tables = Sequence[Keys]  # of the occupation, then of each of ASPECTS; one key alone holds for every kind
ONLY_DAY = (1 << PRIORITY) - (1 << NEWER)  # the bits of a key that tell how new


@dataclass(frozen=True, slots=True)
class Found:
    """The best slots with their keys, how many were open to the seeker, the scope if it was widened, and its step."""

    slots: list[int]
    keys: list[int]
    total: int
    widened: str | None
    step: int


NOTHING = Found([], [], 0, None, -1)


def search(
    index: VacancyIndex,
    seeker: SeekerProfile,
    *,
    today: date,
    top: int,
    skip: Collection[Id] = (),
    unlawful: bool = False,
    newest: bool = False,
) -> Found:
    """The best in the first scope that has any.

    With unlawful, those that only lack a certificate the law demands; with newest, whatever is open, by its day.
    """
    refused = index.slots_of(skip)
    if index.has_several:
        refused += second_trades(index, seeker.negated)
    rows = [
        index.points.row(aspect, seeker, today, turned=unlawful and aspect.name == "certificates")
        for aspect in (OCCUPATION, *ASPECTS)
    ]
    wanted = under(index.blocks, ANYTHING if newest else wanted_by(seeker.occupations, seeker.negated), seeker.negated)
    regions = () if seeker.is_anywhere else seeker.regions
    question = Question(wanted, regions, [by_day(row) for row in rows] if newest else rows, refused)
    return _by_kernel(index, question, top) if index.compiled else _by_numpy(index, question, top)


@dataclass(frozen=True, slots=True)
class Question:
    """One seeker's: occupations with how near, places, keys of the occupation and each of ASPECTS, slots refused."""

    wanted: Wanted
    regions: tuple[str, ...]
    rows: Sequence[Row]
    refused: Sequence[int]


def _by_numpy(index: VacancyIndex, asked: Question, top: int) -> Found:
    tables, steps = [row.short for row in asked.rows], scopes(asked.regions)
    return best_in(index.blocks, asked.wanted, steps, tables, top, refused=asked.refused, doubles=index.has_several)


def _by_kernel(index: VacancyIndex, asked: Question, top: int) -> Found:
    if asked.refused or index.has_several:
        index.scratch.grow(index.most_slots)
    slots, keys, totals, steps = kernel.best_of(
        kernel.ONE_ASKS,
        kernel.flat_wishes([asked.wanted], index.blocks),
        kernel.scopes_of_one(asked.regions),
        kernel.flat_refused([asked.refused]) if asked.refused else kernel.NONE_REFUSED,
        index.blocks,
        [row.keys[np.newaxis] for row in asked.rows],
        index.scratch,
        top=top,
        enough=1,
        doubles=index.has_several,
    )
    total, step = totals.item(), steps.item()
    found = [slot for slot in slots[0].tolist() if slot >= 0]
    widened = scopes(asked.regions)[step].name if total else None
    return Found(found, keys[0].tolist()[: len(found)], total, widened, step)


def by_day(row: Row) -> Row:
    """Of all that decides only the day, and whether it is closed."""
    keys, short = (np.where(keys < 0, keys, keys & ONLY_DAY) for keys in (row.keys, row.short))
    return Row(keys, short, row.levels)


def second_trades(index: VacancyIndex, negated: Collection[str]) -> list[int]:
    """Slots one of whose occupations is not wanted."""
    return [slot for code in negated for slot in index.blocks.slots(code)]


def under(blocks: Blocks, wanted: Wanted, negated: Collection[str] = ()) -> Wanted:
    """The occupations wanted that there are, with how near; nothing named: all."""
    if wanted == ANYTHING:
        return tuple((code, 0) for code in blocks if code not in negated)
    return tuple(pair for pair in wanted if pair[0] in blocks)


def best_in(
    blocks: Blocks,
    wanted: Wanted,
    steps: Sequence[Scope],
    tables: Tables,
    top: int,
    *,
    refused: Sequence[int] = (),
    doubles: bool = False,
    enough: int = 1,
) -> Found:
    """The best rows of some occupations, in the first scope that has enough; tables hold the key of every kind."""
    best = NOTHING
    for step, scope in enumerate(steps):
        pieces = [(part, near) for code, near in wanted for part in blocks.slices(code, scope.bounds)]
        if not pieces:
            continue
        rows = Rows(blocks, pieces)
        keys = rows.keys(tables)
        live = keys >= 0
        if refused:
            live &= _not_among(rows.slots, refused)
        if live.any():
            slots, found, total = _best(rows, keys, live, top, doubles=doubles)
            best = Found(slots, found, total, scope.name, step)
        if best.total >= enough:
            break
    return best


class Rows:
    """The rows of several slices, one below the other."""

    def __init__(self, blocks: Blocks, pieces: list[tuple[slice, int]]) -> None:
        parts = [part for part, _ in pieces]
        self.placed, self.columns = joined(blocks.placed, parts), joined(blocks.rows, parts)
        self.near = np.repeat([near for _, near in pieces], [part.stop - part.start for part in parts])
        self.slots, self.twins = self.columns[:, SLOT], self.columns[:, TWIN]

    def keys(self, tables: Tables) -> Keys:
        """The key of every row: the points of its kinds added up."""
        occupation, place, *others = tables
        share = self.placed & MOST_SHARE
        total: Keys = occupation[self.near * share // FULLY]
        total += place if len(place) == 1 else place[self.placed >> SHARE_BITS]
        for column, table in enumerate(others, SLOT + 1):
            total += table if len(table) == 1 else table[self.columns[:, column]]
        return total


def _not_among(slots: Slots, skipped: Sequence[int]) -> npt.NDArray[np.bool_]:
    return ~np.isin(slots, np.array(skipped, slots.dtype))


def _best(
    rows: Rows, keys: Keys, live: npt.NDArray[np.bool_], top: int, *, doubles: bool
) -> tuple[list[int], list[int], int]:
    """Slots and keys, best first, of equals the lower slot, of twins and doubles only the best; how many there are."""
    places = np.flatnonzero(live)
    total = len(np.unique(rows.slots[places])) if doubles else len(places)
    look = 2 * top
    while True:
        ordered = _ordered(rows.slots, keys, places, look)
        chosen = _without_twins(rows, ordered, top)
        if len(chosen) == top or len(ordered) == len(places):
            break
        look *= 4
    return rows.slots[chosen].tolist(), keys[chosen].tolist(), total


def _ordered(slots: Slots, keys: Keys, places: npt.NDArray[np.intp], look: int) -> list[int]:
    if len(places) > look:
        found = keys[places]
        edge = np.partition(found, len(found) - look)[len(found) - look]
        places = places[found >= edge]
    order: list[int] = places[np.lexsort((slots[places], -keys[places]))].tolist()
    return order


def _without_twins(rows: Rows, ordered: list[int], top: int) -> list[int]:
    chosen: list[int] = []
    seen_slots, seen_twins = set(), set()
    for place, slot, twin in zip(ordered, rows.slots[ordered].tolist(), rows.twins[ordered].tolist(), strict=True):
        if slot in seen_slots or twin in seen_twins:
            continue
        seen_slots.add(slot)
        if twin != NO_TWIN:
            seen_twins.add(twin)
        chosen.append(place)
        if len(chosen) == top:
            break
    return chosen
