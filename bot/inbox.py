"""The receiver: a message is stored, then acknowledged, then handled.

Arrivals that come together share one commit, so that an acknowledgement waits for one fsync and for at most one
batch of turns. The external id is unique per channel: the same message twice is stored once.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.wakeups import Wakeups
from models.database import Database, Session
from models.messages import INBOX, InboxState

BODY = "inbox.body"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a channel received: `body` is {"text"} | {"choice", "message"} | {"location"} | {"unsupported"}."""

    channel: str
    external_id: str
    address_id: int
    body: dict[str, Any]


def upsert(table: Any, *, sqlite: bool) -> Any:
    """`insert` of the dialect in use, which knows on_conflict."""
    return sqlite_insert(table) if sqlite else postgresql_insert(table)


@cache
def _store(sqlite: bool) -> Insert:
    statement: Insert = upsert(INBOX, sqlite=sqlite).on_conflict_do_nothing(index_elements=["channel", "external_id"])
    return statement


async def store(session: Session, arrivals: list[Arrival]) -> None:
    """Write the arrivals; one that is there already stays as it is."""
    rows = []
    for arrival in arrivals:
        row_id = session.new_id()
        rows.append(
            {
                "id": row_id,
                "channel": arrival.channel,
                "external_id": arrival.external_id,
                "address_id": arrival.address_id,
                "body_sealed": session.keys.seal(json.dumps(arrival.body), BODY, row_id),
                "state": InboxState.WAITING,
                "attempts": 0,
                "received_at": session.now,
            }
        )
    await session.execute(_store(session.is_sqlite), rows)


Waiting = tuple[Arrival, asyncio.Future[None]]


class Inbox:
    """Collects arrivals and stores them in groups."""

    def __init__(self, database: Database, wakeups: Wakeups) -> None:
        self._database, self._wakeups = database, wakeups
        self._pending: list[Waiting] = []
        self._arrived = asyncio.Event()

    async def receive(self, arrival: Arrival) -> None:
        """Return when the message is safely stored; raises what the database raised when it is not."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending.append((arrival, stored))
        self._arrived.set()
        await stored

    async def run(self) -> None:
        """Store what arrives, for ever; when it cannot be stored, those who wait for the acknowledgement hear why."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            if not self._pending:
                continue  # they went with the group before
            group: list[Waiting] = []
            try:
                async with self._database.write() as session:
                    group = self._take()  # only now: what came while the writer was busy shares the commit
                    await store(session, [arrival for arrival, _ in group])
            except Exception as error:
                # Whatever it was, nobody may wait for ever: the channel answers 503 and the sender tries again.
                log.warning("inbox.not_stored", extra={"error": type(error).__name__})
                _settle(group or self._take(), error)
            else:
                _settle(group, None)
                self._wakeups.inbox.set()

    def _take(self) -> list[Waiting]:
        group, self._pending = self._pending, []
        return group


def _settle(group: list[Waiting], error: Exception | None) -> None:
    for _, stored in group:
        if not stored.done():
            if error is None:
                stored.set_result(None)
            else:
                stored.set_exception(error)
