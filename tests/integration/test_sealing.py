"""The ledger's seal: within a minute, per office, and whatever is changed behind its back is named."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import OpenDatabase
from house import add_office
from sqlalchemy import delete, event, select, text
from sqlalchemy.exc import IntegrityError

from jobs.sealing import keep_heads, read_heads, seal_all
from models.append_only import ensure_append_only
from models.database import Database
from models.ledger import LedgerBlock, LedgerEntry, LedgerSeal
from services.ledger import Fact, append
from services.sealing import COLUMNS, entry_hash
from services.verifying import Verdict, verify


async def tell(database: Database, *keys: str, office: int | None = None) -> None:
    async with database.write() as session:
        for key in keys:
            await append(
                session,
                Fact(
                    key=key,
                    kind="posts_offered",
                    occurred_on=date(2026, 11, 1),
                    region="410105",
                    source="vacancies:1",
                    facts={"for": "all"},
                    quantity=3,
                    office_id=office,
                ),
            )


async def verdict(database: Database) -> Verdict:
    async with database.read() as session:
        return await verify(session)


@pytest.fixture
async def sealed(database: Database) -> Database:
    """Three blocks in two chains."""
    async with database.write() as session:
        office = (await add_office(session)).id
    await tell(database, "a1", "a2")
    await tell(database, "b1", "b2", office=office)
    await seal_all(database)
    await tell(database, "a3")
    await seal_all(database)
    return database


async def test_every_office_has_a_chain_and_nothing_is_wrong(sealed: Database) -> None:
    found = await verdict(sealed)
    assert (found.entries, found.blocks, found.chains, found.is_clean) == (5, 3, 2, True)


async def test_what_was_just_appended_waits_a_minute_for_its_seal(sealed: Database, clock: Any) -> None:
    await tell(sealed, "late")
    found = await verdict(sealed)
    assert (found.young, found.unsealed, found.is_clean) == (1, [], True)
    clock.move(minutes=2)
    assert (await verdict(sealed)).unsealed == ["late"]
    await seal_all(sealed)
    assert (await verdict(sealed)).is_clean


async def test_where_all_is_sealed_nothing_is_written(sealed: Database) -> None:
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith(("INSERT", "BEGIN IMMEDIATE")):
            written.append(statement)

    event.listen(sealed.writer.sync_engine, "before_cursor_execute", note)
    await seal_all(sealed)
    await seal_all(sealed, everything=True)
    assert written == []
    await tell(sealed, "one more")
    written.clear()
    await seal_all(sealed)
    assert any("ledger_seals" in statement for statement in written), "the listener hears what is written"


BLOWS: dict[str, tuple[str, dict[str, Any]]] = {
    "an entry was changed": (
        "UPDATE ledger_entries SET quantity = 300 WHERE key = 'b1'",
        {"changed": ["b1"]},
    ),
    "a date was changed": (
        "UPDATE ledger_entries SET occurred_on = '2025-01-01' WHERE key = 'a1'",
        {"changed": ["a1"]},
    ),
    "an entry was deleted": ("DELETE FROM ledger_entries WHERE key = 'a2'", {"missing": 1}),
    "the last entry was deleted": ("DELETE FROM ledger_entries WHERE key = 'a3'", {"missing": 1}),
    "an entry was deleted with its seal": (
        (
            "DELETE FROM ledger_seals WHERE id = (SELECT id FROM ledger_entries WHERE key = 'a2');"
            "DELETE FROM ledger_entries WHERE key = 'a2'"
        ),
        {"broken": ["chain 0, block 1: its seals were changed"]},
    ),
    "a block was deleted with its seals": (
        (
            "DELETE FROM ledger_seals WHERE block_id = (SELECT id FROM ledger_blocks WHERE chain = 0 AND number = 1);"
            "DELETE FROM ledger_blocks WHERE chain = 0 AND number = 1"
        ),
        {"broken": ["chain 0, block 2: block 1 is missing before it"]},
    ),
    "a seal was changed": (
        "UPDATE ledger_seals SET hash = 'x' WHERE id = (SELECT id FROM ledger_entries WHERE key = 'a3')",
        {"changed": ["a3"], "broken": ["chain 0, block 2: its seals were changed"]},
    ),
    "a block was changed": (
        "UPDATE ledger_blocks SET entries = 1 WHERE chain = 0 AND number = 2 OR number = 1 AND chain = 0",
        {"broken": ["chain 0, block 1: it was changed"]},
    ),
}


@pytest.mark.parametrize("name", BLOWS)
async def test_what_is_done_behind_its_back_is_named(sealed: Database, name: str, clock: Any) -> None:
    blow, expected = BLOWS[name]
    clock.move(minutes=2)
    async with sealed.writer.begin() as connection:
        await connection.run_sync(_unguarded)
    for statement in blow.split(";"):
        async with sealed.write() as session:
            await session.execute(text(statement))
    async with sealed.writer.begin() as connection:
        await connection.run_sync(ensure_append_only)
    found = await verdict(sealed)
    assert not found.is_clean
    for what, wanted in expected.items():
        told = getattr(found, what)
        assert (len(told) if isinstance(wanted, int) else told[: len(wanted)]) == wanted


def _unguarded(connection: Any) -> None:
    """As somebody with the database's password would do it."""
    for table in ("ledger_entries", "ledger_blocks", "ledger_seals"):
        if connection.dialect.name == "sqlite":
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER {table}_no_{verb}"))
        else:
            connection.execute(text(f"DROP TRIGGER {table}_no_change ON {table}"))


