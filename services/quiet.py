"""When a phone may ring unasked: not at night, not at lunch, not more than three times a day (`promises.md` §5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from models.clock import SHANGHAI, at, business_date
from models.database import ReadSession, Session
from models.messages import Kind, OutboxRow, OutboxState
from models.offices import Officer
from models.people import Address, Seeker
from models.quiet import Hours

DAYS_AHEAD = 7
NEVER_RANG = (OutboxState.DROPPED, OutboxState.EXPIRED)
Planned = Counter[tuple[int, date]]  # how many unasked messages ring at an address on a day


async def due_at(session: Session, letters: Sequence[tuple[Address, int]], kind: Kind) -> list[datetime]:
    """The first moment at which each message of this kind may ring; `letters`: (address, person).

    An answer may at once, and so may what is about an interview. An appointed officer's number has no daily cap.
    """
    rings = {address.id for address, _ in letters if session.channels[address.channel].rings}
    if kind in (Kind.REPLY, Kind.INTERVIEW) or not rings:
        return [session.now] * len(letters)
    people = {person_id for _, person_id in letters}
    regions = await _regions(session, people)
    officers = await _officers(session, people)
    planned = await _planned(session, rings)
    due = []
    for address, person_id in letters:
        moment = session.now
        if address.id in rings:
            hours = session.quiet_hours.of(regions.get(person_id))
            most = None if person_id in officers else session.quiet_hours.a_day
            moment = _first_free(planned, address.id, hours, session.now, most)
            planned[address.id, business_date(moment)] += 1
        due.append(moment)
    return due


def _first_free(planned: Planned, address_id: int, hours: Hours, now: datetime, most: int | None) -> datetime:
    moment = hours.after(now)
    for _ in range(DAYS_AHEAD):
        if most is None or planned[address_id, business_date(moment)] < most:
            break
        moment = at(moment.astimezone(SHANGHAI) + timedelta(days=1), hours.night_to)
    return moment


async def _regions(session: ReadSession, people: Collection[int]) -> dict[int, str | None]:
    rows = await session.execute(select(Seeker.person_id, Seeker.region).where(Seeker.person_id.in_(people)))
    return {row[0]: row[1] for row in rows}


async def _officers(session: ReadSession, people: Collection[int]) -> frozenset[int]:
    query = select(Officer.person_id).where(Officer.person_id.in_(people), Officer.ended_at.is_(None))
    return frozenset(await session.scalars(query))


async def _planned(session: Session, addresses: Collection[int]) -> Planned:
    """Unasked messages from today on, those of this transaction too."""
    begin = at(session.now.astimezone(SHANGHAI), time(0))
    rows = await session.execute(
        select(OutboxRow.address_id, OutboxRow.due_at)
        .where(OutboxRow.address_id.in_(addresses), OutboxRow.kind != Kind.REPLY, OutboxRow.due_at >= begin)
        .where(OutboxRow.state.not_in(NEVER_RANG))
    )
    planned: Planned = Counter((row[0], business_date(row[1])) for row in rows)
    planned.update(
        (row["at_address"], business_date(row["due_at"]))
        for row in session.outgoing
        if row["at_address"] in addresses and row["kind"] != Kind.REPLY
    )
    return planned
