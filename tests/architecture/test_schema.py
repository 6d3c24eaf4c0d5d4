"""The migrations produce exactly the schema of the models, on an empty file."""

from __future__ import annotations

import re
from pathlib import Path

from sources import ROOT

from models.database import Database
from models.keys import KeyRing
from models.migrate import complaints, newest_revision, upgrade
from models.tables import metadata

VERSIONS = ROOT / "models" / "migrations" / "versions"


async def test_the_migrations_produce_the_models_schema_on_sqlite(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}", KeyRing.generate())
    assert await complaints(database) != []
    await upgrade(database)
    assert await complaints(database) == []
    await upgrade(database)
    assert await complaints(database) == []
    await database.close()


async def test_a_missing_column_and_a_missing_table_are_told_by_name(tmp_path: Path) -> None:
    from sqlalchemy import text

    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}", KeyRing.generate())
    await upgrade(database)
    async with database.write() as session:
        await session.execute(text("ALTER TABLE vacancies DROP COLUMN hours"))
        await session.execute(text("DROP TABLE questions"))
    told = "\n".join(await complaints(database))
    assert "hours" in told
    assert "questions" in told
    await database.close()


def test_the_revisions_are_one_line_without_branches() -> None:
    revisions, parents = [], []
    for path in VERSIONS.glob("*.py"):
        source = path.read_text("utf-8")
        revisions += re.findall(r"^revision\b.*=\s*['\"](\w+)['\"]", source, re.M)
        parents += re.findall(r"^down_revision\b.*=\s*['\"](\w+)['\"]", source, re.M)
    assert len(parents) == len(set(parents)) == len(revisions) - 1
    assert set(revisions) - set(parents) == {newest_revision()}


def test_every_table_has_a_primary_key_made_by_the_program() -> None:
    for table in metadata.sorted_tables:
        assert table.primary_key.columns, table.name
        for column in table.primary_key.columns:
            assert column.autoincrement in (False, "auto") or not column.autoincrement, f"{table.name}.{column.name}"


def test_personal_columns_are_sealed_and_everything_sealed_is_bytes() -> None:
    personal = re.compile(r"^(phone|id_number|name|handle|body|data|profile|words)$")
    plain = [
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if personal.match(column.name)
    ]
    public = {"employers.name", "offices.name", "offices.phone", "institutions.name", "questions.data"}
    assert set(plain) <= public
