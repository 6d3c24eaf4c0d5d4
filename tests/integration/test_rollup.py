"""The roll-up: read once, then only what came since; the same figures as from the whole ledger, whatever happened."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, text

from models.append_only import ensure_append_only
from models.database import Database
from models.ids import IdMaker
from models.ledger import LedgerEntry
from reports import rollup
from reports.report import compute
from reports.rollup_files import load
from services.ledger import Fact, append

ASKED = [
    (form, region, period)
    for form, period in (("form1-2014", "2014-annual"), ("form2-2014", "2014"), ("form3-2014", "2014"))
    for region in ("100000", "410000", "410100", "410105")
]
REGIONS = ("410105", "410181", "410000", "420106")
KINDS: dict[str, list[dict[str, Any]]] = {
    "training_completed": [{"course_type": "skill"}, {"course_type": "home_service", "institution": 7}],
    "placement_started": [{"how": "fair", "evidence": "both"}, {"how": "base", "evidence": "seeker"}],
    "certificate_issued": [{"issuer": "labour", "level": "senior"}],
    "graduate_registered": [
        {"graduated_on": "2014-06-30", "home_region": home, "study_region": "420106"} for home in REGIONS
    ],
    "graduate_status": [{"status": "placed"}, {"status": "needs_help"}, {"status": "left"}],
    "tuition_aid_granted": [{"stage": "tertiary"}],
}
PERSONS = [f"{number:032x}" for number in range(12)]


@pytest.fixture(autouse=True)
def kept(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Everything is kept, however little, so that every look begins where the last one ended."""
    monkeypatch.setattr(rollup, "WORTH_KEEPING", 1)
    monkeypatch.setattr(rollup, "AT_ONCE", 7)
    database.rollups = tmp_path / "rollup"
    yield database.rollups


def facts(chance: random.Random, numbers: Iterator[int], told: list[Fact]) -> Iterator[Fact]:
    """A few facts: some about people told of before, late ones, reversals, merges."""
    for _ in range(chance.randrange(1, 15)):
        key = f"e{next(numbers)}"
        standing = [one for one in told if one.reverses is None]
        if standing and chance.random() < 0.2:
            cancelled = chance.choice(standing)
            standing.remove(cancelled)
            fact = Fact(key=key, kind=cancelled.kind, occurred_on=cancelled.occurred_on, region="410000", source="x:1")
            fact = replace(fact, reverses=cancelled.key)
        elif chance.random() < 0.1:
            fact = Fact(key=key, kind="person_merged", occurred_on=date(2014, 9, 1), region="410000", source="x:1")
            fact = replace(fact, person=chance.choice(PERSONS), facts={"into": chance.choice(PERSONS)})
        else:
            kind = chance.choice(list(KINDS))
            fact = Fact(
                key=key,
                kind=kind,
                occurred_on=date(2013, 8, 1) + timedelta(days=chance.randrange(500)),
                region=chance.choice(REGIONS),
                source="x:1",
                person=chance.choice(PERSONS),
                groups=("hardship_graduate",) if chance.random() < 0.6 else ("migrant", "hardship_migrant"),
                facts=chance.choice(KINDS[kind]),
                amount_fen=chance.randrange(100) if kind == "tuition_aid_granted" else None,
            )
        told.append(fact)
        yield fact


async def figures(database: Database) -> list[Any]:
    async with database.read() as session:
        return [(await compute(session, *asked)).figures for asked in ASKED]


async def from_the_whole(database: Database) -> list[Any]:
    folder, database.rollups = database.rollups, None
    try:
        return await figures(database)
    finally:
        database.rollups = folder


@pytest.mark.parametrize("seed", range(6))
async def test_what_came_since_is_added_and_what_was_reversed_goes(database: Database, kept: Path, seed: int) -> None:
    chance, numbers, told = random.Random(seed), iter(range(10**6)), list[Fact]()
    for _ in range(6):
        async with database.write() as session:
            for fact in facts(chance, numbers, told):
                await append(session, fact)
        assert await figures(database) == await from_the_whole(database)
    known = load(kept)
    assert known is not None
    assert known.read == len(told), "it was kept, and everything was read"


