"""A row in every table, every column filled, everything of one person: for rules that hold for the whole schema."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, String, insert

from models.base import UtcDateTime
from models.database import Session
from models.tables import metadata

Row = dict[str, Any]
SKIPPED = ("people", "seekers", "person_merges", "people_apart")  # the person is there; merges are their own record
GIVEN: dict[str, Row] = {
    "aid_grants": {"state": "paid"},
    "enrolments": {"state": "certified"},
    "inbox": {"state": "done"},
    "placements": {"state": "reversed"},
}


async def one_of_each(session: Session, person_id: int, office_id: int, **given: Row) -> dict[str, Row]:
    """Insert them, parents first; returns the rows by table. Who is named in a row is always this person."""
    rows: dict[str, Row] = {"people": {"id": person_id}, "offices": {"id": office_id}}
    for table in metadata.sorted_tables:
        if table.name in SKIPPED or table.name in rows:
            continue
        told = GIVEN.get(table.name, {}) | given.get(table.name, {})
        row = {column.name: _value(session, column, rows) for column in table.columns} | told
        await session.execute(insert(table).values(row))
        rows[table.name] = row
    return rows


def _value(session: Session, column: Column[Any], rows: dict[str, Row]) -> Any:
    for key in column.foreign_keys:
        table, _, name = key.target_fullname.partition(".")
        return rows[table][name] if table in rows else None
    kind = datetime if isinstance(column.type, UtcDateTime) else column.type.python_type
    if column.name == "region" or column.name.endswith("_region"):
        return "410105"
    if kind is str:
        assert isinstance(column.type, String)
        return str(session.new_id())[-(column.type.length or 20) :]
    if kind is int:
        return session.new_id()
    if kind is bytes:
        return str(session.new_id()).encode()[-16:].rjust(16)
    usual: dict[Any, Any] = {date: session.today, datetime: session.now, bool: False, float: 1.0, object: {}}
    return usual[kind]
