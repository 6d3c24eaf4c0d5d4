"""A phone that several people use: who they are, who speaks now, and what waits until that is clear."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from models.audit import record
from models.database import ReadSession, Session
from models.people import Address, AddressPerson, Person
from services.access import HANDLE, new_person

HELD = "addresses.held"
KNOWN_FOR = timedelta(minutes=30)
MOST_PEOPLE = 7
MOST_HELD = 5


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who uses a phone; `name` is None for who has not said it."""

    person_id: int
    name: str | None


async def users_of(session: ReadSession, address_id: int) -> list[User]:
    """Who uses the phone, the first first; on a phone of one's own only that one."""
    rows = await session.scalars(
        select(Person)
        .join(AddressPerson, AddressPerson.person_id == Person.id)
        .where(AddressPerson.address_id == address_id, Person.deleted_at.is_(None))
        .order_by(AddressPerson.since, Person.id)
    )
    people = list(rows)
    if not people:
        address = await session.get_one(Address, address_id)
        people = [await session.get_one(Person, address.person_id)]
    return [User(person.id, person.name(session)) for person in people]


async def add_user(session: Session, address_id: int) -> Person:
    """Somebody new speaks on this phone from now on. The number is kept as theirs, but proves nothing."""
    address = await session.get_one(Address, address_id, with_for_update=True)
    if not address.shared:
        session.add(AddressPerson(address_id=address_id, person_id=address.person_id, since=address.created_at))
    speaker = await session.get_one(Person, address.person_id)
    person = new_person(session, speaker.language)
    if session.channels[address.channel].by_phone:
        handle = session.keys.open(address.handle_sealed, HANDLE, address.id)
        person.set_phone(session, handle or None, proven=False)
    await session.flush()
    session.add(AddressPerson(address_id=address_id, person_id=person.id, since=session.now))
    address.shared = True
    await switch(session, address_id, person.id)
    record(session, actor=person.id, action="addresses.shared", subject=f"addresses:{address_id}")
    return person


async def switch(session: Session, address_id: int, person_id: int) -> None:
    """From now on this one speaks."""
    await session.flush()
    await session.execute(
        update(Address).where(Address.id == address_id).values(person_id=person_id, known_until=session.now + KNOWN_FOR)
    )


async def hold(session: Session, address_id: int, body: dict[str, Any]) -> None:
    """Keep what was said until it is clear by whom: the first, which is what it is about, and the newest."""
    address = await session.get_one(Address, address_id, with_for_update=True)
    held = [*_held(session, address), body]
    if len(held) > MOST_HELD:
        del held[1]
    address.held_sealed = session.keys.seal(json.dumps(held, ensure_ascii=False), HELD, address_id)


async def release(session: Session, address_id: int) -> list[dict[str, Any]]:
    """What waited, oldest first; it waits no more."""
    address = await session.get_one(Address, address_id)
    held = _held(session, address)
    address.held_sealed = None
    return held


def _held(session: ReadSession, address: Address) -> list[dict[str, Any]]:
    if address.held_sealed is None:
        return []
    held: list[dict[str, Any]] = json.loads(session.keys.open(address.held_sealed, HELD, address.id))
    return held


async def opt_out_number(session: Session, address_id: int, *, out: bool = True) -> None:
    """Nothing unasked to this number, whoever it is for (or again)."""
    moment = session.now if out else None
    before = await session.scalar(select(Address.opted_out_at).where(Address.id == address_id))
    if (before is not None) == out:
        return
    await session.execute(update(Address).where(Address.id == address_id).values(opted_out_at=moment))
    record(
        session,
        actor=None,
        action="addresses.opt_out" if out else "addresses.opt_in",
        subject=f"addresses:{address_id}",
    )
