"""What leaves: rows claimed for their channel, and what became of each (the contract P4-P6 of `promises.md` §2).

A row is marked `sending` in a transaction of its own before the channel is called, and what the channel said is
written after it. Whoever dies in between leaves the mark: the next sender flags the row and sends it again.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, select, update

from models.database import ReadSession, Session
from models.messages import OUTBOX, Choice, Kind, OutboxState, Outgoing, is_unsent
from models.people import Address, Person
from services import outbox
from services.access import HANDLE
from services.texts import say

FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(minutes=15)
NO_HANDLE = "no_handle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One message to one handle, as a channel gets it. `target`: the channel's own id of the message meant."""

    id: int
    address_id: int
    person_id: int
    handle: str
    action: str  # send | edit | delete
    target: str | None
    text: str
    choices: tuple[Choice, ...]
    share: str | None  # contact | location: what a button may offer to send
    file: Path | None
    kind: Kind
    language: str
    attempts: int
    expires_at: datetime

    @property
    def unasked(self) -> bool:
        """Whether nobody wrote to get this: it must say how to stop it."""
        return self.kind != Kind.REPLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of an envelope. `reason` is a code with a text `parked.<reason>` for staff."""

    envelope: Envelope
    state: OutboxState  # SENT | WAITING (again, later) | FAILED
    reason: str = ""
    external_id: str | None = None
    segments: int | None = None
    cost: int | None = None
    wait: float | None = None  # seconds that the channel asked for
    unreachable: bool = False  # the address reaches nobody any more
    doubtful: bool = False  # it may have left all the same: the next attempt may be its second copy


@cache
def _due() -> Select[int]:
    """The due rows of `:channel` at `:now`, at most `:most`: urgent first, each address's in order, one of an address.

    Built once: the sender asks it after every commit that leaves something to send.
    """
    row, before, busy = OUTBOX.c, OUTBOX.alias("before").c, OUTBOX.alias("busy").c
    return (
        select(row.id)
        .where(
            row.channel == bindparam("channel"),
            is_unsent(row),
            row.state == OutboxState.WAITING,
            row.due_at <= bindparam("now"),
            row.expires_at > bindparam("now"),
            ~exists().where(
                before.address_id == row.address_id,
                before.seq < row.seq,
                is_unsent(before),
                before.priority <= row.priority,
            ),
            ~exists().where(busy.address_id == row.address_id, is_unsent(busy), busy.state == OutboxState.SENDING),
        )
        .order_by(row.priority, row.id)
        .limit(bindparam("most"))
    )


@cache
def _rows() -> Select[*tuple[Any, ...]]:
    """The rows `:ids` with what an envelope needs."""
    target, address, person = OUTBOX.alias("target").c, Address.__table__.c, Person.__table__.c
    return (
        select(OUTBOX, address.handle_sealed, person.language, target.external_id.label("target_id"))
        .join(Address.__table__, address.id == OUTBOX.c.address_id)
        .join(Person.__table__, person.id == OUTBOX.c.person_id)
        .outerjoin(target.id.table, and_(target.id == OUTBOX.c.target, target.address_id == OUTBOX.c.address_id))
        .where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
        .order_by(OUTBOX.c.priority, OUTBOX.c.id)
    )


_CLAIMED = (
    update(OUTBOX)
    .where(OUTBOX.c.id.in_(bindparam("ids", expanding=True)))
    .values(state=OutboxState.SENDING, sending_since=bindparam("now"))
)


async def claim(session: Session, channel: str, most: int) -> list[Envelope]:
    """Mark up to `most` due rows as being sent, the urgent first, each address's in order, one of an address."""
    due = await session.scalars(_due(), {"channel": channel, "now": session.now, "most": most})
    ids = due.all()
    if not ids:
        return []
    await session.execute(_CLAIMED, {"ids": ids, "now": session.now})
    return await _envelopes(session, ids)


async def _envelopes(session: ReadSession, ids: Sequence[int]) -> list[Envelope]:
    rows = await session.execute(_rows(), {"ids": ids})
    found = []
    for row in rows.mappings().all():
        body = outbox.read_body(session, row["id"], row["body_sealed"])
        domestic = session.channels[row["channel"]].domestic
        found.append(
            Envelope(
                id=row["id"],
                address_id=row["address_id"],
                person_id=row["person_id"],
                handle=session.keys.open(row["handle_sealed"], HANDLE, row["address_id"]),
                action=row["action"],
                target=row["target_id"],
                text=await outbox.with_contact(session, body["text"], row, domestic=domestic),
                choices=tuple(Choice(*choice) for choice in body["choices"]),
                share=body.get("share"),
                file=Path(body["file"]) if body.get("file") else None,
                kind=Kind(row["kind"]),
                language=row["language"],
                attempts=row["attempts"],
                expires_at=row["expires_at"],
            )
        )
    return found


async def settle(session: Session, outcomes: Iterable[Outcome], chance: random.Random) -> None:
    """Write what became of the envelopes; a receipt that was faster keeps the last word."""
    for outcome in outcomes:
        match outcome.state:
            case OutboxState.SENT:
                await _sent(session, outcome)
            case OutboxState.WAITING:
                await _again(session, outcome, chance)
            case _:
                await _failed(session, outcome)


