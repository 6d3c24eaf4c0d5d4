"""Every verb of the casework on a year's data of one city: `zhaohuo bench verbs`.

The database holds the city's seekers, vacancies and ledger; then the sample's year is told on it through the verbs,
as `demo` does, and each call is timed from the outside, with what it writes and everything that it calls.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import inspect
import pkgutil
import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import services
from app.sample import fill
from benchmarks.figures import Figure, Note, at_most, percentile, told
from benchmarks.ledger_year import COLUMNS, LedgerYear
from benchmarks.nights import fill_market
from models.database import Database, Session
from models.keys import KeyRing
from models.migrate import upgrade

NAME = "verbs"
SEEKERS, VACANCIES, ENTRIES = 50_000, 5_000, 300_000
QUICK = 20  # a part of it
MOST_MS, FEWEST, SHOWN = 20, 3, 8
INSERT = f"INSERT INTO ledger_entries ({', '.join(COLUMNS)}) VALUES ({', '.join('?' for _ in COLUMNS)})"
Times = dict[str, list[float]]


def measure(folder: Path, *, quick: bool) -> Iterator[Figure | Note]:
    """The slowest verbs by their median; a verb that was called twice or less is left out."""
    share = QUICK if quick else 1
    with tempfile.TemporaryDirectory(prefix="verbs-", dir=folder) as name:
        times = asyncio.run(_told(Path(name), share))
    often = {verb: found for verb, found in times.items() if len(found) >= FEWEST}
    yield Note(
        NAME,
        f"{SEEKERS // share:,} seekers, {VACANCIES // share:,} vacancies, {ENTRIES // share:,} entries; "
        f"{sum(map(len, often.values())):,} calls of {len(often)} verbs",
    )
    slowest = sorted(often, key=lambda verb: -median(often[verb]))
    yield at_most(NAME, f"slowest, {slowest[0]}", "ms", median(often[slowest[0]]), MOST_MS)
    for verb in slowest[1:SHOWN]:
        yield told(NAME, verb, "ms", median(often[verb]), (min(often[verb]), percentile(often[verb], 0.95)))


async def _told(folder: Path, share: int) -> Times:
    file = folder / "city.db"
    database = Database(f"sqlite+aiosqlite:///{file}", KeyRing({1: b"b" * 32}, b"i" * 32))
    await upgrade(database)
    await fill_market(database, SEEKERS // share, VACANCIES // share)
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(INSERT, LedgerYear().rows(ENTRIES // share, SEEKERS // share))
    times: Times = defaultdict(list)
    for module in pkgutil.walk_packages(services.__path__, "services."):
        _time_verbs(importlib.import_module(module.name), times)
    async with database.write() as session:
        await fill(session)
    await database.close()
    return times


def _time_verbs(module: Any, times: Times) -> None:
    """Put a clock around what others call of the module and takes a session that writes."""
    for name, verb in inspect.getmembers(module, inspect.iscoroutinefunction):
        first = next(iter(inspect.signature(verb).parameters.values()), None)
        is_verb = first is not None and first.annotation in (Session, "Session")
        if verb.__module__ == module.__name__ and not name.startswith("_") and is_verb:
            setattr(module, name, _timed(verb, times[f"{module.__name__.removeprefix('services.')}.{name}"]))


def _timed(verb: Callable[..., Any], found: list[float]) -> Callable[..., Any]:
    @functools.wraps(verb)
    async def timed(*given: Any, **named: Any) -> Any:
        begun = time.perf_counter()
        try:
            return await verb(*given, **named)
        finally:
            found.append((time.perf_counter() - begun) * 1000)

    return timed
