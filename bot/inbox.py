"""The receiver: a message is stored, then acknowledged, then handled.

Arrivals that come together share one commit, so that an acknowledgement waits for one fsync and for at most one
batch of turns. The external id is unique per channel: the same message twice is stored once.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Insert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import InterfaceError, OperationalError

from bot.wakeups import Wakeups
from models.database import Database, Session
from models.messages import INBOX, InboxState

BODY = "inbox.body"
AWAY = (OperationalError, InterfaceError, OSError)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a channel received: `body` is {"text"} | {"choice", "message"} | {"location"} | {"contact", "own"} |
    {"file", "name"} | {"unsupported"}. `part`: it is (reference, how many, which) of a long message.
    """

    channel: str
    external_id: str
    address_id: int
    body: dict[str, Any]
    part: tuple[int, int, int] | None = None


def upsert(table: Any, *, sqlite: bool) -> Any:
    """`insert` of the dialect in use, which knows on_conflict."""
    return sqlite_insert(table) if sqlite else postgresql_insert(table)


@cache
def _store(sqlite: bool) -> Insert:
    statement: Insert = upsert(INBOX, sqlite=sqlite).on_conflict_do_nothing(index_elements=["channel", "external_id"])
    return statement


async def store(session: Session, arrivals: list[Arrival]) -> None:
    """Write the arrivals; one that is there already stays as it is."""
    if not arrivals:
        return
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
                "state": InboxState.PART if arrival.part else InboxState.WAITING,
                "attempts": 0,
                "received_at": session.now,
            }
        )
    await session.execute(_store(session.is_sqlite), rows)


Work = Callable[[Session], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Pending:
    """What is to be stored, and who waits for the acknowledgement."""

    arrival: Arrival | None
    work: Work | None
    stored: asyncio.Future[None]


class Inbox:
    """Collects what arrives and stores it in groups."""

    def __init__(self, database: Database, wakeups: Wakeups) -> None:
        self._database, self._wakeups = database, wakeups
        self._pending: list[Pending] = []
        self._arrived = asyncio.Event()

    async def receive(self, arrival: Arrival) -> None:
        """Return when the message is safely stored; raises what the database raised when it is not."""
        await self._wait(arrival, None)

    async def submit(self, work: Work) -> None:
        """The same for several messages and receipts, which `work` stores."""
        await self._wait(None, work)

    async def _wait(self, arrival: Arrival | None, work: Work | None) -> None:
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._pending.append(Pending(arrival, work, stored))
        self._arrived.set()
        await stored

    async def run(self) -> None:
        """Store what arrives, for ever; when it cannot be stored, those who wait for the acknowledgement hear why."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            if self._pending:  # they may have gone with the group before
                await self._store_group()

    async def _store_group(self) -> None:
        group: list[Pending] = []
        try:
            async with self._database.write() as session:
                group = self._take()  # only now: what came while the writer was busy shares the commit
                await _write(session, group)
        except Exception as error:
            # Whatever it was, nobody may wait for ever: the channel answers 503 and the sender tries again.
            log.warning("inbox.not_stored", extra={"error": type(error).__name__})
            group = group or self._take()
            if len(group) > 1 and not _is_away(error):
                await self._one_by_one(group)
            else:
                _settle(group, error)
        else:
            _settle(group, None)
            self._wakeups.inbox.set()

    async def _one_by_one(self, group: list[Pending]) -> None:
        """What one of them is at fault for costs nobody else of the group anything: two processes met a newcomer at
        the same moment, or a sender put something into an id that the database refuses.
        """
        for place, pending in enumerate(group):
            try:
                async with self._database.write() as session:
                    await _write(session, [pending])
            except Exception as error:  # as above
                if _is_away(error):  # the others need not find that out one after the other
                    _settle(group[place:], error)
                    break
                _settle([pending], error)
            else:
                _settle([pending], None)
        self._wakeups.inbox.set()

    def _take(self) -> list[Pending]:
        group, self._pending = self._pending, []
        return group


async def _write(session: Session, group: list[Pending]) -> None:
    await store(session, [pending.arrival for pending in group if pending.arrival is not None])
    for pending in group:
        if pending.work is not None:
            await pending.work(session)


def _is_away(error: Exception) -> bool:
    """Whether it is the database's trouble, not that of what was to be stored."""
    return isinstance(error, AWAY) or getattr(error, "connection_invalidated", False)


def _settle(group: list[Pending], error: Exception | None) -> None:
    for pending in group:
        if not pending.stored.done():
            if error is None:
                pending.stored.set_result(None)
            else:
                pending.stored.set_exception(error)
