"""Courses: entered, found, and as the matcher and the ledger see them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from matching.places import distance_km
from matching.profiles import CourseProfile
from models.audit import record
from models.database import ReadSession, Session
from models.errors import NotFoundError, ZhaohuoError
from models.training import Course, CourseVacancy, Institution
from models.vacancies import Vacancy
from services.facts import kinds
from services.institutions import titles_on

MODES, HELD = ("open", "order", "directed"), ("day", "night", "remote")
TYPES: tuple[str, ...] = kinds()["training_completed"].facts["course_type"].one_of
SHORT_DAYS = 90  # a course of three months or less is a short one (decided)
COURSE_NUMBERS = 7_401  # the advisory lock under which PostgreSQL gives the next number


class CourseRefusedError(ZhaohuoError):
    """A course cannot be entered like this."""


async def open_course(
    session: Session,
    institution: Institution,
    *,
    title: str,
    course_type: str,
    starts_on: date,
    days: int,
    seats: int,
    mode: str = "open",
    held: str = "day",
    region: str | None = None,
    vacancies: Sequence[int] = (),
    officer_id: int | None = None,
    **more: Any,
) -> Course:
    """A course that people can join; `more`: occupations, gives_certificate, free, price_fen.

    Raises CourseRefusedError: a word that is none, no day, no seat, or order-based without a vacancy of its own.
    """
    for word, words in ((course_type, TYPES), (mode, MODES), (held, HELD)):
        if word not in words:
            raise CourseRefusedError(f"{word!r} is none of {', '.join(words)}.")
    if days < 1 or seats < 1:
        raise CourseRefusedError("A course has one day and one seat at least; give both.")
    await _check_vacancies(session, mode, vacancies)
    course = Course(id=session.new_id(), institution_id=institution.id, title=title, course_type=course_type)
    course.mode, course.held, course.region = mode, held, region or institution.region
    course.starts_on, course.days, course.seats, course.taken = starts_on, days, seats, 0
    for name, value in more.items():
        setattr(course, name, value)
    course.number = await next_number(session)
    session.add(course)
    await session.flush()
    session.add_all(CourseVacancy(course_id=course.id, vacancy_id=vacancy) for vacancy in set(vacancies))
    record(session, actor=officer_id, action="courses.opened", subject=f"courses:{course.id}", detail={"mode": mode})
    return course


async def _check_vacancies(session: ReadSession, mode: str, vacancies: Sequence[int]) -> None:
    if mode != "open" and not vacancies:
        raise CourseRefusedError("An order-based or directed course trains for vacancies; name at least one.")
    known = select(func.count()).where(Vacancy.id.in_(vacancies))
    if vacancies and await session.scalar(known) != len(set(vacancies)):
        raise NotFoundError


async def next_number(session: Session) -> int:
    """The number of a new course."""
    if not session.is_sqlite:
        await session.execute(select(func.pg_advisory_xact_lock(COURSE_NUMBERS)))
    await session.flush()
    return (await session.scalar(select(func.max(Course.number))) or 0) + 1


async def open_courses(session: ReadSession, *, full: bool = False) -> list[Course]:
    """Courses that have not begun and have seats; with `full` also those for which one can wait."""
    query = select(Course).where(Course.starts_on >= session.today)
    if not full:
        query = query.where(Course.taken < Course.seats)
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


def last_day(course: Course) -> date:
    """The last day of the class, days counted one after the other."""
    return course.starts_on + timedelta(days=course.days - 1)


def is_short(course: Course) -> bool:
    """短期: three months or less."""
    return course.days <= SHORT_DAYS


def nearest_first(courses: list[Course], region: str | None, occupations: list[str]) -> list[Course]:
    """Courses for the wanted trade first, then the nearer, then the earlier."""

    def order(course: Course) -> tuple[bool, float, object]:
        fits = bool(set(course.occupations) & set(occupations))
        far = distance_km(region, course.region) if region else 0.0
        return (not fits, far if far is not None else 9999.0, course.starts_on)

    return sorted(courses, key=order)


async def vacancies_for(session: ReadSession, course_id: int) -> list[Vacancy]:
    """The vacancies for which an order-based or directed course trains."""
    query = select(Vacancy).join(CourseVacancy, CourseVacancy.vacancy_id == Vacancy.id)
    return list(await session.scalars(query.where(CourseVacancy.course_id == course_id).order_by(Vacancy.id)))


async def locked(session: Session, course_id: int) -> Course | None:
    """The course as it is stored now, and nobody else changes it: a seat is counted once."""
    await session.flush()
    return await session.get(Course, course_id, with_for_update=True, populate_existing=True)


async def joinable(session: Session, course_id: int) -> Course:
    """The course, if it has not begun; locked. Raises NotFoundError."""
    course = await locked(session, course_id)
    if course is None or course.starts_on < session.today:
        raise NotFoundError
    return course


async def course_facts(session: ReadSession, course: Course, day: date) -> dict[str, Any]:
    """What the ledger says of a training: the institution with its titles as on that day."""
    institution = await session.get_one(Institution, course.institution_id)
    return {
        "course_type": course.course_type,
        "mode": course.mode,
        "institution": institution.id,
        "titles": await titles_on(session, institution, day),
        "free": course.free,
    }
