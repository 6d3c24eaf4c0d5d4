"""What happens without anyone asking: once a period, for the right people, and again after a failure."""

from __future__ import annotations

import asyncio
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from conftest import OpenDatabase
from house import add_office, add_officer, add_person, add_seeker, address_of, heard, town
from sqlalchemy import func, select, text
from stage import Stage
from test_office_regions import HERE, THERE, two_cities

from jobs import schedule
from jobs.digest import send_digests
from jobs.expiry import expire_vacancies
from jobs.retention import forget_old
from jobs.runner import run_once
from jobs.schedule import catch_up, entries, run_entry
from models.channels import ChannelFacts, Channels
from models.conversations import Conversation, EntryToken
from models.database import Database, Session
from models.messages import InboxRow, Kind, OutboxRow
from models.offices import Officer
from models.people import Address
from models.runs import JobRun
from models.states import ApplicationState, VacancyState
from models.vacancies import Vacancy
from services import access, applications, outbox, people
from services.texts import say

SHANGHAI = ZoneInfo("Asia/Shanghai")


async def ran(database: Database) -> list[tuple[str, str]]:
    async with database.read() as session:
        rows = await session.execute(select(JobRun.job, JobRun.period).order_by(JobRun.job, JobRun.period))
        return [tuple(row) for row in rows]


async def digest_texts(database: Database) -> list[str]:
    async with database.read() as session:
        people_told = await session.scalars(
            select(OutboxRow.person_id).where(OutboxRow.kind == Kind.DIGEST).order_by(OutboxRow.id)
        )
        return [(await heard(session, person))[-1].text for person in people_told]


# ---- the runner


async def test_two_runners_run_a_period_once(open_database: OpenDatabase) -> None:
    one, two = open_database(), open_database()
    runs: list[int] = []

    async def job(session: Session) -> None:
        runs.append(1)
        await add_person(session)
        await asyncio.sleep(0.05)

    did = await asyncio.gather(*(run_once(database, "digest", "2026-11-23", job) for database in (one, two) * 3))
    assert sorted(did) == [False] * 5 + [True]
    assert runs == [1]
    assert await ran(one) == [("digest", "2026-11-23")]
    assert await run_once(one, "digest", "2026-11-24", job) is True


async def test_a_job_that_fails_leaves_no_claim_and_is_run_by_the_next(database: Database) -> None:
    async def failing(session: Session) -> None:
        await add_person(session)
        raise RuntimeError("killed in between")

    async def working(session: Session) -> None:
        await add_person(session)

    with pytest.raises(RuntimeError):
        await run_once(database, "digest", "2026-11-23", failing)
    assert await ran(database) == []
    assert await run_once(database, "digest", "2026-11-23", working) is True
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM people")) == 1


# ---- the schedule


def test_every_job_has_a_name_of_its_own_and_a_period_that_fits_its_cron() -> None:
    table = entries("08:00")
    assert len({entry.name for entry in table}) == len(table)
    noon = datetime(2026, 11, 23, 12, 20, tzinfo=SHANGHAI)
    for entry in table:
        hourly = "hour" not in entry.cron
        assert (entry.period(noon) == entry.period(noon + timedelta(hours=1))) is not hourly
        weekly = "day_of_week" in entry.cron
        assert (entry.period(noon) == entry.period(noon + timedelta(days=1))) is weekly
        assert entry.period(noon) != entry.period(noon + timedelta(days=7))


async def test_catching_up_runs_what_is_due_today_once_and_not_what_is_not_due_yet(
    database: Database, clock: Any
) -> None:
    clock.now = datetime(2026, 11, 23, 7, 30, tzinfo=SHANGHAI).astimezone(UTC)
    await catch_up(database, "08:00", SHANGHAI)
    assert ("expiry", "2026-11-23") in await ran(database)
    assert not [period for job, period in await ran(database) if job == "digest"]
    clock.now = datetime(2026, 11, 23, 9, 5, tzinfo=SHANGHAI).astimezone(UTC)
    for _ in range(2):
        await catch_up(database, "08:00", SHANGHAI)
    assert [period for job, period in await ran(database) if job == "digest"] == ["2026-11-23"]


async def test_after_days_of_downtime_a_digest_comes_once_and_for_today(database: Database, clock: Any) -> None:
    async with database.write() as session:
        await add_officer(session, await add_office(session))
    await catch_up(database, "08:00", SHANGHAI)
    clock.move(days=4)
    for _ in range(3):
        await catch_up(database, "08:00", SHANGHAI)
    assert len(await digest_texts(database)) == 2


async def test_the_period_is_the_day_in_the_offices_time_zone(database: Database, clock: Any) -> None:
    clock.now = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # half past midnight of the 23rd in Shanghai
    expiry = next(entry for entry in entries("08:00") if entry.name == "expiry")
    assert await run_entry(database, expiry, SHANGHAI) is True
    assert await ran(database) == [("expiry", "2026-11-23")]


