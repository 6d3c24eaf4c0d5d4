"""What is no longer needed goes: unconsented conversations after a day, raw message bodies after thirty."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, exists, func, select, union, update

from models.conversations import Conversation, EntryToken, JoinCode, JoinMiss
from models.database import Session
from models.employers import Recruiter
from models.messages import UNSENT, InboxRow, InboxState, OddArrival, OutboxRow, OutboxState, is_unsent
from models.offices import Officer
from models.people import Address, Consent
from models.suggestions import Suggestion
from services.access import HANDLE

WITHOUT_CONSENT = timedelta(hours=24)
BODIES = timedelta(days=30)
EMPTY_SEALED = 29  # bytes: key number, nonce and tag of an empty text
AT_ONCE = 1000
SUGGESTIONS = timedelta(days=90)  # no advert is open that long


async def forget_old(session: Session) -> None:
    """Empty bodies and conversations past their time (`promises.md` §5); rows stay, so that nothing is done twice."""
    pulled = tuple(name for name, facts in session.channels.items() if not facts.rings)
    await session.execute(  # nobody came for them; what rings is expired by its sender, which tells staff
        update(OutboxRow)
        .where(is_unsent(OutboxRow), OutboxRow.state == OutboxState.WAITING, OutboxRow.expires_at < session.now)
        .where(OutboxRow.channel.in_(pulled))
        .values(state=OutboxState.DROPPED)
    )
    known = union(
        select(Consent.person_id).where(Consent.withdrawn_at.is_(None)),
        select(Recruiter.person_id).where(Recruiter.ended_at.is_(None)),
        select(Officer.person_id).where(Officer.ended_at.is_(None)),
    )
    strangers = select(Address.id).where(Address.person_id.not_in(known))
    day, month = session.now - WITHOUT_CONSENT, session.now - BODIES
    await session.execute(
        delete(Conversation).where(Conversation.person_id.not_in(known), Conversation.updated_at < day)
    )
    done = InboxRow.state.in_((InboxState.HANDLED, InboxState.PARKED)) & InboxRow.body_sealed.is_not(None)
    said = OutboxRow.state.not_in(UNSENT) & OutboxRow.body_sealed.is_not(None)
    await session.execute(
        update(InboxRow)
        .where(done, InboxRow.received_at < day, InboxRow.address_id.in_(strangers))
        .values(body_sealed=None)
    )
    await session.execute(
        update(InboxRow)
        .where(done, InboxRow.body_sealed.is_not(None), InboxRow.received_at < month)
        .values(body_sealed=None)
    )
    await session.execute(
        update(OutboxRow)
        .where(
            said, OutboxRow.body_sealed.is_not(None), OutboxRow.created_at < day, OutboxRow.address_id.in_(strangers)
        )
        .values(body_sealed=None)
    )
    await session.execute(
        update(OutboxRow)
        .where(said, OutboxRow.body_sealed.is_not(None), OutboxRow.created_at < month)
        .values(body_sealed=None)
    )
    await session.execute(delete(EntryToken).where(EntryToken.expires_at < day))
    await session.execute(delete(JoinCode).where(JoinCode.expires_at < day))
    await session.execute(delete(JoinMiss).where(JoinMiss.at < day))
    await session.execute(delete(Suggestion).where(Suggestion.told_on < session.today - SUGGESTIONS))
    await session.execute(delete(OddArrival).where(OddArrival.received_at < month))
    await _forget_numbers(session, known, day)
    await asyncio.to_thread(_forget_files, session.channels.files, month)


def _forget_files(folder: Path | None, month: datetime) -> None:
    """Tables that recruiters sent, and pictures that are drawn anew when somebody asks."""
    for path in folder.iterdir() if folder is not None and folder.is_dir() else ():
        if path.stat().st_mtime < month.timestamp():
            path.unlink(missing_ok=True)


async def _forget_numbers(session: Session, known: Any, day: datetime) -> None:
    """The number or chat of a stranger who said nothing for a day; the blind index knows it when it writes again."""
    silent = ~exists().where(InboxRow.address_id == Address.id, InboxRow.received_at >= day)
    rings = tuple(name for name, facts in session.channels.items() if facts.rings)
    addresses = await session.scalars(
        select(Address)
        .where(Address.channel.in_(rings), Address.person_id.not_in(known), Address.created_at < day, silent)
        .where(func.length(Address.handle_sealed) > EMPTY_SEALED)
        .limit(AT_ONCE)
    )
    for address in addresses:
        address.handle_sealed = session.keys.seal("", HANDLE, address.id)
        address.held_sealed = None
