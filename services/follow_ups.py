"""Follow-ups: after a start people are asked whether they still work there; silence is unknown, not lost."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import select

from models.applications import Application
from models.database import ReadSession, Session
from models.employers import Employer
from models.errors import ZhaohuoError
from models.follow_ups import CallTask, FollowUp, FollowUpPause
from models.messages import Question
from models.people import Person, Seeker
from models.placements import Placement
from models.states import FollowUpState, PlacementState, can_move, move
from models.vacancies import Vacancy
from services import applications
from services.call_tasks import OPEN, add_call, close_calls, open_ones, stop_following
from services.employers import recruiters_of
from services.evidence import LADDER, agree, raise_evidence
from services.graduates import note_no_work
from services.ledger import Fact, append_about
from services.notices import tell
from services.phones import masked_name

F, P = FollowUpState, PlacementState
MARKS = (7, 30, 90, 180, 365)
COUNTED = frozenset({30, 90, 180, 365})  # 7 days are only a contact
SECOND_TRY = timedelta(days=3)
GIVE_UP = timedelta(days=4)
TOO_LATE = timedelta(days=60)  # a start that is entered years later is not asked about
SEEKER, EMPLOYER = "seeker", "employer"
REASONS = {"changed": "changed_job", "stopped": "stopped_working", "gone": "left_employer"}
NUMBERS = ("71", "72", "73", "9")
STARTED_AFTER = timedelta(days=3)  # after 录用 the employer is asked whether the person came
FESTIVALS = (  # 春节, as GB/T 33661-2017 (编算和颁行) computes it
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
    date(2030, 2, 3),
    date(2031, 1, 23),
    date(2032, 2, 11),
    date(2033, 1, 31),
    date(2034, 2, 19),
    date(2035, 2, 8),
    date(2036, 1, 28),
)
AFTER_FESTIVAL = timedelta(days=16)  # past 元宵
OTHERWISE_HOME = timedelta(days=30)


class FollowUpOverError(ZhaohuoError):
    """This question has been answered, or the work has ended; nothing is asked any more."""


class NotAskedError(ZhaohuoError):
    """The question was for somebody else; ask who speaks."""


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
    employer_id, title = await _work_of(session, follow_up)
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


async def _work_of(session: ReadSession, follow_up: FollowUp) -> tuple[int, str]:
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


async def answer(session: Session, follow_up: FollowUp, word: str, *, by: int, staff: bool = False) -> Placement:
    """What the person (or staff, after a call) says: here, changed, stopped or call; returns the placement.

    Raises FollowUpOverError after an answer or the end of the work, NotAskedError when another person speaks.
    """
    if follow_up.party != SEEKER or (by != follow_up.person_id and not staff):
        raise NotAskedError
    placement = await _still_followed(session, follow_up)
    if word == "call":
        await _wants_call(session, follow_up, placement)
        return placement
    await _close(session, follow_up, word, by=by)
    if word == "here":
        await _retained(session, placement, follow_up.days, by=by)
        await agree(session, placement, SEEKER, by=by)
    else:
        await end_placement(session, placement, reason=REASONS[word], by=by)
    return placement


async def _still_followed(session: Session, follow_up: FollowUp) -> Placement:
    placement = await session.get_one(Placement, follow_up.placement_id, with_for_update=True)
    if placement.state in (P.ENDED, P.REVERSED) or not can_move(F(follow_up.state), F.ANSWERED):
        raise FollowUpOverError
    return placement


async def _close(session: Session, follow_up: FollowUp, word: str, *, by: int) -> None:
    await move(session, follow_up, F.ANSWERED, actor=by, why=word)
    follow_up.answer, follow_up.answered_by = word, by
    await close_calls(session, follow_up.placement_id, by=by, outcome=word)


async def _wants_call(session: Session, follow_up: FollowUp, placement: Placement) -> None:
    """9: nothing is known yet; the office calls."""
    if follow_up.state != F.UNKNOWN:
        await move(session, follow_up, F.UNKNOWN, actor=follow_up.person_id, why="asked")
    follow_up.answer = "call"
    await add_call(session, placement, reason="asked", follow_up=follow_up)


async def _retained(session: Session, placement: Placement, days: int, *, by: int) -> None:
    """Still there: counted at the marks that count, on the day of the mark, once."""
    if days not in COUNTED:
        return
    await move(session, placement, P.RETAINED, actor=by, why=f"{days}")
    day = placement.started_on + timedelta(days=days)
    await append_about(session, placement.person_id, _fact(placement, "placement_retained", day, {"days": days}, days))


async def end_placement(session: Session, placement: Placement, *, reason: str, by: int) -> None:
    """The work has ended, for a reason code; nothing more is asked, and the person looks for work again.

    The day is the one on which it was learnt. Raises MoveRefusedError where it has ended before.
    """
    await move(session, placement, P.ENDED, actor=by, why=reason)
    worked = max(0, (session.today - placement.started_on).days)
    facts = {"days": worked, "reason": reason}
    await append_about(session, placement.person_id, _fact(placement, "placement_ended", session.today, facts))
    await stop_following(session, placement, why="ended")
    await session.flush()
    await note_no_work(session, placement.person_id, on=session.today, officer_id=by)
    seeker = await session.get(Seeker, placement.person_id)
    if seeker is not None:
        seeker.active = True


def _fact(placement: Placement, kind: str, day: date, facts: dict[str, object], mark: int | None = None) -> Fact:
    return Fact(
        key=f"{kind}:{placement.id}" + (f":{mark}" if mark else ""),
        kind=kind,
        occurred_on=day,
        region=placement.region,
        office_id=placement.office_id,
        facts={**facts, "employer": placement.employer_id},
        source=f"placements:{placement.id}",
    )


async def staff_heard(session: Session, task: CallTask, word: str, *, officer_id: int) -> None:
    """What a call brought: here, changed or stopped; a call is evidence of its own.

    Raises FollowUpOverError where the work has ended meanwhile.
    """
    placement = await session.get_one(Placement, task.placement_id, with_for_update=True)
    follow_up = await session.get(FollowUp, task.follow_up_id) if task.follow_up_id else None
    if follow_up is not None:
        await answer(session, follow_up, word, by=officer_id, staff=True)
    elif placement.state in (P.ENDED, P.REVERSED):
        raise FollowUpOverError
    elif word != "here":
        await end_placement(session, placement, reason=REASONS[word], by=officer_id)
    await close_calls(session, placement.id, by=officer_id, outcome=word)
    if word != "here":
        await tell(session, placement.person_id, "notice.look_again", questions=(("button.find", "find"),))
    elif LADDER[placement.evidence] < LADDER["staff_call"]:
        await raise_evidence(session, placement, "staff_call", by=officer_id)


async def employer_answer(session: Session, follow_up: FollowUp, word: str, *, recruiter_id: int) -> None:
    """The employer's word: came or not_came after a hire, still or gone at a mark.

    `came` writes nothing by itself: an officer confirms the first day. Raises FollowUpOverError, NotAskedError.
    """
    employer_id, _ = await _work_of(session, follow_up)
    if follow_up.party != EMPLOYER or recruiter_id not in await recruiters_of(session, employer_id):
        raise NotAskedError
    if not can_move(F(follow_up.state), F.ANSWERED):
        raise FollowUpOverError
    if follow_up.placement_id is None:
        await _came(session, follow_up, word, recruiter_id)
        return
    placement = await _still_followed(session, follow_up)
    await _close(session, follow_up, word, by=recruiter_id)
    if word == "gone":
        await end_placement(session, placement, reason=REASONS[word], by=recruiter_id)
        await tell(session, placement.person_id, "notice.look_again", questions=(("button.find", "find"),))
    elif not await _has_retained(session, placement, follow_up.days):
        await _retained(session, placement, follow_up.days, by=recruiter_id)
        await agree(session, placement, EMPLOYER, by=recruiter_id)


async def _has_retained(session: ReadSession, placement: Placement, days: int) -> bool:
    """Whether the seeker has said so at this mark before the employer did."""
    query = select(FollowUp.id).where(
        FollowUp.placement_id == placement.id,
        FollowUp.party == SEEKER,
        FollowUp.days == days,
        FollowUp.answer == "here",
    )
    return await session.scalar(query.limit(1)) is not None


async def _came(session: Session, follow_up: FollowUp, word: str, recruiter_id: int) -> None:
    await move(session, follow_up, F.ANSWERED, actor=recruiter_id, why=word)
    follow_up.answer, follow_up.answered_by = word, recruiter_id
    application = await session.get_one(Application, follow_up.application_id)
    if word == "not_came" and application.state == "hired":
        await applications.withdraw(session, application, actor=recruiter_id, reason="never_started")


async def chase_hired(session: Session, application: Application) -> None:
    """Hired some days ago and nobody has confirmed the first day: the employer is asked whether they came."""
    session.add(_question(session, application.seeker_id, EMPLOYER, 0, session.today, application_id=application.id))


def home_until(today: date, named: date | None = None) -> date:
    """Until when nothing is asked of who went home: the day named, else past the festival, else a month."""
    if named is not None and today < named <= today + timedelta(days=120):
        return named
    near = (day + AFTER_FESTIVAL for day in FESTIVALS if day - timedelta(days=90) <= today < day + AFTER_FESTIVAL)
    return next(near, today + OTHERWISE_HOME)


async def pause(session: Session, person_id: int, until: date, *, reason: str = "festival") -> int:
    """Nothing is asked of the person before that day; what was open waits. Returns how many questions wait."""
    known = await session.get(FollowUpPause, person_id)
    if known is None:
        session.add(FollowUpPause(person_id=person_id, until=until, reason=reason, noted_at=session.now))
    else:
        known.until, known.reason, known.noted_at = until, reason, session.now
    query = select(FollowUp).where(FollowUp.person_id == person_id, FollowUp.party == SEEKER, FollowUp.state.in_(OPEN))
    waiting = list(await session.scalars(query))
    for follow_up in waiting:
        if follow_up.state == F.ASKED:
            await move(session, follow_up, F.WAITING, actor=person_id, why=reason)
            follow_up.tries = 0
        follow_up.due_on = max(follow_up.due_on, until)
    return len(waiting)


async def paused_until(session: ReadSession, person_id: int) -> date | None:
    """The day on which the person may be asked again, if that is still to come."""
    known = await session.get(FollowUpPause, person_id)
    return known.until if known is not None and known.until > session.today else None


async def asked_among(session: ReadSession, people: Collection[int]) -> int | None:
    """Who of these was asked last and has not answered."""
    query = (
        select(Question.person_id)
        .where(Question.person_id.in_(people), Question.key == NUMBERS[0])
        .where(Question.answered_at.is_(None), Question.expires_at > session.now)
    )
    return await session.scalar(query.order_by(Question.id.desc()).limit(1))
