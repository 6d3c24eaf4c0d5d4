"""One query at a time: the program and its peers take turns, each round with queries that none of them saw before."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from statistics import median

from benchmarks.engine import Engine
from benchmarks.figures import Figure, Note, Spread, at_least, at_most, percentile, told
from benchmarks.marginals import area_of
from benchmarks.market import Query, queries, sentences
from benchmarks.progress import Bar
from benchmarks.search_peers import PEERS, Corpus, MissingPeerError, Peer
from benchmarks.speed.plan import MILLION, NAME, Plan, label
from matching import kernel

BY_NUMPY = "zhaohuo_numpy"
FROM_TEXT = "zhaohuo_from_text"
OWN = (Engine.name, BY_NUMPY, FROM_TEXT)
MOST_A_SECOND = 10_000  # queries made for each second of a round
WARM_UP = 20
HINT = ".venv/bin/python -m pip install --require-hashes -r requirements-bench.txt"
MIN_RATE = {(Engine.name, MILLION): 8_000, (FROM_TEXT, MILLION): 3_000}
MIN_RATIO = {
    ("tantivy", MILLION): 10,
    ("rapidfuzz", MILLION): 30,
    ("tantivy", 100_000): 2,
    ("rapidfuzz", 2_000): 1,
}
Ask = Callable[[int], object]
Times = list[list[float]]


@contextmanager
def built_peers(corpus: Corpus, bar: Bar) -> Iterator[tuple[list[Peer], list[Note]]]:
    """The peers this machine has, and a note for each it has not."""
    peers: list[Peer] = []
    notes: list[Note] = []
    with ExitStack() as opened:
        for kind in PEERS:
            bar.step(f"{kind.name} reads {label(len(corpus.ids))} vacancies")
            peer = opened.enter_context(closing(kind()))
            try:
                peer.build(corpus)
                peers.append(peer)
            except MissingPeerError as reason:
                notes.append(Note(NAME, f"LEFT OUT: {kind.name}: {reason}; the peers of Python come with {HINT}"))
        yield peers, notes


def queries_a_round(plan: Plan) -> int:
    """More than the fastest contestant answers in its share of a round."""
    return max(WARM_UP, int(plan.seconds * MOST_A_SECOND))


def all_queries(size: int, plan: Plan) -> list[Query]:
    """What is asked of every contestant."""
    return queries(queries_a_round(plan) * plan.rounds + WARM_UP, area_of(size))


def measured(
    engine: Engine, peers: list[Peer], asked: list[Query], size: int, plan: Plan, bar: Bar
) -> dict[str, Times]:
    """Seconds of each query, by contestant and round; sentences are new ones at each size."""
    a_round = queries_a_round(plan)
    unseen = [sentence for sentence, *_ in sentences(len(asked), area_of(size), seed=size)]
    contestants = _contestants(engine, peers, asked, unseen)
    gc.collect()
    gc.freeze()  # as the program does: its index need not be walked over
    for ask in contestants.values():
        one_round(ask, range(WARM_UP), plan.seconds)
    times: dict[str, Times] = {name: [] for name in contestants}
    for number in range(plan.rounds):
        bar.step(f"{label(size)} vacancies, round {number + 1} of {plan.rounds}")
        begin = WARM_UP + number * a_round
        for name in _turned(list(contestants), number):
            times[name].append(one_round(contestants[name], range(begin, begin + a_round), plan.seconds))
    gc.unfreeze()
    return times


def _contestants(engine: Engine, peers: list[Peer], asked: list[Query], unseen: list[str]) -> dict[str, Ask]:
    fast = kernel.is_there()

    def from_profile(number: int) -> object:
        return engine.search(asked[number].profile, compiled=fast)

    def by_numpy(number: int) -> object:
        return engine.search(asked[number].profile)

    def from_text(number: int) -> object:
        return engine.search_text(unseen[number], compiled=fast)

    def ask(peer: Peer) -> Ask:
        return lambda number: peer.search(asked[number].words, asked[number].region)

    own = dict(zip(OWN, (from_profile, by_numpy, from_text), strict=True))
    return {**own, **{peer.name: ask(peer) for peer in peers}}


def _turned(names: list[str], by: int) -> list[str]:
    """Each round begins with another one."""
    by %= len(names)
    return names[by:] + names[:by]


def one_round(ask: Ask, numbers: range, seconds: float) -> list[float]:
    times, clock = [], time.perf_counter
    end = clock() + seconds
    for number in numbers:
        begun = clock()
        ask(number)
        now = clock()
        times.append(now - begun)
        if now > end:
            break
    return times


def rates_of(times: Times) -> list[float]:
    """Queries a second in each round."""
    return [len(one) / sum(one) for one in times]


def spread(values: list[float]) -> Spread:
    """The least and the most of the rounds."""
    return min(values), max(values)


def figures(times: dict[str, Times], size: int) -> Iterator[Figure]:
    """Rates (median of the rounds, least and most), times of single queries, and how many times faster than a peer."""
    own = rates_of(times[Engine.name])
    for name, rounds in times.items():
        rates = rates_of(rounds)
        yield _against(at_least, f"{name}_{label(size)}", "queries/s", rates, MIN_RATE.get((name, size)))
        if name in OWN:
            yield from _waits(f"{name}_{label(size)}", [one for each in rounds for one in each], size)
        else:
            ratios = [ours / theirs for ours, theirs in zip(own, rates, strict=True)]
            limit = MIN_RATIO.get((name, size))
            yield _against(at_least, f"times_{name}_{label(size)}", "times", ratios, limit)


def _waits(name: str, times: list[float], size: int) -> Iterator[Figure]:
    yield told(NAME, f"{name}_p50", "ms", median(times) * 1000)
    p99 = percentile(times, 0.99) * 1000
    goal = size == MILLION and name == f"{Engine.name}_{label(size)}"
    yield at_most(NAME, f"{name}_p99", "ms", p99, 0.5) if goal else told(NAME, f"{name}_p99", "ms", p99)


def _against(promise: Callable[..., Figure], name: str, unit: str, values: list[float], limit: float | None) -> Figure:
    """The median of the rounds with its spread, against a goal where there is one."""
    if limit is None:
        return told(NAME, name, unit, median(values), spread(values))
    return promise(NAME, name, unit, median(values), limit, spread(values))
