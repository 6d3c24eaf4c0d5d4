"""How much of the speed figures is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

NAME = "speed"
MILLION = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Sizes in vacancies; `seconds` is each contestant's share of one round, `batch_seconds` a batch's at most."""

    sizes: tuple[int, ...]
    rounds: int
    seconds: float
    seekers: int
    batch_seconds: float
    sentences: int
    starts: int
    changes: int
    night: bool = False


DEFAULT = Plan(
    sizes=(2_000, 100_000),
    rounds=5,
    seconds=0.4,
    seekers=100_000,
    batch_seconds=4,
    sentences=2_000,
    starts=5,
    changes=200,
)
QUICK = Plan(
    sizes=(2_000,), rounds=1, seconds=0.05, seekers=500, batch_seconds=0.3, sentences=200, starts=1, changes=20
)
FULL = replace(
    DEFAULT, sizes=(2_000, 100_000, MILLION), rounds=7, seconds=1.0, seekers=MILLION, batch_seconds=120, sentences=5_000
)


def plan_of(*, quick: bool, full: bool, night: bool, sizes: Sequence[int] | None) -> Plan:
    """The plan that the options ask for."""
    plan = QUICK if quick else FULL if full else DEFAULT
    return replace(plan, sizes=tuple(sorted(sizes or plan.sizes)), night=night)


def label(count: int) -> str:
    """2k, 100k, 1m."""
    for size, letter in ((MILLION, "m"), (1_000, "k")):
        if count >= size and count % size == 0:
            return f"{count // size}{letter}"
    return str(count)
