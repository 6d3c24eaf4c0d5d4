"""Whom an office may do something for by name: registered in its region, or in a family's file there."""

from __future__ import annotations

from sqlalchemy import Select, select

from models.database import ReadSession
from models.errors import NotFoundError
from models.families import FamilyFile, FamilyMember
from models.offices import Office
from models.people import Person, Seeker
from models.regions import visible_to


async def known_by_phone(session: ReadSession, phone: str, region: str) -> Person:
    """Who has this E.164 number, proven. Raises NotFoundError.

    Who asked for a family's file may never have looked for work.
    """
    return await _only(session, _known(region).where(Person.phone_index == session.keys.index(phone, "people.phone")))


async def known_person(session: ReadSession, person_id: int, region: str) -> Person:
    """The same by the record's id. Raises NotFoundError."""
    return await _only(session, _known(region).where(Person.id == person_id))


async def _only(session: ReadSession, query: Select[Person]) -> Person:
    found = (await session.scalars(query)).first()
    if found is None:
        raise NotFoundError
    return found


def _known(region: str) -> Select[Person]:
    seekers = visible_to(select(Seeker.person_id).join(Office, Office.id == Seeker.office_id), Office.region, region)
    on_file = visible_to(
        select(FamilyMember.person_id).join(FamilyFile, FamilyFile.id == FamilyMember.family_id),
        FamilyFile.region,
        region,
    )
    return select(Person).where(Person.id.in_(seekers) | Person.id.in_(on_file))
