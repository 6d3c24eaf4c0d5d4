"""Everything that staff need of one person while on a call; every look leaves an audit row with its purpose."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from models.applications import Application
from models.audit import record
from models.conversations import HelpRequest
from models.database import ReadSession, Session
from models.employers import Employer, Recruiter
from models.errors import NotFoundError, ZhaohuoError
from models.merges import PersonMerge
from models.offices import Office
from models.people import Address, Consent, Person, Seeker
from models.placements import Placement
from models.rosters import Roster, RosterRow
from models.training import Course, Enrolment
from models.vacancies import Vacancy
from services.access import find_by_phone
from services.desk import words_of
from services.merged import all_of, go_on
from services.people import groups_of, profile_of
from services.phones import e164, masked_phone
from services.staff import check_visible, office_of


class PurposeMissingError(ZhaohuoError):
    """Say what the record is looked at for; it is noted beside your name."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing on the person's way: what, its state, since when."""

    what: str
    state: str
    since: date


@dataclass(slots=True)
class PersonView:
    """The record as the desk sees it. `phone` is masked unless the contact was asked for."""

    person_id: int
    name: str
    phone: str
    language: str
    opted_out: bool
    reached_by: tuple[str, ...]
    shares_phone: bool
    registered_at: datetime | None
    looks_for: dict[str, Any]
    groups: tuple[tuple[str, str], ...]  # (group, declared or checked)
    consents: tuple[str, ...]
    recruits_for: tuple[str, ...]
    applications: tuple[Step, ...] = ()
    courses: tuple[Step, ...] = ()
    placements: tuple[Step, ...] = ()
    rosters: tuple[Step, ...] = ()
    asked: tuple[str, ...] = ()  # open requests for a person of the office, in their words
    merged_from: tuple[int, ...] = field(default_factory=tuple)


async def find_caller(session: ReadSession, phone: str, region: str) -> list[int]:
    """Who may be on the line: the holder of the number, and who uses that phone too. Raises PhoneRefusedError."""
    number = e164(phone)
    holder = await find_by_phone(session, number)
    found = [holder.id] if holder else []
    handle = {channel: session.keys.index(number, f"addresses.handle:{channel}") for channel in session.channels}
    for channel, index in handle.items():
        query = select(Address.person_id).where(Address.channel == channel, Address.handle_index == index)
        found += await session.scalars(query)
    seen = []
    for person_id in dict.fromkeys(found):
        try:
            await check_visible(session, person_id, region)
        except NotFoundError:
            continue
        seen.append(person_id)
    return seen


async def person_view(
    session: Session, person_id: int, *, officer_id: int, purpose: str, contacts: bool = False
) -> PersonView:
    """Look at one person of the officer's region, for a purpose. Raises NotStaffError, NotFoundError,
    PurposeMissingError.
    """
    if not purpose.strip():
        raise PurposeMissingError
    office = await office_of(session, officer_id)
    person = await go_on(session, await session.get(Person, person_id))
    if person is None or person.deleted_at is not None:
        raise NotFoundError
    await check_visible(session, person.id, office.region)
    detail = {"purpose": purpose.strip()[:80], "contacts": contacts}
    record(session, actor=officer_id, action="people.read", subject=f"people:{person.id}", detail=detail)
    view = await _about(session, person, contacts=contacts)
    view.applications = await _applications(session, person.id)
    view.courses = await _courses(session, person.id)
    view.placements = await _placements(session, person.id)
    view.rosters = await _rosters(session, person.id)
    view.asked = await _asked(session, person.id)
    return view


async def _about(session: ReadSession, person: Person, *, contacts: bool) -> PersonView:
    phone = person.phone(session) or ""
    seeker = await session.get(Seeker, person.id)
    addresses = list(await session.scalars(select(Address).where(Address.person_id == person.id)))
    merged = [one.id for one in await all_of(session, person.id)][1:]
    return PersonView(
        person_id=person.id,
        name=person.name(session) or "",
        phone=phone if contacts or not phone else masked_phone(phone),
        language=person.language,
        opted_out=person.opted_out_at is not None,
        reached_by=tuple(dict.fromkeys(address.channel for address in addresses if address.blocked_at is None)),
        shares_phone=any(address.shared for address in addresses),
        registered_at=seeker.registered_at if seeker else None,
        looks_for=await profile_of(session, person.id) or {},
        groups=tuple((held.group, held.proof) for held in await groups_of(session, person.id)),
        consents=await _consents(session, person.id),
        recruits_for=await _recruits_for(session, person.id),
        merged_from=tuple(merged),
    )


async def _consents(session: ReadSession, person_id: int) -> tuple[str, ...]:
    query = select(Consent.purpose).where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
    return tuple(dict.fromkeys(await session.scalars(query.order_by(Consent.id))))


async def _recruits_for(session: ReadSession, person_id: int) -> tuple[str, ...]:
    query = (
        select(Employer.name)
        .join(Recruiter, Recruiter.employer_id == Employer.id)
        .where(Recruiter.person_id == person_id, Recruiter.ended_at.is_(None))
    )
    return tuple(await session.scalars(query.order_by(Recruiter.id)))


async def _applications(session: ReadSession, person_id: int) -> tuple[Step, ...]:
    query = (
        select(Vacancy.title, Employer.name, Application.state, Application.state_since)
        .join(Vacancy, Vacancy.id == Application.vacancy_id)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .where(Application.seeker_id == person_id)
        .order_by(Application.id.desc())
    )
    rows = await session.execute(query)
    return tuple(Step(f"{title} · {employer}", state, since.date()) for title, employer, state, since in rows)


async def _courses(session: ReadSession, person_id: int) -> tuple[Step, ...]:
    query = (
        select(Course.title, Enrolment.state, Enrolment.state_since)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.id.desc())
    )
    return tuple(Step(title, state, since.date()) for title, state, since in await session.execute(query))


async def _placements(session: ReadSession, person_id: int) -> tuple[Step, ...]:
    query = (
        select(Employer.name, Placement.state, Placement.started_on)
        .join(Employer, Employer.id == Placement.employer_id)
        .where(Placement.person_id == person_id)
        .order_by(Placement.id.desc())
    )
    return tuple(Step(name, state, since) for name, state, since in await session.execute(query))


async def _rosters(session: ReadSession, person_id: int) -> tuple[Step, ...]:
    query = (
        select(Office.name, Roster.kind, Roster.imported_at, RosterRow.line)
        .join(Roster, Roster.id == RosterRow.roster_id)
        .join(Office, Office.id == Roster.office_id)
        .where(RosterRow.person_id == person_id)
        .order_by(RosterRow.id.desc())
    )
    rows = await session.execute(query)
    return tuple(Step(f"{name}, line {line}", kind, at.date()) for name, kind, at, line in rows)


async def _asked(session: ReadSession, person_id: int) -> tuple[str, ...]:
    query = select(HelpRequest).where(HelpRequest.person_id == person_id, HelpRequest.answered_at.is_(None))
    return tuple(words_of(session, request) for request in await session.scalars(query.order_by(HelpRequest.id)))


async def merges_of(session: ReadSession, person_id: int) -> list[PersonMerge]:
    """The merges into this record that stand, newest first: what `unmerge` can take apart."""
    query = select(PersonMerge).where(PersonMerge.kept_id == person_id, PersonMerge.undone_at.is_(None))
    return list(await session.scalars(query.order_by(PersonMerge.id.desc())))
