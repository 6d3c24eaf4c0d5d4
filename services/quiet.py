"""When a phone may ring unasked: not at night, not at lunch, not more than three times a day (`promises.md` §5)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from models.clock import SHANGHAI, at, business_date
from models.database import Session
from models.messages import Kind, OutboxRow, OutboxState
from models.offices import Officer
from models.people import Address, Seeker

DAYS_AHEAD = 7
NEVER_RANG = (OutboxState.DROPPED, OutboxState.EXPIRED)


async def due_at(session: Session, address: Address, person_id: int, kind: Kind) -> datetime:
    """The first moment at which a message of this kind may ring at the address.

    An answer may at once, and so may what is about an interview. An appointed officer's number has no daily cap.
    """
    if kind in (Kind.REPLY, Kind.INTERVIEW) or not session.channels[address.channel].rings:
        return session.now
    seeker = await session.get(Seeker, person_id)
    hours = session.quiet_hours.of(seeker.region if seeker else None)
    moment = hours.after(session.now)
    if await _is_officer(session, person_id):
        return moment
    for _ in range(DAYS_AHEAD):
        if await _planned(session, address.id, moment) < session.quiet_hours.a_day:
            break
        moment = at(moment.astimezone(SHANGHAI) + timedelta(days=1), hours.night_to)
    return moment


async def _is_officer(session: Session, person_id: int) -> bool:
    query = select(Officer.id).where(Officer.person_id == person_id, Officer.ended_at.is_(None))
    return await session.scalar(query.limit(1)) is not None


async def _planned(session: Session, address_id: int, moment: datetime) -> int:
    """How many unasked messages ring at the address on the day of `moment`."""
    begin = at(moment.astimezone(SHANGHAI), time(0))
    waiting = [
        row
        for row in session.outgoing
        if row["at_address"] == address_id
        and row["kind"] != Kind.REPLY
        and business_date(row["due_at"]) == business_date(moment)
    ]
    stored = await session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(OutboxRow.address_id == address_id, OutboxRow.kind != Kind.REPLY)
        .where(OutboxRow.due_at >= begin, OutboxRow.due_at < begin + timedelta(days=1))
        .where(OutboxRow.state.not_in(NEVER_RANG))
    )
    return len(waiting) + (stored or 0)
