"""Follow-ups: after a start people are asked whether they still work there; silence is unknown, not lost."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import select

from models.applications import Application
from models.database import ReadSession, Session
from models.employers import Employer
from models.follow_ups import EMPLOYER, SEEKER, FollowUp
from models.messages import Question
from models.people import Person
from models.placements import Placement
from models.states import FollowUpState, move
from models.vacancies import Vacancy
from services.call_tasks import add_call, open_ones
from services.employers import recruiters_of
from services.follow_up_pauses import paused_until
from services.notices import tell
from services.phones import masked_name

F = FollowUpState
MARKS = (7, 30, 90, 180, 365)
COUNTED = frozenset({30, 90, 180, 365})  # 7 days are only a contact
SECOND_TRY = timedelta(days=3)
GIVE_UP = timedelta(days=4)
TOO_LATE = timedelta(days=60)  # a start that is entered years later is not asked about
NUMBERS = ("71", "72", "73", "9")
STARTED_AFTER = timedelta(days=3)  # after 录用 the employer is asked whether the person came


async def plan(session: Session, placement: Placement) -> int:
    """The questions after a start; of marks that have passed only the last, if lately. Returns how many."""
    passed = [days for days in MARKS if placement.started_on + timedelta(days=days) < session.today]
    recent = [days for days in passed[-1:] if placement.started_on + timedelta(days=days) + TOO_LATE > session.today]
    wanted = [*recent, *MARKS[len(passed) :]]
    for days in wanted:
        due = max(placement.started_on + timedelta(days=days), session.today)
        session.add(_question(session, placement.person_id, SEEKER, days, due, placement_id=placement.id))
    return len(wanted)


def _question(
    session: Session,
    person_id: int,
    party: str,
    days: int,
    due: date,
    *,
    placement_id: int | None = None,
    application_id: int | None = None,
) -> FollowUp:
    return FollowUp(
        id=session.new_id(),
        placement_id=placement_id,
        application_id=application_id,
        person_id=person_id,
        party=party,
        days=days,
        due_on=due,
        state=F.WAITING,
        state_since=session.now,
        tries=0,
    )


async def ask(session: Session, follow_up: FollowUp) -> str:
    """The next step of a question that is due; returns what was done.

    That is: asked, paused, later, skipped, unknown or not_reached. A second try comes some days after the first; then
    silence is unknown, and the office calls.
    """
    if follow_up.party == EMPLOYER:
        return await _ask_employer(session, follow_up)
    if (until := await paused_until(session, follow_up.person_id)) is not None:
        follow_up.due_on = until
        return "paused"
    if follow_up.tries >= 2:
        return await _give_up(session, follow_up, "silent")
    if await _another_is_open(session, follow_up):
        follow_up.due_on = session.today + timedelta(days=1)
        return "later"
    if await _drop_earlier(session, follow_up):
        return "skipped"
    placement = await session.get_one(Placement, follow_up.placement_id)
    employer = await session.get_one(Employer, placement.employer_id)
    pairs = tuple((f"follow_up.{word}", f"fu:{word}:{follow_up.id}") for word in ("here", "changed", "stopped", "call"))
    reached = await tell(
        session, follow_up.person_id, "notice.follow_up", employer=employer.name, questions=pairs, numbers=NUMBERS
    )
    if not reached:
        return await _give_up(session, follow_up, "not_reached")
    await _asked(session, follow_up)
    return "asked"


async def _asked(session: Session, follow_up: FollowUp) -> None:
    await move(session, follow_up, F.ASKED, actor=None)
    follow_up.tries += 1
    follow_up.due_on = session.today + (SECOND_TRY if follow_up.tries == 1 else GIVE_UP)


async def _another_is_open(session: ReadSession, follow_up: FollowUp) -> bool:
    """The numbers are fixed: two questions at once could not be told apart."""
    query = select(FollowUp.id).where(
        FollowUp.person_id == follow_up.person_id,
        FollowUp.party == SEEKER,
        FollowUp.state == F.ASKED,
        FollowUp.id != follow_up.id,
        FollowUp.placement_id != follow_up.placement_id,
    )
    return await session.scalar(query.limit(1)) is not None


async def _drop_earlier(session: Session, follow_up: FollowUp) -> bool:
    """Of the marks of one work that are due only the last is asked; whether that is a later one than this."""
    due = [other for other in await open_ones(session, follow_up.placement_id) if other.party == SEEKER]
    due = [other for other in due if other.due_on <= session.today or other.days <= follow_up.days]
    for other in due[:-1]:
        await move(session, other, F.CANCELLED, actor=None, why="later_mark")
    return due[-1] is not follow_up


async def _give_up(session: Session, follow_up: FollowUp, reason: str) -> str:
    """Unknown: the office calls, and at a mark that counts the employer is asked too."""
    await move(session, follow_up, F.UNKNOWN, actor=None, why=reason)
    placement = await session.get_one(Placement, follow_up.placement_id)
    await add_call(session, placement, reason=reason, follow_up=follow_up)
    if follow_up.days in COUNTED:
        known = await session.scalar(
            select(FollowUp.id).where(
                FollowUp.placement_id == placement.id, FollowUp.party == EMPLOYER, FollowUp.days == follow_up.days
            )
        )
        if known is None:
            session.add(
                _question(
                    session, follow_up.person_id, EMPLOYER, follow_up.days, session.today, placement_id=placement.id
                )
            )
    return "unknown" if reason == "silent" else reason


async def _ask_employer(session: Session, follow_up: FollowUp) -> str:
    if follow_up.tries >= 2:
        await move(session, follow_up, F.UNKNOWN, actor=None, why="silent")
        return "unknown"
    employer_id, title = await work_of(session, follow_up)
    person = await session.get_one(Person, follow_up.person_id)
    kind, words = ("came", ("came", "not_came")) if follow_up.placement_id is None else ("still", ("still", "gone"))
    pairs = tuple((f"follow_up.{word}", f"fu:{word}:{follow_up.id}") for word in words)
    told = 0
    for recruiter in await recruiters_of(session, employer_id):
        told += await tell(
            session,
            recruiter,
            f"notice.employer_{kind}",
            name=masked_name(person.name(session)),
            title=title,
            questions=pairs,
        )
    if not told:
        await move(session, follow_up, F.UNKNOWN, actor=None, why="not_reached")
        return "not_reached"
    await _asked(session, follow_up)
    return "asked"


async def work_of(session: ReadSession, follow_up: FollowUp) -> tuple[int, str]:
    """The employer, and the title of the work."""
    application_id = follow_up.application_id
    if follow_up.placement_id is not None:
        placement = await session.get_one(Placement, follow_up.placement_id)
        application_id = placement.application_id
        if application_id is None:
            return placement.employer_id, ""
    application = await session.get_one(Application, application_id)
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    return vacancy.employer_id, vacancy.title


async def chase_hired(session: Session, application: Application) -> None:
    """Hired some days ago and nobody has confirmed the first day: the employer is asked whether they came."""
    session.add(_question(session, application.seeker_id, EMPLOYER, 0, session.today, application_id=application.id))


async def asked_among(session: ReadSession, people: Collection[int]) -> int | None:
    """Who of these was asked last and has not answered."""
    query = (
        select(Question.person_id)
        .where(Question.person_id.in_(people), Question.key == NUMBERS[0])
        .where(Question.answered_at.is_(None), Question.expires_at > session.now)
    )
    return await session.scalar(query.order_by(Question.id.desc()).limit(1))
