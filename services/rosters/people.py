"""Who a line is about: found by the ID number or the phone, else new.

A phone in a roster proves little: it is a parent's, or the foreman's. Its holder is meant only where the name is
theirs; somebody else with the same number is a person of their own, found again by name and number together.
"""

from __future__ import annotations

import unicodedata

from sqlalchemy import select

from models.audit import record
from models.database import ReadSession, Session
from models.people import Person
from models.rosters import RosterRow
from services.access import find_by_phone, new_person
from services.exchange.rows import RowRefusedError
from services.merged import go_on

IDENTITY = "roster_rows.identity"


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: blanks and the dot of long names aside."""
    return _plain_name(one) == _plain_name(other)


def _plain_name(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", name) if c not in " ·•.・").lower()


def identity_index(session: ReadSession, name: str, phone: str) -> bytes:
    """Of name and phone together, for who has no ID number in the file."""
    return session.keys.index(f"{_plain_name(name)}|{phone}", IDENTITY)


async def find_by_id_number(session: ReadSession, number: str) -> Person | None:
    """Whoever has the number, as they go on now."""
    index = session.keys.index(number, "people.id_number")
    found = (await session.scalars(select(Person).where(Person.id_number_index == index))).first()
    return await go_on(session, found)


async def person_of(
    session: Session, name: str, number: str | None, phone: str | None, *, own_phone: bool = True
) -> Person:
    """The person of a line. `own_phone`: the number is theirs, not a parent's. Raises RowRefusedError."""
    if number is None and phone is None:
        raise RowRefusedError("id_number", "neither ID number nor phone: another person of this name could be meant")
    found = await _by_number(session, name, number) if number else None
    if found is None and phone:
        found = await _by_phone(session, name, phone, number, own_phone=own_phone)
    if found is None:
        found = await _made(session, name, phone, own_phone=own_phone)
    _complete(session, found, name, number)
    await session.flush()
    return found


async def _by_number(session: ReadSession, name: str, number: str) -> Person | None:
    found = await find_by_id_number(session, number)
    known = found.name(session) if found else None
    if known and not same_name(known, name):
        raise RowRefusedError("name", "somebody of another name is entered with this ID number; one of them is wrong")
    return found


async def _by_phone(
    session: ReadSession, name: str, phone: str, number: str | None, *, own_phone: bool
) -> Person | None:
    """The holder where name and number agree; else who came with this name and phone before."""
    holder = await find_by_phone(session, phone) if own_phone else None
    known = [holder] if holder else []
    rows = await session.scalars(
        select(Person)
        .join(RosterRow, RosterRow.person_id == Person.id)
        .where(RosterRow.identity == identity_index(session, name, phone))
        .order_by(Person.id)
    )
    for person in [*known, *rows]:
        found = await go_on(session, person)
        if found is None or found.deleted_at or (number and found.id_number_index):
            continue  # another ID number is another person
        theirs = found.name(session)
        if theirs is None or same_name(theirs, name):
            return found
    return None


async def _made(session: Session, name: str, phone: str | None, *, own_phone: bool) -> Person:
    person = new_person(session)
    person.set_name(session, name)
    free = own_phone and phone is not None and await find_by_phone(session, phone) is None
    person.set_phone(session, phone, proven=free)
    record(session, actor=None, action="people.from_roster", subject=f"people:{person.id}")
    return person


def _complete(session: Session, person: Person, name: str, number: str | None) -> None:
    if person.name_sealed is None:
        person.set_name(session, name)
    if number and person.id_number_index is None:
        person.set_id_number(session, number)
