"""Going on elsewhere: six digits join a second address to the person who asked for them.

A joined address speaks as that person. Two records that both hold something are never joined here: the office does
that, with both people's word.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from sqlalchemy import delete, func, select, update

from models.audit import record
from models.conversations import Conversation, JoinCode, JoinMiss
from models.database import ReadSession, Session
from models.employers import Recruiter
from models.errors import ZhaohuoError
from models.messages import Kind
from models.offices import Officer
from models.people import Address, AddressPerson, Consent, Person, Seeker
from services.notices import tell

CODE = "join_codes.code"
FILING_CODE = "join_codes.filing_code"
LIVES = timedelta(minutes=10)
MISSES_OF_ONE, WINDOW_OF_ONE = 5, timedelta(hours=1)
MISSES_OF_ALL, WINDOW_OF_ALL = 200, timedelta(minutes=10)


class NoSuchCodeError(ZhaohuoError):
    """These digits are no code, or the ten minutes are over."""


class TooManyGuessesError(ZhaohuoError):
    """Too many wrong codes came from here; the next is looked at in an hour."""


class TwoRecordsError(ZhaohuoError):
    """Both sides have a record of their own; the office joins them."""


async def make_code(session: Session, person_id: int, purpose: str = CODE) -> str:
    """Six digits that work once, for ten minutes, and only for this purpose."""
    while True:
        code = f"{secrets.randbelow(1_000_000):06d}"
        index = session.keys.index(code, purpose)
        old = await session.get(JoinCode, index)
        if old is None or old.expires_at < session.now or old.used_at:
            break
    if old is not None:
        await session.delete(old)
        await session.flush()
    session.add(JoinCode(code_index=index, person_id=person_id, expires_at=session.now + LIVES))
    return code


async def send_filing_code(session: Session, person_id: int) -> bool:
    """Send a code to where the person was last heard, so that whoever files holds their phone too. False: nowhere."""
    code = await make_code(session, person_id, FILING_CODE)
    return await tell(session, person_id, "notice.filing_code", kind=Kind.REPLY, code=code)


async def redeem_filing_code(session: Session, person_id: int, code: str) -> bool:
    """Use up a code that was sent to this person. A wrong one uses up all of theirs: every guess needs a new code."""
    row = await session.get(JoinCode, session.keys.index(code, FILING_CODE), with_for_update=True)
    if row is None or row.used_at or row.expires_at < session.now or row.person_id != person_id:
        theirs = (JoinCode.person_id == person_id) & JoinCode.used_at.is_(None)
        await session.execute(update(JoinCode).where(theirs).values(used_at=session.now))
        return False
    row.used_at = session.now
    return True


async def join_by_code(session: Session, address_id: int, code: str) -> Person:
    """Let the address speak as the person whose code it is; that person.

    Raises NoSuchCodeError, TooManyGuessesError, TwoRecordsError.
    """
    await _check_guesses(session, address_id)
    row = await session.get(JoinCode, session.keys.index(code, CODE), with_for_update=True)
    if row is None or row.used_at or row.expires_at < session.now:
        session.add(JoinMiss(id=session.new_id(), address_id=address_id, at=session.now))
        raise NoSuchCodeError
    row.used_at = session.now
    await join(session, address_id, row.person_id)
    return await session.get_one(Person, row.person_id)


async def join(session: Session, address_id: int, person_id: int) -> None:
    """Let the address speak as the person, unless whoever spoke there has a record. Raises TwoRecordsError."""
    address = await session.get_one(Address, address_id, with_for_update=True)
    if address.person_id == person_id:
        return
    if not await _is_stranger(session, address.person_id) or address.shared:
        raise TwoRecordsError
    stranger, address.person_id = await session.get_one(Person, address.person_id), person_id
    await _hand_over(session, address, stranger, await session.get_one(Person, person_id))
    await session.flush()
    if not await session.scalar(select(Address.id).where(Address.person_id == stranger.id).limit(1)):
        await session.execute(delete(Conversation).where(Conversation.person_id == stranger.id))
    record(session, actor=person_id, action="addresses.joined", subject=f"addresses:{address_id}")


async def _hand_over(session: Session, address: Address, stranger: Person, person: Person) -> None:
    """Who said 停 here is not written to unasked by another name; a phone that is proven proves whose it is now."""
    if stranger.opted_out_at and address.opted_out_at is None:
        address.opted_out_at = stranger.opted_out_at
    phone = stranger.phone(session) if stranger.phone_index else None
    if phone is None or not session.channels[address.channel].by_phone:
        return
    stranger.set_phone(session, None)
    await session.flush()  # the number is unique
    if person.phone_index is None:
        person.set_phone(session, phone)


async def _is_stranger(session: ReadSession, person_id: int) -> bool:
    """Whether nothing is known of the person but that somebody wrote."""
    person = await session.get_one(Person, person_id)
    if person.name_sealed or person.id_number_index:
        return False
    for table in (Seeker, Recruiter, Officer, Consent, AddressPerson):
        if await session.scalar(select(func.count()).select_from(table).where(table.person_id == person_id)):
            return False
    return True


async def _check_guesses(session: ReadSession, address_id: int) -> None:
    """A million codes, a handful alive: guessing is stopped for one address, and for all together."""
    since = session.now - WINDOW_OF_ONE
    of_one = await session.scalar(select(func.count()).where(JoinMiss.address_id == address_id, JoinMiss.at > since))
    of_all = await session.scalar(select(func.count()).where(JoinMiss.at > session.now - WINDOW_OF_ALL))
    if (of_one or 0) >= MISSES_OF_ONE or (of_all or 0) >= MISSES_OF_ALL:
        raise TooManyGuessesError
