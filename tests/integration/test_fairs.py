"""A fair from its plan to its report: the door, the booth, the queue, what came of it, and who claims it too."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from conftest import OpenDatabase
from families_house import entries, later, union
from house import add_employer, add_officer, add_person, add_seeker, add_vacancy, texts
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from stage import Stage, spoken

from models.applications import Application
from models.channels import Channels
from models.database import Database, Session
from models.employers import Employer
from models.errors import NotFoundError
from models.fairs import Fair, FairBooth, FairTicket, FairVenue, FairVisit
from models.offices import Office
from models.people import Person, Seeker
from models.placements import Placement
from models.states import ApplicationState, FairState, TicketAtFairState, VacancyState
from models.vacancies import Vacancy
from services import applications, fair_booths, fair_report, fair_visits, fairs, placements, qr
from services.outbox import Delivery

Q = TicketAtFairState


class Town:
    """An office, a fair of today with one venue, and a booth of a verified employer with one advert."""

    office: Office
    officer: Person
    fair: Fair
    venue: FairVenue
    booth: FairBooth
    employer: Employer
    recruiter: Person
    vacancy: Vacancy


async def fair_town(session: Session, *, headcount: int = 3, verified: bool = True) -> Town:
    town = Town()
    town.office, town.officer = await union(session)
    town.employer, town.recruiter = await add_employer(session, verified=verified, name="样例机械厂")
    town.fair = await fairs.plan(
        session, town.office, officer_id=town.officer.id, title="春风行动", starts_on=session.today
    )
    town.venue = await fairs.add_venue(session, town.fair, region="410105", place="人民会堂")
    town.booth = await fairs.add_booth(session, town.venue, town.employer.id, number=12, posts=20)
    if verified:
        town.vacancy = await add_vacancy(session, town.employer, town.recruiter, headcount=headcount)
        await fairs.hang(session, town.booth, town.vacancy)
    await session.flush()
    return town


async def queued(session: Session, town: Town, **person: Any) -> FairTicket:
    """A seeker with a number at the booth."""
    seeker = await add_seeker(session, **person)
    return await fair_visits.take_number(session, seeker.id, town.booth, town.vacancy.id)


async def met(session: Session, town: Town, result: str) -> FairTicket:
    """Somebody who was called, and what came of it."""
    await queued(session, town)
    ticket = await fair_booths.call_next(session, town.booth, recruiter_id=town.recruiter.id)
    await fair_booths.settle(session, town.booth, ticket, result, recruiter_id=town.recruiter.id)
    return ticket


# ---- the door


async def test_a_visitor_is_counted_once_a_day_and_the_venue_is_held_once(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        town.fair.ends_on = session.today + timedelta(days=1)
        one, two = await add_seeker(session), await add_person(session)
        assert (await fair_visits.check_in(session, one.id, town.venue.code)).fresh
        assert not (await fair_visits.check_in(session, one.id, town.venue.code)).fresh
        assert (await fair_visits.check_in(session, two.id, town.venue.code)).fresh
        assert len(await entries(session, "visitor_received")) == 2
        (held,) = await entries(session, "event_held")
        assert held.facts == {"event": "fair", "for_graduates": False, "fair": town.fair.id}
        assert (held.source, held.region, held.person) == (f"fair_venues:{town.venue.id}", "410100", None)
    later(database, 1)
    async with database.write() as session:
        assert (await fair_visits.check_in(session, one.id, town.venue.code)).fresh, "another day"
        assert len(await entries(session, "visitor_received")) == 3
        assert len(await entries(session, "event_held")) == 1
        fair = await session.get_one(Fair, town.fair.id)
        figures = (await fair_report.report(session, fair)).total
        assert (figures.visits, figures.visitors) == (3, 2)


async def test_two_venues_are_two_events_and_one_person_is_one(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        far = await fairs.add_venue(session, town.fair, region="610200", place="铜川工人文化宫")
        one = await add_seeker(session)
        await fair_visits.check_in(session, one.id, town.venue.code)
        await fair_visits.check_in(session, one.id, far.code)
        assert len(await entries(session, "visitor_received")) == 1, "once a person and fair day"
        assert len(await entries(session, "event_held")) == 1, "nobody new came to the second"
        await fair_visits.check_in(session, (await add_seeker(session)).id, far.code)
        held = await entries(session, "event_held")
        assert {entry.region for entry in held} == {"410100"} and len(held) == 2, "both are the planning office's"


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_door_opens_on_its_days_only(database: Database, days: int) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        person = await add_person(session)
        town.fair.starts_on = town.fair.ends_on = session.today + timedelta(days=days)
        error = fairs.FairOverError if days < 0 else fairs.FairNotYetError
        with pytest.raises(error):
            await fair_visits.check_in(session, person.id, town.venue.code)
        with pytest.raises(fairs.NoSuchFairError):
            await fair_visits.check_in(session, person.id, "10001")
        assert await session.scalar(select(func.count()).select_from(FairVisit)) == 0
        assert await entries(session, "visitor_received", "event_held") == []


async def test_a_cancelled_fair_opens_no_door_and_a_past_one_is_over(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        other = await fairs.plan(
            session, town.office, officer_id=town.officer.id, title="取消的", starts_on=session.today
        )
        venue = await fairs.add_venue(session, other, region="410105", place="体育馆")
        await fairs.cancel(session, other, officer_id=town.officer.id, why="weather")
        with pytest.raises(fairs.FairOverError):
            await fairs.door(session, venue.code)
        assert await fairs.close_past(session) == 0
    later(database, 1)
    async with database.write() as session:
        assert await fairs.close_past(session) == 1
        assert (await session.get_one(Fair, town.fair.id)).state == FairState.OVER
        assert (await session.get_one(Fair, other.id)).state == FairState.CANCELLED


async def test_a_fair_is_not_planned_for_yesterday_and_a_booth_has_one_employer(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        for first, last in ((-1, -1), (2, 1), (0, 40)):
            with pytest.raises(fairs.FairRefusedError):
                await fairs.plan(
                    session,
                    town.office,
                    officer_id=town.officer.id,
                    title="x",
                    starts_on=session.today + timedelta(days=first),
                    ends_on=session.today + timedelta(days=last),
                )
        other, _ = await add_employer(session)
        with pytest.raises(fairs.BoothTakenError):
            await fairs.add_booth(session, town.venue, other.id, number=12)
        with pytest.raises(fairs.BoothTakenError):
            await fairs.add_booth(session, town.venue, town.employer.id, number=13)
        assert (await fairs.add_booth(session, town.venue, other.id)).number == 13
        again = await fairs.add_booth(session, town.venue, town.employer.id, posts=30)
        assert (again.id, again.number, again.posts) == (town.booth.id, 12, 30)


# ---- the queue and what came of it


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


async def start(session: Session, town: Town, application: Application, **more: Any) -> Placement:
    return await placements.confirm_start(
        session,
        application,
        officer_id=town.officer.id,
        office_id=town.office.id,
        started_on=session.today,
        evidence="both",
        contract=None,
        **more,
    )


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


# ---- claimed also by the office


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


# ---- afterwards


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


# ---- in the chat


async def test_somebody_new_is_in_and_registered_with_one_sentence(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        new = await add_person(session)
    stage = Stage(database)
    heard = spoken(await stage.say(new.id, f"/start fair_{town.venue.code}"))
    assert "已签到：春风行动（人民会堂）" in heard and "说一句" in heard and "随时可删" in heard
    async with database.read() as session:
        assert await session.get(Seeker, new.id) is None, "nothing is kept before the sentence"
    heard = spoken(await stage.say(new.id, "电焊工 5000"))
    assert "登记好了" in heard and "1. 12号展位 电焊工" in heard
    heard = spoken(await stage.say(new.id, "1"))
    assert "12号展位：您是1号，前面0人" in heard
    async with database.read() as session:
        assert len(await entries(session, "visitor_received")) == 1
        assert len(await entries(session, "seeker_received")) == 1
        (registered,) = await entries(session, "seeker_registered")
        assert registered.person == (await session.get_one(Person, new.id)).ledger_key
    assert "您今天已签到" in spoken(await stage.say(new.id, f"招聘会{town.venue.code}"))
    assert "取过号：1号" in spoken(await stage.say(new.id, "1"))
    assert "前面0人" in spoken(await stage.say(new.id, "我的号"))


async def test_bare_digits_are_a_door_only_where_one_has_them(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        seeker = await add_seeker(session)
    stage = Stage(database)
    assert "没有这个招聘会号码" in spoken(await stage.say(seeker.id, "招聘会10001"))
    assert "招聘会" not in spoken(await stage.say(seeker.id, "10001"))
    assert "已签到" in spoken(await stage.say(seeker.id, town.venue.code))
    assert "没有这个展位" in spoken(await stage.say(seeker.id, f"{town.venue.code}-99"))


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


async def test_staff_plan_a_fair_by_sentences_and_read_its_report(database: Database) -> None:
    database.channels.web_url = "https://work.example.org"
    async with database.write() as session:
        _, officer = await union(session)
        await add_employer(session, name="样例机械厂")
        outsider = await add_officer(session, await another_office(session))
    stage = Stage(database)
    async with database.read() as session:
        day = session.today
    heard = spoken(await stage.say(officer.id, f"办招聘会 春风行动 {day.month}月{day.day}日 郑州金水 人民会堂"))
    async with database.read() as session:
        venue = (await session.scalars(select(FairVenue))).one()
    assert venue.code in heard and f"https://work.example.org/chat?start=fair_{venue.code}" in heard
    assert venue.region == "410105"
    assert "没有这个招聘会号码" in spoken(await stage.say(outsider.id, f"加会场 {venue.code} 武汉洪山 体育馆"))
    assert "体育馆" in spoken(await stage.say(officer.id, f"加会场 {venue.code} 郑州中原 体育馆"))
    assert "没有这个单位" in spoken(await stage.say(officer.id, f"展位 {venue.code} 样例没有厂 3号"))
    assert "3号展位：样例机械厂" in spoken(await stage.say(officer.id, f"展位 {venue.code} 样例机械厂 3号 岗位20"))
    await stage.say(officer.id, "招聘会")
    heard = spoken(await stage.say(officer.id, "1"))
    assert "春风行动：已办0场" in heard and "用人单位1家，岗位20个" in heard and "意向率—" in heard
    assert "春风行动" in spoken(await stage.say(await a_seeker(database), "招聘会"))


async def another_office(session: Session) -> Office:
    office, _ = await union(session, "420100")
    return office


async def a_seeker(database: Database) -> int:
    async with database.write() as session:
        return (await add_seeker(session)).id


def test_links_of_doors_and_booths() -> None:
    channels = Channels(web_url="https://work.example.org")
    assert qr.fair_link(channels, "31415") == "https://work.example.org/chat?start=fair_31415"
    assert qr.fair_link(channels, "31415", 12) == "https://work.example.org/chat?start=fair_31415-12"


# ---- two at the same moment


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


async def test_the_same_person_at_two_doors_at_the_same_moment_is_one_visit(open_database: OpenDatabase) -> None:
    one, two = open_database(), open_database()
    async with one.write() as session:
        town = await fair_town(session)
        seeker = await add_seeker(session)

    async def enter(database: Database) -> bool:
        try:
            async with database.write() as session:
                return (await fair_visits.check_in(session, seeker.id, town.venue.code)).fresh
        except IntegrityError:
            return False  # the turn is run again and finds the visit

    assert sorted(await asyncio.gather(enter(one), enter(two))) == [False, True]
    async with one.read() as session:
        assert len(await entries(session, "visitor_received")) == 1
