"""After a start: asked at the marks, twice, then unknown; what is answered, by whom, and what it counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from house import address_of, texts
from sqlalchemy import select
from stage import Stage, spoken
from test_placements import confirmed, entries

from jobs.follow_ups import follow_up
from jobs.runner import run_in_steps
from models.database import Database, Session
from models.employers import Recruiter
from models.errors import MoveRefusedError
from models.follow_ups import CallTask, FollowUp
from models.ledger import LedgerEntry
from models.messages import Question
from models.people import Seeker
from models.placements import Placement
from models.states import FollowUpState, PlacementState
from models.vacancies import Vacancy
from services import call_tasks, evidence, follow_up_answers, follow_up_pauses, people, sharing

F, P = FollowUpState, PlacementState


async def night(database: Database, clock: Any) -> dict[str, int]:
    """The job of this day, whatever its number of steps; what it did."""
    from models.runs import JobRun

    period = clock.now.strftime("%Y-%m-%d")
    assert await run_in_steps(database, "follow_ups", period, follow_up)
    async with database.read() as session:
        run = await session.get_one(JobRun, ("follow_ups", period))
        return {name: count for name, count in (run.done or {}).items() if count}


async def started(database: Database, clock: Any, **given: Any) -> tuple[int, int]:
    """A confirmed start today: (placement, person)."""
    async with database.write() as session:
        placement, seeker = await confirmed(session, **({"started_on": session.today, "contract": None} | given))
        return placement.id, seeker.id


async def rows(database: Database, **wanted: Any) -> list[FollowUp]:
    async with database.read() as session:
        query = select(FollowUp).filter_by(**wanted).order_by(FollowUp.party.desc(), FollowUp.days)
        return list(await session.scalars(query))


async def ledger(database: Database, *kinds: str) -> list[LedgerEntry]:
    async with database.read() as session:
        return await entries(session, *kinds)  # type: ignore[arg-type]


async def test_a_start_plans_five_questions(database: Database, clock: Any) -> None:
    await started(database, clock)
    planned = await rows(database)
    today = date(2026, 11, 23)
    assert [row.days for row in planned] == [7, 30, 90, 180, 365]
    assert all(row.due_on - timedelta(days=row.days) == planned[0].due_on - timedelta(days=7) for row in planned)
    assert planned[0].due_on > today


async def test_of_marks_that_have_passed_only_the_last_is_asked(database: Database, clock: Any) -> None:
    async with database.write() as session:
        await confirmed(session, started_on=session.today - timedelta(days=100), contract=None)
        today = session.today
    planned = await rows(database)
    assert [row.days for row in planned] == [90, 180, 365]
    assert planned[0].due_on == today


async def test_still_there_is_counted_at_thirty_days_and_not_at_seven(database: Database, clock: Any) -> None:
    placement_id, person = await started(database, clock)
    stage = Stage(database)
    clock.move(days=7)
    assert await night(database, clock) == {"asked": 1}
    heard = await stage.news(person)
    assert "还在" in heard[-1].text
    assert [choice.key for choice in heard[-1].choices] == ["71", "72", "73", "9"]
    assert "记下了" in spoken(await stage.say(person, "71"))
    assert await ledger(database, "placement_retained") == []
    clock.move(days=23)
    assert await night(database, clock) == {"asked": 1}
    assert "记下了" in spoken(await stage.say(person, "还在"))
    (entry,) = await ledger(database, "placement_retained")
    async with database.read() as session:
        placement = await session.get_one(Placement, placement_id)
    assert entry.facts["days"] == 30
    assert entry.occurred_on == placement.started_on + timedelta(days=30)
    assert placement.state == P.RETAINED


@pytest.mark.parametrize(
    ("said", "answer", "state"),
    [("还在干呢", "here", P.STARTED), ("换厂了", "changed", P.ENDED), ("早不干了", "stopped", P.ENDED)],
)
async def test_an_answer_in_ones_own_words(
    database: Database, clock: Any, said: str, answer: str, state: PlacementState
) -> None:
    placement_id, person = await started(database, clock)
    stage = Stage(database)
    assert "记下了" not in spoken(await stage.say(person, said)), "nothing was asked yet"
    clock.move(days=7)
    await night(database, clock)
    assert "记下了" in spoken(await stage.say(person, said))
    async with database.read() as session:
        (asked,) = await session.scalars(select(FollowUp).where(FollowUp.answer.is_not(None)))
        assert asked.answer == answer
        assert (await session.get_one(Placement, placement_id)).state == state


async def test_71_twice_counts_once(database: Database, clock: Any) -> None:
    _, person = await started(database, clock)
    stage = Stage(database)
    clock.move(days=30)
    await night(database, clock)
    await stage.say(person, "71")
    assert "不用再答" in spoken(await stage.say(person, "71"))
    assert len(await ledger(database, "placement_retained")) == 1


async def test_after_a_second_try_the_first_message_asks_nothing_any_more(database: Database, clock: Any) -> None:
    _, person = await started(database, clock)
    stage = Stage(database)
    clock.move(days=30)
    await night(database, clock)
    clock.move(days=3)
    assert await night(database, clock) == {"asked": 1}
    await stage.say(person, "71")
    async with database.read() as session:
        open_ones = select(Question).where(Question.key == "71", Question.answered_at.is_(None))
        assert list(await session.scalars(open_ones)) == []
    assert "不用再答" in spoken(await stage.say(person, "71"))
    assert len(await ledger(database, "placement_retained")) == 1


@pytest.mark.parametrize(("number", "reason"), [("72", "changed_job"), ("73", "stopped_working")])
async def test_the_end_is_written_with_its_reason_and_work_is_offered_at_once(
    database: Database, clock: Any, number: str, reason: str
) -> None:
    placement_id, person = await started(database, clock)
    async with database.write() as session:
        (await session.get_one(Seeker, person)).active = False
    stage = Stage(database)
    clock.move(days=30)
    await night(database, clock)
    replies = await stage.say(person, number)
    assert "find" in [choice.data for choice in replies[-1].choices]
    (entry,) = await ledger(database, "placement_ended")
    assert (entry.facts["reason"], entry.facts["days"]) == (reason, 30)
    async with database.read() as session:
        assert (await session.get_one(Placement, placement_id)).state == P.ENDED
        assert (await session.get_one(Seeker, person)).active
    assert [row.days for row in await rows(database, state=F.CANCELLED)] == [7, 90, 180, 365]


async def test_an_answer_to_work_that_has_ended_changes_nothing(database: Database, clock: Any) -> None:
    placement_id, person = await started(database, clock)
    stage = Stage(database)
    clock.move(days=30)
    await night(database, clock)
    async with database.write() as session:
        placement = await session.get_one(Placement, placement_id)
        await follow_up_answers.end_placement(session, placement, reason="laid_off", by=placement.confirmed_by)
    assert "不用再答" in spoken(await stage.say(person, "71"))
    assert await ledger(database, "placement_retained") == []
    assert len(await ledger(database, "placement_ended")) == 1


async def test_silence_is_unknown_after_two_tries_and_becomes_a_call_and_a_question_to_the_employer(
    database: Database, clock: Any
) -> None:
    placement_id, person = await started(database, clock)
    clock.move(days=30)
    assert await night(database, clock) == {"asked": 1, "skipped": 1}
    clock.move(days=2)
    assert await night(database, clock) == {}
    clock.move(days=1)
    assert await night(database, clock) == {"asked": 1}
    clock.move(days=4)
    assert await night(database, clock) == {"unknown": 1, "asked": 1}
    assert [row.state for row in await rows(database, days=30)] == [F.UNKNOWN, F.ASKED]
    async with database.read() as session:
        task = (await session.scalars(select(CallTask))).one()
        assert (task.placement_id, task.reason, task.done_at) == (placement_id, "silent", None)
        assert (await session.get_one(Placement, placement_id)).state == P.STARTED
    assert await ledger(database, "placement_retained", "placement_ended") == []
    told = await texts(database, person)
    assert sum("还在" in text for text in told) == 2


async def test_a_late_answer_still_counts_and_the_call_is_not_made(database: Database, clock: Any) -> None:
    _, person = await started(database, clock)
    clock.move(days=30)
    await night(database, clock)
    clock.move(days=3)
    await night(database, clock)
    clock.move(days=4)
    await night(database, clock)
    await Stage(database).say(person, "71")
    async with database.read() as session:
        assert (await session.scalars(select(CallTask))).one().outcome == "here"
    assert len(await ledger(database, "placement_retained")) == 1


async def test_who_cannot_be_reached_is_called_at_once(database: Database, clock: Any) -> None:
    _, person = await started(database, clock)
    async with database.write() as session:
        await people.opt_out(session, person)
    clock.move(days=7)
    assert await night(database, clock) == {"not_reached": 1}
    async with database.read() as session:
        assert (await session.scalars(select(CallTask))).one().reason == "not_reached"


async def test_nine_makes_a_call_and_says_nothing_about_the_work(database: Database, clock: Any) -> None:
    placement_id, person = await started(database, clock)
    stage = Stage(database)
    clock.move(days=30)
    await night(database, clock)
    assert "打电话" in spoken(await stage.say(person, "9"))
    async with database.read() as session:
        assert (await session.scalars(select(CallTask))).one().reason == "asked"
        assert (await session.get_one(Placement, placement_id)).state == P.STARTED


async def test_nine_without_a_follow_up_is_the_usual_call_back(database: Database, clock: Any) -> None:
    _, person = await started(database, clock)
    assert "工会" in spoken(await Stage(database).say(person, "9"))
    async with database.read() as session:
        assert list(await session.scalars(select(CallTask))) == []


# ---- another person of the same phone


async def shared(database: Database, person: int) -> int:
    """The sister uses the same phone and speaks now."""
    async with database.write() as session:
        address = await address_of(session, person)
        sister = await sharing.add_user(session, address)
        await people.set_contact(session, sister.id, name="王小红")
        return sister.id


async def test_an_answer_of_another_on_the_same_phone_is_asked_about_and_not_believed(
    database: Database, clock: Any
) -> None:
    _, person = await started(database, clock)
    stage = Stage(database)
    clock.move(days=30)
    await night(database, clock)
    address = await as_address(database, person)
    sister = await shared(database, person)
    assert "王小明本人吗" in spoken(await said_at(stage, address, sister, "73"))
    assert await ledger(database, "placement_ended") == []
    assert "没有记" in spoken(await said_at(stage, address, sister, "2"))
    assert await ledger(database, "placement_ended") == []
    await said_at(stage, address, sister, "73")
    await said_at(stage, address, sister, "1")
    assert len(await ledger(database, "placement_ended")) == 1


async def as_address(database: Database, person: int) -> int:
    async with database.read() as session:
        return await address_of(session, person)


async def said_at(stage: Stage, address: int, speaker: int, text: str) -> list[Any]:
    """Words from an address that several use; what its speaker of then hears."""
    from stage import EXTERNAL

    from bot.inbox import Arrival, store

    await stage.news(speaker)
    async with stage.database.write() as session:
        await store(session, [Arrival("webchat", f"{address}:{next(EXTERNAL)}", address, {"text": text})])
    await stage.drain()
    return await stage.news(speaker)


async def test_the_service_itself_does_not_believe_another_person(database: Database, clock: Any) -> None:
    _, person = await started(database, clock)
    clock.move(days=30)
    await night(database, clock)
    async with database.write() as session:
        asked = (await session.scalars(select(FollowUp).where(FollowUp.state == F.ASKED))).one()
        with pytest.raises(follow_up_answers.NotAskedError):
            await follow_up_answers.answer(session, asked, "stopped", by=person + 1)


# ---- home for the festival


async def test_home_for_the_festival_pauses_and_is_no_end_of_work(database: Database, clock: Any) -> None:
    placement_id, person = await started(database, clock)
    stage = Stage(database)
    clock.move(days=30)
    await night(database, clock)
    assert "2月22日" in spoken(await stage.say(person, "回家过年"))
    clock.move(days=10)
    assert await night(database, clock) == {}
    async with database.read() as session:
        assert (await session.get_one(Placement, placement_id)).state == P.STARTED
        assert list(await session.scalars(select(CallTask))) == []
    clock.move(days=55)  # past 22 February: the mark of then is asked, which answers the earlier one
    assert await night(database, clock) == {"asked": 1, "skipped": 1}
    assert [row.days for row in await rows(database, state=F.ASKED)] == [90]


@pytest.mark.parametrize(
    ("today", "named", "until"),
    [
        (date(2027, 1, 20), None, date(2027, 2, 22)),
        (date(2027, 2, 10), None, date(2027, 2, 22)),
        (date(2027, 1, 20), date(2027, 3, 1), date(2027, 3, 1)),
        (date(2026, 6, 1), None, date(2026, 7, 1)),
        (date(2027, 1, 20), date(2028, 3, 1), date(2027, 2, 22)),
    ],
)
def test_until_when_somebody_is_home(today: date, named: date | None, until: date) -> None:
    assert follow_up_pauses.home_until(today, named) == until


# ---- the employer


async def recruiter_of(session: Session) -> int:
    return (await session.scalars(select(Recruiter.person_id))).one()


async def test_the_employer_says_that_a_silent_person_is_still_there(database: Database, clock: Any) -> None:
    placement_id, _ = await started(database, clock, evidence="seeker")
    for days in (30, 3, 4):
        clock.move(days=days)
        await night(database, clock)
    async with database.read() as session:
        recruiter = await recruiter_of(session)
    stage = Stage(database)
    question = (await stage.news(recruiter))[-1]
    assert "王" in question.text
    assert "小明" not in question.text
    assert all("81" <= choice.key <= "89" for choice in question.choices)
    await stage.say(recruiter, question.choices[0].key)
    assert len(await ledger(database, "placement_retained")) == 1
    async with database.read() as session:
        placement = await session.get_one(Placement, placement_id)
        assert (placement.state, placement.evidence) == (P.RETAINED, "both")


@pytest.mark.parametrize("first", ["employer", "seeker"])
async def test_a_mark_is_counted_once_whoever_says_it_first(database: Database, clock: Any, first: str) -> None:
    placement_id, person = await started(database, clock, evidence="seeker")
    for days in (30, 3, 4):
        clock.move(days=days)
        await night(database, clock)
    async with database.read() as session:
        recruiter = await recruiter_of(session)
    stage = Stage(database)
    asked = (await stage.news(recruiter))[-1].choices[0].key
    said = [(recruiter, asked), (person, "71")]
    for who, words in said if first == "employer" else reversed(said):
        assert "记下了" in spoken(await stage.say(who, words))
    assert len(await ledger(database, "placement_retained")) == 1
    async with database.read() as session:
        assert (await session.get_one(Placement, placement_id)).evidence == "both"
    assert [row.state for row in await rows(database, days=30)] == [F.ANSWERED, F.ANSWERED]


async def test_the_employer_is_asked_whether_who_was_hired_came(database: Database, clock: Any) -> None:
    from house import town
    from test_applications import hired_one

    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        application = await hired_one(session, vacancy, recruiter, seeker)
    clock.move(days=4)
    assert await night(database, clock) == {"hired_chased": 1, "asked": 1}
    stage = Stage(database)
    question = (await stage.news(recruiter.id))[-1]
    assert "来上班了吗" in question.text
    await stage.say(recruiter.id, question.choices[1].key)
    async with database.read() as session:
        from models.applications import Application

        assert (await session.get_one(Application, application.id)).state == "withdrawn"
        assert (await session.get_one(Vacancy, vacancy.id)).state == "open"


# ---- evidence


async def test_better_evidence_is_a_reversal_and_a_new_entry_with_the_same_groups(database: Database) -> None:
    async with database.write() as session:
        placement, seeker = await confirmed(session, evidence="seeker", contract=None)
        await evidence.raise_evidence(session, placement, "both", by=placement.confirmed_by)
        await evidence.raise_evidence(session, placement, "contract", by=placement.confirmed_by)
        told = await entries(session, "placement_started")
        standing = await evidence.standing(session, placement)
    assert [entry.reverses is not None for entry in told] == [False, True, False, True, False]
    assert [entry.facts["evidence"] for entry in standing] == ["contract"]
    assert {entry.occurred_on for entry in told} == {placement.started_on}
    assert {entry.person for entry in told} == {seeker.ledger_key}


@pytest.mark.parametrize("lower", ["seeker", "employer", "both", "nonsense"])
async def test_evidence_never_falls(database: Database, lower: str) -> None:
    async with database.write() as session:
        placement, _ = await confirmed(session, evidence="both", contract=None)
        with pytest.raises(evidence.EvidenceRefusedError):
            await evidence.raise_evidence(session, placement, lower, by=None)
        assert len(await entries(session, "placement_started")) == 1


async def test_a_placement_that_never_was_is_cancelled_whole_and_once(database: Database) -> None:
    async with database.write() as session:
        placement, _ = await confirmed(session)
        assert await evidence.reverse_placement(session, placement, officer_id=1, reason="staff_call") == 2
        assert await evidence.standing(session, placement) == []
        with pytest.raises(MoveRefusedError):
            await evidence.reverse_placement(session, placement, officer_id=1, reason="staff_call")
        assert len(await entries(session)) == 4
        assert (await session.scalars(select(Vacancy))).one().state == "open"
        states = set(await session.scalars(select(FollowUp.state)))
    assert states == {F.CANCELLED}


# ---- the office calls


async def test_staff_call_from_the_desk_and_what_they_hear_counts(database: Database, clock: Any) -> None:
    placement_id, _ = await started(database, clock, evidence="seeker")
    clock.move(days=30)
    await night(database, clock)
    async with database.write() as session:
        asked = (await session.scalars(select(FollowUp).where(FollowUp.state == F.ASKED))).one()
        await follow_up_answers.answer(session, asked, "call", by=asked.person_id)
        officer = (await session.get_one(Placement, placement_id)).confirmed_by
    stage = Stage(database)
    desk = await stage.say(officer, "早报")
    label = next(c for c in desk[-1].choices if c.data.startswith("calltask:"))
    page = await stage.say(officer, label.key)
    assert "怎么说" in spoken(page)
    assert "13800138000" in spoken(page)
    here = next(c for c in page[-1].choices + page[0].choices if c.data.startswith("calltask:here"))
    await stage.say(officer, here.key)
    assert len(await ledger(database, "placement_retained")) == 1
    async with database.read() as session:
        assert (await session.get_one(Placement, placement_id)).evidence == "staff_call"
        assert (await session.scalars(select(CallTask))).one().done_by == officer


async def test_three_calls_without_an_answer_are_enough(database: Database, clock: Any) -> None:
    placement_id, _ = await started(database, clock)
    async with database.write() as session:
        placement = await session.get_one(Placement, placement_id)
        task = await call_tasks.add_call(session, placement, reason="silent")
        tries = [await call_tasks.nobody_answered(session, task, officer_id=placement.confirmed_by) for _ in range(3)]
        assert tries == [True, True, False]
        assert task.outcome == "unreached"
        assert placement.state == P.STARTED


async def test_another_regions_call_is_not_found(database: Database, clock: Any) -> None:
    from models.errors import NotFoundError

    placement_id, _ = await started(database, clock)
    async with database.write() as session:
        task = await call_tasks.add_call(session, await session.get_one(Placement, placement_id), reason="silent")
        assert (await call_tasks.call_for(session, task.id, "410000")).id == task.id
        with pytest.raises(NotFoundError):
            await call_tasks.call_for(session, task.id, "320000")


async def test_who_leaves_is_not_asked_or_called_any_more(database: Database, clock: Any) -> None:
    from services.leaving import forget

    placement_id, person = await started(database, clock)
    async with database.write() as session:
        await call_tasks.add_call(session, await session.get_one(Placement, placement_id), reason="silent")
        await follow_up_pauses.pause(session, person, session.today + timedelta(days=3))
        await forget(session, person)
    clock.move(days=30)
    assert await night(database, clock) == {}
    async with database.read() as session:
        assert (await session.scalars(select(CallTask))).one().outcome == "person_left"
