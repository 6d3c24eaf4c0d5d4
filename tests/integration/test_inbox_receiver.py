"""The receiver: stored, then acknowledged; a database that is away is told, and never loses what it acknowledged."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from house import add_person, address_of, inbox_states
from sqlalchemy.exc import OperationalError

from bot.inbox import Arrival, Inbox
from bot.wakeups import Wakeups
from models.database import Database, Session


@asynccontextmanager
async def receiving(database: Database) -> AsyncIterator[tuple[Inbox, Wakeups, int]]:
    """The receiver at work, and the address of somebody."""
    async with database.write() as session:
        address = await address_of(session, (await add_person(session)).id)
    wakeups = Wakeups()
    inbox = Inbox(database, wakeups)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(inbox.run())
        yield inbox, wakeups, address
        running.cancel()


def hello(address: int, number: int, **body: Any) -> Arrival:
    return Arrival("webchat", f"{address}:{number}", address, body or {"text": "hello"})


async def test_an_acknowledged_message_is_stored_and_the_worker_is_woken(database: Database) -> None:
    async with receiving(database) as (inbox, wakeups, address):
        await asyncio.wait_for(inbox.receive(hello(address, 1)), 5)
        assert await inbox_states(database) == ["waiting"]
        await asyncio.sleep(0)
        assert wakeups.inbox.is_set()


async def test_messages_that_come_together_share_a_commit_and_a_repeat_is_stored_once(database: Database) -> None:
    async with receiving(database) as (inbox, _, address):
        arrivals = [hello(address, number % 20) for number in range(40)]
        await asyncio.wait_for(asyncio.gather(*(inbox.receive(arrival) for arrival in arrivals)), 10)
    assert await inbox_states(database) == ["waiting"] * 20


async def test_a_database_that_is_away_is_told_to_the_sender_and_the_next_message_is_stored(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, away = database.write, [True]

    @asynccontextmanager
    async def write() -> AsyncIterator[Session]:
        if away[0]:
            raise OperationalError("BEGIN", {}, Exception("the server is away"))
        async with real() as session:
            yield session

    async with receiving(database) as (inbox, _, address):
        monkeypatch.setattr(database, "write", write)
        for number in range(2):
            with pytest.raises(OperationalError):
                await asyncio.wait_for(inbox.receive(hello(address, number)), 5)
        away[0] = False
        await asyncio.wait_for(inbox.receive(hello(address, 9)), 5)
    assert await inbox_states(database) == ["waiting"]


async def test_a_message_that_cannot_be_stored_does_not_spoil_its_neighbours(database: Database) -> None:
    """A browser may send half a surrogate pair as a choice; JSON allows it."""
    async with receiving(database) as (inbox, _, address):
        results = await asyncio.gather(
            inbox.receive(hello(address, 1)),
            inbox.receive(hello(address, 2, choice="\ud800", message="")),
            inbox.receive(hello(address, 3)),
            return_exceptions=True,
        )
        await asyncio.wait_for(inbox.receive(hello(address, 4)), 5)
    assert [results[0], results[2]] == [None, None]
    assert len(await inbox_states(database)) in (3, 4)
