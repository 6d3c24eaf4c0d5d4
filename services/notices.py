"""Saying something to somebody who did not just write: to one address, the one last used, never to two."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, literal_column, select, union, update

from models.database import Session
from models.messages import CONTACT_MARK, Choice, InboxRow, Kind, Outgoing, Question
from models.people import Address, AddressPerson, Person
from services import outbox, quiet
from services.access import ensure_phone_address, find_address, make_entry, new_address
from services.representing import keep_for_agent
from services.texts import say

log = logging.getLogger(__name__)
# As it is, SQLite would look through every address of the channel.
_channel = Address.channel + literal_column("''")
QUESTION_LIVES = timedelta(days=14)
QUESTION_KEYS = tuple(str(n) for n in range(81, 90))


async def tell(
    session: Session,
    person_id: int,
    key: str,
    *,
    questions: tuple[tuple[str, str], ...] = (),
    numbers: tuple[str, ...] = (),
    kind: Kind = Kind.NOTICE,
    contact_of: int | None = None,
    contact_for: int | None = None,
    **values: Any,
) -> bool:
    """Queue the text `key` for the person; `questions` are (label key, data) that may be answered any time.

    `numbers`: of the answers where they are fixed (71-73 and 9 of follow-ups); else free ones of 81-89.

    Returns whether it could be queued: not for somebody who left or who has no address. What is for somebody for
    whom an information officer speaks waits for the officer's list.
    """
    person = await session.get_one(Person, person_id)
    address = await _address_of(session, person, kind)
    if address is None:
        if await keep_for_agent(session, person, say(person.language, key, **values), questions):
            return True
        log.info("notice.not_sent", extra={"person": person_id, "text": key})
        return False
    message_id = session.new_id()
    out = Outgoing(
        id=message_id,
        person_id=person_id,
        text=say(person.language, key, **values),
        choices=await _ask(session, person, message_id, questions, numbers),
        kind=kind,
        contact_of=contact_of,
        contact_for=contact_for,
    )
    if contact_of is not None and not session.channels[address.channel].domestic:
        out = await _contact_elsewhere(session, person, out)
    await _queue(session, person, address, out)
    return True


async def tell_words(session: Session, person_id: int, words: str, *, kind: Kind) -> bool:
    """Queue words that were put together elsewhere (a digest); as `tell` otherwise."""
    person = await session.get_one(Person, person_id)
    address = await _address_of(session, person, kind)
    if address is None:
        return False
    await _queue(session, person, address, Outgoing(id=session.new_id(), person_id=person_id, text=words, kind=kind))
    return True


async def _queue(session: Session, person: Person, address: Address, out: Outgoing) -> None:
    """For the first moment at which the address may ring; on a shared phone the name stands in front."""
    name = person.name(session)
    if address.shared and name:
        out = replace(out, text=say(person.language, "shared.for", name=name, text=out.text))
    due = await quiet.due_at(session, address, person.id, out.kind)
    outbox.add(session, [outbox.row_values(session, address.id, address.channel, out, due_at=due)])


async def _contact_elsewhere(session: Session, person: Person, out: Outgoing) -> Outgoing:
    """No number is shown on servers abroad: it comes by SMS to the proven number, or behind a link valid once."""
    channel = session.channels.of_phones
    if person.phone_index and (phone := person.phone(session)) and session.channels[channel].rings:
        address = await ensure_phone_address(session, phone, channel)
        await _queue(session, person, address, replace(out, id=session.new_id(), choices=()))
        return out
    token, address = await make_entry(session, person.id)
    await _queue(session, person, address, replace(out, id=session.new_id(), choices=()))
    link = say(person.language, "contact.by_link", link=f"{session.channels.web_url}/enter/{token}")
    return replace(out, text=out.text.replace(CONTACT_MARK, link), contact_of=None, contact_for=None)


async def _address_of(session: Session, person: Person, kind: Kind) -> Address | None:
    """The address last written from; else the newest; else the phone's own, made now.

    None for who left; who said 停 gets only what they asked for themselves.
    """
    if person.deleted_at or (person.opted_out_at and kind != Kind.REPLY):
        return None
    own = select(Address.id).where(Address.person_id == person.id)
    theirs = select(AddressPerson.address_id).where(AddressPerson.person_id == person.id)
    mine = select(Address).where(Address.id.in_(union(own, theirs)), _channel.in_(tuple(session.channels)))
    reached = mine.where(Address.blocked_at.is_(None))
    if kind != Kind.REPLY:
        reached = reached.where(Address.opted_out_at.is_(None))
    used = reached.join(InboxRow, InboxRow.address_id == Address.id).order_by(InboxRow.id.desc())
    found = await session.scalar(used.limit(1)) or await session.scalar(reached.order_by(Address.id.desc()).limit(1))
    if found is not None:
        return found
    phone = person.phone(session)
    channel = session.channels.of_phones
    if not phone or await session.scalar(mine.where(_channel == channel).limit(1)):
        return None  # no number, or one that is blocked or wants nothing unasked
    if await find_address(session, channel, phone):
        return None  # somebody else's phone: a typed number proves nothing
    address = new_address(session, channel, phone, person.id)
    await session.flush()
    return address


async def _ask(
    session: Session,
    person: Person,
    message_id: int,
    questions: tuple[tuple[str, str], ...],
    numbers: tuple[str, ...] = (),
) -> tuple[Choice, ...]:
    """Give each answer its number; of 81-89, if possible one that no open question of the person has."""
    if not questions:
        return ()
    rows = await session.execute(
        select(Question.key, func.max(Question.id))
        .where(Question.person_id == person.id, Question.answered_at.is_(None), Question.expires_at > session.now)
        .group_by(Question.key)
    )
    open_since = {row[0]: row[1] for row in rows}
    if numbers:  # the same question once more: only the newest is answered
        await session.execute(
            update(Question)
            .where(Question.person_id == person.id, Question.key.in_(numbers), Question.answered_at.is_(None))
            .values(answered_at=session.now)
        )
    free = sorted(QUESTION_KEYS, key=lambda key: open_since.get(key, 0))  # free ones, then those asked longest ago
    keys = numbers or free
    choices = []
    for key, (label_key, data) in zip(keys, questions, strict=False):
        choice = Choice(key, say(person.language, label_key), data)
        choices.append(choice)
        session.add(
            Question(
                id=session.new_id(),
                person_id=person.id,
                message_id=message_id,
                key=choice.key,
                label=choice.label,
                data=choice.data,
                expires_at=session.now + QUESTION_LIVES,
            )
        )
    return tuple(choices)
