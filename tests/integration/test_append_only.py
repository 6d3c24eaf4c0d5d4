"""The ledger and the audit are appended to and never changed: the database itself refuses."""

from __future__ import annotations

from datetime import date

import pytest
from house import add_person
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from models.append_only import APPEND_ONLY
from models.audit import AuditEntry, record
from models.database import Database, Session
from models.ledger import LedgerBlock, LedgerEntry, LedgerSeal
from models.migrate import complaints, upgrade
from services.ledger import Fact, append


async def fill(database: Database) -> None:
    async with database.write() as session:
        record(session, actor=None, action="test.happened", subject="people:1")
        fact = Fact(
            key="k",
            kind="posts_offered",
            occurred_on=date(2026, 11, 1),
            region="410100",
            source="vacancies:1",
            facts={"for": "all"},
            quantity=3,
        )
        entry = await append(session, fact)
        block = LedgerBlock(id=1, chain=0, number=1, entries=1, sealed_at=session.now)
        block.entries_hash = block.before_hash = block.hash = bytes(32)
        session.add_all([block, LedgerSeal(id=entry.id, block_id=1, hash=bytes(32))])


STATEMENTS = {
    "update": "UPDATE {table} SET id = id",
    "update of one column": "UPDATE {table} SET {column} = 'x'",
    "update of no row": "UPDATE {table} SET id = 1 WHERE id = -1",
    "delete": "DELETE FROM {table}",
    "replace": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "upsert": "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT (id) DO UPDATE SET {column} = 'x'",
    "truncate": "TRUNCATE {table} CASCADE",
}
COLUMN = {"ledger_entries": "source", "audit_entries": "action", "ledger_blocks": "hash", "ledger_seals": "hash"}
ONLY_ON = {"replace": "sqlite", "truncate": "postgresql", "update of no row": "postgresql"}


def databases_and_statements() -> list[object]:
    """What each database understands: SQLite has no TRUNCATE, and its triggers are for each row."""
    on_sqlite = [("sqlite", how) for how in STATEMENTS if ONLY_ON.get(how) != "postgresql"]
    on_postgresql = [("postgresql", how) for how in STATEMENTS if ONLY_ON.get(how) != "sqlite"]
    return [*on_sqlite, *(pytest.param(*pair, marks=pytest.mark.peers) for pair in on_postgresql)]


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize(("url", "how"), databases_and_statements(), indirect=["url"])
async def test_no_statement_changes_what_is_appended(database: Database, table: str, how: str) -> None:
    await fill(database)
    statement = STATEMENTS[how].format(table=table, column=COLUMN[table])
    before = await contents(database, table)

    with pytest.raises(DBAPIError, match="append-only"):
        async with database.write() as session:
            await session.execute(text(statement))

    assert await contents(database, table) == before


async def contents(database: Database, table: str) -> list[tuple[object, ...]]:
    async with database.read() as session:
        return [tuple(row) for row in await session.execute(text(f"SELECT * FROM {table}"))]


@pytest.mark.parametrize("model", [LedgerEntry, AuditEntry])
async def test_the_orm_cannot_change_them_either(database: Database, model: type[LedgerEntry | AuditEntry]) -> None:
    await fill(database)

    async def change(session: Session) -> None:
        row = (await session.scalars(select(model))).one()
        if isinstance(row, LedgerEntry):
            row.quantity = 4
        else:
            row.action = "test.something_else"

    async def delete(session: Session) -> None:
        await session.delete((await session.scalars(select(model))).one())

    for act in (change, delete):
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.write() as session:
                await act(session)


async def test_a_refused_change_takes_its_whole_transaction_along(database: Database) -> None:
    await fill(database)
    with pytest.raises(DBAPIError):
        async with database.write() as session:
            await add_person(session)
            await session.execute(text("DELETE FROM audit_entries"))
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM people")) == 0


async def test_a_trigger_that_was_dropped_is_told_and_made_again(database: Database) -> None:
    assert await complaints(database) == []
    drop = (
        "DROP TRIGGER audit_entries_no_delete"
        if database.is_sqlite
        else "DROP TRIGGER audit_entries_no_change ON audit_entries"
    )
    async with database.write() as session:
        await session.execute(text(drop))
    assert any("append-only trigger missing" in complaint for complaint in await complaints(database))
    await upgrade(database)
    assert await complaints(database) == []


async def test_the_readers_session_cannot_write(database: Database) -> None:
    """`ReadSession` promises that the database itself refuses."""
    with pytest.raises(DBAPIError):
        async with database.read() as session:
            await session.execute(text("UPDATE people SET language = 'en'"))
    async with database.write() as session:
        await add_person(session)  # the same connection may write again


async def test_upgrade_may_be_repeated_and_the_rows_stay(database: Database) -> None:
    await fill(database)
    await upgrade(database)
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(LedgerEntry)) == 1
