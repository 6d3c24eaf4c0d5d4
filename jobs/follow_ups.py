"""Follow-ups that are due, interviews that come or have passed, employers who owe an answer: some at a time."""

from __future__ import annotations

from collections import Counter

from sqlalchemy import exists, select

from jobs.runner import Cursor, Step
from models.applications import Application
from models.database import Session
from models.follow_ups import FollowUp
from models.states import ApplicationState, FollowUpState
from services import follow_ups

AT_ONCE = 200


async def follow_up(session: Session, cursor: Cursor) -> Step:
    """First the questions after hires are made, then whatever is due is asked or given up."""
    if "after" not in cursor:
        return Step({"after": 0}, {"hired_chased": await _chase(session)})
    rows = await session.scalars(
        select(FollowUp)
        .where(FollowUp.id > cursor["after"], FollowUp.due_on <= session.today)
        .where(FollowUp.state.in_((FollowUpState.WAITING, FollowUpState.ASKED)))
        .order_by(FollowUp.id)
        .limit(AT_ONCE)
    )
    counts: Counter[str] = Counter()
    last = None
    for row in rows.all():
        last = row.id
        if row.state in (FollowUpState.WAITING, FollowUpState.ASKED):  # a later mark may have cancelled it
            counts[await follow_ups.ask(session, row)] += 1
            await session.flush()
    return Step(None if last is None else {"after": last}, dict(counts))


async def _chase(session: Session) -> int:
    """Hired days ago, nobody has confirmed a first day, and nobody was asked yet."""
    asked = exists().where(FollowUp.application_id == Application.id)
    rows = await session.scalars(
        select(Application)
        .where(Application.state == ApplicationState.HIRED)
        .where(Application.state_since < session.now - follow_ups.STARTED_AFTER, ~asked)
        .order_by(Application.id)
        .limit(1000)
    )
    found = rows.all()
    for application in found:
        await follow_ups.chase_hired(session, application)
    await session.flush()
    return len(found)
