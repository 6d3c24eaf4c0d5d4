"""A record that was merged goes on as another; whoever finds one asks here for the one that counts."""

from __future__ import annotations

from sqlalchemy import select

from models.database import ReadSession
from models.people import Person


async def go_on(session: ReadSession, person: Person | None) -> Person | None:
    """The record under which the person goes on now; chains are followed, circles cannot be made."""
    while person is not None and person.merged_into is not None:
        person = await session.get(Person, person.merged_into)
    return person


async def all_of(session: ReadSession, person_id: int) -> list[Person]:
    """The record and all that were merged into it."""
    found = [await session.get_one(Person, person_id)]
    for person in found:  # grows while it is walked
        found += await session.scalars(select(Person).where(Person.merged_into == person.id).order_by(Person.id))
    return found
