"""Saying something to somebody who did not just write: to one, or to some hundred with the same few questions."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select, update

from models.database import ReadSession, Session
from models.messages import CONTACT_MARK, Choice, Kind, Outgoing, Question
from models.people import Address, Person
from services import outbox, quiet
from services.access import ensure_phone_address, make_entry
from services.reach import reach
from services.representing import keep_for_agent
from services.texts import say

log = logging.getLogger(__name__)
QUESTION_LIVES = timedelta(days=14)
QUESTION_KEYS = tuple(str(n) for n in range(81, 90))
Asked = dict[int, dict[str, int]]  # person → number of an open question → when it was asked last, as a row id
Letter = tuple[Person, Address, Outgoing]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The text `key` for a person; `questions` are (label key, data) that may be answered any time.

    `numbers`: of the answers where they are fixed (71-73 and 9 of follow-ups); else free ones of 81-89.
    """

    person_id: int
    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    questions: tuple[tuple[str, str], ...] = ()
    numbers: tuple[str, ...] = ()
    contact_of: int | None = None
    contact_for: int | None = None

    def text(self, language: str) -> str:
        """What is said."""
        return say(language, self.key, **self.values)


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
    """Queue one notice; whether it could be, as `tell_all`."""
    notice = Notice(
        person_id=person_id,
        key=key,
        values=values,
        questions=questions,
        numbers=numbers,
        contact_of=contact_of,
        contact_for=contact_for,
    )
    return (await tell_all(session, [notice], kind=kind))[0]


async def tell_all(session: Session, notices: Sequence[Notice], *, kind: Kind = Kind.NOTICE) -> list[bool]:
    """Queue them; of each whether it could be: not for somebody who left or who has no address.

    What is for somebody for whom an information officer speaks waits for the officer's list.
    """
    people = await _people(session, {notice.person_id for notice in notices})
    addresses = await reach(session, people.values(), kind)
    asked = await _asked(session, {notice.person_id for notice in notices if notice.questions})
    letters: list[Letter] = []
    reached = []
    for notice in notices:
        person, address = people[notice.person_id], addresses.get(notice.person_id)
        if address is None:
            reached.append(await _kept(session, person, notice))
        else:
            letters.append((person, address, await _written(session, person, address, notice, kind, asked)))
            reached.append(True)
    await _queue(session, letters, kind)
    return reached


async def tell_words(session: Session, person_id: int, words: str, *, kind: Kind) -> bool:
    """Queue words that were put together elsewhere (a digest); as `tell` otherwise."""
    person = await session.get_one(Person, person_id)
    address = (await reach(session, [person], kind)).get(person_id)
    if address is None:
        return False
    out = Outgoing(id=session.new_id(), person_id=person_id, text=words, kind=kind)
    await _queue(session, [(person, address, out)], kind)
    return True


async def _people(session: ReadSession, ids: Collection[int]) -> dict[int, Person]:
    return {person.id: person for person in await session.scalars(select(Person).where(Person.id.in_(ids)))}


async def _kept(session: Session, person: Person, notice: Notice) -> bool:
    if await keep_for_agent(session, person, notice.text(person.language), notice.questions):
        return True
    log.info("notice.not_sent", extra={"person": person.id, "text": notice.key})
    return False


async def _written(
    session: Session, person: Person, address: Address, notice: Notice, kind: Kind, asked: Asked
) -> Outgoing:
    message_id = session.new_id()
    out = Outgoing(
        id=message_id,
        person_id=person.id,
        text=notice.text(person.language),
        choices=await _ask(session, person, message_id, notice, asked),
        kind=kind,
        contact_of=notice.contact_of,
        contact_for=notice.contact_for,
    )
    if notice.contact_of is not None and not session.channels[address.channel].domestic:
        out = await _contact_elsewhere(session, person, out)
    return out


async def _queue(session: Session, letters: Sequence[Letter], kind: Kind) -> None:
    """For the first moment at which the address may ring; on a shared phone the name stands in front."""
    moments = await quiet.due_at(session, [(address, person.id) for person, address, _ in letters], kind)
    rows = []
    for (person, address, out), due in zip(letters, moments, strict=True):
        name = person.name(session) if address.shared else None
        if name:
            out = replace(out, text=say(person.language, "shared.for", name=name, text=out.text))  # noqa: PLW2901
        rows.append(outbox.row_values(session, address.id, address.channel, out, due_at=due))
    outbox.add(session, rows)


async def _contact_elsewhere(session: Session, person: Person, out: Outgoing) -> Outgoing:
    """No number is shown on servers abroad: it comes by SMS to the proven number, or behind a link valid once."""
    channel = session.channels.of_phones
    if person.phone_index and (phone := person.phone(session)) and session.channels[channel].rings:
        address = await ensure_phone_address(session, phone, channel)
        await _queue(session, [(person, address, replace(out, id=session.new_id(), choices=()))], out.kind)
        return out
    token, address = await make_entry(session, person.id)
    await _queue(session, [(person, address, replace(out, id=session.new_id(), choices=()))], out.kind)
    link = say(person.language, "contact.by_link", link=f"{session.channels.web_url}/enter/{token}")
    return replace(out, text=out.text.replace(CONTACT_MARK, link), contact_of=None, contact_for=None)


async def _asked(session: ReadSession, people: Collection[int]) -> Asked:
    asked: Asked = defaultdict(dict)
    if people:
        rows = await session.execute(
            select(Question.person_id, Question.key, func.max(Question.id))
            .where(Question.person_id.in_(people), Question.answered_at.is_(None), Question.expires_at > session.now)
            .group_by(Question.person_id, Question.key)
        )
        for person_id, key, last in rows:
            asked[person_id][key] = last
    return asked


async def _ask(session: Session, person: Person, message_id: int, notice: Notice, asked: Asked) -> tuple[Choice, ...]:
    """Give each answer its number; of 81-89, if possible one that no open question of the person has."""
    mine = asked[person.id] if notice.questions else {}
    if notice.questions and notice.numbers:  # the same question once more: only the newest is answered
        await session.execute(
            update(Question)
            .where(Question.person_id == person.id, Question.key.in_(notice.numbers), Question.answered_at.is_(None))
            .values(answered_at=session.now)
        )
    free = sorted(QUESTION_KEYS, key=lambda key: mine.get(key, 0))  # free ones, then those asked longest ago
    choices = []
    for key, (label_key, data) in zip(notice.numbers or free, notice.questions, strict=False):
        choice = Choice(key, say(person.language, label_key), data)
        choices.append(choice)
        mine[key] = _note(session, person, message_id, choice)
    return tuple(choices)


def _note(session: Session, person: Person, message_id: int, choice: Choice) -> int:
    question = Question(
        id=session.new_id(),
        person_id=person.id,
        message_id=message_id,
        key=choice.key,
        label=choice.label,
        data=choice.data,
        expires_at=session.now + QUESTION_LIVES,
    )
    session.add(question)
    return question.id
