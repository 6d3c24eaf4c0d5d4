"""Everybody against everything, both ways: numpy, numba beside it, and RapidFuzz's share of the same work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from statistics import median

from benchmarks.engine import Asked, Engine, answers
from benchmarks.figures import Figure, Note, at_least, at_most, told
from benchmarks.marginals import area_of
from benchmarks.market import seekers
from benchmarks.progress import Bar
from benchmarks.search_peers import Corpus, RapidFuzzPeer
from benchmarks.speed.plan import NAME, Plan, label
from benchmarks.speed.single import one_round, spread
from matching import kernel

PEER_SHARE = 0.25  # of the seconds a batch may take
NUMPY_RATE = 8_000  # about what numpy answers in a second: its share of a round is drawn up by it
CORES = 2
Rates = dict[str, list[float]]


def part_of(asked: Asked, count: int) -> Asked:
    """The first of those who ask."""
    queries, side = asked
    return replace(
        queries, kinds=queries.kinds[:count], asked=queries.asked[:count], scopes=queries.scopes[:count]
    ), side


def rate(asked: Asked, *, compiled: bool, pool: ThreadPoolExecutor | None = None) -> float:
    """How many of those who ask are answered in a second."""
    begun = time.perf_counter()
    answers(asked, compiled=compiled, executor=pool)
    return len(asked[0]) / (time.perf_counter() - begun)


def measure_batch(
    engine: Engine, corpus: Corpus, wishes: list[tuple[str, str]], plan: Plan, bar: Bar
) -> Iterator[Figure | Note]:
    """Questions answered in a second, both ways; `wishes` are words and regions for RapidFuzz, which is sampled."""
    area = area_of(len(corpus.ids))
    people, peer = list(seekers(plan.seekers, area)), RapidFuzzPeer()
    peer.build(corpus)
    size = f"{label(plan.seekers)}_x_{label(len(corpus.ids))}"
    sample = max(100, int(plan.batch_seconds * NUMPY_RATE))
    ways: dict[str, Asked] = {"forward": engine.asked_by(people), "for_vacancies": engine.asked_for(people)}
    yield Note(NAME, f"batch {size}: from columns of parsed profiles; RapidFuzz (region's rows) and numpy EXTRAPOLATED")
    found: dict[str, Rates] = {way: {} for way in ways}
    for number in range(plan.rounds):
        bar.step(f"batch, round {number + 1} of {plan.rounds}")
        for way, asked in ways.items():
            _one_round(found[way], part_of(asked, sample), asked)
        here = range(number * len(wishes), (number + 1) * len(wishes))
        times = one_round(lambda n: peer.search(*wishes[n % len(wishes)]), here, plan.batch_seconds * PEER_SHARE)
        found["forward"].setdefault("rapidfuzz", []).append(len(times) / sum(times))
    for way, rates in found.items():
        for name, values in rates.items():
            yield told(NAME, f"batch_{size}_{way}_{name}", "asked/s", median(values), spread(values))
    yield from _compared(found, size)


def _one_round(rates: Rates, sample: Asked, whole: Asked) -> None:
    def note(name: str, value: float) -> None:
        rates.setdefault(name, []).append(value)

    note("numpy", rate(sample, compiled=False))
    note("numpy_a_tenth", rate(part_of(sample, max(1, len(sample[0]) // 10)), compiled=False))
    if kernel.is_there():
        if "numba" not in rates:
            rate(part_of(sample, 1), compiled=True)  # compiling is not counted
        note("numba", rate(whole, compiled=True))
        with ThreadPoolExecutor(CORES) as pool:
            note(f"numba_{CORES}_threads", rate(whole, compiled=True, pool=pool))


def _compared(found: dict[str, Rates], size: str) -> Iterator[Figure]:
    forward = found["forward"]
    yield _times(at_least, f"batch_{size}_numpy_times_rapidfuzz", forward["numpy"], forward["rapidfuzz"], 50)
    yield _times(at_most, "batch_cost_a_seeker_10_times_seekers", forward["numpy_a_tenth"], forward["numpy"], 1.3)
    if kernel.is_there():
        for way, rates in found.items():
            yield _times(at_least, f"batch_{size}_{way}_numba_times_numpy", rates["numba"], rates["numpy"], 10)


def _times(promise: Callable[..., Figure], name: str, ours: list[float], theirs: list[float], limit: float) -> Figure:
    ratios = [one / other for one, other in zip(ours, theirs, strict=True)]
    return promise(NAME, name, "times", median(ratios), limit, spread(ratios))
