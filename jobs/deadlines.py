"""Deadlines of the forms: who has not filed hears of it ten, three and one day before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from jobs.runner import Counts
from models.database import ReadSession, Session
from models.offices import Office, Officer, Role
from models.states import FilingState
from reports.filing import newest
from reports.form_files import known_forms, load_form
from reports.periods import read_period
from services.notices import tell

TOLD_BEFORE = (10, 3, 1)
FILED = frozenset({FilingState.SUBMITTED, FilingState.ACCEPTED, FilingState.LOCKED})


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is to be filed soon."""

    form: str
    period: str
    name: str
    due: date


def due_soon(today: date, within: int = TOLD_BEFORE[0]) -> Iterator[Due]:
    """Every report of every form whose last day comes within so many days."""
    for code in known_forms():
        form = load_form(code)
        for year in (today.year, today.year + 1):
            for deadline in form.deadlines:
                period = read_period(form, f"{year}-{deadline.word}" if deadline.word else str(year))
                if period.due is not None and 0 <= (period.due - today).days <= within:
                    yield Due(code, period.word, period.name, period.due)


async def is_filed(session: ReadSession, due: Due, region: str) -> bool:
    """Whether the region has submitted it, and it was not returned."""
    filing = await newest(session, due.form, region, due.period)
    return filing is not None and filing.state in FILED


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