_SENT = (
    update(OUTBOX)
    .where(OUTBOX.c.id == bindparam("row_id"))
    .values(
        sent_at=bindparam("moment"),
        external_id=bindparam("theirs"),
        segments=bindparam("parts"),
        cost=bindparam("price"),
        attempts=OUTBOX.c.attempts + 1,
        error=None,
    )
)


async def _sent(session: Session, outcome: Outcome) -> None:
    values = {
        "row_id": outcome.envelope.id,
        "moment": session.now,
        "theirs": outcome.external_id,
        "parts": outcome.segments,
        "price": outcome.cost,
    }
    await session.execute(_SENT, values)
    await _move(session, outcome.envelope.id, (OutboxState.SENDING,), OutboxState.SENT)


async def _again(session: Session, outcome: Outcome, chance: random.Random) -> None:
    """Later: when the channel said, or 5 s, 10 s, 20 s ... with jitter; never behind the message's own end."""
    envelope = outcome.envelope
    if outcome.wait is not None:
        due, attempts = session.now + timedelta(seconds=outcome.wait), envelope.attempts
    else:
        pause = min(FIRST_RETRY * 2.0 ** min(envelope.attempts, 20), LONGEST_RETRY)
        due, attempts = session.now + pause * chance.uniform(0.75, 1.0), envelope.attempts + 1
    over = due >= envelope.expires_at
    await session.execute(
        update(OUTBOX)
        .where(OUTBOX.c.id == envelope.id, OUTBOX.c.state == OutboxState.SENDING)
        .values(
            state=OutboxState.EXPIRED if over else OutboxState.WAITING,
            due_at=due,
            attempts=attempts,
            sending_since=None,
            error=outcome.reason,
            **({"maybe_twice": True} if outcome.doubtful else {}),
        )
    )


async def _failed(session: Session, outcome: Outcome) -> None:
    """Parked: staff see it. Where the message was at fault and not the address, the person gets a polite line."""
    envelope = outcome.envelope
    moved = await _move(session, envelope.id, (OutboxState.SENDING,), OutboxState.FAILED, outcome.reason)
    if not moved:
        return
    if outcome.unreachable:
        await session.execute(update(Address).where(Address.id == envelope.address_id).values(blocked_at=session.now))
    elif envelope.kind == Kind.REPLY and envelope.action == "send":
        words = say(envelope.language, "sorry.not_sent")
        if envelope.text != words:
            await _apologise(session, envelope, words)


async def _apologise(session: Session, envelope: Envelope, words: str) -> None:
    address = await session.get_one(Address, envelope.address_id)
    out = Outgoing(id=session.new_id(), person_id=envelope.person_id, text=words)
    outbox.add(session, [outbox.row_values(session, address.id, address.channel, out)])


async def _move(
    session: Session, row_id: int, current: tuple[OutboxState, ...], state: OutboxState, reason: str | None = None
) -> bool:
    """Whether the row was in one of these states and is in the new one now."""
    moved = await session.scalar(
        update(OUTBOX)
        .where(OUTBOX.c.id == row_id, OUTBOX.c.state.in_(current))
        .values(state=state, error=reason, sending_since=None)
        .returning(OUTBOX.c.id)
    )
    return moved is not None


async def receive_receipt(session: Session, channel: str, row_id: int, state: OutboxState, reason: str = "") -> bool:
    """A receipt: the same twice is once, and nothing final moves back. Returns whether it said something new.

    A row that waits for another attempt because its answer was lost need not be sent again once it was delivered.
    """
    under_way = OUTBOX.c.state.in_((OutboxState.SENDING, OutboxState.SENT))
    tried = (OUTBOX.c.state == OutboxState.WAITING) & ((OUTBOX.c.attempts > 0) | OUTBOX.c.maybe_twice)
    moved = await session.scalar(
        update(OUTBOX)
        .where(OUTBOX.c.id == row_id, OUTBOX.c.channel == channel)
        .where(under_way | tried if state == OutboxState.DELIVERED else under_way)
        .values(state=state, receipt_at=session.now, sending_since=None, error=reason or None)
        .returning(OUTBOX.c.id)
    )
    return moved is not None


async def flag_in_flight(session: Session, channel: str) -> int:
    """A new sender: what its predecessor had in flight may have left; each is flagged and sent again."""
    rows = await session.scalars(
        update(OUTBOX)
        .where(OUTBOX.c.channel == channel, is_unsent(OUTBOX.c), OUTBOX.c.state == OutboxState.SENDING)
        .values(state=OutboxState.WAITING, sending_since=None, maybe_twice=True)
        .returning(OUTBOX.c.id)
    )
    return len(rows.all())


async def expire(session: Session, channel: str) -> None:
    """What waited beyond its own end is sent no more; staff see it."""
    await session.execute(
        update(OUTBOX)
        .where(OUTBOX.c.channel == channel, is_unsent(OUTBOX.c), OUTBOX.c.state == OutboxState.WAITING)
        .where(OUTBOX.c.expires_at <= session.now)
        .values(state=OutboxState.EXPIRED, error="expired")
    )
