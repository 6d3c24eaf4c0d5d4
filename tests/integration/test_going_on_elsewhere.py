"""Six digits join a second address to the person who asked for them: once, for ten minutes, and nobody guesses them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from house import add_office, add_seeker
from phones import Phones, phone_database
from sqlalchemy import func, select

from models.conversations import Conversation, JoinMiss
from models.messages import Kind
from models.people import Address, Person
from services import joining
from services.access import ensure_address
from services.notices import tell_words

PHONE, OTHER = "+8613800138000", "+8613900139000"


@pytest.fixture
async def phones(sqlite_url: str, clock: Any) -> AsyncIterator[Phones]:
    database = phone_database(sqlite_url, clock)
    async with database.write() as session:
        await add_office(session)
    yield Phones(database)
    await database.close()


async def code_of(phones: Phones, handle: str = PHONE, channel: str = "sms") -> str:
    """The six digits."""
    await phones.arrives(handle, "换手机", channel)
    (envelope,) = await phones.deliver(channel)
    return re.findall(r"\d{6}", envelope.text)[0]


async def test_the_code_joins_once(phones: Phones) -> None:
    code = await code_of(phones)
    person = await phones.person(PHONE)
    assert "接上了" in await phones.says("7", code, "telegram")
    assert await phones.person("7", "telegram") == person
    assert "不对" in await phones.says("8", code, "telegram"), "it works once"
    assert await phones.person("8", "telegram") != person


@pytest.mark.parametrize("dress", ["{}", " {} ", "{}。", "/start code_{}"])
async def test_the_code_in_any_dress(phones: Phones, dress: str) -> None:
    code = await code_of(phones)
    await phones.says("7", dress.format(code), "telegram")
    assert await phones.person("7", "telegram") == await phones.person(PHONE)


async def test_full_width_digits(phones: Phones) -> None:
    code = (await code_of(phones)).translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert "接上了" in await phones.says("7", code, "telegram")


@pytest.mark.parametrize(("minutes", "works"), [(9, True), (11, False)])
async def test_ten_minutes(phones: Phones, clock: Any, minutes: int, works: bool) -> None:
    code = await code_of(phones)
    clock.move(minutes=minutes)
    assert ("接上了" in await phones.says("7", code, "telegram")) is works


async def test_guesses_are_stopped_for_one_address(phones: Phones, clock: Any) -> None:
    code = await code_of(phones)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert "不对" in await phones.says("7", wrong, "telegram")
    assert "次数太多" in await phones.says("7", code, "telegram"), "the right one is not even looked at"
    clock.move(minutes=61)
    code = await code_of(phones)
    assert "接上了" in await phones.says("7", code, "telegram")


async def test_guesses_are_stopped_for_all_together(phones: Phones, clock: Any) -> None:
    code = await code_of(phones)
    async with phones.database.write() as session:
        for number in range(200):
            address = await ensure_address(session, "telegram", str(1000 + number))
            session.add(JoinMiss(id=session.new_id(), address_id=address.id, at=session.now))
    assert "次数太多" in await phones.says("7", code, "telegram")
    clock.move(minutes=11)
    assert "接上了" in await phones.says("7", await code_of(phones), "telegram")


async def test_two_records_are_not_joined_here(phones: Phones) -> None:
    async with phones.database.write() as session:
        seeker = await add_seeker(session, name="王强")
        address = await ensure_address(session, "telegram", "7")
        address.person_id = seeker.id
    code = await code_of(phones)
    assert "要请工作人员" in await phones.says("7", code, "telegram")
    assert await phones.person("7", "telegram") == seeker.id


async def test_a_shared_phone_is_not_joined(phones: Phones) -> None:
    code = await code_of(phones, "7", "telegram")
    async with phones.database.write() as session:
        address = await ensure_address(session, "sms", PHONE)
        address.shared = True
        with pytest.raises(joining.TwoRecordsError):
            await joining.join_by_code(session, address.id, code)


async def test_the_conversation_goes_on_and_the_stranger_leaves_nothing(phones: Phones) -> None:
    await phones.says(PHONE, "电焊工 郑州")
    await phones.says("7", "你好", "telegram")
    stranger = await phones.person("7", "telegram")
    await phones.says("7", await code_of(phones), "telegram")
    async with phones.database.read() as session:
        left = await session.scalar(select(func.count()).where(Conversation.person_id == stranger))
    assert left == 0


async def test_who_said_stop_is_not_written_to_by_another_name(phones: Phones) -> None:
    """No ordinary reply subscribes again (`promises.md` §5), and a code is none."""
    await phones.says(OTHER, "T")
    code = await code_of(phones)
    assert "接上了" in await phones.says(OTHER, code)
    person = await phones.person(OTHER)
    async with phones.database.write() as session:
        assert await tell_words(session, person, "有新岗位", kind=Kind.NOTICE)
    async with phones.database.read() as session:
        blocked = await session.scalar(select(Address.opted_out_at).where(Address.person_id == person).limit(1))
        rows = (await session.scalars(select(Address).where(Address.person_id == person))).all()
    assert {row.opted_out_at is None for row in rows} == {True, False}, blocked


async def test_the_phone_is_whose_address_it_is(phones: Phones) -> None:
    """From Telegram a code is typed on the own phone: the number is proven, contacts can go there."""
    code = await code_of(phones, "7", "telegram")
    assert "接上了" in await phones.says(PHONE, code)
    async with phones.database.read() as session:
        holders = (await session.scalars(select(Person).where(Person.phone_index.is_not(None)))).all()
        assert [holder.id for holder in holders] == [await phones.person("7", "telegram")]
        assert holders[0].phone(session) == PHONE
