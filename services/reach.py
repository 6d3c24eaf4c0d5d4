"""The one address at which somebody is told something: the one last used, never two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import func, literal_column, select, union

from models.database import ReadSession, Session
from models.messages import InboxRow, Kind
from models.people import Address, AddressPerson, Person
from services.access import find_address, new_address

# As it is, SQLite would look through every address of the channel.
_channel = Address.channel + literal_column("''")
_last_heard = select(func.max(InboxRow.id)).where(InboxRow.address_id == Address.id).scalar_subquery()


async def reach(session: Session, people: Collection[Person], kind: Kind) -> dict[int, Address]:
    """By person, where a message of this kind reaches them.

    The address last written from; else the newest; else the phone's own, made now. None for who left; who said 停
    gets only what they asked for themselves.
    """
    asked = kind == Kind.REPLY
    may = [person for person in people if not person.deleted_at and (asked or not person.opted_out_at)]
    known = await _addresses(session, [person.id for person in may])
    found: dict[int, Address] = {}
    for person in may:
        mine = known[person.id]
        open_ones = [pair for pair in mine if not pair[1].blocked_at and (asked or not pair[1].opted_out_at)]
        if open_ones:
            found[person.id] = max(open_ones, key=lambda pair: (pair[0], pair[1].id))[1]
        elif address := await _own_number(session, person, [address for _, address in mine]):
            found[person.id] = address
    return found


async def _addresses(session: ReadSession, people: Sequence[int]) -> dict[int, list[tuple[int, Address]]]:
    """By person: (last message from there, address) of every channel that is set up."""
    own = select(Address.person_id, Address.id.label("address_id")).where(Address.person_id.in_(people))
    shared = select(AddressPerson.person_id, AddressPerson.address_id).where(AddressPerson.person_id.in_(people))
    pairs = union(own, shared).subquery()
    rows = await session.execute(
        select(pairs.c.person_id, _last_heard, Address)
        .join(Address, Address.id == pairs.c.address_id)
        .where(_channel.in_(tuple(session.channels)))
    )
    found: dict[int, list[tuple[int, Address]]] = defaultdict(list)
    for person_id, last, address in rows:
        found[person_id].append((last or 0, address))
    return found


async def _own_number(session: Session, person: Person, mine: Sequence[Address]) -> Address | None:
    """The phone as an address, unless it is blocked, wants nothing unasked or is somebody else's."""
    phone = person.phone(session)
    channel = session.channels.of_phones
    if not phone or any(address.channel == channel for address in mine):
        return None
    if await find_address(session, channel, phone):
        return None  # a typed number proves nothing
    address = new_address(session, channel, phone, person.id)
    await session.flush()
    return address
