"""Who may do what with a report: the own office files it, the next office above answers it."""

from __future__ import annotations

from sqlalchemy import select

from matching.places import ancestors
from models.database import ReadSession
from models.filings import Filing
from models.offices import Office, Officer, Role
from models.people import Person
from reports.errors import ReportRefusedError

STAFF = (Role.SUPERVISOR, Role.STAFF)


class FilingRefusedError(ReportRefusedError):
    """It cannot be filed so; the sentence says what is missing."""


async def check_supervisor(session: ReadSession, person: int, region: str) -> None:
    """Raises FilingRefusedError for anybody but a supervisor of the region's own office."""
    if not await _is_at(session, person, region, (Role.SUPERVISOR,)):
        raise FilingRefusedError("a report is submitted by a supervisor of the region's own office")


async def check_own(session: ReadSession, person: int, region: str) -> None:
    """Raises FilingRefusedError for anybody who does not work at the region's own office."""
    if not await _is_at(session, person, region, STAFF):
        raise FilingRefusedError("only the region's own office looks into its claims")


async def check_above(session: ReadSession, person: int, region: str) -> None:
    """Raises FilingRefusedError for anybody who does not work at the nearest office above the region."""
    above = await next_above(session, region)
    if above is None or not await _is_at(session, person, above, STAFF):
        raise FilingRefusedError("only the office of the level above answers a report or enters signed totals")


async def check_answering(session: ReadSession, person: int, filing: Filing) -> None:
    """The same, and not who submitted it, whatever other office they work at."""
    await check_above(session, person, filing.region)
    if person == await _goes_on_as(session, filing.submitted_by):
        raise FilingRefusedError("a report is not answered by who submitted it")


async def _goes_on_as(session: ReadSession, person: int) -> int:
    """Under which record the person goes on after merges; the filing's hash holds the one of then."""
    while into := await session.scalar(select(Person.merged_into).where(Person.id == person)):
        person = into
    return person


async def next_above(session: ReadSession, region: str) -> str | None:
    """The nearest region above that has an office."""
    for place in ancestors(region)[1:]:
        if await session.scalar(select(Office.id).where(Office.region == place).limit(1)):
            return place
    return None


async def _is_at(session: ReadSession, person: int, region: str, roles: tuple[Role, ...]) -> bool:
    query = (
        select(Officer.id)
        .join(Office, Office.id == Officer.office_id)
        .where(Officer.person_id == person, Officer.ended_at.is_(None))
        .where(Office.region == region, Officer.role.in_(roles))
    )
    return await session.scalar(query.limit(1)) is not None
