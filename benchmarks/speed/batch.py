"""Everybody against everything, both ways, beside RapidFuzz's share of the same work; the national night."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from app.settings import ROOT
from benchmarks.engine import Engine
from benchmarks.figures import Figure, Note, at_least, at_most, told
from benchmarks.marginals import area_of
from benchmarks.market import seekers, vacancies
from benchmarks.progress import Bar
from benchmarks.search_peers import Corpus, RapidFuzzPeer
from benchmarks.speed.plan import MILLION, NAME, Plan, label
from benchmarks.speed.single import one_round, spread
from matching.profiles import SeekerProfile

NIGHT_SEEKERS, NIGHT_VACANCIES = 10 * MILLION, MILLION
NIGHT_CHUNK = 500_000
NIGHT_SECONDS = 600.0
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


def measure_night() -> Iterator[Figure | Note]:
    """Ten million seekers, a million vacancies, in a process of its own."""
    command = (sys.executable, "-m", "benchmarks.speed.batch", str(NIGHT_SEEKERS), str(NIGHT_VACANCIES))
    told_by = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    done, took, megabytes = json.loads(told_by)
    if done < NIGHT_SEEKERS:
        yield Note(NAME, f"night: EXTRAPOLATED from the {done:,} seekers that were done in {took:.0f} s")
    yield at_most(NAME, "night_10m_x_1m", "s", took * NIGHT_SEEKERS / done, 60)
    yield at_most(NAME, "night_10m_x_1m_peak", "MB", megabytes, 6_000)


def night(people: int, jobs: int) -> tuple[int, float, float]:
    """Seekers done, seconds of matching (drawing them is not counted), peak megabytes of this process."""
    engine, done, took = Engine(vacancies(jobs)), 0, 0.0
    while done < people and took < NIGHT_SECONDS:
        count = min(NIGHT_CHUNK, people - done)
        some, seconds = forward(engine, list(seekers(count, seed=done)), NIGHT_SECONDS - took)
        done, took = done + some, took + seconds
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text("utf-8"))
    return done, took, int(peak[1]) / 1024 if peak else 0.0


if __name__ == "__main__":
    print(json.dumps(night(int(sys.argv[1]), int(sys.argv[2]))))
