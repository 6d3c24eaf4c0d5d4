"""Saying something to somebody who did not just write: to one address, the one last used, never to two."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from models.database import Session
from models.messages import Choice, InboxRow, Kind, Outgoing, Question
from models.people import Address, Person
from services import outbox
from services.access import PHONE_CHANNEL, new_address
from services.texts import say

log = logging.getLogger(__name__)
QUESTION_LIVES = timedelta(days=14)
QUESTION_KEYS = tuple(str(n) for n in range(81, 90))


async def tell(
    session: Session,
    person_id: int,
    key: str,
    *,
    questions: tuple[tuple[str, str], ...] = (),
    kind: Kind = Kind.NOTICE,
    contact_of: int | None = None,
    contact_for: int | None = None,
    **values: Any,
) -> bool:
    """Queue the text `key` for the person; `questions` are (label key, data) that may be answered any time.

    Returns whether it could be queued: not for somebody who left or who has no address.
    """
    person = await session.get_one(Person, person_id)
    address_id = await _address_of(session, person, kind)
    if address_id is None:
        log.info("notice.not_sent", extra={"person": person_id, "text": key})
        return False
    message_id = session.new_id()
    choices = await _ask(session, person, message_id, questions)
    out = Outgoing(
        id=message_id,
        person_id=person_id,
        text=say(person.language, key, **values),
        choices=choices,
        kind=kind,
        contact_of=contact_of,
        contact_for=contact_for,
    )
    outbox.add(session, [outbox.row_values(session, address_id, out)])
    return True


async def tell_words(session: Session, person_id: int, words: str, *, kind: Kind) -> bool:
    """Queue words that were put together elsewhere (a digest); as `tell` otherwise."""
    person = await session.get_one(Person, person_id)
    address_id = await _address_of(session, person, kind)
    if address_id is None:
        return False
    out = Outgoing(id=session.new_id(), person_id=person_id, text=words, kind=kind)
    outbox.add(session, [outbox.row_values(session, address_id, out)])
    return True


async def _address_of(session: Session, person: Person, kind: Kind) -> int | None:
    """The address last written from; else the newest; else the phone's own, made now.

    None for who left; who said 停 gets only what they asked for themselves.
    """
    if person.deleted_at or (person.opted_out_at and kind != Kind.REPLY):
        return None
    mine = select(Address.id).where(Address.person_id == person.id)
    used = await session.scalar(
        select(InboxRow.address_id).where(InboxRow.address_id.in_(mine)).order_by(InboxRow.id.desc()).limit(1)
    )
    found = used or await session.scalar(mine.order_by(Address.id.desc()).limit(1))
    phone = None if found else person.phone(session)
    if phone:
        found = new_address(session, PHONE_CHANNEL, phone, person.id).id
        await session.flush()
    return found


async def _ask(
    session: Session, person: Person, message_id: int, questions: tuple[tuple[str, str], ...]
) -> tuple[Choice, ...]:
    """Give each answer a number of 81-89, if possible one that no open question of the person has."""
    if not questions:
        return ()
    rows = await session.execute(
        select(Question.key, func.max(Question.id))
        .where(Question.person_id == person.id, Question.answered_at.is_(None), Question.expires_at > session.now)
        .group_by(Question.key)
    )
    open_since = {row[0]: row[1] for row in rows}
    keys = sorted(QUESTION_KEYS, key=lambda key: open_since.get(key, 0))  # free ones, then those asked longest ago
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
