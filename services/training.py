"""Training: joining a course, waiting for a seat, leaving."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select, tuple_

from models.audit import record
from models.database import ReadSession, Session
from models.errors import MoveRefusedError, ZhaohuoError
from models.states import EnrolmentState, can_move, move
from models.training import Course, Enrolment
from services.courses import course_facts, joinable, locked
from services.ledger import Fact, append_about
from services.notices import tell
from services.offices import office_for
from services.voucher_returns import give_back

S = EnrolmentState
SEAT_KEPT = timedelta(days=1)


class CourseFullError(ZhaohuoError):
    """All seats of this course are taken; wait for one, or choose another course."""


class AlreadyEnrolledError(ZhaohuoError):
    """The person has put their name down for this course already."""


async def enrol_checked(session: Session, course_id: int) -> Course:
    """The course, if one can still join it. Raises NotFoundError, CourseFullError."""
    course = await joinable(session, course_id)
    if course.taken >= course.seats:
        raise CourseFullError
    return course


async def enrol(session: Session, person_id: int, course_id: int, *, actor: int | None = None) -> Course:
    """Put the person's name down. Raises NotFoundError, CourseFullError, AlreadyEnrolledError."""
    course = await joinable(session, course_id)
    known = await _free_to_join(session, course, person_id)
    if course.taken >= course.seats:
        raise CourseFullError
    course.taken += 1
    await take_seat(session, course, known or new_enrolment(session, course, person_id), actor=actor or person_id)
    return course


async def wait(session: Session, person_id: int, course_id: int, *, actor: int | None = None) -> Enrolment:
    """Wait for a seat of a full course, or take one that has come free. Raises NotFoundError, AlreadyEnrolledError."""
    course = await joinable(session, course_id)
    enrolment = await _free_to_join(session, course, person_id) or new_enrolment(session, course, person_id)
    if course.taken < course.seats:
        course.taken += 1
        await take_seat(session, course, enrolment, actor=actor or person_id)
        return enrolment
    await _put(session, enrolment, S.WAITING, actor=actor or person_id)
    await session.flush()
    return enrolment


async def wait_checked(session: Session, person_id: int, course_id: int) -> Course:
    """The course, if the person can wait for it or join it. Raises NotFoundError, AlreadyEnrolledError."""
    course = await joinable(session, course_id)
    await _free_to_join(session, course, person_id)
    return course


async def place_in_queue(session: ReadSession, enrolment: Enrolment) -> int:
    """How many wait for a seat of this course up to this one, itself included."""
    before = select(func.count()).where(
        Enrolment.course_id == enrolment.course_id,
        Enrolment.state == S.WAITING,
        tuple_(Enrolment.state_since, Enrolment.id) <= (enrolment.state_since, enrolment.id),
    )
    return await session.scalar(before) or 1


async def enrolments_of(session: ReadSession, person_id: int) -> list[tuple[Enrolment, Course]]:
    """The person's courses, newest first."""
    query = select(Enrolment, Course).join(Course, Course.id == Enrolment.course_id)
    rows = await session.execute(query.where(Enrolment.person_id == person_id).order_by(Enrolment.id.desc()).limit(10))
    return [(enrolment, course) for enrolment, course in rows]


async def enrolment_of(session: ReadSession, course_id: int, person_id: int) -> Enrolment | None:
    """The person's enrolment in the course, whatever its state."""
    query = select(Enrolment).where(Enrolment.course_id == course_id, Enrolment.person_id == person_id)
    return (await session.scalars(query)).first()


async def _free_to_join(session: Session, course: Course, person_id: int) -> Enrolment | None:
    known = await enrolment_of(session, course.id, person_id)
    if known is not None and known.state != S.DROPPED:
        raise AlreadyEnrolledError
    return known


def new_enrolment(session: Session, course: Course, person_id: int) -> Enrolment:
    """A row that is not put anywhere yet."""
    enrolment = Enrolment(id=session.new_id(), course_id=course.id, person_id=person_id, state="", waived=[])
    session.add(enrolment)
    return enrolment


async def _put(session: Session, enrolment: Enrolment, state: S, *, actor: int | None) -> None:
    """The first state of a new row, or the move of one that was there."""
    if enrolment.state:
        await move(session, enrolment, state, actor=actor)
        return
    enrolment.state, enrolment.state_since = state, session.now
    record(session, actor=actor, action=f"enrolments.{state}", subject=f"enrolments:{enrolment.id}")