async def test_the_second_look_reads_only_what_is_new(
    database: Database, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _append(database, "a", "b", "c")
    await figures(database)
    await _append(database, "d")
    taken: list[int] = []
    add = rollup.Gathering.add
    monkeypatch.setattr(rollup.Gathering, "add", lambda self, rows: (taken.append(len(rows)), add(self, rows)))
    await figures(database)
    assert sum(taken) == 1


async def test_an_entry_that_was_committed_late_is_found(database: Database) -> None:
    """Its id was made before the watermark's, its transaction ended after it."""
    early = database.ids()
    await _append(database, "a", "b")
    assert (await figures(database))[1]["1"] == 2
    async with database.write() as session:
        entry = await append(session, _fact("late"))
        entry.id = early
    assert (await figures(database))[1]["1"] == 3


async def test_an_entry_that_is_committed_late_while_others_are_read_is_found(database: Database) -> None:
    """What was kept had been looked at before the late one was committed."""
    early = database.ids()
    await _append(database, "a")
    async with database.read() as session:
        kept = await rollup.caught_up(session, rollup.empty())
    await _append(database, "b")
    async with database.write() as session:
        entry = await append(session, _fact("late"))
        entry.id = early
    async with database.read() as session:
        assert (await rollup.caught_up(session, kept)).read == 3


HOURS = 3_600_000 << 22


@pytest.mark.parametrize("quick", [0, 100])
async def test_an_entry_whose_clock_was_hours_behind_is_found_by_the_job_at_the_latest(
    database: Database, monkeypatch: pytest.MonkeyPatch, quick: int
) -> None:
    """Its id lies far below the watermark; a ledger that is quick to count is counted by every report."""
    monkeypatch.setattr(rollup, "QUICK_TO_COUNT", quick)
    await _append(database, "a", "b")
    assert (await figures(database))[1]["1"] == 2
    async with database.write() as session:
        entry = await append(session, _fact("late"))
        entry.id -= 2 * HOURS
    if not quick:
        async with database.read() as session:
            await rollup.catch_up(session)
    assert (await figures(database))[1]["1"] == 3


async def test_the_backlog_of_a_copy_that_lacks_an_entry_is_everything(database: Database) -> None:
    await _append(database, "a", "b")
    await figures(database)
    async with database.write() as session:
        entry = await append(session, _fact("late"))
        entry.id -= 2 * HOURS
    async with database.read() as session:
        assert await rollup.backlog(session) == 3
        assert await rollup.catch_up(session) == 3
        assert await rollup.backlog(session) == 0


async def test_a_process_whose_clock_is_two_hours_back_appends_behind_what_is_there(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rollup, "QUICK_TO_COUNT", 0)
    right, back = (IdMaker(clock_ms=lambda late=late: int(time.time() * 1000) - late) for late in (0, 7_200_000))
    for key, ids in (("a", right), ("b", back), ("c", IdMaker())):
        database = Database(database.url, database.keys, clock=database.clock, ids=ids, rollups=database.rollups)
        await _append(database, key)
        async with database.read() as session:
            assert await rollup.catch_up(session) == 1, "nothing had to be read anew"
        await database.close()
    assert (await figures(database))[1]["1"] == 3
    await database.close()


async def test_a_backup_that_was_put_back_is_read_anew(database: Database) -> None:
    await _append(database, "a", "b", "c")
    await figures(database)
    async with database.write() as session:  # as if the last two had never been
        if database.is_sqlite:
            await session.execute(text("DROP TRIGGER ledger_entries_no_delete"))
        else:
            await session.execute(text("DROP TRIGGER ledger_entries_no_change ON ledger_entries"))
        await session.execute(delete(LedgerEntry).where(LedgerEntry.key != "a"))
        await (await session.connection()).run_sync(ensure_append_only)
    assert (await figures(database))[1]["1"] == 1


@pytest.mark.parametrize("name", ["manifest.json", "id.npy", "kinds.json", "base-gone-1.npy"])
async def test_a_broken_copy_is_made_anew(database: Database, kept: Path, name: str) -> None:
    await _append(database, "a", "b")
    before = await figures(database)
    next(kept.rglob(name)).write_bytes(b"?")
    assert await figures(database) == before


async def test_the_job_keeps_up_and_says_how_much_it_read(database: Database, kept: Path) -> None:
    await _append(database, "a", "b")
    async with database.read() as session:
        assert await rollup.catch_up(session) == 2
        assert await rollup.catch_up(session) == 0
    known = load(kept)
    assert known is not None
    assert (known.read, known.persons) == (2, 2)


async def _append(database: Database, *keys: str) -> None:
    async with database.write() as session:
        for key in keys:
            await append(session, _fact(key))


def _fact(key: str) -> Fact:
    return Fact(
        key=key,
        kind="training_completed",
        occurred_on=date(2014, 5, 1),
        region="410105",
        source="enrolments:1",
        person=f"{ord(key[0]):032x}",
        facts={"course_type": "skill"},
    )
