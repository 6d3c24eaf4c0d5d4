"""What came of a fair: intents, hires and starts, each counted once, whoever claims them; and its report."""

from __future__ import annotations

import pytest
from fair_town import fair_town, met, queued, start
from families_house import entries, later
from house import add_employer, add_person, add_seeker, add_vacancy
from stage import Stage, spoken

from models.applications import Application
from models.database import Database
from models.errors import NotFoundError
from models.fairs import Fair, FairTicket
from models.states import ApplicationState, TicketAtFairState
from services import applications, fair_booths, fair_report, fair_visits, fairs, placements
from services.outbox import Delivery

Q = TicketAtFairState


async def test_intents_hires_and_starts_are_kept_apart_and_a_person_counts_once(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        await met(session, town, "intent")
        hired = await met(session, town, "hired")
        await met(session, town, "none")
        other, boss = await add_employer(session)
        stand = await fairs.add_booth(session, town.venue, other.id, posts=5)
        second = await add_vacancy(session, other, boss)
        await fairs.hang(session, stand, second)
        await fair_visits.take_number(session, hired.person_id, stand, second.id)
        ticket = await fair_booths.call_next(session, stand, recruiter_id=boss.id)
        await fair_booths.settle(session, stand, ticket, "intent", recruiter_id=boss.id)
        await fair_visits.check_in(session, (await add_person(session)).id, town.venue.code)
        figures = (await fair_report.report(session, town.fair)).total
        assert (figures.employers, figures.posts) == (2, 4)
        assert (figures.visitors, figures.received, figures.intents) == (4, 3, 2)
        assert figures.rate == "2/3 = 67%"
        assert (figures.hired, figures.hired_later, figures.started) == (1, 0, 0)
        intents = await entries(session, "intent_made")
        assert len({entry.person for entry in intents}) == 2
        assert all(entry.facts["fair"] == town.fair.id for entry in intents)
        assert await entries(session, "placement_started") == [], "a hire is no start before it is confirmed"
        application = await session.get_one(Application, hired.application_id)
        placement = await start(session, town, application)
        assert placement.how == "fair"
        (entry,) = await entries(session, "placement_started")
        assert (entry.facts["how"], entry.facts["fair"]) == ("fair", town.fair.id)
        assert hired.state == Q.STARTED
        assert (await fair_report.report(session, town.fair)).total.started == 1


async def test_a_result_is_told_once_and_a_full_post_hires_nobody(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session, headcount=1)
        waiting = await queued(session, town)
        await queued(session, town)
        called = await fair_booths.call_next(session, town.booth, recruiter_id=town.recruiter.id)
        other = await fair_booths.call_next(session, town.booth, recruiter_id=town.recruiter.id)
        await fair_booths.settle(session, town.booth, called, "hired", recruiter_id=town.recruiter.id)
        with pytest.raises(fair_booths.NoSuchNumberError):
            await fair_booths.settle(session, town.booth, called, "intent", recruiter_id=town.recruiter.id)
        with pytest.raises(applications.VacancyGoneError):
            await fair_booths.settle(session, town.booth, other, "hired", recruiter_id=town.recruiter.id)
        assert other.state == Q.CALLED and other.intent_on is None
        assert len(await entries(session, "intent_made")) == 1
        assert waiting.id == called.id
        with pytest.raises((applications.VacancyGoneError, applications.AlreadyAppliedError)):
            late = await add_seeker(session)
            await fair_visits.take_number(session, late.id, town.booth, town.vacancy.id)


async def test_a_fairs_result_claimed_also_by_the_office_is_asked_about_and_not_counted_twice(
    database: Database,
) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        hired = await met(session, town, "hired")
        await start(session, town, await session.get_one(Application, hired.application_id))
        second = await add_vacancy(session, town.employer, town.recruiter, title="焊工")
        application = await applications.apply(session, hired.person_id, second.id)
        await applications.candidates(session, second, recruiter_id=town.recruiter.id)
        await applications.accept_invitation(session, application)
        await applications.hire(session, application, recruiter_id=town.recruiter.id)
    stage = Stage(database)
    digest = await stage.say(town.officer.id, "早报")
    label = next(label for label in labels(digest) if "焊工" in label)
    await stage.say(town.officer.id, label)
    await stage.say(town.officer.id, "1")
    await stage.say(town.officer.id, "双方都说上班了")
    replies = spoken(await stage.say(town.officer.id, "没有合同")) or spoken(await stage.news(town.officer.id))
    async with database.read() as session:
        assert len(await entries(session, "placement_started")) == 1
    assert "已记在同一单位上岗（招聘会）" in replies
    assert "记下了" in spoken(await stage.say(town.officer.id, "1"))
    async with database.read() as session:
        assert len(await entries(session, "placement_started")) == 1, "the same job is counted once"
        assert (await session.get_one(Application, application.id)).state == ApplicationState.STARTED


def labels(replies: list[Delivery]) -> list[str]:
    return [choice.label for reply in replies for choice in reply.choices]


async def test_another_job_with_the_same_employer_is_counted_when_it_is_said(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        hired = await met(session, town, "hired")
        await start(session, town, await session.get_one(Application, hired.application_id))
        second = await add_vacancy(session, town.employer, town.recruiter, title="搬运工")
        application = await applications.apply(session, hired.person_id, second.id)
        await applications.candidates(session, second, recruiter_id=town.recruiter.id)
        await applications.accept_invitation(session, application)
        await applications.hire(session, application, recruiter_id=town.recruiter.id)
        with pytest.raises(placements.AlreadyPlacedError):
            await start(session, town, application)
        assert application.state == ApplicationState.HIRED
        await start(session, town, application, another=True)
        assert [entry.facts["how"] for entry in await entries(session, "placement_started")] == ["fair", "introduced"]


async def test_employers_are_asked_what_became_of_their_intents_one_after_the_other(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        first, second = await met(session, town, "intent"), await met(session, town, "intent")
        assert await fair_booths.chase(session) == 0, "not while the fair is on"
    later(database, 1)
    stage = Stage(database)
    async with database.write() as session:
        assert await fair_booths.chase(session) == 1, "one question an employer"
        assert await fair_booths.chase(session) == 0, "and not again before a week is over"
    asked = spoken(await stage.news(town.recruiter.id))
    assert "1号" in asked and "后来怎样" in asked
    replies = await stage.say(town.recruiter.id, "81")
    assert "工会会核实上岗" in spoken(replies)
    assert "2号" in spoken(replies), "the next is asked at once"
    lost = next(choice.key for reply in replies for choice in reply.choices if choice.label == "没成")
    assert "记下了：没成" in spoken(await stage.say(town.recruiter.id, lost))
    async with database.write() as session:
        one, two = await session.get_one(FairTicket, first.id), await session.get_one(FairTicket, second.id)
        assert (one.state, two.state) == (Q.HIRED, Q.LOST)
        assert (await session.get_one(Application, one.application_id)).state == ApplicationState.HIRED
        figures = (await fair_report.report(session, await session.get_one(Fair, town.fair.id))).total
        assert (figures.intents, figures.hired, figures.hired_later) == (2, 0, 1)
        with pytest.raises(fair_booths.NoSuchNumberError):
            await fair_booths.tell_end(session, one, "lost", recruiter_id=town.recruiter.id)
    later(database, 9)
    async with database.write() as session:
        assert await fair_booths.chase(session) == 0, "everything was answered"


async def test_nobody_else_tells_what_became_of_it(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        ticket = await met(session, town, "intent")
        _, stranger = await add_employer(session)
        with pytest.raises(NotFoundError):
            await fair_booths.ticket_for(session, ticket.id, stranger.id)
    assert "先发您的展位号码" in spoken(await Stage(database).say(stranger.id, "下一位"))
