"""Shares and ranks with their bootstrap intervals, as figures."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import log2
from statistics import fmean

from benchmarks.figures import Figure

NAME = "quality"
ROUNDS = 400


def interval(values: Sequence[float], rounds: int = ROUNDS) -> tuple[float, float]:
    """Bootstrap 95 % interval of a mean."""
    chance = random.Random(7)
    means = sorted(fmean(chance.choices(values, k=len(values))) for _ in range(rounds))
    return means[rounds // 40], means[-rounds // 40 - 1]


def percent(figure: str, values: Sequence[float], goal: float | None = None) -> Figure:
    """A mean of hits or of nDCG in per cent, its interval in the unit; goal is a share."""
    low, high = interval(values)
    mean = fmean(values)
    return Figure(
        name=NAME,
        figure=figure,
        unit=f"% [{100 * low:.1f}, {100 * high:.1f}]",
        value=round(100 * mean, 2),
        target=None if goal is None else f">= {100 * goal:g}",
        passed=None if goal is None else mean >= goal,
    )


def ndcg(hits: Sequence[bool], relevant: int, depth: int = 10) -> float:
    """Normalised discounted gain of a ranking of which these were hits, of so many relevant ones."""
    gain = sum(hit / log2(place + 2) for place, hit in enumerate(hits[:depth]))
    best = sum(1 / log2(place + 2) for place in range(min(depth, relevant)))
    return gain / best if best else 0.0
