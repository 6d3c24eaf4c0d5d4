"""Long jobs: once a period, step by step, gone on with after a kill; a rehearsal leaves nothing."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from conftest import OpenDatabase
from house import add_employer, add_office, add_officer, add_person, add_seeker, add_vacancy, texts, town
from sqlalchemy import func, select, update

from jobs.deadlines import remind_to_file
from jobs.digest import send_digests
from jobs.follow_ups import follow_up
from jobs.night_match import NightMatch
from jobs.runner import Cursor, Step, rehearse, rehearse_steps, run_in_steps, run_once
from jobs.schedule import entries, take_over
from jobs.weekly import send_weekly
from models.clock import SHANGHAI
from models.database import Database, Session
from models.follow_ups import FollowUp, FollowUpPause
from models.limits import Limits
from models.messages import OutboxRow
from models.offices import Role
from models.people import Person
from models.runs import JobRun
from models.suggestions import Suggestion
from reports.deadlines import due_soon
from services import applications, follow_up_pauses, people
from services.people import register_seeker

WELDER = {"occupations": [["6-18-02-04", 1.0]], "region": "410105", "wage_min": 500_000, "certificates": ["焊工证"]}


async def count_to_five(session: Session, cursor: Cursor) -> Step:
    """Adds a person in each of five steps."""
    at = cursor.get("at", 0)
    if at == 5:
        return Step(None)
    await add_person(session)
    return Step({"at": at + 1}, {"people": 1})


async def how_many(database: Database, table: Any) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def the_run(database: Database, job: str = "long", period: str = "today") -> JobRun:
    async with database.read() as session:
        return await session.get_one(JobRun, (job, period))


async def test_a_long_job_runs_to_its_end_once_and_says_what_it_did(database: Database) -> None:
    assert await run_in_steps(database, "long", "today", count_to_five)
    assert not await run_in_steps(database, "long", "today", count_to_five)
    run = await the_run(database)
    assert (run.done, run.cursor, await how_many(database, Person)) == ({"people": 5}, None, 5)
    assert run.ended_at is not None


async def test_two_schedulers_run_it_once(open_database: OpenDatabase) -> None:
    one, two = open_database(), open_database()

    async def slow(session: Session, cursor: Cursor) -> Step:
        await asyncio.sleep(0.01)
        return await count_to_five(session, cursor)

    did = await asyncio.gather(*(run_in_steps(database, "long", "today", slow) for database in (one, two, one)))
    assert sorted(did) == [False, False, True]
    assert await how_many(one, Person) == 5


async def test_a_killed_run_is_gone_on_with_by_another_where_it_was(open_database: OpenDatabase, clock: Any) -> None:
    one, two = open_database(), open_database()
    reached = asyncio.Event()

    async def hangs_at_three(session: Session, cursor: Cursor) -> Step:
        if cursor.get("at") == 3:
            reached.set()
            raise asyncio.CancelledError  # as a kill: nothing is tidied up
        return await count_to_five(session, cursor)

    with pytest.raises(asyncio.CancelledError):
        await run_in_steps(one, "long", "today", hangs_at_three)
    assert reached.is_set()
    assert await how_many(one, Person) == 3
    assert not await run_in_steps(two, "long", "today", count_to_five)  # still held
    clock.move(seconds=25)
    assert await run_in_steps(two, "long", "today", count_to_five)
    assert await how_many(two, Person) == 5
    assert (await the_run(two)).done == {"people": 5}


async def test_who_has_lost_the_run_stops(database: Database) -> None:
    async def lost_after_two(session: Session, cursor: Cursor) -> Step:
        if cursor.get("at") == 1:  # another took it over while this one stood still
            await session.execute(update(JobRun).values(holder="another"))
        return await count_to_five(session, cursor)

    assert not await run_in_steps(database, "long", "today", lost_after_two)
    assert await how_many(database, Person) == 2
    assert (await the_run(database)).ended_at is None


async def test_a_step_that_fails_is_undone_and_tried_again_later(database: Database, clock: Any) -> None:
    async def fails_at_two(session: Session, cursor: Cursor) -> Step:
        step = await count_to_five(session, cursor)
        if cursor.get("at") == 2:
            raise RuntimeError("in the middle")
        return step

    with pytest.raises(RuntimeError):
        await run_in_steps(database, "long", "today", fails_at_two)
    assert await how_many(database, Person) == 2
    clock.move(minutes=1)
    assert not await run_in_steps(database, "long", "today", count_to_five)
    clock.move(minutes=10)
    assert await run_in_steps(database, "long", "today", count_to_five)
    assert await how_many(database, Person) == 5


async def test_the_scheduler_takes_over_what_lost_its_process(database: Database, clock: Any) -> None:
    async with database.write() as session:
        session.add(
            JobRun(
                job="follow_ups",
                period="2026-11-23",
                ran_at=session.now,
                holder="dead",
                held_until=session.now + timedelta(seconds=20),
            )
        )
    assert await take_over(database, "08:00") == []
    clock.move(seconds=21)
    assert await take_over(database, "08:00") == ["follow_ups"]
    assert (await the_run(database, "follow_ups", "2026-11-23")).ended_at is not None


async def test_a_rehearsal_tells_and_leaves_nothing(database: Database) -> None:
    assert await rehearse_steps(database, count_to_five) == {"people": 5}

    async def short(session: Session) -> dict[str, int]:
        await add_person(session)
        return {"people": 1}

    assert await rehearse(database, short) == {"people": 1}
    assert await how_many(database, Person) == 0
    assert await how_many(database, JobRun) == 0


async def test_a_short_job_keeps_its_counts(database: Database) -> None:
    async with database.write() as session:
        await add_officer(session, await add_office(session))
    assert await run_once(database, "digest", "today", send_digests)
    run = await the_run(database, "digest")
    assert (run.done, run.ended_at is not None) == ({"sent": 1}, True)


async def test_every_job_can_be_rehearsed_on_a_town(database: Database) -> None:
    async with database.write() as session:
        vacancy, _, seeker = await town(session)
        await applications.apply(session, seeker.id, vacancy.id)
    before = await how_many(database, OutboxRow)
    for entry in entries("08:00"):
        assert all(isinstance(count, int) for count in (await entry.rehearse(database)).values())
    assert await how_many(database, OutboxRow) == before
    assert await how_many(database, JobRun) == 0


# ---- the night's match


async def welders(session: Session, n: int) -> list[int]:
    found = []
    for _ in range(n):
        seeker = await add_seeker(session)
        await register_seeker(session, seeker.id, WELDER)
        found.append(seeker.id)
    return found


async def night(database: Database, period: str) -> dict[str, int]:
    await run_in_steps(database, "matches", period, NightMatch().step)
    return {name: n for name, n in ((await the_run(database, "matches", period)).done or {}).items() if n}


async def new_job(session: Session, **draft: Any) -> int:
    employer, recruiter = await add_employer(session)
    usual = {"wage_min": 700_000, "wage_max": 900_000, "headcount": 5}
    return (await add_vacancy(session, employer, recruiter, **(usual | draft))).id


async def test_a_new_vacancy_that_fits_is_told_once(database: Database, clock: Any) -> None:
    async with database.write() as session:
        await add_office(session)
        vacancy = await new_job(session)
        (seeker,) = await welders(session, 1)
    assert await night(database, "one") == {"seekers": 1, "fitting": 1, "told": 1}
    assert "新岗位" in (await texts(database, seeker))[-1]
    clock.move(days=1)
    assert (await night(database, "two")).get("told") is None
    async with database.read() as session:
        assert list(await session.scalars(select(Suggestion.vacancy_id))) == [vacancy]


async def test_what_does_not_fit_well_is_not_told(database: Database) -> None:
    async with database.write() as session:
        await add_office(session)
        await new_job(session, title="保安", occupation="4-07-05-01")
        await new_job(session, wage_min=200_000, wage_max=210_000, region="653101")
        (seeker,) = await welders(session, 1)
    assert "told" not in await night(database, "one")
    assert not any("新岗位" in text for text in await texts(database, seeker))


async def test_one_a_day_and_four_a_week(database: Database, clock: Any) -> None:
    async with database.write() as session:
        await add_office(session)
        for _ in range(9):
            await new_job(session)
        (seeker,) = await welders(session, 1)
    told = []
    for day in range(7):
        await night(database, f"{day}a")
        await night(database, f"{day}b")
        told.append(sum("新岗位" in text for text in await texts(database, seeker)))
        clock.move(days=1)
    assert told == [1, 2, 3, 4, 4, 4, 4]


@pytest.mark.parametrize("why", ["opted out", "home", "applied", "in work"])
async def test_who_is_not_to_be_told(database: Database, why: str) -> None:
    async with database.write() as session:
        await add_office(session)
        vacancy = await new_job(session)
        (seeker,) = await welders(session, 1)
        match why:
            case "opted out":
                await people.opt_out(session, seeker)
            case "home":
                await follow_up_pauses.pause(session, seeker, session.today + timedelta(days=9))
            case "applied":
                await applications.apply(session, seeker, vacancy)
            case _:
                from test_applications import hired_one

                from models.offices import Office
                from models.vacancies import Vacancy
                from services import placements

                other = await session.get_one(Vacancy, await new_job(session, posted_on=session.today))
                person = await session.get_one(Person, seeker)
                recruiter = await session.get_one(Person, other.posted_by)
                application = await hired_one(session, other, recruiter, person)
                office = (await session.scalars(select(Office))).first()
                assert office is not None
                officer = await add_officer(session, office)
                await placements.confirm_start(
                    session,
                    application,
                    officer_id=officer.id,
                    office_id=office.id,
                    started_on=session.today,
                    evidence="both",
                    contract=None,
                )
    assert "told" not in await night(database, "one")


async def test_one_opening_is_not_told_to_everybody(database: Database) -> None:
    database.limits = Limits(told_per_opening=2)
    async with database.write() as session:
        await add_office(session)
        await new_job(session, headcount=1)
        await welders(session, 5)
    assert (await night(database, "one"))["told"] == 2


# ---- recruiters' week, deadlines


async def test_a_recruiter_hears_weekly_who_waits_and_nothing_else(database: Database) -> None:
    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        await applications.apply(session, seeker.id, vacancy.id)
        _, idle = await add_employer(session)
    assert await run_in_steps(database, "weekly", "2026-W48", send_weekly)
    assert "电焊工：1人等您答复" in (await texts(database, recruiter.id))[-1]
    assert not any("小结" in text for text in await texts(database, idle.id))
    assert (await the_run(database, "weekly", "2026-W48")).done == {"sent": 1}


def test_the_reports_that_are_due_soon() -> None:
    every = [due for month in range(1, 13) for due in due_soon(date(2026, month, 28), within=31)]
    assert {due.form for due in every} >= {"form1-2014", "form2-2014", "form3-2014"}
    for due in every:
        assert next(due_soon(due.due, within=0)).due == due.due
    assert all(due.due >= date(2026, 1, 28) for due in every)


@pytest.mark.parametrize(("left", "told"), [(10, 1), (9, 0), (3, 1), (1, 1), (0, 0)])
async def test_supervisors_hear_of_what_is_not_filed(database: Database, clock: Any, left: int, told: int) -> None:
    due = next(due for month in range(1, 13) for due in due_soon(date(2026, month, 28), 31) if due.form == "form1-2014")
    day = due.due - timedelta(days=left)
    clock.now = datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI).astimezone(UTC)
    async with database.write() as session:
        office = await add_office(session)
        supervisor = await add_officer(session, office, Role.SUPERVISOR)
        staff = await add_officer(session, office)
        await remind_to_file(session)
    heard = [text for text in await texts(database, supervisor.id) if "form1-2014" in text and due.name in text]
    assert len(heard) == told
    assert not any("报送" in text for text in await texts(database, staff.id))


async def test_follow_ups_go_on_after_a_kill_and_ask_nobody_twice(database: Database, clock: Any) -> None:
    from test_placements import confirmed

    async with database.write() as session:
        _, seeker = await confirmed(session, started_on=session.today, contract=None)
        assert await session.get(FollowUpPause, seeker.id) is None
    clock.move(days=7)
    calls = 0

    async def dies(session: Session, cursor: Cursor) -> Step:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise asyncio.CancelledError
        return await follow_up(session, cursor)

    with pytest.raises(asyncio.CancelledError):
        await run_in_steps(database, "follow_ups", "x", dies)
    clock.move(seconds=30)
    assert await run_in_steps(database, "follow_ups", "x", follow_up)
    assert sum("上班吗" in text for text in await texts(database, seeker.id)) == 1
    async with database.read() as session:
        assert await session.scalar(select(func.count()).where(FollowUp.state == "asked")) == 1
