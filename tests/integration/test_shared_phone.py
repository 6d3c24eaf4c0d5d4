"""A phone that two people use, from the first word to the whole number's stop."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from house import add_office
from phones import Phones, phone_database
from sqlalchemy import select

from models.messages import Kind, OutboxRow
from models.people import Address, AddressPerson, Person
from services import people, sharing
from services.notices import tell, tell_words

PHONE = "+8613800138000"


@pytest.fixture
async def phones(sqlite_url: str, clock: Any) -> AsyncIterator[Phones]:
    database = phone_database(sqlite_url, clock)
    async with database.write() as session:
        await add_office(session, "410100", "郑州工会")
    yield Phones(database)
    await database.close()


async def two_people(phones: Phones) -> tuple[int, int]:
    """王强 had the phone first; 李梅 says 换人 and who she is."""
    await phones.says(PHONE, "电焊工 郑州")
    first = await phones.person(PHONE)
    async with phones.database.write() as session:
        await people.set_contact(session, first, name="王强")
    heard = await phones.says(PHONE, "换人")
    assert "1我是王强 2我是新的人" in heard
    assert "怎么称呼" in await phones.says(PHONE, "2")
    assert "李梅，您好" in await phones.says(PHONE, "李梅")
    return first, await phones.person(PHONE)


async def test_two_people_one_phone(phones: Phones) -> None:
    wang, li = await two_people(phones)
    assert wang != li
    async with phones.database.read() as session:
        address = (await session.scalars(select(Address))).one()
        assert address.shared
        assert len((await session.scalars(select(AddressPerson))).all()) == 2
        wang_row, li_row = await session.get_one(Person, wang), await session.get_one(Person, li)
        assert wang_row.phone_index and not li_row.phone_index, "the number proves only one of them"
        assert li_row.phone(session) == PHONE


async def test_who_speaks_is_known_for_half_an_hour_after_the_last_word(phones: Phones, clock: Any) -> None:
    _, li = await two_people(phones)
    for _ in range(3):
        clock.move(minutes=29)
        assert "现在是谁" not in await phones.says(PHONE, "帮助")
    clock.move(minutes=31)
    assert "现在是谁" in await phones.says(PHONE, "帮助")
    assert await phones.person(PHONE) == li, "nobody is switched unasked"


async def test_what_was_said_before_is_answered_after_the_choice(phones: Phones, clock: Any) -> None:
    wang, _ = await two_people(phones)
    clock.move(minutes=31)
    for words in ("保安 洛阳", "喂", "有吗"):
        assert "1我是王强 2我是李梅 3我是新的人" in await phones.says(PHONE, words)
    heard = await phones.says(PHONE, "回1")
    assert "王强，您好" in heard
    assert "洛阳" in heard
    assert await phones.person(PHONE) == wang
    async with phones.database.read() as session:
        rows = await session.scalars(select(OutboxRow.person_id).order_by(OutboxRow.id.desc()).limit(3))
        assert set(rows) == {wang}


async def test_a_number_that_means_something_else_does_not_choose_a_person(phones: Phones, clock: Any) -> None:
    """'1' after half an hour may be for the list of before: it is asked who says it."""
    _, li = await two_people(phones)
    clock.move(minutes=31)
    assert "现在是谁" in await phones.says(PHONE, "1")
    assert await phones.person(PHONE) == li


async def test_the_first_word_and_the_newest_are_held(phones: Phones, clock: Any) -> None:
    await two_people(phones)
    clock.move(minutes=31)
    for words in ("保安 洛阳", *"甲乙丙丁戊己"):
        await phones.says(PHONE, words)
    async with phones.database.write() as session:
        address = (await session.scalars(select(Address))).one()
        held = await sharing.release(session, address.id)
    assert [one["text"] for one in held] == ["保安 洛阳", "丙", "丁", "戊", "己"]


async def test_a_new_one_after_silence(phones: Phones, clock: Any) -> None:
    await two_people(phones)
    clock.move(minutes=31)
    await phones.says(PHONE, "保洁 郑州")
    assert "怎么称呼" in await phones.says(PHONE, "3")
    heard = await phones.says(PHONE, "赵静")
    assert "赵静，您好" in heard
    assert "岗位" in heard, "and what waited is answered"


@pytest.mark.parametrize("word", ["T", "t", "Ｔ", "TD", "退订", "STOP", "停"])
async def test_stop_while_nobody_is_known_stops_the_number(phones: Phones, clock: Any, word: str) -> None:
    wang, li = await two_people(phones)
    clock.move(minutes=31)
    assert "不再主动给这个号码" in await phones.says(PHONE, word)
    clock.move(days=1)
    for person in (wang, li):
        async with phones.database.write() as session:
            assert not await tell_words(session, person, "有新岗位", kind=Kind.DIGEST)
    assert await phones.hears(PHONE) == ""


async def test_stop_of_one_is_not_the_stop_of_the_other(phones: Phones) -> None:
    wang, li = await two_people(phones)
    heard = await phones.says(PHONE, "T")
    assert "1" in heard and "这个号码别人也在用" in heard
    async with phones.database.write() as session:
        assert not await tell_words(session, li, "有新岗位", kind=Kind.NOTICE)
        assert await tell_words(session, wang, "有新岗位", kind=Kind.NOTICE)
    assert await phones.hears(PHONE) == "【找活】王强：有新岗位，退订回T", "the name stands in front"
    assert "不再主动给这个号码" in await phones.says(PHONE, "1")
    async with phones.database.write() as session:
        assert not await tell_words(session, wang, "有新岗位", kind=Kind.NOTICE)


async def test_no_ordinary_word_subscribes_again(phones: Phones, clock: Any) -> None:
    wang, _ = await two_people(phones)
    clock.move(minutes=31)
    await phones.says(PHONE, "T")
    for words in ("保安 洛阳", "1", "取消", "帮助"):
        await phones.says(PHONE, words)
    async with phones.database.write() as session:
        assert not await tell_words(session, wang, "有新岗位", kind=Kind.NOTICE)
    await phones.says(PHONE, "恢复")
    async with phones.database.write() as session:
        assert await tell_words(session, wang, "有新岗位", kind=Kind.NOTICE)


async def test_a_shared_chat_is_chosen_by_its_buttons(phones: Phones, clock: Any) -> None:
    """On Telegram the question has buttons; a press of an older message is held as words are."""
    await phones.arrives("7", "电焊工 郑州", "telegram")
    await phones.arrives("7", "换人", "telegram")
    (question,) = [one for one in await phones.deliver("telegram") if "现在是谁" in one.text]
    await phones.arrives("7", channel="telegram", choice="#1", message=str(question.id))
    await phones.arrives("7", "李梅", "telegram")
    await phones.arrives("7", "电焊工 郑州", "telegram")
    old = (await phones.deliver("telegram"))[-1]
    second = await phones.person("7", "telegram")
    clock.move(minutes=31)
    await phones.arrives("7", channel="telegram", choice="#0", message=str(old.id))
    (question,) = await phones.deliver("telegram")
    assert "现在是谁" in question.text
    labels = [choice.label for choice in question.choices]
    assert labels == ["我是没留名字的", "我是李梅", "我是新的人"]
    await phones.arrives("7", channel="telegram", choice="#1", message=str(question.id))
    heard = [one.text for one in await phones.deliver("telegram")]
    assert await phones.person("7", "telegram") == second
    assert any("李梅，您好" in text for text in heard), heard
    assert len(heard) == 2, "and the press of before is answered"


async def test_seven_people_are_enough(phones: Phones) -> None:
    await two_people(phones)
    for number in range(5):
        heard = await phones.says(PHONE, "换人")
        await phones.says(PHONE, str(number + 3))
        await phones.says(PHONE, f"样例{'甲乙丙丁戊'[number]}")
    heard = await phones.says(PHONE, "换人")
    assert "我是新的人" not in heard
    assert "7我是样例戊" in heard


async def test_a_notice_says_whose_it_is(phones: Phones, clock: Any) -> None:
    wang, _ = await two_people(phones)
    async with phones.database.write() as session:
        assert await tell(session, wang, "stop.resumed")
    clock.move(hours=5)
    assert (await phones.hears(PHONE)).startswith("【找活】王强：")