async def test_of_two_who_seal_the_same_one_loses_and_the_chain_stays_whole(open_database: OpenDatabase) -> None:
    one, two = open_database(), open_database()
    await tell(one, *(f"a{number}" for number in range(50)))

    async def run(database: Database) -> None:
        with suppress(IntegrityError):  # the loser's; the next run finds what is left
            await seal_all(database)

    async with asyncio.TaskGroup() as nursery:
        for database in (one, two):
            nursery.create_task(run(database))
    await seal_all(one)
    found = await verdict(two)
    assert (found.entries, found.young, found.is_clean) == (50, 0, True)


async def test_an_entry_has_one_hash_on_every_database(database: Database) -> None:
    values = {
        "id": 7,
        "key": "钥匙",
        "kind": "placement_started",
        "occurred_on": date(2026, 11, 1),
        "recorded_at": datetime(2026, 11, 1, 2, 3, 4, 567890, tzinfo=UTC),
        "region": "410105",
        "person": "p",
        "groups": ["migrant"],
        "facts": {"how": "introduced", "evidence": "both"},
        "source": "placements:7",
    }
    async with database.write() as session:
        session.add(LedgerEntry(**values))
        await session.flush()
        row = (await session.execute(LedgerEntry.__table__.select())).one()
        assert [column.name for column in COLUMNS] == list(row._fields)
        assert entry_hash(row).hex() == "1fbbb94498d1bab32d8922c3a1b4dc576abd86f7fa9fdd38c141fc29bf5b70ad"


async def test_blocks_that_were_cut_off_with_all_their_entries_are_missed(sealed: Database, tmp_path: Path) -> None:
    kept = tmp_path / "heads.json"
    await keep_heads(sealed, kept)
    async with sealed.write() as session:
        for table in ("ledger_seals", "ledger_blocks", "ledger_entries"):
            name = f"{table}_no_delete" if session.is_sqlite else f"{table}_no_change ON {table}"
            await session.execute(text(f"DROP TRIGGER {name}"))
        newest = select(LedgerBlock.id).where(LedgerBlock.chain == 0, LedgerBlock.number == 2)
        await session.execute(delete(LedgerSeal).where(LedgerSeal.block_id.in_(newest)))
        await session.execute(delete(LedgerBlock).where(LedgerBlock.chain == 0, LedgerBlock.number == 2))
        await session.execute(delete(LedgerEntry).where(LedgerEntry.key == "a3"))
        await (await session.connection()).run_sync(ensure_append_only)
    assert (await verdict(sealed)).is_clean, "the chain alone tells nothing"
    await keep_heads(sealed, kept)  # the service goes on
    async with sealed.read() as session:
        found = await verify(session, read_heads(kept))
    assert [one.split(":")[0] for one in found.broken] == ["chain 0"]
    assert read_heads(tmp_path / "none.json") == {}
