"""The outbox: replies as rows, written with the turn that made them, delivered after its commit.

A contact is never in a row. Its place is marked and the person named; it is put in at delivery, where the channel
is domestic; elsewhere the reader is told how it comes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, RowMapping, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from models.applications import Application
from models.database import ReadSession, Session
from models.messages import (
    CONTACT_MARK,
    EXPIRES_AFTER,
    OUTBOX,
    PRIORITY,
    Choice,
    OutboxRow,
    OutboxState,
    Outgoing,
    is_unsent,
)
from models.offices import Officer, Role
from models.people import Person
from models.states import CONTACTS_KNOWN
from services.representing import agent_of
from services.texts import say

BODY = "outbox.body"
_next_seq = (
    select(func.coalesce(func.max(OutboxRow.seq), 0) + 1)
    .where(OutboxRow.address_id == bindparam("at_address"))
    .scalar_subquery()
)
_INSERT = insert(OUTBOX).values(address_id=bindparam("at_address"), seq=_next_seq)
_addresses = func.unnest(bindparam("addresses", type_=ARRAY(BigInteger))).column_valued("address")
_LOCK = select(func.pg_advisory_xact_lock(_addresses))  # one after the other as given


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row as a channel delivers it, contacts put in."""

    id: int
    seq: int
    action: str
    target: int | None
    text: str
    choices: tuple[Choice, ...]
    created_at: datetime


def row_values(
    session: Session,
    address_id: int,
    channel: str,
    out: Outgoing,
    answers: int | None = None,
    due_at: datetime | None = None,
) -> dict[str, Any]:
    """The column values of one outgoing message; `due_at`: not before, its time to live starts then."""
    due = due_at or session.now
    return {
        "id": out.id,
        "at_address": address_id,
        "channel": channel,
        "person_id": out.person_id,
        "action": out.action,
        "target": out.target,
        "kind": out.kind,
        "priority": PRIORITY[out.kind],
        "body_sealed": session.keys.seal(json.dumps(out.body(), ensure_ascii=False), BODY, out.id),
        "contact_of": out.contact_of,
        "contact_for": out.contact_for,
        "state": OutboxState.WAITING,
        "answers": answers,
        "created_at": session.now,
        "due_at": due,
        "expires_at": due + EXPIRES_AFTER[out.kind],
        "attempts": 0,
        "maybe_twice": False,
    }


def add(session: Session, rows: Iterable[dict[str, Any]]) -> None:
    """Leave rows made by `row_values` for the end of the transaction, where each gets the next number of its address.

    Only then, and in the order of the addresses: two turns that tell each other's speaker something would otherwise
    wait for one another.
    """
    session.outgoing.extend(rows)
    session.at_the_end(_write)


async def _write(session: Session) -> None:
    rows = sorted(session.outgoing, key=lambda row: row["at_address"])  # stable: the order within an address stays
    if not rows:
        return
    if not session.is_sqlite:  # on SQLite there is one writer
        await session.execute(_LOCK, {"addresses": sorted({row["at_address"] for row in rows})})
    await session.execute(_INSERT, rows)
    for row in rows:
        session.touch(row["at_address"], row["channel"])


def read_body(session: ReadSession, row_id: int, sealed: bytes | None) -> dict[str, Any]:
    """The text and choices of a row; nothing when retention has taken them."""
    if sealed is None:
        return {"text": "", "choices": []}
    body: dict[str, Any] = json.loads(session.keys.open(sealed, BODY, row_id))
    return body


async def after(session: ReadSession, address_id: int, seq: int, *, domestic: bool, limit: int = 200) -> list[Delivery]:
    """The rows of an address behind `seq`, oldest first."""
    rows = await session.execute(
        select(OUTBOX)
        .where(OutboxRow.address_id == address_id, OutboxRow.seq > seq)
        .order_by(OutboxRow.seq)
        .limit(limit)
    )
    return [await _delivery(session, row, domestic=domestic) for row in rows.mappings()]


async def latest(session: ReadSession, address_id: int, *, domestic: bool, limit: int) -> list[Delivery]:
    """The newest rows of an address, oldest first."""
    rows = await session.execute(
        select(OUTBOX).where(OutboxRow.address_id == address_id).order_by(OutboxRow.seq.desc()).limit(limit)
    )
    return [await _delivery(session, row, domestic=domestic) for row in reversed(rows.mappings().all())]


