"""What is no longer needed goes: unconsented conversations after a day, raw message bodies after thirty."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, union, update

from models.conversations import Conversation, EntryToken
from models.database import Session
from models.employers import Recruiter
from models.messages import InboxRow, InboxState, OutboxRow, OutboxState
from models.offices import Officer
from models.people import Address, Consent

WITHOUT_CONSENT = timedelta(hours=24)
BODIES = timedelta(days=30)


async def forget_old(session: Session) -> None:
    """Empty bodies and conversations past their time (`promises.md` §5); rows stay, so that nothing is done twice."""
    await session.execute(
        update(OutboxRow)
        .where(OutboxRow.state == OutboxState.WAITING, OutboxRow.expires_at < session.now)
        .values(state=OutboxState.EXPIRED)
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
    done = (InboxRow.state != InboxState.WAITING) & InboxRow.body_sealed.is_not(None)
    said = (OutboxRow.state != OutboxState.WAITING) & OutboxRow.body_sealed.is_not(None)
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
