"""Courses at their institutions: known by institution, title and first day."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import select

from models.audit import record
from models.database import ReadSession, Session
from models.training import Course, Institution
from services.courses import next_number
from services.exchange.kind import in_any_order, nothing_to_finish, nothing_to_prepare
from services.exchange.rows import Row

IMPORTED: tuple[str, ...] = (
    "title",
    "institution",
    "type",
    "region",
    "occupations",
    "gives_certificate",
    "starts_on",
    "days",
    "seats",
    "free",
)
EXPORTED: tuple[str, ...] = ("id", *IMPORTED, "taken")
NEEDED: tuple[str, ...] = ("title", "institution")
SAVEPOINT = False
comes_late, prepare, finish = in_any_order, nothing_to_prepare, nothing_to_finish
TYPES = {
    "技能": "skill",
    "职业技能": "skill",
    "安全": "safety",
    "基础": "basic",
    "家政": "home_service",
    "家政服务": "home_service",
    "创业": "entrepreneurship",
}


async def take(session: Session, row: Row, _known: None) -> bool:
    """A new course, and its institution where that is new; or one that is there already."""
    course = _course(session, row)
    name = row.required("institution", 80)
    if row.problems:
        return False
    await session.flush()
    course.institution_id = await _ensure_institution(session, name, course.region)
    query = select(Course.id).where(
        Course.institution_id == course.institution_id,
        Course.title == course.title,
        Course.starts_on == course.starts_on,
    )
    if await session.scalar(query.limit(1)) is not None:
        return False
    course.number = await next_number(session)
    session.add(course)
    record(session, actor=None, action="courses.imported", subject=f"courses:{course.id}")
    return True


def _course(session: Session, row: Row) -> Course:
    starts_on = row.day("starts_on")
    if starts_on is None and not row.text("starts_on"):
        row.refuse("starts_on", "is empty")
    course_type = row.word("type", TYPES)
    if course_type is None and not row.text("type"):
        row.refuse("type", f"is empty; allowed: {', '.join(sorted({*TYPES.values()}))}")
    return Course(
        id=session.new_id(),
        title=row.required("title", 60),
        course_type=course_type,
        region=row.region(),
        occupations=[code for code, _ in row.occupations("occupations")],
        gives_certificate=row.text("gives_certificate", 32) or None,
        starts_on=starts_on,
        days=row.whole("days", 1, 2000) or 1,
        seats=row.whole("seats", 1, 100_000) or 30,
        taken=0,
        free=row.flag("free") is not False,
    )


async def _ensure_institution(session: Session, name: str, region: str) -> int:
    query = select(Institution.id).where(Institution.name == name).order_by(Institution.id).limit(1)
    found: int | None = await session.scalar(query)
    if found is not None:
        return found
    institution = Institution(id=session.new_id(), name=name, region=region, titles=[])
    session.add(institution)
    await session.flush()
    record(session, actor=None, action="institutions.imported", subject=f"institutions:{institution.id}")
    return institution.id


async def give(session: ReadSession, *, contacts: bool) -> AsyncIterator[list[object]]:
    """Every course."""
    query = select(Course, Institution.name).join(Institution, Institution.id == Course.institution_id)
    for course, institution in (await session.execute(query.order_by(Course.starts_on, Course.id))).all():
        values = {name: getattr(course, name, None) for name in EXPORTED}
        values |= {"institution": institution, "type": course.course_type}
        yield [values[name] for name in EXPORTED]