async def written_since(session: ReadSession, row_id: int) -> list[tuple[int, int]]:
    """(row, address) of the rows written after this id."""
    rows = await session.execute(select(OUTBOX.c.id, OUTBOX.c.address_id).where(OUTBOX.c.id > row_id))
    return [(row.id, row.address_id) for row in rows]


async def unsent(session: ReadSession, address_id: int, *, domestic: bool) -> list[Delivery]:
    """The rows of an address that no channel has delivered yet, oldest first."""
    rows = await session.execute(
        select(OUTBOX)
        .where(
            OutboxRow.address_id == address_id,
            is_unsent(OutboxRow),
            OutboxRow.state == OutboxState.WAITING,
            OutboxRow.body_sealed.is_not(None),
        )
        .order_by(OutboxRow.seq)
    )
    return [await _delivery(session, row, domestic=domestic) for row in rows.mappings()]


async def forget(session: Session, person_id: int) -> None:
    """Empty what was said to a person or tells their name; the rows stay, so that nothing is sent twice."""
    theirs = (OUTBOX.c.person_id == person_id) | (OUTBOX.c.contact_of == person_id)
    await session.execute(update(OUTBOX).where(theirs).values(body_sealed=None))
    for row in session.outgoing:
        if person_id in (row["person_id"], row["contact_of"]):
            row["body_sealed"] = None


async def mark_sent(session: Session, ids: Iterable[int]) -> None:
    """Say that these rows reached their channel; a row that is further already stays."""
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(list(ids)), OutboxRow.state == OutboxState.WAITING)
        .values(state=OutboxState.SENT, sent_at=session.now)
    )


async def _delivery(session: ReadSession, row: RowMapping, *, domestic: bool) -> Delivery:
    body = read_body(session, row["id"], row["body_sealed"])
    return Delivery(
        id=row["id"],
        seq=row["seq"],
        action=row["action"],
        target=row["target"],
        text=await with_contact(session, body["text"], row, domestic=domestic),
        choices=tuple(Choice(*choice) for choice in body["choices"]),
        created_at=row["created_at"],
    )


async def with_contact(session: ReadSession, text: str, row: RowMapping, *, domestic: bool) -> str:
    """The text with the contact in its place, if both still want it; elsewhere how it comes."""
    if row["contact_of"] is None:
        return text
    reader = await session.get_one(Person, row["person_id"])
    if not await _may_know(session, row):
        return text.replace(CONTACT_MARK, say(reader.language, "contact.over"))
    number = await _contact(session, row["contact_of"], reader.language, domestic=domestic)
    return text.replace(CONTACT_MARK, number)


CALLING = (Role.STAFF, Role.SUPERVISOR, Role.ADMINISTRATOR)


async def _may_know(session: ReadSession, row: RowMapping) -> bool:
    """The two of a referral; without one only staff, who asked for it and of whom it was noted."""
    if row["contact_for"]:
        application = await session.get(Application, row["contact_for"])
        return application is not None and application.state in CONTACTS_KNOWN
    at_work = select(Officer.id).where(Officer.person_id == row["person_id"], Officer.ended_at.is_(None))
    return await session.scalar(at_work.where(Officer.role.in_(CALLING)).limit(1)) is not None


async def _contact(session: ReadSession, person_id: int, language: str, *, domestic: bool) -> str:
    if not domestic:
        return say(language, "contact.by_sms")
    person = await session.get(Person, person_id)
    phone = person.phone(session) if person else None
    if not phone and (agent_id := await agent_of(session, person_id)) is not None:
        phone = (await session.get_one(Person, agent_id)).phone(session)
    return phone.removeprefix("+86") if phone else say(language, "contact.here")


async def claim_sent(session: Session, ids: Iterable[int]) -> frozenset[int]:
    """Mark these rows sent and say which were still waiting: two readers of one address print each row once."""
    wanted = list(ids)
    waiting = await session.scalars(
        select(OutboxRow.id).where(OutboxRow.id.in_(wanted), OutboxRow.state == OutboxState.WAITING).with_for_update()
    )
    fresh = frozenset(waiting)
    await mark_sent(session, fresh)
    return fresh
