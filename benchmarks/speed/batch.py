"""Everybody against everything, both ways, beside RapidFuzz's share of the same work."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from benchmarks.engine import Engine
from benchmarks.figures import Figure, Note, at_least, at_most, told
from benchmarks.marginals import area_of
from benchmarks.market import seekers
from benchmarks.progress import Bar
from benchmarks.search_peers import Corpus, RapidFuzzPeer
from benchmarks.speed.plan import NAME, Plan, label
from benchmarks.speed.single import one_round, spread
from matching.profiles import SeekerProfile

PEER_SHARE = 0.25  # of the seconds a batch may take


def forward(engine: Engine, people: list[SeekerProfile], seconds: float) -> tuple[int, float]:
    """How many seekers got their vacancies within the seconds (all, where it is fast enough), and how long it took."""
    begun, done = time.perf_counter(), 0
    for done, _ in enumerate(engine.match_many(people), 1):
        if done % 64 == 0 and time.perf_counter() - begun > seconds:
            break
    return done, time.perf_counter() - begun


def measure_batch(
    engine: Engine, corpus: Corpus, wishes: list[tuple[str, str]], plan: Plan, bar: Bar
) -> Iterator[Figure | Note]:
    """Seekers a second both ways; `wishes` are words and regions for RapidFuzz, which is sampled."""
    area = area_of(len(corpus.ids))
    people, rapidfuzz = list(seekers(plan.seekers, area)), RapidFuzzPeer()
    rapidfuzz.build(corpus)
    ahead, peer, back, tenth, done = [], [], [], [], 0
    for number in range(plan.rounds):
        bar.step(f"batch, round {number + 1} of {plan.rounds}")
        done, took = forward(engine, people, plan.batch_seconds)
        ahead.append(done / took)
        tenth.append(took / done / _per_seeker(engine, people[: max(1, done // 10)]))
        back.append(_backward(engine, people[:done]))
        times = one_round(
            lambda n: rapidfuzz.search(*wishes[n % len(wishes)]),
            range(number * len(wishes), (number + 1) * len(wishes)),
            plan.batch_seconds * PEER_SHARE,
        )
        peer.append(len(times) / sum(times))
    size = f"{label(plan.seekers)}_x_{label(len(corpus.ids))}"
    if done < plan.seekers:
        yield Note(
            NAME, f"batch {size}: EXTRAPOLATED from the {done:,} seekers that were done in {plan.batch_seconds:g} s"
        )
    yield Note(NAME, f"batch {size}: RapidFuzz EXTRAPOLATED from a sample of seekers, region's rows only")
    yield told(NAME, f"batch_{size}_forward", "seekers/s", median(ahead), spread(ahead))
    yield told(NAME, f"batch_{size}_for_vacancies", "seekers/s", median(back), spread(back))
    yield told(NAME, f"batch_{size}_rapidfuzz", "seekers/s", median(peer), spread(peer))
    ratios = [ours / theirs for ours, theirs in zip(ahead, peer, strict=True)]
    yield at_least(NAME, f"batch_{size}_times_rapidfuzz", "times", median(ratios), 50, spread(ratios))
    yield at_most(NAME, "batch_cost_a_seeker_10_times_seekers", "times", median(tenth), 1.3, spread(tenth))


def _per_seeker(engine: Engine, people: list[SeekerProfile]) -> float:
    done, took = forward(engine, people, float("inf"))
    return took / done


def _backward(engine: Engine, people: list[SeekerProfile]) -> float:
    begun = time.perf_counter()
    engine.match_many_vacancies(people)
    return len(people) / (time.perf_counter() - begun)
