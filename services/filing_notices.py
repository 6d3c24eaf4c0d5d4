"""Who hears of a report: the office above that it waits, the supervisor who filed it what became of it."""

from __future__ import annotations

from sqlalchemy import select

from matching.places import ancestors, full_name
from models.database import ReadSession, Session
from models.filings import Filing
from models.offices import Office, Officer, Role
from models.people import Person
from models.states import FilingState
from services.merged import go_on
from services.notices import tell

ANSWERING = (Role.SUPERVISOR, Role.STAFF)
ANSWERED = {
    FilingState.ACCEPTED: "notice.filing_accepted",
    FilingState.RETURNED: "notice.filing_returned",
    FilingState.LOCKED: "notice.filing_locked",
}


async def tell_above(session: Session, filing: Filing, title: str) -> None:
    """A report was submitted and waits for the nearest office above."""
    for person in await _officers_above(session, filing.region):
        await tell(session, person, "notice.filing_submitted", title=title, place=full_name(filing.region))


async def tell_filer(session: Session, filing: Filing, title: str) -> None:
    """The office above has answered."""
    key = ANSWERED[FilingState(filing.state)]
    filer = await go_on(session, await session.get(Person, filing.submitted_by))
    if filer is not None:
        await tell(session, filer.id, key, title=title, reason=filing.reason or "")


async def _officers_above(session: ReadSession, region: str) -> list[int]:
    for place in ancestors(region)[1:]:
        rows = await session.scalars(
            select(Officer.person_id)
            .join(Office, Office.id == Officer.office_id)
            .where(Office.region == place, Officer.ended_at.is_(None), Officer.role.in_(ANSWERING))
            .order_by(Officer.person_id)
        )
        if found := list(rows):
            return found
    return []
