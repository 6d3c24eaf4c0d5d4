"""Officers: who works at which office and in which role; known by phone, office and role.

A role that ended is ended by its date in `ended_on`; this is also how a real service gets its first officer.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import select

from models.audit import record
from models.database import ReadSession, Session
from models.offices import Office, Officer, Role
from models.people import Person
from services.exchange.contacts import ensure_person, shown
from services.exchange.kind import in_any_order, nothing_to_finish, nothing_to_prepare
from services.exchange.rows import Row

IMPORTED: tuple[str, ...] = ("name", "phone", "region", "office", "role", "ended_on")
EXPORTED: tuple[str, ...] = ("id", *IMPORTED)
NEEDED: tuple[str, ...] = ("phone", "role")
SAVEPOINT = True
comes_late, prepare, finish = in_any_order, nothing_to_prepare, nothing_to_finish


async def take(session: Session, row: Row, _known: None) -> bool:
    """Appoint somebody, or end the role; what is so already stays as it is."""
    ended_on = row.day("ended_on")
    own = await session.get(Officer, row.own_id())
    if own is not None:  # a row of our own export
        return _end(session, own if ended_on and own.ended_at is None else None)
    name, phone, role = row.name("name", 40), row.phone("phone"), row.required("role")
    region, office_name = row.region(), row.text("office", 80)
    if not phone:
        row.refuse("phone", "is empty: an officer is known by their phone")
    if role not in set(Role):
        row.refuse("role", f"must be one of: {', '.join(Role)}")
    office = await _office(session, region, office_name)
    if office is None:
        row.refuse("office", "no such office in this region; import the offices first")
    if row.problems or office is None:
        return False
    person = await ensure_person(session, name, phone)
    held = await _held(session, person.id, office.id, role)
    if ended_on is not None:
        return _end(session, held)
    if held is not None:
        return False
    _appoint(session, person.id, office.id, role)
    return True


async def _office(session: Session, region: str, name: str) -> Office | None:
    await session.flush()
    query = select(Office).where(Office.region == region)
    if name:
        query = query.where(Office.name == name)
    return (await session.scalars(query.order_by(Office.id).limit(1))).first()


async def _held(session: Session, person_id: int, office_id: int, role: str) -> Officer | None:
    query = select(Officer).where(
        Officer.person_id == person_id,
        Officer.office_id == office_id,
        Officer.role == role,
        Officer.ended_at.is_(None),
    )
    return (await session.scalars(query)).first()


def _appoint(session: Session, person_id: int, office_id: int, role: str) -> None:
    officer = Officer(id=session.new_id(), person_id=person_id, office_id=office_id, role=role, since=session.now)
    session.add(officer)
    record(session, actor=None, action="officers.appointed", subject=f"officers:{officer.id}", detail={"role": role})


def _end(session: Session, held: Officer | None) -> bool:
    if held is None:
        return False
    held.ended_at = session.now
    record(session, actor=None, action="officers.ended", subject=f"officers:{held.id}")
    return True


async def give(session: ReadSession, *, contacts: bool) -> AsyncIterator[list[object]]:
    """Everybody who works at an office now."""
    rows = await session.execute(
        select(Officer, Office, Person)
        .join(Office, Office.id == Officer.office_id)
        .join(Person, Person.id == Officer.person_id)
        .where(Officer.ended_at.is_(None))
        .order_by(Office.region, Officer.id)
    )
    for officer, office, person in rows:
        name, phone = shown(session, person, contacts=contacts)
        yield [officer.id, name, phone, office.region, office.name, officer.role, None]
