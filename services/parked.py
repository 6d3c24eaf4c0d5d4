"""What could not be delivered or handled: seen by staff, with the reason in plain words, sent again or dropped."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update

from models.audit import record
from models.database import ReadSession, Session
from models.errors import NotFoundError
from models.messages import (
    EXPIRES_AFTER,
    INBOX,
    OUTBOX,
    PARKED,
    InboxRow,
    InboxState,
    Kind,
    OutboxRow,
    OutboxState,
    is_parked,
    is_unsent,
)
from models.offices import Office
from models.people import Address, Person, Seeker
from models.regions import visible_to
from services.phones import masked_name, masked_phone
from services.texts import say

LATELY = timedelta(days=7)
IN, OUT = "in", "out"
REASONS = (
    "blocked",
    "content_refused",
    "expired",
    "file_gone",
    "gateway_away",
    "gateway_babbles",
    "gateway_balance",
    "gateway_error",
    "gateway_login",
    "gateway_refused",
    "gateway_slow",
    "no_handle",
    "no_such_chat",
    "no_such_number",
    "phone_off",
    "program_error",
    "rejected",
    "throttled",
    "undelivered",
)


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that stands still. `direction`: "in" (could not be handled) or "out" (could not be delivered)."""

    id: int
    direction: str
    person_id: int
    who: str
    channel: str
    kind: str
    since: datetime
    attempts: int
    reason: str  # a code; `why` says it


def why(language: str, reason: str) -> str:
    """The reason in plain words, with what to do."""
    return say(language, f"parked.{reason}" if reason in REASONS else "parked.program_error")


async def parked(session: ReadSession, *, limit: int = 100) -> list[Parked]:
    """The newest first, of the whole installation."""
    rows = [await _out(session, row) for row in await session.execute(_unsent().limit(limit))]
    query = (
        select(InboxRow, Address.person_id)
        .join(Address, Address.id == InboxRow.address_id)
        .where(InboxRow.state == InboxState.PARKED)
        .order_by(InboxRow.id.desc())
    )
    for row, person_id in await session.execute(query.limit(limit)):
        who = await _who(session, person_id)
        since = row.handled_at or row.received_at
        rows.append(Parked(row.id, IN, person_id, who, row.channel, "", since, row.attempts, "program_error"))
    return sorted(rows, key=lambda one: one.since, reverse=True)[:limit]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Due messages of a channel that have not left yet; `reason` of the last attempt of the oldest, '' for none."""

    channel: str
    rows: int
    since: datetime
    reason: str


async def waiting(session: ReadSession) -> list[Waiting]:
    """What should have left on the channels that we call: a gateway that is away is seen before anything expires."""
    rings = tuple(name for name, facts in session.channels.items() if facts.rings)
    due = is_unsent(OUTBOX.c) & (OUTBOX.c.state == OutboxState.WAITING) & OUTBOX.c.channel.in_(rings)
    rows = await session.execute(
        select(OUTBOX.c.channel, OUTBOX.c.created_at, OUTBOX.c.error, OUTBOX.c.attempts, OUTBOX.c.due_at)
        .where(due)
        .order_by(OUTBOX.c.id)
    )
    found: dict[str, list[Any]] = {}
    for row in rows:
        if row.attempts or row.due_at <= session.now:
            found.setdefault(row.channel, []).append(row)
    return [Waiting(name, len(some), some[0].created_at, some[0].error or "") for name, some in found.items()]


def parked_lately(now: datetime, region: str) -> Select[Any]:
    """What was not delivered to the region's seekers in the last week, as a query of row ids."""
    query = (
        select(OutboxRow.id)
        .join(Seeker, Seeker.person_id == OutboxRow.person_id)
        .join(Office, Office.id == Seeker.office_id)
        .where(is_parked(OutboxRow), OutboxRow.created_at > now - LATELY)
    )
    return visible_to(query, Office.region, region)


def _unsent() -> Select[Any]:
    return select(OUTBOX).where(is_parked(OUTBOX.c), OUTBOX.c.action == "send").order_by(OUTBOX.c.id.desc())


async def _out(session: ReadSession, row: Any) -> Parked:
    who = await _who(session, row.person_id)
    reason = row.error or "expired"
    return Parked(row.id, OUT, row.person_id, who, row.channel, row.kind, row.due_at, row.attempts, reason)


async def _who(session: ReadSession, person_id: int) -> str:
    person = await session.get_one(Person, person_id)
    phone = person.phone(session)
    return f"{masked_name(person.name(session))} {masked_phone(phone) if phone else ''}".strip()


async def retry(session: Session, ids: Iterable[int]) -> int:
    """Let parked messages leave (or be handled) once more, with a new time to live. Raises NotFoundError."""
    return await _each(session, ids, _retry_out, _retry_in, "messages.retried")


async def drop(session: Session, ids: Iterable[int]) -> int:
    """Give parked messages up. Raises NotFoundError."""
    return await _each(session, ids, _drop_out, _drop_in, "messages.dropped")


async def _each(session: Session, ids: Iterable[int], out: Any, inward: Any, action: str) -> int:
    done = 0
    for row_id in ids:
        row = await session.get(OutboxRow, row_id)
        if row is not None and row.state in PARKED:
            await out(session, row)
        elif not await inward(session, row_id):
            raise NotFoundError(f"{row_id}: no parked message has this number; see `zhaohuo messages parked`")
        record(session, actor=None, action=action, subject=f"messages:{row_id}")
        done += 1
    return done


async def _retry_out(session: Session, row: OutboxRow) -> None:
    row.state, row.error, row.attempts = OutboxState.WAITING, None, 0
    row.due_at = session.now
    row.expires_at = session.now + EXPIRES_AFTER[Kind(row.kind)]
    address = await session.get_one(Address, row.address_id)
    address.blocked_at = None  # whoever asks for a retry thinks that it can be reached
    session.touch(row.address_id, row.channel)


async def _retry_in(session: Session, row_id: int) -> bool:
    return await _move_in(session, row_id, {"state": InboxState.WAITING, "attempts": 0, "handled_at": None})


async def _drop_out(_session: Session, row: OutboxRow) -> None:
    row.state = OutboxState.DROPPED


async def _drop_in(session: Session, row_id: int) -> bool:
    return await _move_in(session, row_id, {"state": InboxState.HANDLED})


async def _move_in(session: Session, row_id: int, values: dict[str, Any]) -> bool:
    moved = await session.scalar(
        update(INBOX)
        .where(INBOX.c.id == row_id, INBOX.c.state == InboxState.PARKED)
        .values(**values)
        .returning(INBOX.c.id)
    )
    return moved is not None
