"""Which replies reached a browser: noted in groups, so that a delivery costs no commit of its own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from sqlalchemy.exc import SQLAlchemyError

from models.database import Database
from services.outbox import mark_sent

FLUSH_SECONDS = 0.5
log = logging.getLogger(__name__)


class Delivered:
    """Collects row ids and marks them sent twice a second."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ids: set[int] = set()

    def add(self, ids: Iterable[int]) -> None:
        """These rows were written to an open stream."""
        self._ids.update(ids)

    async def run(self) -> None:
        """Flush for ever, and once more at the end."""
        try:
            while True:
                await asyncio.sleep(FLUSH_SECONDS)
                await self._try()
        finally:
            await self._try()

    async def _try(self) -> None:
        """A database that is away is tried again; the marks are kept for it."""
        try:
            await self.flush()
        except (SQLAlchemyError, OSError) as error:
            log.warning("delivered.not_noted", extra={"error": type(error).__name__})

    async def flush(self) -> None:
        """Write what was collected."""
        if self._ids:
            ids = frozenset(self._ids)
            async with self._database.write() as session:
                await mark_sent(session, ids)
            self._ids -= ids
