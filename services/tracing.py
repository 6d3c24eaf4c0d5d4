"""One message's story, from its arrival to its receipt, out of what is stored: no text, no number, only facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from models.database import ReadSession
from models.messages import INBOX, OUTBOX, InboxState
from models.people import Address, AddressPerson


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to a message; `indent` 1 for what belongs to the message above."""

    at: datetime
    indent: int
    text: str


async def trace(session: ReadSession, person_id: int, *, limit: int = 20) -> list[Step]:
    """The newest messages of a person at all their addresses, oldest first, each with what became of it."""
    theirs = select(AddressPerson.address_id).where(AddressPerson.person_id == person_id)
    mine = select(Address.id).where(or_(Address.person_id == person_id, Address.id.in_(theirs)))
    arrived = await session.execute(
        select(INBOX).where(INBOX.c.address_id.in_(mine)).order_by(INBOX.c.id.desc()).limit(limit)
    )
    inward = arrived.mappings().all()
    said = await session.execute(
        select(OUTBOX)
        .where(OUTBOX.c.person_id == person_id, OUTBOX.c.id > (inward[-1]["id"] if inward else 0))
        .order_by(OUTBOX.c.id)
        .limit(limit * 5)
    )
    outward = said.mappings().all()
    steps: list[Step] = []
    for row in reversed(inward):
        steps += _arrival(row)
        for reply in (one for one in outward if one["answers"] == row["id"]):
            steps += _delivery(reply, 1)
    alone = [one for one in outward if one["answers"] is None]
    for row in alone:
        steps += _delivery(row, 0)
    return steps if not alone else _in_order(steps)


def _in_order(steps: list[Step]) -> list[Step]:
    """Messages by their first moment, each with its steps below it."""
    blocks: list[list[Step]] = []
    for step in steps:
        if step.indent == 0 and not step.text.startswith(" "):
            blocks.append([])
        blocks[-1].append(step)
    return [step for block in sorted(blocks, key=lambda block: block[0].at) for step in block]


def _arrival(row: Any) -> list[Step]:
    steps = [Step(row["received_at"], 0, f"arrived {row['channel']} message {row['id']}")]
    if row["state"] == InboxState.WAITING:
        steps.append(Step(row["received_at"], 1, f"waits to be handled, attempts {row['attempts']}"))
    elif row["state"] == InboxState.PART:
        steps.append(Step(row["received_at"], 1, "a part of a long message, waits for the others"))
    elif row["handled_at"]:
        error = f" ({row['error']})" if row["error"] else ""
        steps.append(Step(row["handled_at"], 1, f"{row['state']}{error}"))
    return steps


def _delivery(row: Any, indent: int) -> list[Step]:
    answer = "answer" if row["answers"] else row["kind"]
    steps = [Step(row["created_at"], indent, f"{answer} {row['id']} for {row['channel']}, {row['action']}")]
    if row["due_at"] > row["created_at"]:
        steps.append(Step(row["due_at"], indent + 1, f"not before this moment, attempts {row['attempts']}"))
    if row["maybe_twice"]:
        steps.append(Step(row["created_at"], indent + 1, "was in flight when its sender died: it may have come twice"))
    if row["sent_at"]:
        cost = f", {row['segments']} segment(s), {row['cost'] / 100:g} fen" if row["segments"] else ""
        steps.append(Step(row["sent_at"], indent + 1, f"sent, attempts {row['attempts']}{cost}"))
    if row["receipt_at"]:
        steps.append(Step(row["receipt_at"], indent + 1, f"receipt: {row['state']}"))
    elif row["state"] not in ("sent",):
        reason = f" ({row['error']})" if row["error"] else ""
        steps.append(Step(row["due_at"], indent + 1, f"{row['state']}{reason}"))
    return steps
