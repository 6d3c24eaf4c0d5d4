"""Channels that are asked for what arrived: a batch is stored before the next call says that it is safe."""

from __future__ import annotations

import asyncio
import logging
from typing import Protocol, runtime_checkable

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import Reading, SendError, ThrottledError
from bot.receiving import AddressBook, take
from bot.wakeups import Wakeups
from models.database import Database

IDLE_SECONDS = 0.3
BACK_OFF_SECONDS = (0.5, 1.0, 2.0, 5.0, 10.0)
log = logging.getLogger(__name__)


@runtime_checkable
class PollingChannel(Protocol):
    """A channel that is asked."""

    name: str
    polls: bool

    async def fetch(self, offset: int) -> tuple[int, Reading]:
        """What is behind the offset, and the offset behind that. Raises a SendError."""


async def poll(database: Database, channel: PollingChannel, wakeups: Wakeups) -> None:
    """Ask for ever. The first offset is 0: what was stored before is known by its id and stays as it is."""
    book, offset, failures = AddressBook(), 0, 0
    while True:
        try:
            behind, reading = await channel.fetch(offset)
            if reading.heard or reading.left or reading.odd:
                async with database.write() as session:
                    await take(session, channel.name, reading, book)
                wakeups.inbox.set()
        except (SendError, SQLAlchemyError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            # the last four: a body of no shape that we know, which may not end the program
            log.warning("channel.not_polled", extra={"channel": channel.name, "error": type(error).__name__})
            wait = error.seconds if isinstance(error, ThrottledError) else BACK_OFF_SECONDS[min(failures, 4)]
            failures += 1
            await asyncio.sleep(wait)
            continue
        failures = 0
        if behind == offset:
            await asyncio.sleep(IDLE_SECONDS)
        offset = behind