async def take_seat(session: Session, course: Course, enrolment: Enrolment, *, actor: int | None) -> None:
    """The person has a seat, which `course.taken` counts already; the first time it is an enrolment and counts."""
    await _put(session, enrolment, S.APPLIED, actor=actor)
    enrolment.offered_until = None
    if enrolment.number is None:
        last = select(func.max(Enrolment.number)).where(Enrolment.course_id == course.id)
        enrolment.number = (await session.scalar(last) or 0) + 1
    await session.flush()
    if enrolment.enrolled_on is None:
        enrolment.enrolled_on = session.today
        await note(session, course, enrolment, "training_enrolled", session.today)


async def note(
    session: Session,
    course: Course,
    enrolment: Enrolment,
    kind: str,
    day: date,
    facts: dict[str, Any] | None = None,
    source: str = "",
) -> None:
    """Append a fact about a person in a course; `facts`: where not those that every training has."""
    fact = Fact(
        key=f"{kind}:{enrolment.id}",
        kind=kind,
        occurred_on=day,
        region=course.region,
        office_id=(await office_for(session, course.region)).id,
        facts=facts or await course_facts(session, course, day),
        source=source or f"enrolments:{enrolment.id}",
    )
    await append_about(session, enrolment.person_id, fact)


async def leave(session: Session, enrolment: Enrolment, *, actor: int | None, why: str = "person") -> None:
    """The person does not come, or stops coming; the seat goes to who waits, a voucher is good again.

    Who leaves us altogether leaves no voucher to use: the institution keeps it. Raises MoveRefusedError.
    """
    if not can_move(S(enrolment.state), S.DROPPED):
        raise MoveRefusedError("enrolments", enrolment.state, S.DROPPED)
    course = await locked(session, enrolment.course_id)
    held_seat = enrolment.state != S.WAITING or enrolment.offered_until is not None
    await move(session, enrolment, S.DROPPED, actor=actor, why=why)
    enrolment.offered_until = None
    if why != "person_left":
        await give_back(session, enrolment, actor=actor)
    if held_seat and course is not None:
        await free_seat(session, course)


async def free_seat(session: Session, course: Course) -> None:
    """One seat is free: it is kept for a day for who has waited longest, if the class has not begun."""
    course.taken = max(0, course.taken - 1)
    await session.flush()
    if course.starts_on < session.today or course.taken >= course.seats:
        return
    waiting = select(Enrolment).where(
        Enrolment.course_id == course.id, Enrolment.state == S.WAITING, Enrolment.offered_until.is_(None)
    )
    first = (await session.scalars(waiting.order_by(Enrolment.state_since, Enrolment.id).limit(1))).first()
    if first is None:
        return
    course.taken += 1
    first.offered_until = session.now + SEAT_KEPT
    await session.flush()
    await tell(
        session,
        first.person_id,
        "notice.seat_free",
        title=course.title,
        month=course.starts_on.month,
        day=course.starts_on.day,
        questions=(("button.take_seat", f"seat:yes:{first.id}"), ("button.decline", f"seat:no:{first.id}")),
    )


async def accept_seat(session: Session, enrolment: Enrolment, *, actor: int | None = None) -> Course:
    """Who waited takes the seat that is kept. Raises NotFoundError (begun), CourseFullError (not kept any more)."""
    course = await joinable(session, enrolment.course_id)
    if enrolment.state != S.WAITING or enrolment.offered_until is None:
        raise CourseFullError
    await take_seat(session, course, enrolment, actor=actor or enrolment.person_id)
    return course


async def decline_seat(session: Session, enrolment: Enrolment) -> None:
    """Who waited does not want the seat any more. Raises CourseFullError where none is kept for them."""
    if enrolment.state != S.WAITING:
        raise CourseFullError
    await leave(session, enrolment, actor=enrolment.person_id)


async def pass_on_seats(session: Session) -> int:
    """Seats that were kept for a day and not taken go to the next; returns how many."""
    late = await session.scalars(
        select(Enrolment).where(Enrolment.state == S.WAITING, Enrolment.offered_until < session.now)
    )
    found = list(late)
    for enrolment in found:
        await leave(session, enrolment, actor=None, why="no_answer")
        course = await session.get_one(Course, enrolment.course_id)
        await tell(session, enrolment.person_id, "notice.seat_passed_on", title=course.title)
    return len(found)
