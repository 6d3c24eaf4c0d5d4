"""The database of the settings: opened, brought to the program's schema, compared with it."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator, Awaitable
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError

from app.channels import channel_facts
from app.settings import Settings
from models.database import Database
from models.errors import ZhaohuoError
from models.keys import KeyRing
from models.limits import Limits
from models.migrate import complaints, upgrade

Answer = TypeVar("Answer")


class DatabaseAwayError(ZhaohuoError):
    """The database does not answer; look at database.url and whether the server runs."""


def open_database(settings: Settings) -> Database:
    """The database of the settings with its keys; connections are made when they are needed."""
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    return Database(
        settings.database_url,
        KeyRing.load(settings.keys_file),
        channels=channel_facts(settings),
        quiet_hours=settings.quiet.quiet_hours(),
        limits=Limits(**settings.limits.model_dump()),
        rollups=settings.var_dir / "rollup" / hashlib.sha256(settings.database_url.encode()).hexdigest()[:12],
    )


@contextlib.asynccontextmanager
async def ready_database(settings: Settings) -> AsyncIterator[Database]:
    """The database, brought to the program's schema."""
    database = open_database(settings)
    try:
        await _reached(upgrade(database))
        yield database
    finally:
        await database.close()


async def schema_complaints(database: Database) -> list[str]:
    """What differs between database and program. Raises DatabaseAwayError."""
    return await _reached(complaints(database))


async def _reached(work: Awaitable[Answer]) -> Answer:
    try:
        return await work
    except (OperationalError, InterfaceError, OSError) as error:
        raise DatabaseAwayError from error
