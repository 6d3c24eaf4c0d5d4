"""When and where what nobody asked for arrives: hours, caps, the address last used; and what receipts may change."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from house import add_office, add_officer, add_seeker, town
from phones import Phones, phone_database
from sqlalchemy import select, update

from models.clock import SHANGHAI
from models.database import Database
from models.messages import ChannelLease, Kind, OutboxRow, OutboxState
from models.people import Address, Seeker
from models.quiet import Hours, QuietHours
from services import applications, leases, sending
from services.access import ensure_address
from services.notices import tell_words
from services.sending import Outcome

PHONE = "+8613800138000"
XINJIANG = QuietHours(regions={"65": Hours(time(23), time(10), time(14), time(16))})


@pytest.fixture
async def database(sqlite_url: str, clock: Any) -> AsyncIterator[Database]:
    database = phone_database(sqlite_url, clock, XINJIANG)
    async with database.write() as session:
        await add_office(session)
    yield database
    await database.close()


async def somebody(database: Database, handle: str = PHONE, channel: str = "sms") -> int:
    async with database.write() as session:
        return (await ensure_address(session, channel, handle)).person_id


async def due(database: Database, person: int, kind: Kind = Kind.NOTICE) -> str:
    """'MM-DD HH:MM' in Shanghai when it may ring."""
    async with database.write() as session:
        assert await tell_words(session, person, "有新岗位", kind=kind)
    async with database.read() as session:
        moment = await session.scalar(select(OutboxRow.due_at).order_by(OutboxRow.id.desc()).limit(1))
    assert moment is not None
    return moment.astimezone(SHANGHAI).strftime("%m-%d %H:%M")


def at(clock: Any, text: str) -> None:
    """Set the clock to an hour in Shanghai."""
    clock.now = datetime.strptime(f"2026-11-23 {text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI).astimezone(UTC)


HOURS = [
    ("07:59", "11-23 08:00"),
    ("08:00", "11-23 08:00"),
    ("11:59", "11-23 11:59"),
    ("12:00", "11-23 14:00"),
    ("13:59", "11-23 14:00"),
    ("14:00", "11-23 14:00"),
    ("20:59", "11-23 20:59"),
    ("21:00", "11-24 08:00"),
    ("23:59", "11-24 08:00"),
    ("00:01", "11-23 08:00"),
]


@pytest.mark.parametrize(("now", "then"), HOURS)
async def test_no_phone_rings_at_night_or_at_lunch(database: Database, clock: Any, now: str, then: str) -> None:
    at(clock, now)
    assert await due(database, await somebody(database)) == then


@pytest.mark.parametrize("kind", [Kind.REPLY, Kind.INTERVIEW])
async def test_an_answer_and_an_interview_may_at_any_time(database: Database, clock: Any, kind: Kind) -> None:
    at(clock, "22:30")
    assert await due(database, await somebody(database), kind) == "11-23 22:30"


async def test_a_region_has_hours_of_its_own(database: Database, clock: Any) -> None:
    async with database.write() as session:
        seeker = await add_seeker(session, phone=PHONE)
        address = await ensure_address(session, "sms", PHONE)
        assert address.person_id == seeker.id
        await session.execute(update(Seeker).where(Seeker.person_id == seeker.id).values(region="650102"))
        await session.execute(update(Address).where(Address.channel == "webchat").values(blocked_at=session.now))
    for now, then in (("09:00", "11-23 10:00"), ("12:30", "11-23 12:30"), ("15:00", "11-23 16:00")):
        at(clock, now)
        assert await due(database, seeker.id) == then
    at(clock, "22:00")
    assert await due(database, seeker.id) == "11-24 10:00", "three rang already today"


async def test_three_a_day(database: Database, clock: Any) -> None:
    at(clock, "09:00")
    person = await somebody(database)
    found = [await due(database, person, kind) for kind in (Kind.NOTICE, Kind.DIGEST) * 4]
    assert found == ["11-23 09:00"] * 3 + ["11-24 08:00"] * 3 + ["11-25 08:00"] * 2
    assert await due(database, await somebody(database, "+8613900139000")) == "11-23 09:00", "another phone"


async def test_three_a_day_within_one_transaction(database: Database, clock: Any) -> None:
    at(clock, "09:00")
    person = await somebody(database)
    async with database.write() as session:
        for _ in range(5):
            assert await tell_words(session, person, "有新岗位", kind=Kind.NOTICE)
    async with database.read() as session:
        rows = (await session.scalars(select(OutboxRow).order_by(OutboxRow.id))).all()
    assert [row.due_at.astimezone(SHANGHAI).day for row in rows] == [23, 23, 23, 24, 24]
    assert all(row.expires_at == row.due_at + timedelta(days=3) for row in rows), "its time starts when it may ring"


async def test_an_officer_is_not_counted_but_sleeps(database: Database, clock: Any) -> None:
    at(clock, "09:00")
    async with database.write() as session:
        officer = await add_officer(session, await add_office(session, "410500"))
        address = await ensure_address(session, "sms", PHONE)
        address.person_id = officer.id
        await session.execute(update(Address).where(Address.channel == "webchat").values(blocked_at=session.now))
    assert [await due(database, officer.id, Kind.DIGEST) for _ in range(5)] == ["11-23 09:00"] * 5
    at(clock, "21:30")
    assert await due(database, officer.id) == "11-24 08:00"


async def test_a_browser_does_not_ring(database: Database, clock: Any) -> None:
    at(clock, "23:00")
    async with database.write() as session:
        seeker = await add_seeker(session)
    assert await due(database, seeker.id) == "11-23 23:00"


# where it goes


async def where(database: Database) -> list[str]:
    """The channels of what was written, oldest first."""
    async with database.read() as session:
        return list(await session.scalars(select(OutboxRow.channel).order_by(OutboxRow.id)))


async def joined(phones: Phones) -> int:
    """Somebody who uses SMS and Telegram, Telegram last."""
    await phones.says(PHONE, "电焊工 郑州")
    person = await phones.person(PHONE)
    async with phones.database.write() as session:
        address = await ensure_address(session, "telegram", "7")
        address.person_id = person
    await phones.says("7", "帮助", "telegram")
    return person


async def notified(phones: Phones, person: int) -> str:
    async with phones.database.write() as session:
        assert await tell_words(session, person, "有新岗位", kind=Kind.NOTICE)
    return (await where(phones.database))[-1]


async def test_the_address_last_used_gets_it_and_no_other(database: Database) -> None:
    phones = Phones(database)
    person = await joined(phones)
    before = len(await where(database))
    assert await notified(phones, person) == "telegram"
    await phones.says(PHONE, "帮助")
    assert await notified(phones, person) == "sms"
    assert len(await where(database)) == before + 3, "one each, and one answer"


async def test_a_blocked_address_is_passed_over_until_it_writes(database: Database) -> None:
    phones = Phones(database)
    person = await joined(phones)
    async with database.write() as session:
        address = await ensure_address(session, "telegram", "7")
        address.blocked_at = session.now
    assert await notified(phones, person) == "sms"
    await phones.says("7", "帮助", "telegram")
    assert await notified(phones, person) == "telegram"


async def contact_told(database: Database, *, proven: bool) -> list[tuple[str, str]]:
    """(channel, text as delivered) of what a seeker on Telegram hears of an employer's number."""
    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        await session.execute(update(Address).where(Address.person_id == seeker.id).values(blocked_at=session.now))
        seeker.set_phone(session, PHONE, proven=proven)
        address = await ensure_address(session, "telegram", "7")
        address.person_id = seeker.id
        application = await applications.apply(session, seeker.id, vacancy.id)
        await applications.candidates(session, vacancy, recruiter_id=recruiter.id)
        await applications.invite(session, application, recruiter_id=recruiter.id)
        await applications.accept_invitation(session, application)
    phones = Phones(database)
    found = []
    for channel in ("telegram", "sms"):
        found += [(channel, one.text) for one in await phones.deliver(channel) if one.person_id == seeker.id]
    async with database.read() as session:
        number = recruiter.phone(session)
    return [(channel, text.replace((number or "").removeprefix("+86"), "NUMBER")) for channel, text in found]