async def test_the_schedule_starts_catches_up_and_stops_when_it_is_cancelled(database: Database) -> None:
    async with asyncio.TaskGroup() as group:
        running = group.create_task(schedule.run_schedule(database, "08:00", "Asia/Shanghai"))
        async with asyncio.timeout(10):
            while ("digest", "2026-11-23") not in await ran(database):  # noqa: ASYNC110 - a row, no event
                await asyncio.sleep(0.02)
        running.cancel()
    assert running.cancelled()
    assert {name for name, _ in await ran(database)} <= {entry.name for entry in entries("08:00")}


# ---- the digest


async def test_each_officer_gets_one_digest_with_the_own_region_only(database: Database) -> None:
    async with database.write() as session:
        here, there = await two_cities(session)
        officers = {HERE: here["officer"].id, THERE: there["officer"].id}
    digest = next(entry for entry in entries("08:00") if entry.name == "digest")
    for _ in range(2):
        await run_entry(database, digest, SHANGHAI)
    assert len(await digest_texts(database)) == 2
    async with database.read() as session:
        at_home = (await heard(session, officers[HERE]))[-1].text
        away = (await heard(session, officers[THERE]))[-1].text
    assert "郑州新厂" in at_home
    assert "洛" not in at_home
    assert "洛阳新厂" in away
    assert "郑" not in away


async def test_who_left_the_office_gets_no_digest(database: Database) -> None:
    async with database.write() as session:
        await add_officer(session, await add_office(session))
        officer = (await session.scalars(select(Officer))).one()
        officer.ended_at = session.now
        await send_digests(session)
    assert await digest_texts(database) == []


async def test_a_digest_has_no_full_number_and_no_full_name(database: Database) -> None:
    async with database.write() as session:
        await two_cities(session)
        await send_digests(session)
    said = "".join(await digest_texts(database))
    assert "某人" not in said
    assert f"138{HERE}00" not in said
    assert "138****" in said


async def test_an_officer_of_two_offices_gets_one_message(database: Database) -> None:
    async with database.write() as session:
        officer = await add_officer(session, await add_office(session))
        second = await add_office(session, "410105")
        session.add(
            Officer(id=session.new_id(), person_id=officer.id, office_id=second.id, role="staff", since=session.now)
        )
        await session.flush()
        await send_digests(session)
    assert len(await digest_texts(database)) == 1


# ---- expiry


async def test_an_advert_past_its_last_day_ends_and_everybody_who_waits_is_told_once(
    database: Database, clock: Any
) -> None:
    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        application = await applications.apply(session, seeker.id, vacancy.id)
        vacancy.expires_on = session.today
    for _ in range(2):
        async with database.write() as session:
            await expire_vacancies(session, {})
            assert (await session.get_one(Vacancy, vacancy.id)).state == VacancyState.OPEN  # its last day
    clock.move(days=1)
    for _ in range(2):
        async with database.write() as session:
            await expire_vacancies(session, {})
    async with database.read() as session:
        assert (await session.get_one(Vacancy, vacancy.id)).state == VacancyState.EXPIRED
        assert (await session.get_one(applications.Application, application.id)).state == ApplicationState.EXPIRED
        to_seeker = [d.text for d in await heard(session, seeker.id)]
        to_recruiter = [d.text for d in await heard(session, recruiter.id)]
    assert to_seeker.count(say("zh_CN", "notice.vacancy_gone", title="电焊工")) == 1
    assert to_recruiter.count(say("zh_CN", "notice.vacancy_expired", title="电焊工")) == 1


# ---- retention


async def bodies(database: Database, model: type[InboxRow | OutboxRow], person_id: int) -> tuple[int, int]:
    """(rows, rows that still have a body) of a person."""
    async with database.read() as session:
        address = await address_of(session, person_id)
        rows = (await session.scalars(select(model).where(model.address_id == address))).all()
        return len(rows), sum(row.body_sealed is not None for row in rows)


async def two_speakers(database: Database, *, delivered: bool = True) -> tuple[int, int]:
    """(without consent, with consent): each has said something and was answered."""
    async with database.write() as session:
        await add_office(session)
        stranger, seeker = (await add_person(session)).id, (await add_seeker(session)).id
    stage = Stage(database)
    for person in (stranger, seeker):
        await stage.arrive(person, "电焊工 郑州", external=f"once-{person}")
        await stage.drain()
    if delivered:
        async with database.write() as session:
            await outbox.mark_sent(session, (await session.scalars(select(OutboxRow.id))).all())
    return stranger, seeker


async def forget(database: Database) -> None:
    async with database.write() as session:
        await forget_old(session)


async def conversation_of(database: Database, person_id: int) -> bool:
    async with database.read() as session:
        return await session.get(Conversation, person_id) is not None


async def test_what_a_stranger_said_is_gone_after_24_hours_and_a_seekers_stays(database: Database, clock: Any) -> None:
    stranger, seeker = await two_speakers(database)
    clock.move(hours=23)
    await forget(database)
    assert await bodies(database, InboxRow, stranger) == (1, 1)
    assert await conversation_of(database, stranger)
    clock.move(hours=2)
    await forget(database)
    assert await bodies(database, InboxRow, stranger) == (1, 0)
    assert await bodies(database, OutboxRow, stranger) == (1, 0)
    assert not await conversation_of(database, stranger)
    assert await bodies(database, InboxRow, seeker) == (1, 1)
    assert await bodies(database, OutboxRow, seeker) == (1, 1)
    assert await conversation_of(database, seeker)


