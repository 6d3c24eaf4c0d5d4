"""People of a file: found by their phone, else new; shown masked unless the contacts themselves are asked for."""

from __future__ import annotations

from models.database import ReadSession, Session
from models.people import Person
from services.access import find_by_phone, new_person
from services.phones import masked_name, masked_phone


async def ensure_person(session: Session, name: str, phone: str | None) -> Person:
    """Whoever has the phone; a known person's name stays as they gave it."""
    person = await find_by_phone(session, phone) if phone else None
    if person is None:
        person = new_person(session)
        person.set_name(session, name or None)
        person.set_phone(session, phone)
        await session.flush()
    elif name and person.name_sealed is None:
        person.set_name(session, name)
    return person


def shown(session: ReadSession, person: Person | None, *, contacts: bool) -> tuple[str, str]:
    """Name and phone, masked or in clear."""
    if person is None:
        return "", ""
    name, phone = person.name(session), person.phone(session)
    if contacts:
        return name or "", (phone or "").removeprefix("+86")
    return masked_name(name) if name else "", masked_phone(phone) if phone else ""
