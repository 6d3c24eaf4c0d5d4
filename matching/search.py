"""Finds the best vacancies for one seeker: narrow by trade and place, add up points, take the best."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from matching.aspects import ASPECTS, NEWER, OCCUPATION, PRIORITY, Keys
from matching.blocks import Block
from matching.index import NO_TWIN, VacancyIndex
from matching.kinds import Column
from matching.profiles import Id, SeekerProfile
from matching.scopes import Scope, scopes
from matching.wanted import ANYTHING, FULLY, Wanted, wanted_by

Slots = npt.NDArray[np.int32]
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
    tables = {
        aspect.name: index.points.row(aspect, seeker, today, turned=unlawful and aspect.name == "certificates").keys
        for aspect in (OCCUPATION, *ASPECTS)
    }
    if newest:
        tables = {name: np.where(keys < 0, keys, keys & ONLY_DAY) for name, keys in tables.items()}
    wanted = under(index.blocks, ANYTHING if newest else wanted_by(seeker.occupations, seeker.negated), seeker.negated)
    steps = scopes(() if seeker.is_anywhere else seeker.regions)
    return best_in(wanted, steps, tables, top, refused=refused, doubles=index.has_several)


def second_trades(index: VacancyIndex, negated: Collection[str]) -> list[int]:
    """Slots one of whose occupations is not wanted."""
    blocks = [index.blocks[code] for code in negated if code in index.blocks]
    return [slot for block in blocks for slot in block["slot"].tolist()]


def under(blocks: Mapping[str, Block], wanted: Wanted, negated: Collection[str] = ()) -> list[tuple[Block, int]]:
    """The blocks of the occupations wanted, with how near; nothing named: all blocks."""
    if wanted == ANYTHING:
        return [(block, 0) for code, block in blocks.items() if code not in negated]
    return [(blocks[code], near) for code, near in wanted if code in blocks]


def best_in(
    wanted: list[tuple[Block, int]],
    steps: Sequence[Scope],
    tables: Mapping[str, Keys],
    top: int,
    *,
    refused: Sequence[int] = (),
    doubles: bool = False,
    enough: int = 1,
) -> Found:
    """The best rows of some blocks, in the first scope that has enough; tables hold the key of every kind."""
    best = NOTHING
    for step, scope in enumerate(steps):
        pieces = [(block, part, near) for block, near in wanted for part in block.slices(scope.bounds)]
        if not pieces:
            continue
        rows = Rows(pieces)
        keys = rows.keys(tables)
        live = keys >= 0
        if refused:
            live &= _not_among(rows["slot"], refused)
        if live.any():
            slots, found, total = _best(rows, keys, live, top, doubles=doubles)
            best = Found(slots, found, total, scope.name, step)
        if best.total >= enough:
            break
    return best


class Rows:
    """The rows of several slices as columns."""

    def __init__(self, pieces: list[tuple[Block, slice, int]]) -> None:
        self.pieces = pieces
        self._taken: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        column = self._taken.get(name)
        if column is None:
            column = self._taken[name] = self._nearness() if name == OCCUPATION.name else self._read(name)
        return column

    def _read(self, name: str) -> Column:
        parts = [block.columns[name][part] for block, part, _ in self.pieces]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _nearness(self) -> Column:
        near = np.array([near for *_, near in self.pieces], np.int32)
        sizes = [part.stop - part.start for _, part, _ in self.pieces]
        nearness: Column = np.repeat(near, sizes) * self["share"] // FULLY
        return nearness

    def keys(self, tables: Mapping[str, Keys]) -> Keys:
        """The key of every row: the points of its kinds added up."""
        total: Keys = np.zeros(len(self["slot"]), np.int64)
        for name, table in tables.items():
            total += table[self[name]]
        return total


def _not_among(slots: Slots, skipped: Sequence[int]) -> npt.NDArray[np.bool_]:
    return ~np.isin(slots, np.array(skipped, slots.dtype))


def _best(
    rows: Rows, keys: Keys, live: npt.NDArray[np.bool_], top: int, *, doubles: bool
) -> tuple[list[int], list[int], int]:
    """Slots and keys, best first, of equals the lower slot, of twins and doubles only the best; how many there are."""
    places = np.flatnonzero(live)
    total = len(np.unique(rows["slot"][places])) if doubles else len(places)
    look = 2 * top
    while True:
        ordered = _ordered(rows["slot"], keys, places, look)
        chosen = _without_twins(rows, ordered, top)
        if len(chosen) == top or len(ordered) == len(places):
            break
        look *= 4
    return rows["slot"][chosen].tolist(), keys[chosen].tolist(), total


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
    for place, slot, twin in zip(ordered, rows["slot"][ordered].tolist(), rows["twin"][ordered].tolist(), strict=True):
        if slot in seen_slots or twin in seen_twins:
            continue
        seen_slots.add(slot)
        if twin != NO_TWIN:
            seen_twins.add(twin)
        chosen.append(place)
        if len(chosen) == top:
            break
    return chosen
