"""Applications: the seeker's yes, the employer's yes, the last opening, and everybody who waits is told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from house import add_office, add_person, add_seeker, heard, texts, town
from sqlalchemy import func, select
from stage import Stage, spoken

from models.applications import Application
from models.audit import AuditEntry
from models.database import Database, Session
from models.errors import NotFoundError
from models.people import Consent, Person
from models.states import ApplicationState, VacancyState
from models.vacancies import Vacancy
from services import applications, vacancies
from services.applications import AlreadyAppliedError, NotInterviewedError, VacancyGoneError
from services.texts import say

S = ApplicationState


GONE = say("zh_CN", "notice.vacancy_gone", title="电焊工")


async def hired_one(session: Session, vacancy: Vacancy, recruiter: Person, seeker: Person) -> Application:
    """The whole way from the seeker's yes to 录用."""
    application = await applications.apply(session, seeker.id, vacancy.id)
    await applications.candidates(session, vacancy, recruiter_id=recruiter.id)
    await applications.invite(session, application, recruiter_id=recruiter.id)
    await applications.accept_invitation(session, application)
    await applications.hire(session, application, recruiter_id=recruiter.id)
    return application


async def test_applying_for_a_vacancy_that_is_not_there(database: Database) -> None:
    async with database.write() as session:
        seeker = await add_person(session)
        with pytest.raises(NotFoundError):
            await applications.apply(session, seeker.id, 4711)


@pytest.mark.parametrize("why", ["closed", "full", "expired", "headcount reached", "past its last day", "a draft"])
async def test_a_vacancy_that_is_gone_takes_no_application(database: Database, why: str) -> None:
    async with database.write() as session:
        vacancy, _, seeker = await town(session)
        changes: dict[str, dict[str, Any]] = {
            "closed": {"state": VacancyState.CLOSED},
            "full": {"state": VacancyState.FULL},
            "expired": {"state": VacancyState.EXPIRED},
            "a draft": {"state": VacancyState.DRAFT},
            "headcount reached": {"hired": 1},
            "past its last day": {"expires_on": session.today - timedelta(days=1)},
        }
        for name, value in changes[why].items():
            setattr(vacancy, name, value)
        await session.flush()
        with pytest.raises(VacancyGoneError):
            await applications.apply(session, seeker.id, vacancy.id)
        assert await session.scalar(select(func.count()).select_from(Application)) == 0


async def test_on_its_last_day_a_vacancy_is_still_open(database: Database) -> None:
    async with database.write() as session:
        vacancy, _, seeker = await town(session)
        vacancy.expires_on = session.today
        assert (await applications.apply(session, seeker.id, vacancy.id)).state == S.INTERESTED


async def test_applying_twice_is_told_and_counts_once(database: Database) -> None:
    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        await applications.apply(session, seeker.id, vacancy.id)
        with pytest.raises(AlreadyAppliedError):
            await applications.apply(session, seeker.id, vacancy.id)
        await session.refresh(vacancy)
        assert vacancy.applications == 1
    assert len(await texts(database, recruiter.id)) == 1


async def test_after_a_withdrawal_the_seeker_may_apply_again(database: Database) -> None:
    from models.states import move

    async with database.write() as session:
        vacancy, _, seeker = await town(session)
        first = await applications.apply(session, seeker.id, vacancy.id)
        await move(session, first, S.WITHDRAWN, actor=seeker.id)
        again = await applications.apply(session, seeker.id, vacancy.id)
        assert (again.id, again.state) == (first.id, S.INTERESTED)


async def test_who_withdrew_and_applied_again_can_be_invited_again(database: Database, clock: Any) -> None:
    from models.states import move

    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        application = await applications.apply(session, seeker.id, vacancy.id)
        await applications.candidates(session, vacancy, recruiter_id=recruiter.id)
        await applications.invite(session, application, recruiter_id=recruiter.id)
        await move(session, application, S.WITHDRAWN, actor=seeker.id)
        await applications.apply(session, seeker.id, vacancy.id)
    clock.move(hours=1)
    stage = Stage(database)
    await stage.say(recruiter.id, "候选人")
    shown = spoken(await stage.say(recruiter.id, "1"))
    assert say("zh_CN", "candidates.invited_waiting") not in shown
    reply = spoken(await stage.say(recruiter.id, "1"))
    assert say("zh_CN", "candidates.invited") in reply


async def test_after_the_employers_no_the_seeker_is_not_offered_the_vacancy_again(database: Database) -> None:
    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        application = await applications.apply(session, seeker.id, vacancy.id)
        await applications.reject(session, application, recruiter_id=recruiter.id, reason="skills")
        with pytest.raises(VacancyGoneError):
            await applications.apply(session, seeker.id, vacancy.id)


async def test_closing_tells_those_who_wait_and_not_those_who_said_no(database: Database) -> None:
    async with database.write() as session:
        vacancy, recruiter, waiting = await town(session)
        withdrawn = await add_seeker(session)
        await applications.apply(session, waiting.id, vacancy.id)
        other = await applications.apply(session, withdrawn.id, vacancy.id)
        await applications.decline(session, other, reason="seeker_declined")
        told = await vacancies.close_vacancy(session, vacancy, actor=recruiter.id, why="full")
        assert told == 1
        assert vacancy.state == VacancyState.CLOSED
    assert GONE in await texts(database, waiting.id)
    assert GONE not in await texts(database, withdrawn.id)


