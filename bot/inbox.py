"""The receiver: a message is stored, then acknowledged, then handled.

Arrivals that come together share one commit, so that an acknowledgement waits for one fsync and for at most one
batch of turns. The external id is unique per channel: the same message twice is stored once.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite

from bot.wakeups import Wakeups
from models.database import Database, Session
from models.messages import InboxRow, InboxState

BODY = "inbox.body"


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a channel received: `body` is {"text"} | {"choice", "message"} | {"location"} | {"unsupported"}."""

    channel: str
    external_id: str
    address_id: int
    body: dict[str, Any]


def upsert(session: Session, table: Any) -> Any:
    """`insert` of the dialect in use, which knows on_conflict."""
    maker = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return maker(table)


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
                "body_sealed": session.keys.seal(json.dumps(arrival.body, ensure_ascii=False), BODY, row_id),
                "state": InboxState.WAITING,
                "attempts": 0,
                "received_at": session.now,
            }
        )
    statement: Insert = upsert(session, InboxRow.__table__).on_conflict_do_nothing(
        index_elements=["channel", "external_id"]
    )
    await session.execute(statement, rows)


class Inbox:
    """Collects arrivals and stores them in groups."""

    def __init__(self, database: Database, wakeups: Wakeups) -> None:
        self._database, self._wakeups = database, wakeups
        self._pending: list[tuple[Arrival, asyncio.Future[None]]] = []
        self._arrived = asyncio.Event()

    async def receive(self, arrival: Arrival) -> None:
        """Return when the message is safely stored; raises what the database raised when it is not."""
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending.append((arrival, stored))
        self._arrived.set()
        await stored

    async def run(self) -> None:
        """Store what arrives, for ever."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            try:
                await self._flush()
            except Exception as error:
                self._refuse(error)

    async def _flush(self) -> None:
        async with self._database.write() as session:
            self._group = self._pending
            self._pending = []
            await store(session, [arrival for arrival, _ in self._group])
        for _, stored in self._group:
            if not stored.done():
                stored.set_result(None)
        self._wakeups.inbox.set()

    def _refuse(self, error: Exception) -> None:
        for _, stored in self._group:
            if not stored.done():
                stored.set_exception(error)
