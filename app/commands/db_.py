"""The database: bring its schema up to date, check it, back it up, restore it."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from sqlalchemy import make_url

from app.database import open_database, ready_database, schema_complaints
from app.presence import is_running
from app.settings import Settings, load_settings
from models.clock import utc_now
from models.errors import ZhaohuoError
from models.migrate import newest_revision
from services.backup import back_up, restore


class ServerDatabaseError(ZhaohuoError):
    """This database is PostgreSQL: back it up with pg_dump and restore it with pg_restore.

    Keep keys.json of var_dir with the dump: without it no phone or name in it can be read.
    """


class ServiceRunningError(ZhaohuoError):
    """A service of this folder is running; stop it before you restore."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do."""
    verbs = parser.add_subparsers(dest="verb", metavar="upgrade | check | backup | restore", required=True)
    verbs.add_parser("upgrade", help="bring the schema to this program's")
    verbs.add_parser("check", help="tell where the schema differs; exit 1 when it does")
    saving = verbs.add_parser("backup", help="SQLite: database and keys into one file, also while the service runs")
    saving.add_argument("file", type=Path, metavar="FILE")
    restoring = verbs.add_parser("restore", help="SQLite: put a backup back; the replaced files are kept")
    restoring.add_argument("file", type=Path, metavar="FILE")


def run(options: argparse.Namespace) -> int:
    """Do it."""
    settings = load_settings(options.config)
    match options.verb:
        case "upgrade":
            return asyncio.run(_upgrade(settings))
        case "check":
            return asyncio.run(_check(settings))
        case "backup":
            return _back_up(settings, options.file)
        case _:
            return _restore(settings, options.file)


async def _upgrade(settings: Settings) -> int:
    async with ready_database(settings):
        print(f"the schema is at {newest_revision()}")
    return 0


async def _check(settings: Settings) -> int:
    database = open_database(settings)
    try:
        complaints = await schema_complaints(database)
    finally:
        await database.close()
    print("\n".join(complaints) or f"the schema is at {newest_revision()} and complete")
    return 1 if complaints else 0


def _database_file(settings: Settings) -> Path:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        raise ServerDatabaseError
    return Path(url.database)


def _back_up(settings: Settings, file: Path) -> int:
    back_up(_database_file(settings), settings.keys_file, file)
    print(f"{file}: database and keys; whoever has it can read everything")
    return 0


def _restore(settings: Settings, file: Path) -> int:
    database = _database_file(settings)
    if is_running(settings.var_dir):
        raise ServiceRunningError
    for path in restore(file, database, settings.keys_file, utc_now()):
        print(f"kept: {path}")
    print(f"restored: {database}")
    return 0
