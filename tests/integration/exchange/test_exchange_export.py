"""Rows out: masked, not computable, and readable again by the import."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.database import Database
from models.keys import KeyRing
from models.migrate import upgrade
from models.offices import Office
from services.exchange.exporting import export_rows
from services.exchange.importing import import_file
from services.exchange.kinds import KINDS, UnknownKindError

KEYS = KeyRing({1: b"s" * 32}, b"i" * 32)


@pytest.fixture
async def database(prepared_sample: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """The sample's rows, with the keys that they are sealed with."""
    file = next(prepared_sample.glob("*.db"))
    made = open_database(shutil.copy(file, tmp_path / "zhaohuo.db"), KeyRing.load(prepared_sample / "keys.json"))
    yield made
    await made.close()


def open_database(path: Path, keys: KeyRing = KEYS) -> Database:
    return Database(f"sqlite+aiosqlite:///{path}", keys)


async def fresh(path: Path) -> Database:
    database = open_database(path)
    await upgrade(database)
    return database


async def exported(database: Database, kind: str, *, contacts: bool = False) -> str:
    file = io.StringIO()
    async with database.read() as session:
        await export_rows(session, kind, file, contacts=contacts)
    return file.getvalue()


@pytest.mark.parametrize("kind", KINDS)
async def test_our_own_file_changes_nothing(database: Database, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"{kind}.csv"
    path.write_text(await exported(database, kind), encoding="utf-8-sig", newline="")
    async with database.write() as session:
        outcome = await import_file(session, kind, path)
    assert [str(problem) for problem in outcome.problems] == []
    assert outcome.rows >= 20
    assert outcome.unchanged == outcome.rows


async def test_an_empty_database_takes_what_another_gave(database: Database, tmp_path: Path) -> None:
    other = await fresh(tmp_path / "other.db")
    async with other.write() as session:
        for kind in ("offices", "employers", "courses", "seekers", "ledger"):
            path = tmp_path / f"{kind}.csv"
            path.write_text(await exported(database, kind, contacts=True), encoding="utf-8", newline="")
            outcome = await import_file(session, kind, path)
            assert [str(problem) for problem in outcome.problems][:3] == []
            assert outcome.added == outcome.rows
    await other.close()


async def test_masked_unless_asked(database: Database) -> None:
    for kind in ("employers", "seekers"):
        masked, clear = await exported(database, kind), await exported(database, kind, contacts=True)
        assert "****" in masked
        assert "1990000" not in masked
        assert "1990000" in clear


async def test_what_looks_like_a_formula_is_text(database: Database, tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://x","y")'
    async with database.write() as session:
        session.add(Office(id=session.new_id(), region="410000", name=evil, hours="\t\uff1d1+1"))
    text = await exported(database, "offices")
    row = next(row for row in csv.DictReader(io.StringIO(text)) if "HYPERLINK" in row["name"])
    assert (row["name"], row["hours"]) == ("'" + evil, "'\t\uff1d1+1")
    path = tmp_path / "o.csv"
    path.write_text(text, encoding="utf-8", newline="")
    async with database.write() as session:
        outcome = await import_file(session, "offices", path)
    assert outcome.unchanged == outcome.rows


async def test_unknown_kind(database: Database) -> None:
    with pytest.raises(UnknownKindError, match="known are: offices"):
        await exported(database, "horoscopes")
