"""Forms from a ledger of millions, beside SQLite, PostgreSQL and DuckDB: `zhaohuo bench statistics`.

The peers count a flat table of standing entries, with a column for every fact that form 1 asks for: what nobody's
ledger is, and what favours them. Every figure of theirs is compared with ours.
"""

from __future__ import annotations

import asyncio
import csv
import importlib.util
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Figure, Note, at_least, at_most, told
from benchmarks.ledger_import import import_seconds
from benchmarks.ledger_year import COLUMNS, PROVINCE, LedgerYear
from benchmarks.postgres import NoPostgresError, cluster
from benchmarks.progress import Bar
from benchmarks.statistics_sql import COLUMNS as FLAT
from benchmarks.statistics_sql import TABLE, by_region_sql, figure_sql, flat_row, is_plain
from matching.places import children
from models.database import Database
from models.keys import KeyRing
from models.migrate import upgrade
from reports import rollup
from reports.entries import count
from reports.explain import PAGE, explain
from reports.form_files import load_form
from reports.periods import read_period
from reports.report import compute
from reports.rollup_files import load, save

NAME = "statistics"
ENTRIES, QUICK = 5_000_000, 200_000
PERSONS_A_HUNDRED = 30
A_DAY = 15_000
ROUNDS = 5
STEPS = 9
COUNTY = "410105"
ASKED = (("form1-2014", "2014-annual"), ("form2-2014", "2014"), ("form3-2014", "2014"))
INSERT = f"INSERT INTO ledger_entries ({', '.join(COLUMNS)}) VALUES ({', '.join('?' for _ in COLUMNS)})".replace(
    "groups", '"groups"'
)
Figures = dict[str, int | None]


def measure(folder: Path, *, quick: bool) -> Iterator[Figure | Note]:
    """Ours first, each figure as it is known, then the peers with their ratio."""
    entries = QUICK if quick else ENTRIES
    with tempfile.TemporaryDirectory(prefix="statistics-", dir=folder) as name:
        bench = Bench(Path(name), entries)
        bench.step("filling")
        bench.fill()
        yield Note(NAME, f"{entries:,} entries of one province and fifteen months, {bench.persons:,} persons")
        yield from bench.ours()
        yield from bench.imported(quick=quick)
        yield from bench.peers()


