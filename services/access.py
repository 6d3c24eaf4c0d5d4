"""Who is behind an address, and the links that let somebody in."""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import select

from models.conversations import EntryToken
from models.database import ReadSession, Session
from models.people import Address, Person
from services.merged import go_on

HANDLE = "addresses.handle"
TOKEN = "entry_tokens.token"  # noqa: S105 - a column's name
TERMINAL = "terminal"  # the trial stand-in for a phone, where no SMS channel is set up
LINK_LIVES = timedelta(days=2)


def new_person(session: Session, language: str = "zh_CN") -> Person:
    """Somebody of whom nothing is known yet."""
    person = Person(id=session.new_id(), created_at=session.now, ledger_key=secrets.token_hex(12), language=language)
    session.add(person)
    return person


def new_address(session: Session, channel: str, handle: str, person_id: int) -> Address:
    """A way to reach the person; the handle (number, chat id, cookie) is sealed."""
    row_id = session.new_id()
    address = Address(
        id=row_id,
        channel=channel,
        handle_sealed=session.keys.seal(handle, HANDLE, row_id),
        handle_index=session.keys.index(handle, f"{HANDLE}:{channel}"),
        person_id=person_id,
        created_at=session.now,
    )
    session.add(address)
    return address


async def find_address(session: ReadSession, channel: str, handle: str) -> Address | None:
    """The address of this handle on the channel."""
    index = session.keys.index(handle, f"{HANDLE}:{channel}")
    return (
        await session.scalars(select(Address).where(Address.channel == channel, Address.handle_index == index))
    ).first()


async def ensure_address(session: Session, channel: str, handle: str) -> Address:
    """The address of this handle; a new one belongs to a new person, or to the one whose phone it is."""
    if session.channels[channel].by_phone and channel != TERMINAL:
        return await ensure_phone_address(session, handle, channel)
    address = await find_address(session, channel, handle)
    if address is None:
        person = new_person(session)
        await session.flush()
        address = new_address(session, channel, handle, person.id)
        await session.flush()
    elif not session.keys.open(address.handle_sealed, HANDLE, address.id):
        address.handle_sealed = session.keys.seal(handle, HANDLE, address.id)  # it was forgotten
    return address


async def find_by_phone(session: ReadSession, phone: str) -> Person | None:
    """The person with this E.164 number, as they go on after a merge."""
    index = session.keys.index(phone, "people.phone")
    return await go_on(session, (await session.scalars(select(Person).where(Person.phone_index == index))).first())


async def ensure_phone_address(session: Session, phone: str, channel: str = TERMINAL) -> Address:
    """The address of a phone whose holder is known to hold it (an SMS, the terminal of a trial)."""
    address = await find_address(session, channel, phone)
    if address is not None:
        address.handle_sealed = session.keys.seal(phone, HANDLE, address.id)  # it may have been forgotten
        return address
    person = await find_by_phone(session, phone)
    if person is None:
        person = new_person(session)
        person.set_phone(session, phone)
        await session.flush()
    address = new_address(session, channel, phone, person.id)
    await session.flush()
    return address


async def forget_handles(session: Session, person_id: int) -> None:
    """Take the person's numbers out of their addresses; the blind index still knows the phone when it writes again.

    Where the phone rings the last word is still to be sent: there the handle goes a day later (`jobs/retention.py`).
    """
    mine = await session.scalars(select(Address).where(Address.person_id == person_id))
    for address in mine:
        facts = session.channels.get(address.channel)
        if facts is None or (facts.by_phone and not facts.rings):
            address.handle_sealed = session.keys.seal("", HANDLE, address.id)


async def make_entry(session: Session, person_id: int) -> tuple[str, Address]:
    """A token for `/enter/<token>`, valid once and for two days, and its browser address, which exists from now on."""
    address = new_address(session, "webchat", secrets.token_urlsafe(24), person_id)
    await session.flush()
    token = secrets.token_urlsafe(18)
    session.add(
        EntryToken(
            token_index=session.keys.index(token, TOKEN),
            address_id=address.id,
            created_at=session.now,
            expires_at=session.now + LINK_LIVES,
        )
    )
    return token, address


async def make_link_token(session: Session, person_id: int) -> str:
    """The token of `make_entry` alone."""
    return (await make_entry(session, person_id))[0]


async def redeem(session: Session, token: str, present_handle: str | None = None) -> str | None:
    """The browser handle that the token stands for, once; None when it is unknown, used or too old.

    The browser that used it may open it again: it shows the handle it was given.
    """
    row = await session.get(EntryToken, session.keys.index(token, TOKEN), with_for_update=True)
    if row is None or row.expires_at < session.now:
        return None
    address = await session.get_one(Address, row.address_id)
    handle = session.keys.open(address.handle_sealed, HANDLE, address.id)
    if row.used_at is not None and present_handle != handle:
        return None
    row.used_at = row.used_at or session.now
    return handle
