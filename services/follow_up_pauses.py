"""Pauses: nothing is asked of who went home for the festival, or wishes it so, before a day."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from models.database import ReadSession, Session
from models.follow_ups import SEEKER, FollowUp, FollowUpPause
from models.states import FollowUpState, move
from services.call_tasks import OPEN

FESTIVALS = (  # 春节, as GB/T 33661-2017 (编算和颁行) computes it
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
    date(2030, 2, 3),
    date(2031, 1, 23),
    date(2032, 2, 11),
    date(2033, 1, 31),
    date(2034, 2, 19),
    date(2035, 2, 8),
    date(2036, 1, 28),
)
AFTER_FESTIVAL = timedelta(days=16)  # past 元宵
OTHERWISE_HOME = timedelta(days=30)


def home_until(today: date, named: date | None = None) -> date:
    """Until when nothing is asked of who went home: the day named, else past the festival, else a month."""
    if named is not None and today < named <= today + timedelta(days=120):
        return named
    near = (day + AFTER_FESTIVAL for day in FESTIVALS if day - timedelta(days=90) <= today < day + AFTER_FESTIVAL)
    return next(near, today + OTHERWISE_HOME)


async def pause(session: Session, person_id: int, until: date, *, reason: str = "festival") -> int:
    """Nothing is asked of the person before that day; what was open waits. Returns how many questions wait."""
    known = await session.get(FollowUpPause, person_id)
    if known is None:
        session.add(FollowUpPause(person_id=person_id, until=until, reason=reason, noted_at=session.now))
    else:
        known.until, known.reason, known.noted_at = until, reason, session.now
    query = select(FollowUp).where(FollowUp.person_id == person_id, FollowUp.party == SEEKER, FollowUp.state.in_(OPEN))
    waiting = list(await session.scalars(query))
    for follow_up in waiting:
        if follow_up.state == FollowUpState.ASKED:
            await move(session, follow_up, FollowUpState.WAITING, actor=person_id, why=reason)
            follow_up.tries = 0
        follow_up.due_on = max(follow_up.due_on, until)
    return len(waiting)


async def paused_until(session: ReadSession, person_id: int) -> date | None:
    """The day on which the person may be asked again, if that is still to come."""
    known = await session.get(FollowUpPause, person_id)
    return known.until if known is not None and known.until > session.today else None
