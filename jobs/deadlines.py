"""Deadlines of the forms: who has not filed hears of it ten, three and one day before."""

from __future__ import annotations

from sqlalchemy import select

from jobs.runner import Counts
from models.database import Session
from models.offices import Office, Officer, Role
from reports.deadlines import due_soon, is_filed
from services.notices import tell

TOLD_BEFORE = (10, 3, 1)


async def remind_to_file(session: Session) -> Counts:
    """The supervisors of every office whose region has not filed."""
    told = 0
    for due in due_soon(session.today):
        left = (due.due - session.today).days
        if left not in TOLD_BEFORE:
            continue
        rows = await session.execute(
            select(Office.region, Officer.person_id)
            .join(Officer, Officer.office_id == Office.id)
            .where(Officer.role == Role.SUPERVISOR, Officer.ended_at.is_(None))
            .distinct()
        )
        for region, person_id in rows.all():
            if not await is_filed(session, due, region):
                told += await tell(
                    session, person_id, "notice.filing_due", form=due.form, name=due.name, region=region, n=left
                )
    return {"told": told}
