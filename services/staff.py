"""Who works at an office, and whom they may see: everything is asked through the one region filter."""

from __future__ import annotations

from sqlalchemy import CompoundSelect, Select, select, union

from models.applications import Application
from models.conversations import HelpRequest
from models.database import ReadSession
from models.errors import NotFoundError, ZhaohuoError
from models.families import FamilyFile
from models.graduates import Graduate
from models.offices import Office, Officer, Role
from models.people import Person, Seeker
from models.placements import Placement
from models.regions import lies_in, visible_to
from models.rosters import Roster, RosterRow
from models.tickets import Ticket
from models.training import Course, Enrolment
from models.vacancies import Vacancy
from services.access import find_by_phone
from services.phones import e164

STAFF = (Role.STAFF, Role.SUPERVISOR)


class NotStaffError(ZhaohuoError):
    """Only staff of an office whose region this is may do it; name who does it: --by PHONE of an officer."""


async def officer_by_phone(session: ReadSession, phone: str | None) -> Person:
    """The officer who does something, named by their phone. Raises NotStaffError, PhoneRefusedError."""
    person = await find_by_phone(session, e164(phone)) if phone else None
    if person is None:
        raise NotStaffError
    return person


async def office_of(session: ReadSession, officer_id: int, region: str | None = None) -> Office:
    """The officer's office: the one nearest to the region that holds it, else their first. Raises NotStaffError."""
    query = (
        select(Office)
        .join(Officer, Officer.office_id == Office.id)
        .where(Officer.person_id == officer_id, Officer.ended_at.is_(None), Officer.role.in_(STAFF))
        .order_by(Office.region.desc(), Office.id)
    )
    offices = list(await session.scalars(query))
    found = [office for office in offices if region is None or lies_in(region, office.region)]
    if not found:
        raise NotStaffError
    return found[0]


def people_in(region: str) -> CompoundSelect[int]:
    """The ids of everybody with whom an office of the region has to do."""
    asked: tuple[Select[int], ...] = (
        visible_to(select(Seeker.person_id).join(Office, Office.id == Seeker.office_id), Office.region, region),
        visible_to(select(RosterRow.person_id).join(Roster, Roster.id == RosterRow.roster_id), Roster.region, region),
        visible_to(select(Placement.person_id), Placement.region, region),
        visible_to(select(Ticket.person_id), Ticket.region, region),
        visible_to(select(FamilyFile.applicant_id), FamilyFile.region, region),
        visible_to(select(Graduate.person_id), Graduate.region, region),
        visible_to(select(Enrolment.person_id).join(Course, Course.id == Enrolment.course_id), Course.region, region),
        visible_to(
            select(Application.seeker_id).join(Vacancy, Vacancy.id == Application.vacancy_id), Vacancy.region, region
        ),
        visible_to(
            select(HelpRequest.person_id).join(Office, Office.id == HelpRequest.office_id), Office.region, region
        ),
    )
    return union(*asked)


async def check_visible(session: ReadSession, person_id: int, region: str) -> None:
    """Raises NotFoundError for a person with whom no office of the region has to do."""
    query = select(Person.id).where(Person.id == person_id, Person.id.in_(people_in(region)))
    if await session.scalar(query) is None:
        raise NotFoundError