async def test_a_number_never_goes_abroad_but_by_sms_to_the_proven_phone(database: Database) -> None:
    told = await contact_told(database, proven=True)
    abroad = "".join(text for channel, text in told if channel == "telegram")
    at_home = "".join(text for channel, text in told if channel == "sms")
    assert "NUMBER" not in abroad and "电话另用短信发给您" in abroad
    assert "NUMBER" in at_home


async def test_without_a_proven_phone_it_is_behind_a_link_valid_once(database: Database) -> None:
    told = await contact_told(database, proven=False)
    assert [text for channel, text in told if channel == "sms"] == [], "a typed number may be anybody's"
    abroad = "".join(text for _, text in told)
    assert "NUMBER" not in abroad
    assert "https://example.org/enter/" in abroad


# receipts


async def sent_row(database: Database, state: OutboxState) -> int:
    async with database.write() as session:
        person = (await ensure_address(session, "sms", PHONE)).person_id
        assert await tell_words(session, person, "您好", kind=Kind.REPLY)
    async with database.write() as session:
        row = await session.scalar(select(OutboxRow.id).order_by(OutboxRow.id.desc()).limit(1))
        await session.execute(update(OutboxRow).where(OutboxRow.id == row).values(state=state, attempts=1))
    return row or 0


S = OutboxState
RECEIPTS = [
    (S.SENT, (S.DELIVERED,), S.DELIVERED),
    (S.SENT, (S.DELIVERED, S.DELIVERED), S.DELIVERED),
    (S.SENT, (S.DELIVERED, S.FAILED), S.DELIVERED),
    (S.SENT, (S.FAILED, S.DELIVERED), S.FAILED),
    (S.SENDING, (S.DELIVERED,), S.DELIVERED),
    (S.SENDING, (S.FAILED,), S.FAILED),
    (S.WAITING, (S.DELIVERED,), S.DELIVERED),
    (S.WAITING, (S.FAILED,), S.WAITING),
    (S.EXPIRED, (S.DELIVERED, S.FAILED), S.EXPIRED),
    (S.DROPPED, (S.FAILED,), S.DROPPED),
]


