"""A school for the stories: an institution, its courses, and people in them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from house import add_office, add_officer, add_seeker
from sqlalchemy import select

from models.database import ReadSession, Session
from models.ledger import LedgerEntry
from models.offices import Office
from models.people import Person
from models.training import Course, Enrolment, Institution
from services import training
from services.courses import open_course
from services.institutions import add_institution

CITY = "410100"


async def open_school(session: Session, **titles: date) -> tuple[Institution, Office, Person]:
    """(institution, the office of its city, an officer)."""
    office = await add_office(session, CITY)
    return (
        await add_institution(session, name="样例技校", region=CITY, titles=titles),
        office,
        await add_officer(session, office),
    )


async def new_course(session: Session, institution: Institution, *, begun: int = 0, **more: Any) -> Course:
    """A course that began so many days ago; 0: it begins today."""
    usual: dict[str, Any] = {"title": "焊工班", "course_type": "skill", "days": 10, "seats": 3}
    starts_on = session.today - timedelta(days=begun)
    return await open_course(session, institution, starts_on=starts_on, **(usual | more))


async def fill(session: Session, course: Course, number: int) -> list[tuple[Person, Enrolment]]:
    """So many seekers put their names down, before the course began where it has."""
    found, starts_on = [], course.starts_on
    course.starts_on = max(starts_on, session.today)
    for _ in range(number):
        seeker = await add_seeker(session, "410105", name="王小明")
        await training.enrol(session, seeker.id, course.id)
        enrolment = await training.enrolment_of(session, course.id, seeker.id)
        assert enrolment is not None
        found.append((seeker, enrolment))
    course.starts_on = starts_on
    await session.flush()
    return found


async def noted(session: ReadSession, *kinds: str) -> list[LedgerEntry]:
    """The ledger entries of these kinds, in their order."""
    return list(await session.scalars(select(LedgerEntry).where(LedgerEntry.kind.in_(kinds)).order_by(LedgerEntry.id)))
