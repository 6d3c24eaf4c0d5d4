"""The ledger is sealed within a minute of whatever is appended."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from models.database import Database
from services.sealing import seal

EVERY_SECONDS = 20.0
log = logging.getLogger(__name__)


async def keep_sealed(database: Database) -> None:
    """For ever. Of two processes that seal the same entries one loses, and finds nothing left to do."""
    while True:
        try:
            await seal_all(database)
        except (SQLAlchemyError, OSError) as error:
            log.warning("ledger.not_sealed", extra={"error": type(error).__name__})
        await asyncio.sleep(EVERY_SECONDS)


async def seal_all(database: Database, *, everything: bool = False) -> int:
    """Seal what is not, a block's worth in each transaction; how many entries."""
    sealed = 0
    while True:
        async with database.write() as session:
            some = await seal(session, everything=everything)
        sealed += some
        if not some:
            return sealed
