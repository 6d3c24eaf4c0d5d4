"""Bring a database to this program's schema, and tell where it differs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from models.append_only import ensure_append_only, missing_triggers
from models.database import Database
from models.tables import metadata

SCRIPTS = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config


def revisions() -> list[str]:
    """All revisions, the first one first."""
    return [script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()][::-1]


def newest_revision() -> str:
    """The revision this program was written for."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _upgrade(connection: Connection, revision: str = "head") -> None:
    command.upgrade(_config(connection), revision)
    ensure_append_only(connection)


def _is_up_to_date(connection: Connection) -> bool:
    found = MigrationContext.configure(connection).get_current_revision()
    return found == newest_revision() and not missing_triggers(connection)


def _complaints(connection: Connection) -> list[str]:
    context = MigrationContext.configure(connection, opts={"compare_type": False})
    found = context.get_current_revision()
    complaints = [] if found == newest_revision() else [f"schema is at {found}, the program at {newest_revision()}"]
    complaints += [f"differs: {difference}" for difference in compare_metadata(context, metadata)]
    return complaints + [f"append-only trigger missing: {name}" for name in missing_triggers(connection)]


async def upgrade(database: Database, revision: str = "head") -> None:
    """Apply what is missing up to the revision and re-create the append-only triggers; safe to repeat.

    Where nothing is missing nothing is locked: many terminals may start beside a busy service.
    """
    async with database.reader.connect() as connection:
        if await connection.run_sync(_is_up_to_date):
            return
    async with database.writer.begin() as connection:
        await connection.run_sync(_upgrade, revision)


async def complaints(database: Database) -> list[str]:
    """Every difference between the database and the models, in words; empty when all is well."""
    async with database.writer.connect() as connection:
        return await connection.run_sync(_complaints)


def write_revision(connection: Connection, message: str) -> None:
    """For developers: compare the models with `connection` and write a new revision file."""
    command.revision(_config(connection), message=message, autogenerate=True)
