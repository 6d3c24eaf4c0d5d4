"""The search of many.py compiled by numba (optional: requirements-kernel.txt); the same answers, sooner."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.aspects import ASPECTS, OCCUPATION
from matching.scopes import Range
from matching.sides import Queries, Side
from matching.wanted import ANYTHING, FULLY

Flat = tuple[npt.NDArray[Any], ...]


def is_there() -> bool:
    """True where numba is installed."""
    return find_spec("numba") is not None


def flat_asked(queries: Queries, side: Side) -> Flat:
    """What is asked for, joined: starts, numbers of blocks, how near."""
    numbers = {code: number for number, code in enumerate(sorted(side.blocks))}
    starts, blocks, near = [0], [], []
    for wanted, negated in queries.every_asked:
        pairs = [(code, 0) for code in numbers if code not in negated] if wanted == ANYTHING else wanted
        known = [(numbers[code], share) for code, share in pairs if code in numbers]
        blocks += [block for block, _ in known]
        near += [share for _, share in known]
        starts.append(len(blocks))
    return np.array(starts, np.int64), np.array(blocks, np.int32), np.array(near, np.int32)


def flat_refused(queries: Queries) -> Flat:
    """Refused slots joined: where those of each question start, and the slots."""
    lists = [queries.refused.get(number, ()) for number in range(len(queries.every_asked))]
    starts = np.cumsum([0, *map(len, lists)])
    return starts.astype(np.int64), np.array([slot for slots in lists for slot in slots], np.int32)


def flat_scopes(queries: Queries) -> Flat:
    """The scopes joined: first step of each, first range of each step, low and high of each range."""
    first_step, first_range = [0], [0]
    ranges: list[Range] = []
    for steps in queries.every_scopes:
        for step in steps:
            ranges += step.ranges
            first_range.append(len(ranges))
        first_step.append(len(first_range) - 1)
    return np.array(first_step, np.int64), np.array(first_range, np.int64), np.array(ranges, np.int64).reshape(-1, 2)


def best_of(
    queries: Queries, side: Side, top: int, enough: int
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64], Flat]:
    """Slots (-1 where there is none) and keys of the best of each query; totals and steps used."""
    count = len(queries)
    slots, keys = np.full((count, top), -1, np.int32), np.full((count, top), -1, np.int64)
    totals, steps = np.zeros(count, np.int32), np.full(count, -1, np.int8)
    flat = side.flat
    seen, barred = np.full((2, 1 + int(flat[2].max(initial=0))), -1, np.int32)
    tables = (queries.tables[OCCUPATION.name][0], *(queries.tables[aspect.name] for aspect in ASPECTS))
    compiled()(
        queries.kinds, queries.asked, queries.scopes, *flat_asked(queries, side), *flat_scopes(queries),
        *flat_refused(queries), *flat, *tables, seen, barred, slots, keys, totals, steps, enough,
    )  # fmt: skip
    return slots, keys, (totals, steps)


@cache
def compiled(*, bounds_checked: bool = False) -> Any:
    from numba import njit

    plain = njit(nogil=True, boundscheck=bounds_checked)
    first_not_below, insert = plain(_first_not_below), plain(_insert)
    return plain(_search(first_not_below, insert))


def _first_not_below(places: Any, low: int, high: int, wanted: int) -> int:
    """The first place in [low, high) that is not below the wanted one."""
    while low < high:
        middle = (low + high) // 2
        if places[middle] < wanted:
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

    def search(  # type: ignore[no-untyped-def]
        query_kinds, asked, scopes, asked_starts, asked_blocks, asked_near, first_step, first_range, ranges,
        refused_starts, refused, starts, places, row_slots, row_shares, row_kinds, row_twins,
        by_occupation, by_place, by_pay, by_needs, by_certificates, by_conditions, by_standing,
        seen, barred, slots, keys, totals, steps, enough,
    ):  # fmt: skip
        twins = np.full(slots.shape[1], -1, np.int32)
        last = -1
        for query in range(len(asked)):
            kind, wish = query_kinds[query], asked[query]
            if wish != last:  # those who ask the same stand together
                for at in range(refused_starts[wish], refused_starts[wish + 1]):
                    if refused[at] < len(barred):  # a shard need not hold them all
                        barred[refused[at]] = wish
                last = wish
            count = total = 0
            for step in range(first_step[scopes[query]], first_step[scopes[query] + 1]):
                for want in range(asked_starts[wish], asked_starts[wish + 1]):
                    block, near = asked_blocks[want], asked_near[want]
                    low = starts[block]
                    for part in range(first_range[step], first_range[step + 1]):
                        low = first_not_below(places, low, starts[block + 1], ranges[part, 0])
                        high = first_not_below(places, low, starts[block + 1], ranges[part, 1])
                        for row in range(low, high):
                            own = row_kinds[row]
                            key = (
                                by_occupation[near * row_shares[row] // FULLY]
                                + by_place[kind[0], places[row]]
                                + by_pay[kind[1], own[0]]
                                + by_needs[kind[2], own[1]]
                                + by_certificates[kind[3], own[2]]
                                + by_conditions[kind[4], own[3]]
                                + by_standing[kind[5], own[4]]
                            )
                            if key < 0:
                                continue
                            slot = row_slots[row]
                            if barred[slot] == wish:
                                continue
                            if seen[slot] != query:
                                seen[slot] = query
                                total += 1
                            count = insert(slots[query], keys[query], twins, count, slot, key, row_twins[row])
                        low = high
                if total:
                    steps[query] = step - first_step[scopes[query]]
                    totals[query] = total
                if total >= enough:
                    break

    return search