async def test_the_last_hire_makes_the_vacancy_full_and_tells_the_others(database: Database) -> None:
    async with database.write() as session:
        vacancy, recruiter, first = await town(session, headcount=2)
        second, third = await add_seeker(session), await add_seeker(session)
        waiting = await applications.apply(session, third.id, vacancy.id)
        await hired_one(session, vacancy, recruiter, first)
        assert (vacancy.state, vacancy.hired) == (VacancyState.OPEN, 1)
        taken = await hired_one(session, vacancy, recruiter, second)
        assert (vacancy.state, vacancy.hired) == (VacancyState.FULL, 2)
        assert taken.state == S.HIRED
        assert waiting.state == S.EXPIRED
    assert GONE in await texts(database, third.id)
    assert GONE not in await texts(database, second.id)


async def test_somebody_who_never_started_frees_the_opening(database: Database) -> None:
    from models.states import move

    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        application = await hired_one(session, vacancy, recruiter, seeker)
        await move(session, application, S.WITHDRAWN, actor=recruiter.id, why="never_started")
        await vacancies.free_opening(session, vacancy)
        assert (vacancy.state, vacancy.hired) == (VacancyState.OPEN, 0)


async def test_who_was_told_that_it_is_gone_may_apply_again_when_an_opening_is_free(database: Database) -> None:
    from models.states import move

    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        other = await add_seeker(session)
        await applications.apply(session, other.id, vacancy.id)
        application = await hired_one(session, vacancy, recruiter, seeker)
        await move(session, application, S.WITHDRAWN, actor=recruiter.id, why="never_started")
        await vacancies.free_opening(session, vacancy)
        await session.flush()
        assert (await applications.apply(session, other.id, vacancy.id)).state == S.INTERESTED


@pytest.mark.parametrize(
    "how",
    [
        "the seeker withdraws",
        "the recruiter says no after all",
        "the seeker has everything deleted",
        "the office notes that the person never came",
    ],
)
async def test_a_hired_person_who_drops_out_frees_the_opening(database: Database, how: str) -> None:
    from house import add_officer

    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        officer = await add_officer(session, await add_office(session))
        await hired_one(session, vacancy, recruiter, seeker)
    stage = Stage(database)
    match how:
        case "the seeker withdraws":
            await press(stage, seeker.id, "我的资料", "withdraw")
        case "the recruiter says no after all":
            await stage.say(recruiter.id, "候选人")
            await stage.say(recruiter.id, "1")
            await press(stage, recruiter.id, None, "reject")
            await stage.say(recruiter.id, "1")
        case "the seeker has everything deleted":
            await stage.say(seeker.id, "删除我的资料")
            await stage.say(seeker.id, "1")
        case _:
            await stage.say(officer.id, "早报")
            await stage.say(officer.id, "1")
            await press(stage, officer.id, None, "nostart")
    async with database.read() as session:
        found = await session.get_one(Vacancy, vacancy.id)
        states = list(await session.scalars(select(Application.state)))
        assert states in (["withdrawn"], ["rejected"])
        assert (found.state, found.hired) == (VacancyState.OPEN, 0)


async def press(stage: Stage, person_id: int, text: str | None, name: str) -> str:
    """Say something, then press the button of this meaning."""
    if text is not None:
        await stage.say(person_id, text)
    async with stage.database.read() as session:
        last = [delivery for delivery in await heard(session, person_id) if delivery.choices][-1]
    key = next(c.key for c in last.choices if c.data.split(":")[0] == name)
    return spoken(await stage.say(person_id, choice=key, message=str(last.id)))


async def test_nobody_is_hired_who_did_not_agree_to_meet(database: Database) -> None:
    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        application = await applications.apply(session, seeker.id, vacancy.id)
        with pytest.raises(NotInterviewedError):
            await applications.hire(session, application, recruiter_id=recruiter.id)
        assert vacancy.hired == 0


async def test_contacts_pass_only_after_the_seekers_yes_and_leave_consent_and_audit(database: Database) -> None:
    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        application = await applications.apply(session, seeker.id, vacancy.id)
        await applications.candidates(session, vacancy, recruiter_id=recruiter.id)
        await applications.invite(session, application, recruiter_id=recruiter.id)
    before = "".join(await texts(database, recruiter.id))
    assert "13800138000" not in before
    assert "王小明" not in before
    async with database.write() as session:
        assert await passed(session) == []
        application = await session.get_one(Application, application.id)
        await applications.accept_invitation(session, application)
    assert "13800138000" in "".join(await texts(database, recruiter.id))
    async with database.write() as session:
        subject = f"applications:{application.id}"
        consent = await session.scalars(select(Consent).where(Consent.purpose == "pass_contact"))
        assert [(c.person_id, c.subject) for c in consent] == [(seeker.id, subject)]
        assert sorted(await passed(session)) == sorted([(recruiter.id, seeker.id), (seeker.id, recruiter.id)])


async def passed(session: Session) -> list[tuple[int | None, int]]:
    """Who got whose contact, by the audit."""
    rows = await session.scalars(select(AuditEntry).where(AuditEntry.action == "people.contact_passed"))
    return [(row.actor_id, int(row.subject.partition(":")[2])) for row in rows]


async def test_an_introduction_is_counted_when_the_employer_receives_it_and_only_once(database: Database) -> None:
    from models.ledger import LedgerEntry

    async with database.write() as session:
        vacancy, recruiter, seeker = await town(session)
        await applications.apply(session, seeker.id, vacancy.id)
        kinds = select(LedgerEntry.kind).where(LedgerEntry.kind == "service_given")
        assert list(await session.scalars(kinds)) == []
        for _ in range(2):
            await applications.candidates(session, vacancy, recruiter_id=recruiter.id)
        assert list(await session.scalars(kinds)) == ["service_given"]
