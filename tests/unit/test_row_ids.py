"""Row ids grow within a process, whatever the clock does, and do not meet between processes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from models.ids import EPOCH_MS, STEP_BITS, IdMaker


def test_ids_grow_and_carry_the_time() -> None:
    maker = IdMaker(clock_ms=lambda: EPOCH_MS + 5)
    made = [maker() for _ in range(1000)]
    assert made == sorted(set(made))
    assert made[0] >> STEP_BITS == 5


@settings(deadline=None)
@given(st.lists(st.integers(min_value=0, max_value=2**40), min_size=2, max_size=60))
def test_ids_grow_even_when_the_clock_steps_back(moments: list[int]) -> None:
    clock = iter(moments)
    maker = IdMaker(clock_ms=lambda: EPOCH_MS + next(clock))
    made = [maker() for _ in moments]
    assert all(before < after for before, after in pairwise(made))
    assert all(0 < number < 2**63 for number in made)


def test_a_clock_that_steps_back_an_hour_costs_no_order_when_it_is_right_again() -> None:
    moments = iter([EPOCH_MS + 3_600_000, EPOCH_MS, EPOCH_MS + 1, EPOCH_MS + 3_600_001])
    maker = IdMaker(clock_ms=lambda: next(moments))
    made = [maker() for _ in range(4)]
    assert made == sorted(set(made))
    assert made[-1] >> STEP_BITS == 3_600_001


def test_more_ids_than_a_millisecond_has_room_for_stay_unique() -> None:
    maker = IdMaker(clock_ms=lambda: EPOCH_MS + 1, random_bits=lambda bits: (1 << bits) - 1)
    made = [maker() for _ in range(100_000)]
    assert len(set(made)) == len(made)
    assert made == sorted(made)


def test_threads_share_a_maker() -> None:
    maker = IdMaker()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: maker(), range(4000)))
    assert len(set(made)) == len(made)


def test_two_processes_in_the_same_millisecond_begin_at_places_of_their_own() -> None:
    first, second = (IdMaker(clock_ms=lambda: EPOCH_MS + 7) for _ in range(2))
    ours, theirs = ({maker() for _ in range(100)} for maker in (first, second))
    assert not ours & theirs


def test_a_new_process_goes_on_behind_the_newest_id_although_its_clock_is_two_hours_back() -> None:
    clock = iter([EPOCH_MS + 7_200_000, EPOCH_MS, EPOCH_MS, EPOCH_MS + 7_300_000])
    newest = IdMaker(clock_ms=lambda: next(clock))()
    others = [IdMaker(clock_ms=lambda: next(clock)) for _ in range(2)]
    for maker in others:
        maker.follow(newest)
    made = [maker() for maker in others]
    assert min(made) > newest
    assert abs(made[0] - made[1]) > 1000, "two of them begin at places of their own"
    assert max(made) - newest < 2_000 << STEP_BITS
    assert others[0]() >> STEP_BITS == 7_300_000, "its clock is right again"


def test_what_was_followed_long_ago_changes_nothing() -> None:
    maker = IdMaker(clock_ms=lambda: EPOCH_MS + 5)
    made = maker()
    maker.follow(3 << STEP_BITS)
    assert made < maker() < 6 << STEP_BITS
