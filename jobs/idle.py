"""Two years without contact: a notice a month before, then everything that leads to the person is deleted."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from jobs.runner import Counts
from models.database import Session
from models.messages import InboxRow
from models.people import Address, Person, Seeker
from services.leaving import forget
from services.notices import tell

FORGOTTEN_AFTER = timedelta(days=730)
TOLD_AFTER = timedelta(days=700)
DAY = timedelta(days=1)


async def forget_idle(session: Session) -> Counts:
    """Tell those who are silent for 700 days, forget those who are for 730 (`promises.md` §5)."""
    silent = await _silent_since(session, session.now - TOLD_AFTER)
    forgotten = told = 0
    for person_id, last in silent:
        if last <= session.now - FORGOTTEN_AFTER:
            await forget(session, person_id)
            forgotten += 1
        elif last > session.now - TOLD_AFTER - DAY:
            told += await tell(session, person_id, "notice.idle")
    return {"forgotten": forgotten, "told": told}


async def _silent_since(session: Session, moment: datetime) -> list[tuple[int, datetime]]:
    """(person, last contact) of the seekers from whom nothing came after this moment."""
    last = func.coalesce(func.max(InboxRow.received_at), Seeker.registered_at)
    rows = await session.execute(
        select(Seeker.person_id, last.label("last"))
        .join(Person, Person.id == Seeker.person_id)
        .outerjoin(Address, Address.person_id == Seeker.person_id)
        .outerjoin(InboxRow, InboxRow.address_id == Address.id)
        .where(Person.deleted_at.is_(None))
        .group_by(Seeker.person_id, Seeker.registered_at)
        .having(last <= moment)
    )
    return [(row.person_id, row.last) for row in rows]
