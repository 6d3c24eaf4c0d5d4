"""Entry links: one browser, once; the same browser again; two days; and no plain token in the database."""

from __future__ import annotations

from typing import Any

from house import add_person
from sqlalchemy import func, select

from models.conversations import EntryToken
from models.database import Database
from models.people import Address
from services.access import ensure_address, find_address, make_link_token, redeem


async def a_link(database: Database) -> tuple[str, int]:
    async with database.write() as session:
        person = await add_person(session)
        return await make_link_token(session, person.id), person.id


async def opened(database: Database, token: str, handle: str | None = None) -> str | None:
    async with database.write() as session:
        return await redeem(session, token, handle)


async def test_a_link_lets_one_browser_in_as_its_person(database: Database) -> None:
    token, person = await a_link(database)
    handle = await opened(database, token)
    async with database.read() as session:
        address = await find_address(session, "webchat", handle or "")
        assert address is not None
        assert address.person_id == person
        assert token not in str((await session.execute(select(EntryToken.__table__))).all())


async def test_a_second_browser_is_refused_and_the_first_may_come_again(database: Database) -> None:
    token, _ = await a_link(database)
    handle = await opened(database, token, "a cookie of before")
    assert await opened(database, token) is None
    assert await opened(database, token, "another browser") is None
    assert await opened(database, token, handle) == handle


async def test_an_old_link_is_refused_also_to_its_own_browser(database: Database, clock: Any) -> None:
    token, _ = await a_link(database)
    unused, _ = await a_link(database)
    handle = await opened(database, token)
    clock.move(days=2, seconds=1)
    assert await opened(database, unused) is None
    assert await opened(database, token, handle) is None


async def test_an_unknown_link_is_refused(database: Database) -> None:
    for token in ("", "x", "\ue000", "a" * 1000):
        assert await opened(database, token) is None


async def test_every_link_has_an_address_of_its_own(database: Database) -> None:
    async with database.write() as session:
        person = await add_person(session)
        tokens = [await make_link_token(session, person.id) for _ in range(2)]
    first, second = [await opened(database, token) for token in tokens]
    assert first != second
    async with database.read() as session:
        count = select(func.count()).select_from(Address).where(Address.person_id == person.id)
        assert await session.scalar(count) == 3


async def test_a_handle_has_one_address_and_channels_do_not_mix(database: Database) -> None:
    async with database.write() as session:
        first = await ensure_address(session, "webchat", "the same handle")
        again = await ensure_address(session, "webchat", "the same handle")
        other = await ensure_address(session, "terminal", "the same handle")
    assert first.id == again.id
    assert other.person_id != first.person_id
    assert other.handle_index != first.handle_index
