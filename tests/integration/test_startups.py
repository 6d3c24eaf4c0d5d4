"""From the course to the business, and what became of it after 3, 6 and 12 months."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from families_house import entries, later, union
from house import add_person

from models.database import Database, Session
from models.errors import MoveRefusedError
from models.offices import Office
from models.people import Person
from models.startups import Startup, StartupCheck
from models.states import EnrolmentState, StartupState
from models.training import Course, Enrolment, Institution
from services import startups
from services.casework import UnknownWordError
from services.ledger import groups_on
from services.people import Group, join_group

S = StartupState


async def passed(session: Session, person: Person, *, course_type: str = "entrepreneurship") -> None:
    """The person has passed a course."""
    institution = Institution(id=session.new_id(), name="样例学校", region="410100", titles=[])
    session.add(institution)
    await session.flush()
    course = Course(
        id=session.new_id(),
        institution_id=institution.id,
        title="创业培训",
        course_type=course_type,
        region="410100",
        occupations=[],
        starts_on=date(2026, 9, 1),
        days=10,
        seats=20,
    )
    session.add(course)
    await session.flush()
    enrolment = Enrolment(id=session.new_id(), course_id=course.id, person_id=person.id, state_since=session.now)
    enrolment.state = EnrolmentState.PASSED
    session.add(enrolment)
    await session.flush()


async def opened(session: Session, days_ago: int = 0) -> tuple[Startup, Office, Person]:
    """Somebody's business, open."""
    office, officer = await union(session)
    owner = await add_person(session, name="王大山")
    await join_group(session, owner.id, Group.LAID_OFF)
    await session.flush()
    startup = await startups.plan_startup(
        session, owner.id, office_id=office.id, officer_id=officer.id, title="王家面馆"
    )
    await startups.open_startup(
        session, startup, opened_on=session.today - timedelta(days=days_ago), officer_id=officer.id
    )
    return startup, office, officer


async def test_who_passed_the_course_is_guided_until_the_business_is_open(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        owner, welder = await add_person(session, name="王大山"), await add_person(session, name="李四")
        await passed(session, owner)
        await passed(session, welder, course_type="skill")
        assert list(await session.scalars(startups.trained_without_business("410000"))) == [owner]
        assert list(await session.scalars(startups.trained_without_business("420000"))) == []
        with pytest.raises(UnknownWordError, match="publicity"):
            await startups.guide(session, owner.id, office_id=office.id, officer_id=officer.id, help_with="luck")
        for kind in ("place", "project", "papers", "policy", "publicity", None):
            await startups.guide(session, owner.id, office_id=office.id, officer_id=officer.id, help_with=kind)
        given = await entries(session, "service_given")
        assert [entry.facts["service"] for entry in given] == ["entrepreneurship_advice"] * 6
        startup = await startups.plan_startup(session, owner.id, office_id=office.id, officer_id=officer.id)
        assert list(await session.scalars(startups.trained_without_business("410000"))) == [owner]
        await startups.open_startup(session, startup, opened_on=session.today, officer_id=officer.id)
        assert list(await session.scalars(startups.trained_without_business("410000"))) == []


async def test_a_project_of_the_library_can_be_chosen_until_it_is_withdrawn(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        owner = await add_person(session, name="王大山")
        cheap = await startups.add_project(
            session,
            office_id=office.id,
            title="面馆",
            trade="餐饮",
            capital_fen=30_000_00,
            summary="样例",
            officer_id=officer.id,
        )
        dear = await startups.add_project(
            session,
            office_id=office.id,
            title="养殖",
            trade="养殖",
            capital_fen=200_000_00,
            summary="样例",
            officer_id=officer.id,
        )
        assert list(await session.scalars(startups.projects_near("410100"))) == [cheap, dear]
        assert list(await session.scalars(startups.projects_near("410000", most_fen=50_000_00))) == [cheap]
        await startups.withdraw_project(session, cheap, officer_id=officer.id)
        assert list(await session.scalars(startups.projects_near("410100"))) == [dear]
        with pytest.raises(startups.ProjectGoneError):
            await startups.plan_startup(
                session, owner.id, office_id=office.id, officer_id=officer.id, project_id=cheap.id
            )


async def test_opening_is_counted_under_the_groups_of_before_and_ends_being_laid_off(database: Database) -> None:
    async with database.write() as session:
        startup, _, officer = await opened(session)
        (entry,) = await entries(session, "startup_opened")
        assert (entry.groups, entry.occurred_on) == (["laid_off"], session.today)
        tomorrow = session.today + timedelta(days=1)
        assert await groups_on(session, startup.person_id, tomorrow) == ()
        with pytest.raises(MoveRefusedError):
            await startups.open_startup(session, startup, opened_on=session.today, officer_id=officer.id)
        assert startups.title_of(session, startup) == "王家面馆"
        assert "面馆".encode() not in (startup.title_sealed or b"")


async def test_follow_ups_are_due_after_three_six_and_twelve_months(database: Database) -> None:
    async with database.write() as session:
        startup, _, officer = await opened(session)
        with pytest.raises(startups.NotDueError):
            await startups.follow_up(session, startup, 3, operating=True, by=officer.id)
    later(database, 92)
    async with database.write() as session:
        startup = await session.get_one(Startup, startup.id)
        assert [check.months for check in await session.scalars(startups.due_checks(session.today, "410100"))] == [3]
        assert list(await session.scalars(startups.due_checks(session.today, "420000"))) == []
        await startups.follow_up(session, startup, 3, operating=True, by=officer.id)
        with pytest.raises(startups.AnsweredError):
            await startups.follow_up(session, startup, 3, operating=False, by=officer.id)
        await startups.note_jobs(session, startup, 4, officer_id=officer.id)
        assert list(await session.scalars(startups.due_checks(session.today, "410100"))) == []
    later(database, 274)
    async with database.write() as session:
        startup = await session.get_one(Startup, startup.id)
        due: list[StartupCheck] = list(await session.scalars(startups.due_checks(session.today, "410100")))
        assert [check.months for check in due] == [6, 12], "silence stays unknown"
        await startups.follow_up(session, startup, 12, operating=True, by=officer.id)
        facts = [(entry.kind, entry.facts) for entry in await entries(session, "startup_operating", "jobs_created")]
        assert facts == [
            ("startup_operating", {"months": 3}),
            ("jobs_created", {"via": "startup"}),
            ("startup_operating", {"months": 12}),
        ]
        assert startup.state == S.OPEN


async def test_a_business_that_has_closed_is_closed_with_its_months(database: Database) -> None:
    async with database.write() as session:
        startup, _, officer = await opened(session)
    later(database, 200)
    async with database.write() as session:
        startup = await session.get_one(Startup, startup.id)
        await startups.follow_up(session, startup, 6, operating=False, by=officer.id)
        (entry,) = await entries(session, "startup_closed")
        assert entry.facts == {"months": 6}
        assert startup.state == S.CLOSED
        assert list(await session.scalars(startups.due_checks(session.today, "410100"))) == []
        with pytest.raises(MoveRefusedError):
            await startups.follow_up(session, startup, 3, operating=True, by=officer.id)
        with pytest.raises(MoveRefusedError):
            await startups.note_jobs(session, startup, 1, officer_id=officer.id)