async def test_after_30_days_no_body_is_left_and_the_rows_stay_against_repeats(database: Database, clock: Any) -> None:
    stranger, seeker = await two_speakers(database)
    clock.move(days=31)
    await forget(database)
    for person in (stranger, seeker):
        assert await bodies(database, InboxRow, person) == (1, 0)
        assert await bodies(database, OutboxRow, person) == (1, 0)
    stage = Stage(database)
    await stage.arrive(seeker, "电焊工 郑州", external=f"once-{seeker}")
    await stage.drain()
    assert await bodies(database, InboxRow, seeker) == (1, 0)
    assert await bodies(database, OutboxRow, seeker) == (1, 0)  # and no second answer


async def test_a_reply_that_nobody_fetched_is_not_kept_beyond_its_time(database: Database, clock: Any) -> None:
    """A browser that is closed and never comes back: the reply ends after 24 h, what it said goes with it."""
    stranger, seeker = await two_speakers(database, delivered=False)
    clock.move(hours=12)
    await forget(database)
    assert await bodies(database, OutboxRow, stranger) == (1, 1)
    clock.move(days=31)
    await forget(database)
    assert await bodies(database, OutboxRow, stranger) == (1, 0)
    assert await bodies(database, OutboxRow, seeker) == (1, 0)


async def test_a_consent_that_was_withdrawn_protects_nothing(database: Database, clock: Any) -> None:
    _, seeker = await two_speakers(database)
    async with database.write() as session:
        from models.people import Consent

        (await session.scalars(select(Consent).where(Consent.person_id == seeker))).one().withdrawn_at = session.now
    clock.move(hours=25)
    await forget(database)
    assert await bodies(database, InboxRow, seeker) == (1, 0)


async def test_a_message_that_still_waits_keeps_its_words(database: Database, clock: Any) -> None:
    async with database.write() as session:
        stranger = (await add_person(session)).id
    await Stage(database).arrive(stranger, "电焊工 郑州")
    clock.move(days=40)
    await forget(database)
    assert await bodies(database, InboxRow, stranger) == (1, 1)


async def test_a_conversation_that_goes_on_is_not_cut_off(database: Database, clock: Any) -> None:
    async with database.write() as session:
        await add_office(session)
        stranger = (await add_person(session)).id
    stage = Stage(database)
    await stage.say(stranger, "电焊工 郑州")
    clock.move(hours=23)
    await stage.say(stranger, "更多")
    clock.move(hours=2)
    await forget(database)
    assert await conversation_of(database, stranger)


async def test_old_links_are_deleted_a_day_after_their_end(database: Database, clock: Any) -> None:
    async with database.write() as session:
        person = await add_person(session)
        await access.make_link_token(session, person.id)
    for days, left in ((2, 1), (2, 0)):
        clock.move(days=days)
        await forget(database)
        async with database.read() as session:
            assert await session.scalar(select(func.count()).select_from(EntryToken)) == left


async def test_the_profile_of_a_consenting_seeker_is_untouched(database: Database, clock: Any) -> None:
    _, seeker = await two_speakers(database)
    clock.move(days=100)
    await forget(database)
    async with database.read() as session:
        assert await people.profile_of(session, seeker) == {"region": "410105"}


async def test_files_go_after_a_month_and_the_numbers_of_silent_strangers_after_a_day(
    database: Database, clock: Any, tmp_path: Path
) -> None:
    sms = ChannelFacts(domestic=True, rings=True, by_phone=True)
    database.channels = Channels({"sms": sms}, files=tmp_path / "files")
    (tmp_path / "files").mkdir()
    old, fresh = tmp_path / "files/old.xlsx", tmp_path / "files/fresh.png"
    old.touch(), fresh.touch()
    os.utime(old, (0, (clock() - timedelta(days=31)).timestamp()))
    os.utime(fresh, (0, (clock() - timedelta(days=1)).timestamp()))
    async with database.write() as session:
        await add_office(session)
        silent = await access.ensure_address(session, "sms", "+8613800138000")
        kept = await add_seeker(session)
        access.new_address(session, "sms", "+8613900139000", kept.id)
    clock.move(days=2)
    async with database.write() as session:
        await forget_old(session)
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["fresh.png"]
    async with database.read() as session:
        handles = await session.scalars(select(Address).where(Address.channel == "sms").order_by(Address.id))
        opened = [session.keys.open(row.handle_sealed, access.HANDLE, row.id) for row in handles]
    assert opened == ["", "+8613900139000"]
    async with database.write() as session:  # the same phone writes again: it is known, and can be answered
        again = await access.ensure_address(session, "sms", "+8613800138000")
        assert again.id == silent.id
        assert session.keys.open(again.handle_sealed, access.HANDLE, again.id) == "+8613800138000"
