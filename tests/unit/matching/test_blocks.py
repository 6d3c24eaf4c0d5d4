"""The table of rows against plain lists: whatever is added and removed, each place holds what it should."""

from __future__ import annotations

import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.blocks import COLUMNS, SHARE_BITS, SLOT, Blocks, placed

CODES = ("a", "b", "c")
PLACES = 6
Plain = dict[str, list[tuple[int, int]]]  # code → place and slot of each row


def row(place: int, slot: int) -> tuple[int, ...]:
    return (place, 100, slot, *[slot] * (len(COLUMNS) - 1))


def held(blocks: Blocks, code: str, low: int, high: int) -> list[tuple[int, int]]:
    parts = blocks.slices(code, placed([(low, high)])) if code in blocks else []
    found = [n for part in parts for n in range(part.start, part.stop)]
    assert all((blocks.rows[n] == blocks.rows[n, SLOT]).all() for n in found)
    return [(int(blocks.placed[n]) >> SHARE_BITS, int(blocks.rows[n, SLOT])) for n in found]


def agree(blocks: Blocks, plain: Plain) -> bool:
    ranges = [(low, high) for low in range(PLACES) for high in range(low + 1, PLACES + 1)]
    return len(blocks) == sum(map(len, plain.values())) and all(
        sorted(held(blocks, code, low, high)) == sorted(pair for pair in rows if low <= pair[0] < high)
        for code, rows in plain.items()
        for low, high in ranges
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 30))
def test_rows_are_where_a_plain_list_has_them(seed: int, at_first: int) -> None:
    dice, plain = random.Random(seed), Plain({code: [] for code in CODES})
    for slot in range(at_first):
        plain[dice.choice(CODES)].append((dice.randrange(PLACES), slot))
    blocks = Blocks({code: [row(*pair) for pair in rows] for code, rows in plain.items() if rows})
    for slot in range(at_first, at_first + 80):
        code = dice.choice(CODES)
        if plain[code] and dice.random() < 0.4:
            blocks.remove(code, *plain[code].pop(dice.randrange(len(plain[code]))))
        else:
            plain[code].append((dice.randrange(PLACES), slot))
            blocks.add(code, row(*plain[code][-1]))
    assert agree(blocks, plain)
    low, high = sorted(dice.sample(range(PLACES + 1), 2))
    cut = {code: [pair for pair in rows if low <= pair[0] < high] for code, rows in plain.items()}
    assert agree(blocks.cut(placed([(low, high)])), cut)


def test_room_is_used_again() -> None:
    """A market that turns over ten times does not grow."""
    blocks = Blocks({code: [row(0, n) for n in range(50)] for code in CODES})
    for turn in range(10):
        for code in CODES:
            for n in range(50):
                blocks.add(code, row(turn % PLACES, 50 * (turn + 1) + n))
                blocks.remove(code, 0 if turn == 0 else (turn - 1) % PLACES, 50 * turn + n)
    assert len(blocks) == 150 and len(blocks.placed) < 400
    assert np.array_equal(blocks.sizes, [50, 50, 50])
