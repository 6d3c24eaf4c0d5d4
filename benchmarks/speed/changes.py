"""Adding, closing and filling one vacancy of a full index, what a vacancy costs in memory, and growth."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import median

from benchmarks.engine import Engine
from benchmarks.figures import Figure, at_most, percentile, told
from benchmarks.marginals import area_of
from benchmarks.market import TODAY, Query, vacancies
from benchmarks.speed.plan import NAME, Plan, label
from benchmarks.speed.single import spread
from matching.profiles import SeekerProfile, VacancyProfile

MOST_WEIGHED = 100_000
SAMPLE = 300
BEST_PAID = 100_000_000
TRIED = ("put", "fill", "remove")


class ChangeNotSeenError(AssertionError):
    """A query did not see the change made just before it."""


def measure_changes(engine: Engine, size: int, changes: int) -> Iterator[Figure]:
    """Milliseconds of each kind of change, and of the query behind it, which must see it."""
    spent: dict[str, list[float]] = {kind: [] for kind in TRIED}
    after: list[float] = []
    for drawn in vacancies(changes, area_of(size), seed=7, first_id=size):
        vacancy = replace(drawn, posted_on=TODAY, wage_max_fen=BEST_PAID)  # of equals it comes first
        for kind, change in _steps(engine, vacancy):
            spent[kind].append(_milliseconds(change))
            after.append(_milliseconds(lambda v=vacancy, k=kind: _check(engine, v, seen=k == "put")))
    for kind, times in spent.items():
        yield at_most(NAME, f"{kind}_{label(size)}", "ms", median(times), 1, spread(times))
        yield told(NAME, f"{kind}_{label(size)}_p99", "ms", percentile(times, 0.99))
    yield told(NAME, f"query_after_change_{label(size)}", "ms", median(after), spread(after))


def _steps(engine: Engine, vacancy: VacancyProfile) -> Iterator[tuple[str, Callable[[], None]]]:
    yield "put", lambda: engine.put(vacancy)
    yield "fill", lambda: engine.fill(vacancy)
    engine.put(vacancy)
    yield "remove", lambda: engine.remove(vacancy.id)


def _check(engine: Engine, vacancy: VacancyProfile, *, seen: bool) -> None:
    """The one who wants exactly this finds it if and only if it is there."""
    seeker = SeekerProfile(id=0, occupations=vacancy.occupations, region=vacancy.region)
    found = vacancy.id in {number for number, _ in engine.search(seeker)}
    if found != seen:
        raise ChangeNotSeenError(f"{vacancy} is {'' if found else 'not '}found")


def _milliseconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def measure_memory(engine: Engine, size: int) -> Iterator[Figure]:
    """Bytes of the rows that are searched; and all that an index holds beside the profiles: ids, kinds, tables."""
    yield at_most(NAME, f"index_memory_{label(size)}", "B/vacancy", engine.bytes_of_rows() / size, 32)
    count = min(size, MOST_WEIGHED)
    handed = list(vacancies(count, area_of(count)))
    gc.collect()
    tracemalloc.start()
    weighed = Engine(handed)
    gc.collect()
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del weighed
    yield told(NAME, f"index_memory_with_ids_{label(count)}", "B/vacancy", held / count)


def measure_growth(engine: Engine, size: int, asked: list[Query], plan: Plan) -> Iterator[Figure]:
    """The time of the same queries over ten times the vacancies, in turns."""
    small = Engine(vacancies(size // 10, area_of(size)))
    ratios = []
    for number in range(plan.rounds):
        sample = asked[number * SAMPLE % len(asked) :][:SAMPLE]
        few = sum(_milliseconds(lambda q=query: small.search(q.profile)) for query in sample)
        many = sum(_milliseconds(lambda q=query: engine.search(q.profile)) for query in sample)
        ratios.append(many / few)
    name = f"growth_{label(size // 10)}_to_{label(size)}"
    yield at_most(NAME, name, "times", median(ratios), 3, spread(ratios))
