"""The sender of a channel when things go wrong: what is flagged, what is not sent again, what it waits for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from conftest import OpenDatabase
from house import add_person, address_of
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from stage import Stage

from bot.channels.base import Hook, Pace, Reading, SendError, Sent, ThrottledError, TryLaterError, part
from bot.channels.webchat import NAME, REACH
from bot.inbox import Arrival, Inbox
from bot.sender import Sender
from bot.wakeups import Wakeups
from models.channels import ChannelFacts
from models.database import Database
from models.messages import OUTBOX, ChannelLease, InboxRow, OutboxState, Outgoing
from services import leases, outbox, sending
from services.sending import Envelope


class Scripted:
    """A channel that does with each call what the test wrote down; after that it takes everything."""

    name, reach, facts = NAME, REACH, ChannelFacts(domestic=True, rings=True)
    pace = Pace(1000, 4)

    def __init__(self, *script: Exception | None, opening: Exception | None = None) -> None:
        self.script, self.opening = list(script), opening
        self.taken: list[int] = []
        self.opened: list[float] = []

    async def open(self) -> None:
        self.opened.append(asyncio.get_running_loop().time())
        if self.opening is not None:
            trouble, self.opening = self.opening, None
            raise trouble

    async def close(self) -> None: ...

    async def read(self, hook: Hook) -> Reading:
        return Reading()

    async def send(self, envelope: Envelope) -> Sent:
        if self.script and (trouble := self.script.pop(0)) is not None:
            raise trouble
        self.taken.append(envelope.id)
        return Sent(external_id=f"theirs-{envelope.id}")


@asynccontextmanager
async def sending_on(database: Database, channel: Any) -> AsyncIterator[Sender]:
    """Its sender runs meanwhile; one that ends by itself fails the test."""
    sender = Sender(database, channel, Wakeups())
    running = asyncio.get_running_loop().create_task(sender.run())
    try:
        yield sender
        assert not running.done(), running
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def write_one(database: Database, text: str = "您好") -> int:
    """A reply that waits; its row."""
    async with database.write() as session:
        person = await add_person(session)
        address = await address_of(session, person.id)
        out = Outgoing(id=session.new_id(), person_id=person.id, text=text)
        outbox.add(session, [outbox.row_values(session, address, NAME, out)])
    return out.id


async def row_of(database: Database, row_id: int) -> Any:
    async with database.read() as session:
        return (await session.execute(select(OUTBOX).where(OUTBOX.c.id == row_id))).mappings().one()


async def until(condition: Callable[[], Any], seconds: float = 5) -> None:
    end = asyncio.get_running_loop().time() + seconds
    while not await condition():
        assert asyncio.get_running_loop().time() < end, "it did not come"
        await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("trouble", "flagged"),
    [(TryLaterError("gateway_away"), False), (TryLaterError("gateway_away", doubtful=True), True)],
)
async def test_an_answer_that_was_lost_flags_the_row(database: Database, trouble: SendError, flagged: bool) -> None:
    row_id, channel = await write_one(database), Scripted(trouble)

    async def tried() -> bool:
        return (await row_of(database, row_id))["attempts"] == 1

    async with sending_on(database, channel):
        await until(tried)
    row = await row_of(database, row_id)
    assert (row["state"], bool(row["maybe_twice"])) == ("waiting", flagged)


def test_what_fails_behind_the_first_part_may_come_twice() -> None:
    for number, doubtful in ((0, False), (1, True)):
        with pytest.raises(TryLaterError) as raised, part(number):
            raise TryLaterError("gateway_error")
        assert raised.value.doubtful is doubtful


async def test_a_receipt_spares_the_second_attempt_of_what_was_delivered(database: Database) -> None:
    tried, fresh = await write_one(database), await write_one(database)
    async with database.write() as session:
        await session.execute(update(OUTBOX).where(OUTBOX.c.id == tried).values(attempts=1))
        assert await sending.receive_receipt(session, NAME, tried, OutboxState.DELIVERED)
        assert not await sending.receive_receipt(session, NAME, tried, OutboxState.FAILED, "undelivered")
        assert not await sending.receive_receipt(session, NAME, fresh, OutboxState.DELIVERED)  # nobody sent it yet
    assert (await row_of(database, tried))["state"] == "delivered"
    assert (await row_of(database, fresh))["state"] == "waiting"


async def test_a_shorter_pause_does_not_end_a_longer_one(database: Database) -> None:
    async with database.write() as session:
        await leases.take(session, NAME, "here:1")
        await leases.pause(session, NAME, 60)
        await leases.pause(session, NAME, 1)
        assert await leases.paused_until(session, NAME) == session.now + timedelta(seconds=60)


async def test_a_channel_that_is_throttled_at_its_introduction_is_left_in_peace(
    database: Database, clock: Callable[[], Any]
) -> None:
    row_id, channel = await write_one(database), Scripted(opening=ThrottledError(1.5))

    async def sent() -> bool:
        return (await row_of(database, row_id))["state"] == "sent"

    async with sending_on(database, channel):
        await asyncio.sleep(0.3)
        clock.move(seconds=2)  # type: ignore[attr-defined]
        await until(sent)
    first, second = channel.opened
    assert second - first >= 1.5


async def test_a_successor_is_not_introduced_before_the_pause_is_over(
    database: Database, clock: Callable[[], Any]
) -> None:
    await write_one(database)
    async with database.write() as session:
        await leases.take(session, NAME, "here:1")
        await leases.pause(session, NAME, 1)
        await session.execute(update(ChannelLease).values(until=session.now))
    begun, channel = asyncio.get_running_loop().time(), Scripted()

    async def sent() -> bool:
        return bool(channel.taken)

    async with sending_on(database, channel):
        await asyncio.sleep(0.2)
        clock.move(seconds=2)  # type: ignore[attr-defined]
        await until(sent)
    assert channel.opened[0] - begun >= 0.9


async def test_what_left_while_the_database_was_away_is_noted_and_not_sent_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id, channel = await write_one(database), Scripted()
    real = sending.settle
    away = asyncio.Event()

    async def settle(session: Any, outcomes: Any, chance: Any) -> None:
        if outcomes and not away.is_set():
            raise OperationalError("-", {}, Exception("locked"))
        await real(session, outcomes, chance)

    monkeypatch.setattr(sending, "settle", settle)
    sender = Sender(database, channel, Wakeups())
    for _ in range(2):  # it holds the lease, loses it, and takes it again when the database is back
        holding = asyncio.get_running_loop().create_task(sender.run())
        await asyncio.sleep(0.3)
        holding.cancel()
        with suppress(asyncio.CancelledError):
            await holding
        away.set()
    row = await row_of(database, row_id)
    assert channel.taken == [row_id]
    assert (row["state"], bool(row["maybe_twice"])) == ("sent", False)


async def test_what_came_by_a_channel_that_is_gone_holds_up_nobody(open_database: OpenDatabase) -> None:
    database = open_database()
    stage = Stage(database)
    for _ in range(30):  # more than a batch
        async with database.write() as session:
            person = await add_person(session)
            address = await address_of(session, person.id)
            session.add(
                InboxRow(
                    id=session.new_id(),
                    channel="gone",
                    external_id=str(address),
                    address_id=address,
                    received_at=session.now,
                )
            )
    async with database.write() as session:
        somebody = (await add_person(session)).id
    assert await stage.say(somebody, "帮助")


async def test_an_id_that_the_database_refuses_costs_nobody_else_of_the_group_anything(database: Database) -> None:
    async with database.write() as session:
        address = await address_of(session, (await add_person(session)).id)
    inbox = Inbox(database, Wakeups())
    names = ["good-1", "bad-\ud800", "good-2"]
    waiting = [
        asyncio.get_running_loop().create_task(inbox.receive(Arrival(NAME, name, address, {"text": "1"})))
        for name in names
    ]
    running = asyncio.get_running_loop().create_task(inbox.run())
    done = await asyncio.wait_for(asyncio.gather(*waiting, return_exceptions=True), 5)
    running.cancel()
    assert [isinstance(one, Exception) for one in done] == [False, True, False]
    async with database.read() as session:
        assert set(await session.scalars(select(InboxRow.external_id))) == {"good-1", "good-2"}
