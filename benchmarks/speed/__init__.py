"""Speed of matching beside text search engines: `zhaohuo bench speed`.

Every figure of load is measured on vacancies and seekers drawn by `benchmarks/market.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.engine import Engine
from benchmarks.figures import Figure, Note
from benchmarks.marginals import area_of, marginals
from benchmarks.market import Query, vacancies
from benchmarks.progress import Bar
from benchmarks.search_peers import PEERS, Corpus, corpus_of
from benchmarks.speed.batch import measure_batch
from benchmarks.speed.changes import measure_changes, measure_growth, measure_memory
from benchmarks.speed.parsing import measure_parsing
from benchmarks.speed.plan import NAME, Plan, label, plan_of
from benchmarks.speed.single import all_queries, built_peers, figures, measured
from benchmarks.speed.starting import measure_starting
from matching.places import full_name

__all__ = ["NAME", "measure"]
OTHER_STEPS = 5


def measure(
    folder: Path,
    *,
    quick: bool,
    full: bool = False,
    night: bool = False,
    sizes: Sequence[int] | None = None,
) -> Iterator[Figure | Note]:
    """All figures, the cheap ones first; nothing is written to the folder."""
    plan = plan_of(quick=quick, full=full, night=night, sizes=sizes)
    bar = Bar(len(plan.sizes) * (1 + len(PEERS) + plan.rounds) + plan.rounds + OTHER_STEPS)
    yield Note(NAME, f"load: {marginals().source}")
    yield Note(NAME, f"{plan.rounds} rounds in turns, [least, most]; rates and ratios are medians of the rounds")
    bar.step("starting a fresh process")
    yield from measure_starting(plan)
    bar.step("reading sentences")
    yield from measure_parsing(plan)
    for size in plan.sizes:
        yield from _at_size(size, plan, bar)
    if plan.night:
        from benchmarks.speed.night import measure_night  # run as a program, it must not be imported before

        bar.step("the national night")
        yield from measure_night()


def _at_size(size: int, plan: Plan, bar: Bar) -> Iterator[Figure | Note]:
    """Single queries at every size; changes, memory, growth and the batch at the largest."""
    bar.step(f"drawing and indexing {label(size)} vacancies")
    drawn, asked = list(vacancies(size, area_of(size))), all_queries(size, plan)
    yield Note(NAME, f"{label(size)} vacancies in {full_name(area_of(size))}, every query in a city or county of it")
    engine, corpus = Engine(drawn), corpus_of(drawn)
    del drawn
    with built_peers(corpus, bar) as (peers, notes):
        yield from notes
        times = measured(engine, peers, asked, size, plan, bar)
        peers.clear()  # their memory is not needed any more
    yield from figures(times, size)
    if size == max(plan.sizes):
        yield from _at_the_largest(engine, corpus, asked, plan, bar)


def _at_the_largest(
    engine: Engine, corpus: Corpus, asked: list[Query], plan: Plan, bar: Bar
) -> Iterator[Figure | Note]:
    size = len(corpus.ids)
    wishes = [(query.words, query.region) for query in asked]
    yield from measure_batch(engine, corpus, wishes, plan, bar)
    bar.step("adding, filling and closing")
    yield from measure_changes(engine, size, plan.changes)
    bar.step("ten times the vacancies")
    yield from measure_growth(engine, size, asked, plan)
    bar.step("weighing the index")
    yield from measure_memory(engine, size)
