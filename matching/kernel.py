"""The search compiled by numba (optional: requirements-kernel.txt), for one or for many: the same answers, sooner."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.aspects import ASPECTS, Keys
from matching.blocks import MOST_SHARE, SHARE_BITS, SLOT, TWIN, Blocks
from matching.scopes import Scope, scopes
from matching.wanted import FULLY, Wanted

Flat = tuple[npt.NDArray[Any], ...]
NONE_REFUSED = (np.zeros(2, np.int64), np.zeros(0, np.int32))
ONE_ASKS = (np.zeros((1, len(ASPECTS)), np.int32), np.zeros(1, np.int32), np.zeros(1, np.int32))  # of row 0 in all


def is_there() -> bool:
    """True where numba is installed."""
    return find_spec("numba") is not None


class Scratch:
    """Notes on slots: the number of the question that counted one last, and of the wish that it is refused to."""

    def __init__(self, slots: int = 0) -> None:
        self.counted, self.refused = np.full((2, slots), -1, np.int64)
        self.asked = 0

    def grow(self, slots: int) -> None:
        """Have room for so many slots."""
        if len(self.counted) < slots:
            self.counted, self.refused = np.full((2, 2 * slots), -1, np.int64)

    def take(self, questions: int) -> int:
        """The first number of some new questions."""
        self.asked += questions
        return self.asked - questions


def flat_wishes(every: Sequence[Wanted], blocks: Blocks) -> Flat:
    """What is asked for, joined: where each wish starts, and its blocks' numbers with how near they are."""
    numbers = blocks.numbers
    known = [[(numbers[code], near) for code, near in wanted if code in numbers] for wanted in every]
    pairs = np.array([pair for pairs in known for pair in pairs], np.int32).reshape(-1, 2)
    return _starts(known), pairs


def flat_refused(every: Sequence[Sequence[int]]) -> Flat:
    """Refused slots joined: where those of each wish start, and the slots."""
    return _starts(every), np.array([slot for slots in every for slot in slots], np.int32)


def flat_scopes(every: Sequence[Sequence[Scope]]) -> Flat:
    """The scopes joined: first step of each, first range of each step, low and high of each range."""
    bounds = [step.bounds.reshape(-1, 2) for steps in every for step in steps]
    return _starts(every), _starts(bounds), np.concatenate(bounds)


def _starts(lists: Sequence[Any]) -> npt.NDArray[np.int64]:
    return np.cumsum([0, *map(len, lists)], dtype=np.int64)


@lru_cache(maxsize=8192)
def scopes_of_one(regions: tuple[str, ...]) -> Flat:
    """The scopes of who wants to work in these regions."""
    return flat_scopes([scopes(regions)])


def best_of(
    asking: Flat,
    wishes: Flat,
    places: Flat,
    refused: Flat,
    blocks: Blocks,
    tables: Sequence[Keys],
    scratch: Scratch,
    *,
    top: int,
    enough: int,
    doubles: bool,
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], npt.NDArray[np.int32], npt.NDArray[np.int8]]:
    """Slots (-1 where there is none) and keys of the best of each query; how many there are, the step used.

    `asking` has a row a query: its kinds, the number of its wish, the number of its scopes. `tables` hold the keys
    between a kind that asks (row) and a kind looked through (column), of the occupation and of each of ASPECTS.
    """
    count = len(asking[1])
    slots, keys = np.full((count, top), -1, np.int32), np.full((count, top), -1, np.int64)
    totals, steps = np.zeros(count, np.int32), np.full(count, -1, np.int8)
    first = scratch.take(count)
    compiled()(
        asking, wishes, places, refused,
        (blocks.starts, blocks.sizes, blocks.placed, blocks.rows.view(np.uint32)),
        tuple(tables), (scratch.counted, scratch.refused), (slots, keys, totals, steps), first, enough, doubles,
    )  # fmt: skip
    return slots, keys, totals, steps


@cache
def compiled(*, bounds_checked: bool = False) -> Any:
    from numba import njit

    plain = njit(nogil=True, boundscheck=bounds_checked)
    first_not_below, insert = plain(_first_not_below), plain(_insert)
    return plain(_search(first_not_below, insert))


