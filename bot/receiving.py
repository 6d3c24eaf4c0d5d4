"""From what a channel read to stored messages: addresses found or made, parts of long messages joined, receipts noted.

All of a request is one transaction; only after its commit does the sender hear that it arrived.
"""

from __future__ import annotations

import json
import logging
from collections import OrderedDict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select

from bot.channels.base import Heard, Reading, Verdict
from bot.inbox import BODY, Arrival, store
from models.database import Session
from models.messages import InboxRow, InboxState, OddArrival, is_part
from services.access import ensure_address, find_address
from services.sending import receive_receipt

ODD = "odd_arrivals.body"
LARGEST_ODD = 64 * 1024
REMEMBERED = 20_000
FRESH = timedelta(hours=1)
PATIENCE = timedelta(minutes=2)
REPEATED = timedelta(minutes=10)
log = logging.getLogger(__name__)


class AddressBook:
    """The addresses of handles that wrote lately, so that the busy ones cost no query."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[int, datetime]] = OrderedDict()

    async def find(self, session: Session, channel: str, handle: str) -> int:
        """The address of the handle, made if need be; asked anew each hour, since retention takes silent handles."""
        known = self._known.get((channel, handle))
        if known is not None and session.now - known[1] < FRESH:
            return known[0]
        address = await ensure_address(session, channel, handle)
        return address.id

    def remember(self, channel: str, handle: str, address_id: int, moment: datetime) -> None:
        """Only after the commit: an address of a transaction that failed is none."""
        self._known[channel, handle] = (address_id, moment)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)


async def take(session: Session, channel: str, reading: Reading, book: AddressBook | None = None) -> None:
    """Store everything of a reading."""
    book = book or AddressBook()
    arrivals = []
    for one in reading.heard:
        address_id = await book.find(session, channel, one.handle)
        session.after_commit(partial(book.remember, channel, one.handle, address_id, session.now))
        arrivals.append(_arrival(channel, address_id, one))
    await store(session, [arrival for arrival in arrivals if arrival.part is None])
    for arrival in arrivals:
        if arrival.part is not None and not await _is_repeated(session, arrival, arrival.part):
            await store(session, [arrival])
            await join_parts(session, arrival.address_id, arrival.part)
    for receipt in reading.receipts:
        await receive_receipt(session, channel, receipt.row_id, receipt.state, receipt.reason)
    for odd in reading.odd:
        await put_aside(session, channel, Verdict.PUT_ASIDE, odd)
    for handle in reading.left:
        address = await find_address(session, channel, handle)
        if address is not None:
            address.blocked_at = session.now


def _arrival(channel: str, address_id: int, one: Heard) -> Arrival:
    body = {**one.body, "part": list(one.part)} if one.part else dict(one.body)
    return Arrival(channel, one.external_id, address_id, body, part=one.part)


async def join_parts(session: Session, address_id: int, part: tuple[int, int, int], *, late: bool = False) -> bool:
    """When all parts of a long message are there, or `late`, make it one message; whether that happened.

    The last row to come becomes the message, in its place in the conversation; a part that is missing is "…".
    """
    reference, total, _ = part
    theirs = [(row, body) for row, body in await _parts(session, address_id) if body["part"][:2] == [reference, total]]
    texts = {body["part"][2]: body["text"] for _, body in theirs}
    if not theirs or (len(texts) < total and not late):
        return False
    *before, (last, _) = theirs
    text = "".join(texts.get(number, "…") for number in range(1, total + 1))
    body = {"text": text, "joined": [reference, total]}
    last.body_sealed = session.keys.seal(json.dumps(body), BODY, last.id)
    last.state = InboxState.WAITING
    for row, _ in before:
        row.state, row.handled_at = InboxState.HANDLED, session.now
    await session.flush()
    log.info("message.%s", Verdict.PART_JOINED if len(texts) == total else Verdict.PART_MISSING)
    return True


async def _is_repeated(session: Session, arrival: Arrival, part: tuple[int, int, int]) -> bool:
    """Whether the part is in a message that was whole already: the network brings a part again under a new id.

    A phone uses a reference again after 256 long messages, so the words are compared too.
    """
    rows = await session.scalars(
        select(InboxRow).where(
            InboxRow.address_id == arrival.address_id,
            InboxRow.received_at > session.now - REPEATED,
            InboxRow.body_sealed.is_not(None),
        )
    )
    for row in rows:
        body = json.loads(session.keys.open(row.body_sealed or b"", BODY, row.id))
        if body.get("joined") == [part[0], part[1]] and arrival.body["text"] in body["text"]:
            log.info("message.%s", Verdict.PART_TWICE)
            return True
    return False


async def _parts(session: Session, address_id: int) -> list[tuple[InboxRow, dict[str, Any]]]:
    rows = await session.scalars(
        select(InboxRow).where(InboxRow.address_id == address_id, is_part(InboxRow)).order_by(InboxRow.id)
    )
    return [(row, json.loads(session.keys.open(row.body_sealed or b"", BODY, row.id))) for row in rows]


async def join_late(session: Session, channel: str) -> int:
    """Long messages that wait in vain for a part are handled with what came; how many."""
    old = await session.execute(
        select(InboxRow.address_id)
        .where(is_part(InboxRow), InboxRow.channel == channel)
        .where(InboxRow.received_at < session.now - PATIENCE)
        .distinct()
    )
    joined = 0
    for address_id in old.scalars().all():
        for row, body in await _parts(session, address_id):
            if row.received_at < session.now - PATIENCE:
                joined += await join_parts(session, address_id, tuple(body["part"]), late=True)
    return joined


async def put_aside(session: Session, channel: str, reason: str, body: bytes) -> None:
    """Keep what a proven sender sent and nobody could read."""
    row_id = session.new_id()
    text = body[:LARGEST_ODD].decode("latin-1")
    sealed = session.keys.seal(text, ODD, row_id)
    session.add(OddArrival(id=row_id, channel=channel, reason=reason, body_sealed=sealed, received_at=session.now))
