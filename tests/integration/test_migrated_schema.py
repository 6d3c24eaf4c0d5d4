"""The migrations produce exactly the models' schema, on both databases, and may be applied again, also to a database
that was in use.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from house import ring
from sqlalchemy import Column, Connection, MetaData, Table, func, insert, select

from models.append_only import ensure_append_only
from models.database import Database
from models.migrate import complaints, revisions, upgrade

VALUES: dict[type, Any] = {
    int: 1,
    str: "1",
    bytes: b"1",
    bool: True,
    float: 1.0,
    datetime: datetime(2026, 11, 1, tzinfo=UTC),
    date: date(2026, 11, 1),
    object: {},
    dict: {},
}


async def test_a_migrated_database_differs_in_nothing_from_the_models(database: Database) -> None:
    assert await complaints(database) == []
    await upgrade(database)
    assert await complaints(database) == []


EARLIER = [
    revision if revision in (revisions()[0], revisions()[-2]) else pytest.param(revision, marks=pytest.mark.peers)
    for revision in revisions()[:-1]
]


@pytest.mark.parametrize("revision", EARLIER)
async def test_a_database_in_use_is_upgraded_with_every_row(empty_url: str, revision: str) -> None:
    database = Database(empty_url, ring())
    await upgrade(database, revision)
    async with database.writer.begin() as connection:
        before = await connection.run_sync(_fill)
    await upgrade(database)
    async with database.writer.connect() as connection:
        after = await connection.run_sync(_counts)
    assert await complaints(database) == []
    assert before and {name: after[name] for name in before} == before
    await database.close()


def _fill(connection: Connection) -> dict[str, int]:
    """A row in every table, each referring to the others' rows."""
    found = MetaData()
    found.reflect(connection)
    for table in found.sorted_tables:
        if table.name != "alembic_version":
            connection.execute(insert(table).values({column.name: _value(column) for column in table.columns}))
    ensure_append_only(connection)
    return _counts(connection)


def _value(column: Column[Any]) -> Any:
    kind = column.type.python_type
    if kind is datetime and not column.type.timezone:  # type: ignore[attr-defined]
        return VALUES[kind].replace(tzinfo=None)
    return VALUES[kind]


def _counts(connection: Connection) -> dict[str, int]:
    found = MetaData()
    found.reflect(connection)
    return {table.name: _count(connection, table) for table in found.sorted_tables}


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0