class Bench:
    """One ledger, and what was measured on it."""

    def __init__(self, folder: Path, entries: int) -> None:
        self._folder, self._entries = folder, entries
        self.persons = entries * PERSONS_A_HUNDRED // 100
        self._path = folder / "ledger.db"
        self._year = LedgerYear()
        self._form = load_form("form1-2014")
        self._period = read_period(self._form, "2014-annual")
        self._seconds: dict[str, float] = {}
        self._figures: Figures = {}
        self._bar = Bar(STEPS)

    def step(self, label: str) -> None:
        """Tell what goes on."""
        self._bar.step(label)

    def fill(self) -> None:
        """The ledger, through the table's own triggers and indexes."""
        asyncio.run(self._migrate())
        self._insert(self._entries)

    def _insert(self, entries: int) -> None:
        with closing(sqlite3.connect(self._path)) as connection, connection:
            connection.execute("PRAGMA synchronous=OFF")
            connection.executemany(INSERT, self._year.rows(entries, self.persons))

    async def _migrate(self) -> None:
        database = self._open()
        await upgrade(database)
        await database.close()

    def _open(self) -> Database:
        url = f"sqlite+aiosqlite:///{self._path}"
        return Database(url, KeyRing({1: b"b" * 32}, b"i" * 32), rollups=self._folder / "rollup")

    def ours(self) -> Iterator[Figure]:
        """Rebuild, forms, a page of a drill-down, a day's entries."""
        self.step("rebuild")
        self._seconds["rebuild"] = self._run(self._rebuild)
        yield told(NAME, "rebuild", "s", self._seconds["rebuild"])
        self.step("forms")
        for form, period in ASKED:
            for region, limit in ((PROVINCE, 1.0), (COUNTY, 0.1)):
                seconds = self._run(lambda form=form, region=region, period=period: self._form_of(form, region, period))
                where = "province" if region == PROVINCE else "county"
                yield at_most(NAME, f"{form} {where}", "s", seconds, limit)
                self._seconds[f"{form} {region}"] = seconds
        yield at_most(NAME, "drill-down page", "s", self._run(self._page), 0.2)
        self.step("every region")
        self._seconds["every region"] = self._run(self._every_region)
        yield told(NAME, "form 1 of every county and city", "s", self._seconds["every region"])
        self._insert(A_DAY)
        yield at_most(NAME, f"a day's {A_DAY:,} entries", "s", self._run(self._catch_up), 3.0)

    def imported(self, *, quick: bool) -> Iterator[Figure]:
        """A file of a million entries, each checked at the door."""
        self.step("import")
        rows = self._entries // 5
        seconds = asyncio.run(import_seconds(self._folder, rows))
        name = f"import ledger, {rows:,} rows"
        yield told(NAME, name, "s", seconds) if quick else at_most(NAME, name, "s", seconds, 120)

    def _run(self, work: Callable[[], Any]) -> float:
        return float(asyncio.run(work()))

    async def _rebuild(self) -> float:
        database = self._open()
        started = time.perf_counter()
        async with database.read() as session:
            found = await rollup.caught_up(session, rollup.empty())
        save(self._folder / "rollup", found)
        seconds = time.perf_counter() - started
        await database.close()
        return seconds

    async def _timed(self, work: Callable[[Any], Any], rounds: int = ROUNDS) -> float:
        """The median of some rounds, each in a transaction of its own."""
        database, seconds = self._open(), []
        for _ in range(rounds):
            async with database.read() as session:
                started = time.perf_counter()
                await work(session)
                seconds.append(time.perf_counter() - started)
        await database.close()
        return median(seconds)

    async def _form_of(self, form: str, region: str, period: str) -> float:
        async def work(session: Any) -> None:
            report = await compute(session, form, region, period)
            if (form, region) == (self._form.code, PROVINCE):
                self._figures = dict(report.items)

        return await self._timed(work)

    async def _page(self) -> float:
        async def work(session: Any) -> None:
            found = await explain(session, self._form.code, PROVINCE, "2014-annual", "2", page=10)
            assert len(found.rows) == PAGE

        return await self._timed(work)

    async def _every_region(self) -> float:
        async def work(session: Any) -> None:
            counted = await count(session, self._form, PROVINCE, self._period)
            for city in children(PROVINCE):
                for place in (city, *children(city.adcode)):
                    counted.within(place.adcode).figures()

        return await self._timed(work, rounds=1)

    async def _catch_up(self) -> float:
        before = load(self._folder / "rollup")

        async def work(session: Any) -> None:
            assert await rollup.catch_up(session) == A_DAY

        seconds = await self._timed(work, rounds=1)
        if before:  # so that the peers see the ledger that was counted
            save(self._folder / "rollup", before)
        return seconds

    # ---- the peers

    def peers(self) -> Iterator[Figure | Note]:
        """The province's form 1 and what SQLite needs for the same figures of every region."""
        self.step("flattening for the peers")
        flat = self._folder / "flat.csv"
        self._write_flat(flat)
        ours = self._seconds[f"form1-2014 {PROVINCE}"]
        self.step("SQLite")
        yield from self._sqlite(flat)
        self.step("DuckDB")
        if importlib.util.find_spec("duckdb"):
            seconds, differ = self._duckdb(flat)
            yield from _beside("duckdb", seconds, ours, differ)
        else:
            yield Note(NAME, "no DuckDB here: pip install -r requirements-bench.txt")
        self.step("PostgreSQL")
        try:
            seconds, differ = self._postgres(flat)
        except NoPostgresError as error:
            yield Note(NAME, str(error))
        else:
            yield from _beside("postgresql", seconds, ours, differ)

    def _write_flat(self, path: Path) -> None:
        """Standing entries of the first filling, as the peers count them."""
        until = self._until()
        query = (
            "SELECT kind, occurred_on, region, person, quantity, amount_fen, groups, facts FROM ledger_entries AS e "
            f"WHERE reverses IS NULL AND id <= {until} AND NOT EXISTS "
            f"(SELECT 1 FROM ledger_entries AS r WHERE r.reverses = e.key AND r.id <= {until})"
        )
        with closing(sqlite3.connect(self._path)) as connection, path.open("w", newline="") as file:
            writer = csv.writer(file)
            rows = connection.execute(query)
            writer.writerows(flat_row(row[:6], json.loads(row[6]), json.loads(row[7])) for row in rows)

    def _until(self) -> int:
        found = load(self._folder / "rollup")
        return found.watermark if found else 0

    def _sqlite(self, flat: Path) -> Iterator[Figure | Note]:
        items = [item for item in self._form.listed if is_plain(item)]
        with closing(sqlite3.connect(self._folder / "flat.db")) as connection, flat.open(newline="") as file:
            connection.execute(TABLE)
            rows = ([cell or None for cell in row] for row in csv.reader(file))
            connection.executemany(f"INSERT INTO flat VALUES ({', '.join('?' for _ in FLAT)})", rows)
            connection.commit()
            started = time.perf_counter()
            for item in items:
                for digits in (6, 4, 2):
                    connection.execute(by_region_sql(self._form, item, digits, self._period)).fetchall()
            seconds = time.perf_counter() - started
        ours = self._seconds["rebuild"] + self._seconds["every region"]
        yield told(NAME, f"sqlite GROUP BY, {len(items)} of the items", "s", seconds)
        yield at_least(NAME, "rebuild and every region against it", "x", seconds / ours, 1)

    def _duckdb(self, flat: Path) -> tuple[float, list[str]]:
        import duckdb

        with closing(duckdb.connect()) as connection:
            connection.execute("SET threads = 2")
            connection.execute(TABLE)
            connection.execute(f"COPY flat FROM '{flat}' (HEADER false, NULLSTR '')")
            return self._counted(lambda query: connection.execute(query).fetchone()[0])

    def _postgres(self, flat: Path) -> tuple[float, list[str]]:
        with cluster() as postgres:
            postgres.run(TABLE)
            postgres.copy_csv("flat", flat)
            postgres.run("CREATE INDEX ON flat (kind, day, region)")
            postgres.run("ANALYZE flat")
            return self._counted(lambda query: postgres.fetch(query)[0][0])

    def _counted(self, ask: Callable[[str], Any]) -> tuple[float, list[str]]:
        """Seconds for the province's form 1, the median of rounds; the items on which a peer differs from us."""
        items = [item for item in self._form.listed if is_plain(item) or (item.of and not item.sum)]
        seconds, differ = [], list[str]()
        for _ in range(3):
            started = time.perf_counter()
            found = {item.code: int(ask(figure_sql(self._form, item, PROVINCE, self._period))) for item in items}
            seconds.append(time.perf_counter() - started)
            differ = [code for code, figure in found.items() if figure != self._figures[code]]
        return median(seconds), differ


def _beside(name: str, seconds: float, ours: float, differ: list[str]) -> Iterator[Figure | Note]:
    yield told(NAME, f"form1-2014 province, {name}", "s", seconds)
    yield at_least(NAME, f"ours against {name}", "x", seconds / ours, 1)
    yield at_most(NAME, f"items on which {name} counts otherwise", "items", len(differ), 0)
    if differ:
        yield Note(NAME, f"{name} differs on {', '.join(differ)}")
