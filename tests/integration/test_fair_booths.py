"""A fair's booths: adverts that hang there, numbers that are taken and called, meetings by video."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from conftest import OpenDatabase
from fair_town import fair_town, queued
from families_house import entries
from house import add_seeker, texts
from sqlalchemy import func, select
from stage import Stage, spoken

from models.applications import Application
from models.database import Database
from models.fairs import FairBooth, FairTicket, FairVisit
from models.states import TicketAtFairState, VacancyState
from models.vacancies import Vacancy
from services import applications, fair_booths, fair_visits, fairs

Q = TicketAtFairState


async def test_the_queue_calls_in_order_and_a_person_has_one_number(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        first, second = await queued(session, town), await queued(session, town)
        assert (first.number, second.number) == (1, 2)
        assert await fair_visits.ahead_of(session, second) == 1
        with pytest.raises(fair_visits.AlreadyInQueueError):
            await fair_visits.take_number(session, first.person_id, town.booth, town.vacancy.id)
        called = await fair_booths.call_next(session, town.booth, recruiter_id=town.recruiter.id)
        assert called.id == first.id
        await fair_booths.settle(session, town.booth, called, "missed", recruiter_id=town.recruiter.id)
        assert (await fair_booths.call_next(session, town.booth, recruiter_id=town.recruiter.id)).id == second.id
        with pytest.raises(fair_booths.NobodyWaitsError):
            await fair_booths.call_next(session, town.booth, recruiter_id=town.recruiter.id)
        again = await fair_booths.call(session, town.booth, 1, recruiter_id=town.recruiter.id)
        assert again.state == Q.CALLED
        assert len(await entries(session, "service_given")) == 2, "each is introduced once"
        assert len(await entries(session, "seeker_received")) == 2
    heard = await texts(database, first.person_id)
    assert any("1号，请到12号展位（样例机械厂）" in text for text in heard)


async def test_two_visitors_and_two_recruiters_at_the_same_moment(open_database: OpenDatabase) -> None:
    one, two = open_database(), open_database()
    async with one.write() as session:
        town = await fair_town(session)
        seekers = [await add_seeker(session) for _ in range(2)]

    async def take(database: Database, person_id: int) -> int:
        async with database.write() as session:
            booth = await session.get_one(FairBooth, town.booth.id)
            return (await fair_visits.take_number(session, person_id, booth, town.vacancy.id)).number

    async def call(database: Database) -> int:
        async with database.write() as session:
            booth = await session.get_one(FairBooth, town.booth.id)
            try:
                return (await fair_booths.call_next(session, booth, recruiter_id=town.recruiter.id)).number
            except fair_booths.NobodyWaitsError:
                return 0

    assert sorted(await asyncio.gather(take(one, seekers[0].id), take(two, seekers[1].id))) == [1, 2]
    async with one.read() as session:
        assert len(await entries(session, "event_held")) == 1
        assert len(await entries(session, "visitor_received")) == 2
    assert sorted(await asyncio.gather(call(one), call(two))) == [1, 2], "nobody is called twice"
    assert await call(one) == 0


async def test_who_was_hired_elsewhere_meanwhile_is_passed_over(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        gone, stays = await queued(session, town), await queued(session, town)
        await applications.withdraw(
            session, await session.get_one(Application, gone.application_id), actor=gone.person_id
        )
        called = await fair_booths.call_next(session, town.booth, recruiter_id=town.recruiter.id)
        assert called.id == stays.id and gone.state == Q.LEFT


async def test_a_video_interview_needs_a_time_to_come_and_a_link(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        ticket = await queued(session, town)
        soon = session.now + timedelta(hours=3)
        args = {"recruiter_id": town.recruiter.id}
        with pytest.raises(fair_booths.MeetingPastError):
            await fair_booths.appoint_video(session, town.booth, ticket, soon, **args)
        town.booth.video_link = "https://meet.example.org/12"
        with pytest.raises(fair_booths.MeetingPastError):
            await fair_booths.appoint_video(session, town.booth, ticket, session.now, **args)
        await fair_booths.appoint_video(session, town.booth, ticket, soon, **args)
        assert ticket.meets_at == soon
    assert "https://meet.example.org/12" in (await texts(database, ticket.person_id))[-1]


async def test_a_recruiter_posts_at_the_booth_and_calls_the_next(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        town.vacancy.state = VacancyState.CLOSED
        seeker = await add_seeker(session, name="王小明")
    stage = Stage(database)
    boss = town.recruiter.id
    assert "12号展位：样例机械厂" in spoken(await stage.say(boss, f"展位 {town.venue.code}-12"))
    assert "已挂在12号展位，开放了" in spoken(await stage.say(boss, "招保洁员2名 3500-4500"))
    async with database.read() as session:
        posted = (await session.scalars(select(Vacancy).order_by(Vacancy.id.desc()).limit(1))).one()
        assert (posted.state, posted.region, posted.headcount) == (VacancyState.OPEN, "410105", 2)
        assert [vacancy.id for _, vacancy, _ in await fairs.offers(session, town.venue.id)] == [posted.id]
        assert await session.scalar(select(func.count()).select_from(FairVisit)) == 0, "a recruiter is no visitor"
    assert "没有人排队" in spoken(await stage.say(boss, "下一位"))
    assert "12号展位 保洁员" in spoken(await stage.say(seeker.id, f"/start fair_{town.venue.code}-12"))
    assert "您是1号" in spoken(await stage.say(seeker.id, "1"))
    assert "叫1号 王**" in spoken(await stage.say(boss, "下一位"))
    assert "请到12号展位" in spoken(await stage.news(seeker.id))
    assert "现场录用，记下了" in spoken(await stage.say(boss, "录用"))
    assert "没有这个号" in spoken(await stage.say(boss, "1 意向"))
    async with database.read() as session:
        ticket = (await session.scalars(select(FairTicket))).one()
        assert (ticket.state, ticket.hired_on) == (Q.HIRED, session.today)


async def test_the_booth_of_an_unverified_employer_opens_nothing_by_itself(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session, verified=False)
    stage = Stage(database)
    heard = spoken(await stage.say(town.recruiter.id, f"/start fair_{town.venue.code}"))
    assert "单位还没核验" in heard
    assert "工会核对后开放" in spoken(await stage.say(town.recruiter.id, "招保洁员2名 3500-4500"))
    async with database.read() as session:
        assert (await session.scalars(select(Vacancy))).one().state == VacancyState.DRAFT
        assert await fairs.offers(session, town.venue.id) == []
        assert await entries(session, "posts_offered") == []


async def test_what_an_advert_may_not_say_it_may_not_say_at_a_fair(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
    stage = Stage(database)
    await stage.say(town.recruiter.id, f"展位 {town.venue.code}-12")
    before = await count_vacancies(database)
    assert "已挂在" not in spoken(await stage.say(town.recruiter.id, "招保洁员2名 3500-4500 只限男性 交押金500"))
    assert await count_vacancies(database) == before


async def count_vacancies(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(Vacancy)) or 0
