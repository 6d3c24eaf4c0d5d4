"""Classes: who is admitted, who was there, who completed, passed or failed; marked for one, some or all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import exists, func, insert, or_, select

from models.audit import record
from models.database import ReadSession, Session
from models.errors import NotFoundError, ZhaohuoError
from models.regions import visible_to
from models.states import SEATED, EnrolmentState, move
from models.training import Attendance, Course, Enrolment
from services.courses import course_facts, last_day, locked
from services.ledger import Fact, append
from services.notices import tell
from services.offices import office_for
from services.training import note

S = EnrolmentState
STEPS = (S.APPLIED, S.ADMITTED, S.ATTENDING, S.COMPLETED)
AFTER_COMPLETION = frozenset({S.COMPLETED, S.FAILED, S.PASSED, S.CERTIFIED})
MOST_BEGUN = 500  # classes under way that are looked at for the morning's list
WAIVERS = ("tuition", "materials", "exam", "certificate", "board")


class NotOnListError(ZhaohuoError):
    """These numbers are not on the list of the class, or their result is entered already: nothing was changed."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__(f"{self.__doc__} ({', '.join(map(str, numbers))})")
        self.numbers = tuple(numbers)


class CourseNotStartedError(ZhaohuoError):
    """The course has not begun on that day; enter this once it has."""


class DayRefusedError(ZhaohuoError):
    """The day is not between the first day of the class and today; give the day on which it was."""


class WaiverRefusedError(ZhaohuoError):
    """Costs that can be waived are: tuition, materials, exam, certificate, board."""


async def class_for(session: ReadSession, number: int, region: str) -> Course:
    """The class by its number, if the officer's region has it. Raises NotFoundError."""
    query = visible_to(select(Course).where(Course.number == number), Course.region, region)
    found = (await session.scalars(query)).first()
    if found is None:
        raise NotFoundError
    return found


async def class_by_id(session: ReadSession, course_id: int, region: str) -> Course:
    """The class, if the officer's region has it. Raises NotFoundError."""
    query = visible_to(select(Course).where(Course.id == course_id), Course.region, region)
    found = (await session.scalars(query)).first()
    if found is None:
        raise NotFoundError
    return found


async def classes_of(session: ReadSession, region: str, *, most: int = 8) -> list[Course]:
    """The classes of the region that are not over yet, those that begin first in front."""
    query = select(Course).where(Course.held_on.is_(None), Course.taken > 0, Course.number.is_not(None))
    query = visible_to(query, Course.region, region).order_by(Course.starts_on, Course.id)
    return list(await session.scalars(query.limit(most)))


async def without_results(session: ReadSession, region: str, *, most: int = 8) -> list[Course]:
    """Classes of the region whose last day is past and whose results nobody has entered."""
    seated = exists().where(Enrolment.course_id == Course.id, Enrolment.state.in_(tuple(SEATED)))
    begun = select(Course).where(Course.held_on.is_(None), Course.starts_on <= session.today, seated)
    begun = begun.where(Course.number.is_not(None)).order_by(Course.starts_on, Course.id)
    rows = await session.scalars(visible_to(begun, Course.region, region).limit(MOST_BEGUN))
    return [course for course in rows if last_day(course) < session.today][:most]


async def roster(session: ReadSession, course_id: int) -> list[Enrolment]:
    """Everybody with a seat, in the order of the list."""
    query = select(Enrolment).where(Enrolment.course_id == course_id, Enrolment.state.in_(tuple(SEATED)))
    return list(await session.scalars(query.order_by(Enrolment.number)))


async def days_attended(session: ReadSession, course_id: int) -> dict[int, int]:
    """Enrolment → days on which the person was there; who was never there is not in it."""
    query = select(Attendance.enrolment_id, func.count()).join(Enrolment, Enrolment.id == Attendance.enrolment_id)
    rows = await session.execute(query.where(Enrolment.course_id == course_id).group_by(Attendance.enrolment_id))
    return {row[0]: row[1] for row in rows}


async def chosen(
    session: Session,
    course: Course,
    states: Collection[S],
    numbers: Collection[int] | None,
    without: Collection[int] = (),
    *,
    who_came: bool = False,
) -> list[Enrolment]:
    """Those on the list in one of the states: these numbers, or all of them (None), but not those of `without`.

    `who_came`: where attendance is kept, "all" are those who were there. Raises NotOnListError.
    """
    await locked(session, course.id)
    fitting = {e.number or 0: e for e in await roster(session, course.id) if e.state in states}
    named = set(numbers or ()) | set(without)
    known = {e.number for e in await roster(session, course.id)}
    wrong = sorted(n for n in named if n not in (fitting if n in (numbers or ()) else known))
    if wrong:
        raise NotOnListError(wrong)
    if numbers is not None:
        return [fitting[n] for n in sorted(set(numbers) - set(without))]
    came = await days_attended(session, course.id) if who_came else {}
    return [e for n, e in sorted(fitting.items()) if n not in without and (not came or e.id in came)]


