"""The outbox: numbered without gaps for each address, delivered once, contacts put in at the very end."""

from __future__ import annotations

import asyncio

import pytest
from conftest import OpenDatabase
from house import add_person, address_of, heard, town
from sqlalchemy import select

from models.database import Database
from models.messages import CONTACT_MARK, Kind, OutboxRow, Outgoing
from services import applications, outbox
from services.notices import tell, tell_words

WRITERS, EACH = 4, 10


async def seqs(database: Database, person_id: int) -> list[int]:
    async with database.read() as session:
        rows = await session.scalars(
            select(OutboxRow.seq).where(OutboxRow.person_id == person_id).order_by(OutboxRow.id)
        )
        return list(rows)


async def test_one_process_numbers_the_rows_of_an_address_without_gaps(database: Database) -> None:
    async with database.write() as session:
        reader, other = await add_person(session), await add_person(session)

    async def writer(number: int) -> None:
        for turn in range(EACH):
            async with database.write() as session:
                await tell_words(session, reader.id, f"{number}.{turn}", kind=Kind.NOTICE)
                await tell_words(session, other.id, "to somebody else", kind=Kind.NOTICE)

    async with asyncio.TaskGroup() as group:
        for number in range(WRITERS):
            group.create_task(writer(number))

    assert sorted(await seqs(database, reader.id)) == list(range(1, WRITERS * EACH + 1))
    assert sorted(await seqs(database, other.id)) == list(range(1, WRITERS * EACH + 1))


async def test_processes_that_write_to_one_address_at_once_leave_no_gap_and_no_failure(
    open_database: OpenDatabase,
) -> None:
    databases = [open_database() for _ in range(WRITERS)]
    async with databases[0].write() as session:
        reader = await add_person(session)

    async def writer(database: Database) -> None:
        for turn in range(EACH):
            async with database.write() as session:
                await tell_words(session, reader.id, str(turn), kind=Kind.NOTICE)
                await asyncio.sleep(0)

    done = await asyncio.gather(*(writer(database) for database in databases), return_exceptions=True)
    for error in done:
        if isinstance(error, BaseException):
            raise error
    assert sorted(await seqs(databases[0], reader.id)) == list(range(1, WRITERS * EACH + 1))


async def test_a_rolled_back_transaction_leaves_no_gap(database: Database) -> None:
    async with database.write() as session:
        reader = await add_person(session)
        await tell(session, reader.id, "home")
    with pytest.raises(RuntimeError):
        async with database.write() as session:
            await tell(session, reader.id, "home")
            raise RuntimeError("rolled back")
    async with database.write() as session:
        await tell(session, reader.id, "home")
    assert await seqs(database, reader.id) == [1, 2]


async def test_a_commit_wakes_the_addresses_it_wrote_to_and_a_rollback_nobody(database: Database) -> None:
    woken: list[frozenset[int]] = []
    database.on_commit(lambda addresses, _channels: woken.append(addresses))
    async with database.write() as session:
        reader = await add_person(session)
        await tell(session, reader.id, "home")
        address = await address_of(session, reader.id)
    with pytest.raises(RuntimeError):
        async with database.write() as session:
            await tell(session, reader.id, "home")
            raise RuntimeError("rolled back")
    assert woken == [frozenset({address})]


async def test_two_readers_of_one_address_print_each_row_once(open_database: OpenDatabase) -> None:
    one, two = open_database(), open_database()
    async with one.write() as session:
        reader = await add_person(session)
        for _ in range(5):
            await tell(session, reader.id, "home")
    async with one.read() as session:
        ids = list(await session.scalars(select(OutboxRow.id)))

    async def claim(database: Database) -> frozenset[int]:
        async with database.write() as session:
            return await outbox.claim_sent(session, ids)

    first, second = await asyncio.gather(claim(one), claim(two))
    assert first | second == set(ids)
    assert not first & second


async def test_sent_rows_are_not_moved_back_or_marked_twice(database: Database, clock: object) -> None:
    async with database.write() as session:
        reader = await add_person(session)
        await tell(session, reader.id, "home")
    async with database.write() as session:
        row = (await session.scalars(select(OutboxRow))).one()
        await outbox.mark_sent(session, [row.id])
    clock.move(hours=1)  # type: ignore[attr-defined]
    async with database.write() as session:
        sent_at = await session.scalar(select(OutboxRow.sent_at))
        await outbox.mark_sent(session, [row.id])
    async with database.read() as session:
        assert await session.scalar(select(OutboxRow.sent_at)) == sent_at
        assert await outbox.unsent(session, await address_of(session, reader.id), domestic=True) == []


async def test_a_contact_is_put_in_at_delivery_and_only_on_a_domestic_channel(database: Database) -> None:
    async with database.write() as session:
        vacancy, reader, other = await town(session)
        other.set_phone(session, "+8613900001111")
        application = await applications.apply(session, other.id, vacancy.id)
        application.state = "interview"
        address = await address_of(session, reader.id)
        out = Outgoing(
            id=session.new_id(),
            person_id=reader.id,
            text=f"call {CONTACT_MARK}",
            contact_of=other.id,
            contact_for=application.id,
        )
        outbox.add(session, [outbox.row_values(session, address, "webchat", out)])
    async with database.read() as session:
        *_, at_home = await outbox.after(session, address, 0, domestic=True)
        *_, abroad = await outbox.after(session, address, 0, domestic=False)
    assert at_home.text == "call 13900001111"
    assert "1390000" not in abroad.text
    assert CONTACT_MARK not in abroad.text


async def test_a_mark_in_a_text_without_a_contact_reveals_nothing(database: Database) -> None:
    async with database.write() as session:
        reader = await add_person(session, phone="+8613900001111")
        await tell_words(session, reader.id, f"call {CONTACT_MARK} {{contact}}", kind=Kind.NOTICE)
    async with database.read() as session:
        (delivery,) = await heard(session, reader.id)
    assert "1390000" not in delivery.text