def _first_not_below(placed: Any, low: int, high: int, wanted: int) -> int:
    """The first row in [low, high) whose place is not below the wanted one."""
    while low < high:
        middle = (low + high) // 2
        if placed[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


def _insert(slots: Any, keys: Any, twins: Any, count: int, slot: int, key: int, twin: int) -> int:
    """Put a row among the best so far, unless it or its twin is there with no worse; the new count."""
    top = len(slots)
    if count == top and (key < keys[top - 1] or (key == keys[top - 1] and slot >= slots[top - 1])):
        return count
    for at in range(count):
        if slots[at] == slot or (twin >= 0 and twins[at] == twin):
            if keys[at] > key or (keys[at] == key and slots[at] <= slot):
                return count
            for after in range(at, count - 1):
                slots[after], keys[after], twins[after] = slots[after + 1], keys[after + 1], twins[after + 1]
            count -= 1
            break
    at = count if count < top else top - 1
    while at > 0 and (keys[at - 1] < key or (keys[at - 1] == key and slots[at - 1] > slot)):
        slots[at], keys[at], twins[at] = slots[at - 1], keys[at - 1], twins[at - 1]
        at -= 1
    slots[at], keys[at], twins[at] = slot, key, twin
    return count + 1 if count < top else count


def _search(first_not_below: Any, insert: Any) -> Any:
    """The loop over queries, with its two helpers compiled in."""

    def search(asking, wishes, places, refused, side, tables, scratch, found, first, enough, doubles):  # type: ignore[no-untyped-def]
        query_kinds, asked, scopes = asking
        wish_starts, wanted = wishes
        first_step, first_range, ranges = places
        refused_starts, refused_slots = refused
        starts, sizes, placed, rows = side
        by_occupation, by_place, by_pay, by_needs, by_certificates, by_conditions, by_standing = tables
        counted, barred = scratch
        slots, keys, totals, steps = found
        occupation, top = by_occupation[0], slots.shape[1]
        twins = np.full(top, -1, np.int32)
        last, refuses = -1, False
        for query in range(len(asked)):
            kind, wish = query_kinds[query], asked[query]
            place, pay, needs = by_place[kind[0]], by_pay[kind[1]], by_needs[kind[2]]
            certificates, conditions, standing = by_certificates[kind[3]], by_conditions[kind[4]], by_standing[kind[5]]
            best_slots, best_keys = slots[query], keys[query]
            if wish != last:  # those who ask the same stand together
                for at in range(refused_starts[wish], refused_starts[wish + 1]):
                    if refused_slots[at] < len(barred):  # a shard need not hold them all
                        barred[refused_slots[at]] = first + wish
                last, refuses = wish, refused_starts[wish] < refused_starts[wish + 1]
            count = total = 0
            for step in range(first_step[scopes[query]], first_step[scopes[query] + 1]):
                for want in range(wish_starts[wish], wish_starts[wish + 1]):
                    block, near = wanted[want]
                    whole, low, end = occupation[near], starts[block], starts[block] + sizes[block]
                    for part in range(first_range[step], first_range[step + 1]):
                        low = first_not_below(placed, low, end, ranges[part, 0])
                        high = first_not_below(placed, low, end, ranges[part, 1])
                        for row in range(low, high):
                            share = placed[row] & MOST_SHARE
                            key = (
                                (whole if share == FULLY else occupation[near * share // FULLY])
                                + place[placed[row] >> SHARE_BITS]
                                + pay[rows[row, 1]]
                                + needs[rows[row, 2]]
                                + certificates[rows[row, 3]]
                                + conditions[rows[row, 4]]
                                + standing[rows[row, 5]]
                            )
                            slot = np.int64(rows[row, SLOT])
                            if key < 0 or (refuses and barred[slot] == first + wish):
                                continue
                            if not doubles:
                                total += 1
                            elif counted[slot] != first + query:
                                counted[slot] = first + query
                                total += 1
                            if count < top or key >= best_keys[top - 1]:
                                count = insert(
                                    best_slots, best_keys, twins, count, slot, key, np.int32(rows[row, TWIN])
                                )
                        low = high
                if total:
                    steps[query] = step - first_step[scopes[query]]
                    totals[query] = total
                if total >= enough:
                    break

    return search
