"""Courses that are open, near and of use."""

from __future__ import annotations

from sqlalchemy import select

from matching.places import distance_km
from matching.profiles import CourseProfile
from models.audit import record
from models.database import ReadSession, Session
from models.errors import NotFoundError, ZhaohuoError
from models.states import EnrolmentState
from models.training import Course, Enrolment, Institution
from services.ledger import Fact, append_about


class CourseFullError(ZhaohuoError):
    """All seats of this course are taken."""


class AlreadyEnrolledError(ZhaohuoError):
    """The person has put their name down for this course already."""


async def open_courses(session: ReadSession) -> list[Course]:
    """Courses that have not begun and have seats."""
    query = select(Course).where(Course.starts_on >= session.today, Course.taken < Course.seats)
    return list(await session.scalars(query.order_by(Course.starts_on)))


def profile_of(course: Course) -> CourseProfile:
    """The course as the matcher sees it."""
    return CourseProfile(
        id=course.id,
        title=course.title,
        region=course.region,
        occupations=tuple((code, 1.0) for code in course.occupations),
        gives_certificate=course.gives_certificate,
        starts_on=course.starts_on,
        seats=course.seats - course.taken,
        free=course.free,
        days=course.days,
    )


def nearest_first(courses: list[Course], region: str | None, occupations: list[str]) -> list[Course]:
    """Courses for the wanted trade first, then the nearer, then the earlier."""

    def order(course: Course) -> tuple[bool, float, object]:
        fits = bool(set(course.occupations) & set(occupations))
        far = distance_km(region, course.region) if region else 0.0
        return (not fits, far if far is not None else 9999.0, course.starts_on)

    return sorted(courses, key=order)


async def enrol_checked(session: Session, course_id: int) -> Course:
    """The course, if one can still join it. Raises NotFoundError, CourseFullError."""
    course = await session.get(Course, course_id, with_for_update=True)
    if course is None or course.starts_on < session.today:
        raise NotFoundError
    if course.taken >= course.seats:
        raise CourseFullError
    return course


async def enrol(session: Session, person_id: int, course_id: int) -> Course:
    """Put the person's name down. Raises NotFoundError, CourseFullError, AlreadyEnrolledError."""
    course = await enrol_checked(session, course_id)
    known = await session.scalar(
        select(Enrolment.id).where(Enrolment.course_id == course_id, Enrolment.person_id == person_id)
    )
    if known is not None:
        raise AlreadyEnrolledError
    course.taken += 1
    enrolment = Enrolment(
        id=session.new_id(),
        course_id=course_id,
        person_id=person_id,
        state=EnrolmentState.APPLIED,
        state_since=session.now,
    )
    session.add(enrolment)
    record(session, actor=person_id, action="enrolments.applied", subject=f"enrolments:{enrolment.id}")
    institution = await session.get_one(Institution, course.institution_id)
    await append_about(
        session,
        person_id,
        Fact(
            key=f"training_enrolled:{enrolment.id}",
            kind="training_enrolled",
            occurred_on=session.today,
            region=course.region,
            facts={
                "course_type": course.course_type,
                "mode": "open",
                "institution": institution.id,
                "titles": list(institution.titles),
                "free": course.free,
            },
            source=f"enrolments:{enrolment.id}",
        ),
    )
    return course
