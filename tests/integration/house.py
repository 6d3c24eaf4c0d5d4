"""A small town for the stories: offices, officers, employers, recruiters, seekers, made by the project's own verbs."""

from __future__ import annotations

import itertools
from typing import Any

from sqlalchemy import select

from models.database import Database, ReadSession, Session
from models.employers import Employer
from models.ids import IdMaker
from models.keys import KeyRing
from models.messages import InboxRow, OutboxRow
from models.offices import Office, Officer, Role
from models.people import Person
from models.vacancies import Vacancy
from services import access, employers, outbox, people, vacancies
from services.outbox import Delivery

FROZEN_MS = 1_795_000_000_000
NAMES = itertools.count(1)


def ring() -> KeyRing:
    """The key ring of every test."""
    return KeyRing({1: b"s" * 32}, b"i" * 32)


def counting_ids(process: int = 0) -> IdMaker:
    """Ids that count up, from a place of each process's own."""
    return IdMaker(clock_ms=lambda: FROZEN_MS, random_bits=lambda bits: process << 14 if bits > 6 else 0)


async def add_office(session: Session, region: str = "410100", name: str = "") -> Office:
    """A union office."""
    office = Office(id=session.new_id(), region=region, name=name or f"{region}工会", phone=None, hours=None)
    session.add(office)
    await session.flush()
    return office


async def add_person(session: Session, *, phone: str | None = None, name: str | None = None) -> Person:
    """Somebody, reachable by web chat."""
    person = access.new_person(session)
    person.set_name(session, name)
    person.set_phone(session, phone)
    await session.flush()
    access.new_address(session, "webchat", f"browser-of-{person.id}", person.id)
    await session.flush()
    return person


async def add_officer(session: Session, office: Office, role: Role = Role.STAFF) -> Person:
    """Somebody who works at the office."""
    person = await add_person(session)
    session.add(Officer(id=session.new_id(), person_id=person.id, office_id=office.id, role=role, since=session.now))
    await session.flush()
    return person


async def add_employer(
    session: Session, region: str = "410105", *, verified: bool = True, name: str = ""
) -> tuple[Employer, Person]:
    """An employer with its recruiter."""
    recruiter = await add_person(session, phone=f"+86139{next(NAMES):08d}")
    employer = await employers.register_employer(
        session, recruiter.id, name=name or f"样例{next(NAMES)}厂", region=region
    )
    if verified:
        await employers.verify_employer(session, employer, officer_id=recruiter.id)
    await session.flush()
    return employer, recruiter


async def add_vacancy(session: Session, employer: Employer, recruiter: Person, **draft: Any) -> Vacancy:
    """An advert of the employer: open where it is verified."""
    usual = {
        "title": "电焊工",
        "occupation": "6-18-02-04",
        "region": employer.region,
        "headcount": 1,
        "wage_text": "6000-8000",
    }
    return await vacancies.post(session, employer.id, recruiter.id, usual | draft)


async def add_seeker(session: Session, region: str = "410105", **person: Any) -> Person:
    """A registered seeker, consent given."""
    seeker = await add_person(session, **person)
    await people.give_consent(session, seeker.id, people.KEEP_PROFILE)
    await people.register_seeker(session, seeker.id, {"region": region})
    await session.flush()
    return seeker


async def town(session: Session, *, headcount: int = 1) -> tuple[Vacancy, Person, Person]:
    """An office, a vacancy with its recruiter, and a seeker: (vacancy, recruiter, seeker)."""
    await add_office(session)
    employer, recruiter = await add_employer(session)
    vacancy = await add_vacancy(session, employer, recruiter, headcount=headcount)
    return vacancy, recruiter, await add_seeker(session, phone="+8613800138000", name="王小明")


async def address_of(session: ReadSession, person_id: int) -> int:
    """The first address of a person."""
    from models.people import Address

    found = await session.scalars(select(Address.id).where(Address.person_id == person_id).order_by(Address.id))
    return found.first() or 0


async def heard(session: ReadSession, person_id: int) -> list[Delivery]:
    """Everything said to a person, as their channel delivers it, oldest first."""
    addresses = await session.scalars(select(OutboxRow.address_id).where(OutboxRow.person_id == person_id).distinct())
    found: list[Delivery] = []
    for address in addresses.all():
        found += await outbox.after(session, address, 0, domestic=True)
    return sorted(found, key=lambda delivery: delivery.id)


async def texts(database: Database, person_id: int) -> list[str]:
    """The texts of `heard`."""
    async with database.read() as session:
        return [delivery.text for delivery in await heard(session, person_id)]


async def inbox_states(database: Database) -> list[str]:
    """The states of all stored messages, oldest first."""
    async with database.read() as session:
        return list(await session.scalars(select(InboxRow.state).order_by(InboxRow.id)))
