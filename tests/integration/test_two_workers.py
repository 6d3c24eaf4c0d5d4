"""Two workers on one database: every message is handled once, a person's in their order."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import Any

import pytest
from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import Message
from conftest import OpenDatabase
from house import add_person, address_of, inbox_states, ring
from sqlalchemy import func, select
from stage import dispatcher_of, make_worker, run_until_quiet

from bot import batch
from bot.inbox import Arrival, store
from bot.turn import Turn
from models.conversations import Conversation
from models.database import Database
from models.messages import InboxRow, OutboxRow
from services.notices import tell

PEOPLE, MESSAGES = 10, 20


async def crowd(database: Database, number: int = PEOPLE) -> list[int]:
    async with database.write() as session:
        return [(await add_person(session)).id for _ in range(number)]


async def write_in(database: Database, everybody: list[int], each: int) -> None:
    """Everybody writes `each` messages, mixed."""
    async with database.write() as session:
        addresses = [await address_of(session, person) for person in everybody]
        arrivals = [
            Arrival("webchat", f"{address}:{number}", address, {"text": str(number)})
            for number in range(each)
            for address in addresses
        ]
        await store(session, arrivals)


async def collect(message: Message, state: FSMContext) -> None:
    """Remember what was said, in order, and answer it."""
    data = await state.get_data()
    await state.set_data({"said": [*data.get("said", []), message.text]})
    await message.answer(f"heard {message.text}")


def collector() -> Any:
    router = Router()
    router.message.register(collect)
    return dispatcher_of(router)


async def said_by(database: Database, person: int) -> list[str]:
    async with database.read() as session:
        sealed = await session.scalar(select(Conversation.data_sealed).where(Conversation.person_id == person))
        return list(json.loads(ring().open(sealed or b"", batch.DATA, person))["data"]["said"])


async def test_two_workers_handle_200_messages_of_10_persons_once_each_and_in_order(
    open_database: OpenDatabase,
) -> None:
    one, two = open_database(), open_database()
    everybody = await crowd(one)
    await write_in(one, everybody, MESSAGES)

    await run_until_quiet(one, make_worker(one, collector()), make_worker(two, collector()))

    wanted = [str(number) for number in range(MESSAGES)]
    assert Counter(await inbox_states(one)) == {"handled": PEOPLE * MESSAGES}
    for person in everybody:
        assert await said_by(one, person) == wanted
    async with one.read() as session:
        replies = await session.execute(
            select(OutboxRow.address_id, OutboxRow.seq, OutboxRow.answers).order_by(OutboxRow.address_id, OutboxRow.seq)
        )
        rows = replies.all()
        assert len(rows) == PEOPLE * MESSAGES
        assert [row.seq for row in rows] == list(range(1, MESSAGES + 1)) * PEOPLE
        asked = await session.execute(
            select(InboxRow.address_id, InboxRow.id).order_by(InboxRow.address_id, InboxRow.id)
        )
        assert [(row.address_id, row.answers) for row in rows] == [tuple(row) for row in asked]


@pytest.mark.peers
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_a_message_that_another_process_handles_while_this_one_looks_is_not_handled_again(
    open_database: OpenDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL: the second worker's statement saw the row waiting, and gets its lock after the first committed."""
    one, two = open_database(), open_database()
    everybody = await crowd(one, 1)
    await write_in(one, everybody, 1)
    quick = make_worker(one, collector())
    slow = make_worker(two, collector())
    real, looks = batch._waiting, asyncio.Event()

    def waiting(**options: Any) -> Any:
        """The first look takes half a second between its snapshot and its lock."""
        query = real(**options)
        if looks.is_set():
            return query
        looks.set()
        return query.add_columns(func.pg_sleep(0.5))

    monkeypatch.setattr(batch, "_waiting", waiting)
    async with asyncio.TaskGroup() as group:
        looking = group.create_task(slow.drain_once())
        await looks.wait()
        await asyncio.sleep(0.15)
        assert await quick.drain_once() == 1
        assert not looking.done()

    assert await said_by(one, everybody[0]) == ["0"]
    async with one.read() as session:
        assert await session.scalar(select(func.count()).select_from(OutboxRow)) == 1


@pytest.mark.peers
@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_two_people_who_set_off_notices_to_each_other_at_once_lose_nothing(
    open_database: OpenDatabase,
) -> None:
    """A recruiter and a seeker act at the same moment on two processes, each telling the other."""
    one, two = open_database(), open_database()
    anna, berta = await crowd(one, 2)
    other, begun = {anna: berta, berta: anna}, {anna: asyncio.Event(), berta: asyncio.Event()}

    async def telling(message: Message, turn: Turn) -> None:
        begun[turn.speaker.id].set()
        await begun[other[turn.speaker.id]].wait()
        session = await turn.writing()
        await tell(session, other[turn.speaker.id], "home")
        await message.answer("told")

    def dispatcher() -> Any:
        router = Router()
        router.message.register(telling)
        return dispatcher_of(router)

    async with asyncio.TaskGroup() as group:
        first = make_worker(one, dispatcher())
        await write_in(one, [anna], 1)
        group.create_task(first.drain_once())
        await begun[anna].wait()
        await write_in(two, [berta], 1)
        group.create_task(make_worker(two, dispatcher()).drain_once())
    async with one.read() as session:
        failed = await session.execute(select(InboxRow.attempts, InboxRow.error).where(InboxRow.attempts > 0))
        assert failed.all() == []
    await run_until_quiet(one, first)

    assert await inbox_states(one) == ["handled", "handled"]
    async with one.read() as session:
        for person in (anna, berta):
            seqs = await session.scalars(
                select(OutboxRow.seq).where(OutboxRow.person_id == person).order_by(OutboxRow.seq)
            )
            assert list(seqs) == [1, 2]
