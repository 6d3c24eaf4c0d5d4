"""Joining a course, waiting for a seat, and what the ledger keeps of it."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from conftest import OpenDatabase
from house import add_employer, add_seeker, add_vacancy, texts
from school import fill, new_course, noted, open_school
from sqlalchemy import select

from models.database import Database
from models.errors import MoveRefusedError, NotFoundError
from models.messages import Question
from models.states import EnrolmentState
from models.training import Course, Enrolment
from services import institutions, training
from services.courses import CourseRefusedError, is_short, last_day, open_course, vacancies_for
from services.leaving import forget

S = EnrolmentState


async def test_an_entry_has_the_titles_of_its_day(database: Database) -> None:
    async with database.write() as session:
        today = session.today
        school, _, officer = await open_school(session, employment_base=today - timedelta(days=400))
        await institutions.give_title(
            session, school, "advanced_institution", today - timedelta(days=10), officer_id=officer.id
        )
        await institutions.withdraw_title(
            session, school, "employment_base", today - timedelta(days=5), officer_id=officer.id
        )
        assert await institutions.titles_on(session, school, today - timedelta(days=401)) == []
        assert await institutions.titles_on(session, school, today - timedelta(days=400)) == ["employment_base"]
        both = await institutions.titles_on(session, school, today - timedelta(days=6))
        assert both == ["advanced_institution", "employment_base"]
        assert await institutions.titles_on(session, school, today - timedelta(days=5)) == ["advanced_institution"]
        assert school.titles == ["advanced_institution"]
        await fill(session, await new_course(session, school), 1)
        (entry,) = await noted(session, "training_enrolled")
    assert entry.facts == {
        "course_type": "skill",
        "mode": "open",
        "institution": school.id,
        "titles": ["advanced_institution"],
        "free": True,
    }


async def test_a_title_known_without_its_day_holds_until_it_is_withdrawn(database: Database) -> None:
    async with database.write() as session:
        school, _, officer = await open_school(session)
        school.titles = ["employment_base"]  # as an imported list has it
        assert await institutions.titles_on(session, school, date(2014, 1, 1)) == ["employment_base"]
        await institutions.withdraw_title(session, school, "employment_base", session.today, officer_id=officer.id)
        assert await institutions.titles_on(session, school, date(2014, 1, 1)) == ["employment_base"]
        assert await institutions.titles_on(session, school, session.today) == []


@pytest.mark.parametrize(("title", "days"), [("best", 0), ("employment_base", 1), ("employment_base", -1)])
async def test_a_title_that_is_none_or_held_or_of_tomorrow_is_refused(
    database: Database, title: str, days: int
) -> None:
    async with database.write() as session:
        day = session.today + timedelta(days=days)
        school, _, officer = await open_school(session, employment_base=session.today - timedelta(days=3))
        with pytest.raises(institutions.TitleRefusedError):
            await institutions.give_title(session, school, title, day, officer_id=officer.id)


async def test_an_order_based_course_has_its_vacancies(database: Database) -> None:
    async with database.write() as session:
        school, _, _ = await open_school(session)
        employer, recruiter = await add_employer(session)
        vacancy = await add_vacancy(session, employer, recruiter)
        course = await new_course(session, school, mode="order", held="night", vacancies=[vacancy.id])
        assert [v.id for v in await vacancies_for(session, course.id)] == [vacancy.id]
        assert (course.number, is_short(course)) == (1, True)
        assert last_day(course) == course.starts_on + timedelta(days=9)
        await fill(session, course, 1)
        (entry,) = await noted(session, "training_enrolled")
        assert entry.facts["mode"] == "order"
        assert (await new_course(session, school)).number == 2


@pytest.mark.parametrize(
    "wrong",
    [{"mode": "order"}, {"mode": "secret"}, {"held": "dawn"}, {"seats": 0}, {"days": 0}, {"course_type": "magic"}],
    ids=str,
)
async def test_a_course_that_cannot_be_is_refused_and_not_kept(database: Database, wrong: dict[str, object]) -> None:
    async with database.write() as session:
        school, _, _ = await open_school(session)
        with pytest.raises(CourseRefusedError):
            await new_course(session, school, **wrong)
        assert list(await session.scalars(select(Course))) == []


async def test_an_unknown_vacancy_is_refused(database: Database) -> None:
    async with database.write() as session:
        school, _, _ = await open_school(session)
        with pytest.raises(NotFoundError):
            await open_course(
                session,
                school,
                title="班",
                course_type="skill",
                starts_on=session.today,
                days=1,
                seats=1,
                mode="directed",
                vacancies=[7],
            )


async def test_who_waits_gets_the_seat_that_comes_free_and_only_then_counts(database: Database) -> None:
    async with database.write() as session:
        school, _, _ = await open_school(session)
        course = await new_course(session, school, seats=1)
        ((_, holder),) = await fill(session, course, 1)
        first, second = await add_seeker(session), await add_seeker(session)
        with pytest.raises(training.CourseFullError):
            await training.enrol(session, first.id, course.id)
        waiting = await training.wait(session, first.id, course.id)
        behind = await training.wait(session, second.id, course.id)
        assert (await training.place_in_queue(session, waiting), await training.place_in_queue(session, behind)) == (
            1,
            2,
        )
        with pytest.raises(training.AlreadyEnrolledError):
            await training.wait(session, first.id, course.id)
        assert len(await noted(session, "training_enrolled")) == 1

        await training.leave(session, holder, actor=holder.person_id)
        assert course.taken == 1, "the seat is kept"
        assert waiting.offered_until == session.now + training.SEAT_KEPT
        questions = list(await session.scalars(select(Question).where(Question.person_id == first.id)))
        assert {question.data for question in questions} == {f"seat:yes:{waiting.id}", f"seat:no:{waiting.id}"}
        assert all(81 <= int(question.key) <= 89 for question in questions)
        with pytest.raises(training.CourseFullError):
            await training.accept_seat(session, behind)

        await training.accept_seat(session, waiting)
        assert (waiting.state, waiting.number, course.taken) == (S.APPLIED, 2, 1)
        assert [entry.person for entry in await noted(session, "training_enrolled")][-1] == first.ledger_key
        with pytest.raises(training.CourseFullError):
            await training.accept_seat(session, waiting)
    assert "空出一个名额" in "".join(await texts(database, first.id))
    assert "空出" not in "".join(await texts(database, second.id))


async def test_a_seat_not_taken_for_a_day_or_declined_goes_to_the_next(database: Database) -> None:
    async with database.write() as session:
        school, _, _ = await open_school(session)
        course = await new_course(session, school, seats=1)
        ((_, holder),) = await fill(session, course, 1)
        waiting = [await training.wait(session, (await add_seeker(session)).id, course.id) for _ in range(3)]
        await training.leave(session, holder, actor=None)
        assert await training.pass_on_seats(session) == 0
        waiting[0].offered_until = session.now - timedelta(seconds=1)
        assert await training.pass_on_seats(session) == 1
        assert (waiting[0].state, waiting[1].offered_until is None, course.taken) == (S.DROPPED, False, 1)
        await training.decline_seat(session, waiting[1])
        assert waiting[2].offered_until is not None
        await training.decline_seat(session, waiting[2])
        assert course.taken == 0
        await training.enrol(session, waiting[0].person_id, course.id)
        assert (waiting[0].state, course.taken) == (S.APPLIED, 1)
    assert "给了下一位" in "".join(await texts(database, waiting[0].person_id))


async def test_who_leaves_and_comes_back_is_one_enrolment_in_the_ledger(database: Database) -> None:
    async with database.write() as session:
        school, _, _ = await open_school(session)
        course = await new_course(session, school)
        ((person, enrolment),) = await fill(session, course, 1)
        await training.leave(session, enrolment, actor=person.id)
        with pytest.raises(MoveRefusedError):
            await training.leave(session, enrolment, actor=person.id)
        await training.enrol(session, person.id, course.id)
        assert (course.taken, enrolment.number) == (1, 1)
        assert len(await noted(session, "training_enrolled")) == 1


async def test_a_course_that_has_begun_cannot_be_joined(database: Database) -> None:
    async with database.write() as session:
        school, _, _ = await open_school(session)
        course = await new_course(session, school, begun=1)
        seeker = await add_seeker(session)
        for verb in (training.enrol, training.wait):
            with pytest.raises(NotFoundError):
                await verb(session, seeker.id, course.id)


async def test_two_people_and_one_seat_at_the_same_moment(open_database: OpenDatabase) -> None:
    one, two = open_database(), open_database()
    async with one.write() as session:
        school, _, _ = await open_school(session)
        course = await new_course(session, school, seats=1)
        people = [await add_seeker(session) for _ in range(2)]

    async def join(database: Database, person_id: int) -> str:
        try:
            async with database.write() as session:
                await training.enrol(session, person_id, course.id)
        except training.CourseFullError:
            return "full"
        return "in"

    found = await asyncio.gather(join(one, people[0].id), join(two, people[1].id))
    assert sorted(found) == ["full", "in"]
    async with one.read() as session:
        assert (await session.get_one(Course, course.id)).taken == 1
        assert len(await noted(session, "training_enrolled")) == 1


async def test_who_is_forgotten_leaves_seat_queue_and_nothing_of_theirs(database: Database) -> None:
    async with database.write() as session:
        school, _, _ = await open_school(session)
        course = await new_course(session, school, seats=1)
        ((person, _),) = await fill(session, course, 1)
        waiting = await training.wait(session, (await add_seeker(session)).id, course.id)
        await forget(session, person.id)
        assert (course.taken, waiting.offered_until is None) == (1, False)
        assert list(await session.scalars(select(Enrolment.person_id))) == [waiting.person_id]
        await forget(session, waiting.person_id)
        assert course.taken == 0