async def admit(session: Session, course: Course, found: Sequence[Enrolment], *, officer_id: int) -> None:
    """The institution takes them; each is told when to come."""
    for enrolment in found:
        await move(session, enrolment, S.ADMITTED, actor=officer_id)
        await tell(
            session,
            enrolment.person_id,
            "notice.admitted",
            title=course.title,
            month=course.starts_on.month,
            day=course.starts_on.day,
        )


async def attend(session: Session, course: Course, found: Sequence[Enrolment], day: date, *, officer_id: int) -> int:
    """They were there on that day; returns for how many that is new. Raises CourseNotStartedError, DayRefusedError."""
    check_day(session, course, day)
    ids = [enrolment.id for enrolment in found]
    known = select(Attendance.enrolment_id).where(Attendance.enrolment_id.in_(ids), Attendance.day == day)
    there = set(await session.scalars(known))
    for enrolment in found:
        await _bring(session, enrolment, S.ATTENDING, officer_id)
    rows = [{"enrolment_id": e.id, "day": day} for e in found if e.id not in there]
    if rows:
        await session.flush()
        await session.execute(insert(Attendance), rows)
        _record(session, course, officer_id, "attended", len(rows))
    return len(rows)


def check_day(session: ReadSession, course: Course, day: date) -> None:
    """Something of the class can have been on this day. Raises CourseNotStartedError, DayRefusedError."""
    if session.today < course.starts_on:
        raise CourseNotStartedError
    if not course.starts_on <= day <= session.today:
        raise DayRefusedError


async def complete(session: Session, course: Course, found: Sequence[Enrolment], day: date, *, officer_id: int) -> None:
    """They completed the course on that day: `training_completed`; the first of a class makes it a class held.

    Raises CourseNotStartedError, DayRefusedError.
    """
    check_day(session, course, day)
    facts = await course_facts(session, course, day)
    for enrolment in found:
        await _bring(session, enrolment, S.COMPLETED, officer_id)
        enrolment.completed_on = day
        await note(session, course, enrolment, "training_completed", day, facts)
    if found and course.held_on is None:
        await _close(session, course, day)
    await session.flush()


async def _close(session: Session, course: Course, day: date) -> None:
    course.held_on = day
    fact = Fact(
        key=f"class_held:{course.id}",
        kind="class_held",
        occurred_on=day,
        region=course.region,
        office_id=(await office_for(session, course.region)).id,
        facts={"course_type": course.course_type, "institution": course.institution_id},
        source=f"courses:{course.id}",
    )
    await append(session, fact)


async def pass_(session: Session, course: Course, found: Sequence[Enrolment], day: date, *, officer_id: int) -> None:
    """They passed on that day: `training_passed`; who had not completed did so then too. Errors as `complete`."""
    check_day(session, course, day)
    await complete(session, course, [e for e in found if e.state in STEPS[:3]], day, officer_id=officer_id)
    facts = await course_facts(session, course, day)
    for enrolment in found:
        await move(session, enrolment, S.PASSED, actor=officer_id)
        enrolment.passed_on = day
        await note(session, course, enrolment, "training_passed", day, facts)
    await session.flush()


async def fail(session: Session, course: Course, found: Sequence[Enrolment], day: date, *, officer_id: int) -> None:
    """They did not pass, and may sit again; each is told kindly. Errors as `complete`."""
    check_day(session, course, day)
    await complete(session, course, [e for e in found if e.state in STEPS[:3]], day, officer_id=officer_id)
    for enrolment in found:
        await move(session, enrolment, S.FAILED, actor=officer_id)
        await tell(session, enrolment.person_id, "notice.failed", title=course.title)


async def waive(
    session: Session, course: Course, found: Sequence[Enrolment], costs: Collection[str], *, officer_id: int
) -> None:
    """These costs are waived for them (四免); what was waived before stays so. Raises WaiverRefusedError."""
    if not costs or not set(costs) <= set(WAIVERS):
        raise WaiverRefusedError
    for enrolment in found:
        enrolment.waived = [cost for cost in WAIVERS if cost in costs or cost in enrolment.waived]
    _record(session, course, officer_id, "waived", len(found), costs=sorted(costs))
    await session.flush()


async def _bring(session: Session, enrolment: Enrolment, target: S, officer_id: int) -> None:
    """Through every step up to the target; who is there or beyond stays."""
    if enrolment.state not in STEPS:
        return
    for step in STEPS[STEPS.index(S(enrolment.state)) + 1 : STEPS.index(target) + 1]:
        await move(session, enrolment, step, actor=officer_id)


def _record(session: Session, course: Course, officer_id: int, what: str, persons: int, **more: object) -> None:
    detail = {"persons": persons, **more}
    record(session, actor=officer_id, action=f"courses.{what}", subject=f"courses:{course.id}", detail=detail)


async def seats_of(session: ReadSession, course_id: int) -> tuple[int, int]:
    """(persons with a seat, persons waiting)."""
    query = select(
        func.count().filter(Enrolment.state.in_(tuple(SEATED))), func.count().filter(Enrolment.state == S.WAITING)
    ).where(Enrolment.course_id == course_id, or_(Enrolment.state.in_(tuple(SEATED)), Enrolment.state == S.WAITING))
    seated, waiting = (await session.execute(query)).one()
    return seated, waiting
