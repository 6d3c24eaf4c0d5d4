"""The ledger is sealed within a minute of whatever is appended."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from models.database import Database
from services.sealing import first_look, has_unsealed, seal

EVERY_SECONDS = 20.0
log = logging.getLogger(__name__)


async def keep_sealed(database: Database) -> None:
    """For ever, the first time looking at the whole ledger. Of two processes that seal the same entries one loses, and
    finds nothing left to do.
    """
    everything = True
    while True:
        try:
            await seal_all(database, everything=everything)
            everything = False
        except (SQLAlchemyError, OSError) as error:
            log.warning("ledger.not_sealed", extra={"error": type(error).__name__})
        await asyncio.sleep(EVERY_SECONDS)


async def seal_all(database: Database, *, everything: bool = False) -> None:
    """Seal what is not, some thousand entries in each transaction; where nothing is left nobody is held up."""
    async with database.read() as reading:
        after: int | None = 0 if everything else await first_look(reading)
        if not await has_unsealed(reading, after or 0):
            return
    while after is not None:
        async with database.write() as session:
            after = await seal(session, after)