@pytest.mark.parametrize(("before", "receipts", "after"), RECEIPTS)
async def test_receipts_never_move_back(
    database: Database, before: OutboxState, receipts: tuple[OutboxState, ...], after: OutboxState
) -> None:
    row = await sent_row(database, before)
    for state in receipts:
        async with database.write() as session:
            await sending.receive_receipt(session, "sms", row, state)
    async with database.read() as session:
        assert await session.scalar(select(OutboxRow.state).where(OutboxRow.id == row)) == after


async def test_a_receipt_of_another_channel_or_of_nothing_changes_nothing(database: Database) -> None:
    row = await sent_row(database, S.SENT)
    async with database.write() as session:
        assert not await sending.receive_receipt(session, "telegram", row, S.DELIVERED)
        assert not await sending.receive_receipt(session, "sms", row + 1, S.DELIVERED)
        assert not await sending.receive_receipt(session, "sms", 2**63 - 1, S.FAILED)
        assert await sending.receive_receipt(session, "sms", row, S.DELIVERED)
        assert not await sending.receive_receipt(session, "sms", row, S.DELIVERED), "twice is once"


async def test_a_receipt_that_is_faster_than_the_answer_keeps_the_last_word(database: Database) -> None:
    row = await sent_row(database, S.WAITING)
    async with database.write() as session:
        (envelope,) = await sending.claim(session, "sms", 9)
    async with database.write() as session:
        assert await sending.receive_receipt(session, "sms", row, S.DELIVERED)
    done = Outcome(envelope=envelope, state=S.SENT, external_id="g1", segments=1, cost=450)
    async with database.write() as session:
        await sending.settle(session, [done], random.Random(1))
    async with database.read() as session:
        found = await session.get_one(OutboxRow, row)
    assert (found.state, found.external_id, found.segments, found.cost) == (S.DELIVERED, "g1", 1, 450)


# leases


async def test_one_process_at_a_time_has_the_lease(database: Database, clock: Any) -> None:
    async with database.write() as session:
        assert await leases.take(session, "sms", "elsewhere:1") is True
        assert await leases.take(session, "sms", "elsewhere:1") is False, "renewed"
        assert await leases.take(session, "sms", "elsewhere:2") is None
        assert await leases.take(session, "telegram", "elsewhere:2") is True, "each channel has its own"
    clock.move(seconds=16)
    async with database.write() as session:
        assert await leases.take(session, "sms", "elsewhere:2") is True
        assert await leases.take(session, "sms", "elsewhere:1") is None


async def test_a_dead_process_on_this_machine_is_not_waited_for(database: Database) -> None:
    host = leases.holder_name().rpartition(":")[0]
    async with database.write() as session:
        assert await leases.take(session, "sms", f"{host}:4194305") is True  # above the largest pid there is
        assert await leases.take(session, "sms", leases.holder_name()) is True
        assert await leases.take(session, "sms", f"{host}:1") is None, "we live"


async def test_who_releases_what_another_has_releases_nothing(database: Database) -> None:
    async with database.write() as session:
        await leases.take(session, "sms", "elsewhere:1")
        await leases.release(session, "sms", "elsewhere:2")
        assert await leases.take(session, "sms", "elsewhere:2") is None
        await leases.release(session, "sms", "elsewhere:1")
    async with database.write() as session:
        session.expire_all()
        assert await leases.take(session, "sms", "elsewhere:2") is True


async def test_a_pause_is_kept_for_the_next_holder(database: Database, clock: Any) -> None:
    async with database.write() as session:
        await leases.take(session, "sms", "elsewhere:1")
        await leases.pause(session, "sms", 40)
        await leases.release(session, "sms", "elsewhere:1")
    async with database.write() as session:
        assert await leases.take(session, "sms", "elsewhere:2") is True
        assert await leases.paused_until(session, "sms") == clock() + timedelta(seconds=40)
        assert (await session.scalars(select(ChannelLease.channel))).all() == ["sms"]
