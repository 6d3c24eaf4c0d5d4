"""The roll-up follows the ledger, so that a report has little left to read."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy.exc import SQLAlchemyError

from models.database import Database
from reports.rollup import catch_up

EVERY_SECONDS = 300.0
log = logging.getLogger(__name__)


async def keep_rolled_up(database: Database) -> None:
    """For ever: every five minutes what was appended since."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            async with database.read() as session:
                entries = await catch_up(session)
        except (SQLAlchemyError, OSError) as error:
            log.warning("rollup.failed", extra={"error": type(error).__name__})
            continue
        if entries:
            log.info("rollup.caught_up", extra={"entries": entries})
