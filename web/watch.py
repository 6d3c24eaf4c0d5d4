"""Replies that another process wrote: one look at the outbox for all open streams, three times a second."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import SQLAlchemyError

from bot.wakeups import Wakeups
from models.database import Database
from models.ids import FIVE_SECONDS
from services.outbox import written_since

LOOK_SECONDS = 0.3


class Watch:
    """Wakes the streams of addresses for which rows appeared."""

    def __init__(self, database: Database, wakeups: Wakeups) -> None:
        self._database, self._wakeups = database, wakeups
        self._since = database.ids()
        self._seen: set[int] = set()

    async def run(self) -> None:
        """Look for ever; a database that is away is looked for again."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look()
            except (SQLAlchemyError, OSError):
                continue

    async def look(self) -> None:
        """Wake for each row once. The window overlaps, since another process's clock may be behind."""
        begun = self._database.ids()
        async with self._database.read() as session:
            rows = await written_since(session, self._since)
        self._wakeups.wake(address for row, address in rows if row not in self._seen)
        self._seen = {row for row, _ in rows}
        self._since = begun - FIVE_SECONDS
