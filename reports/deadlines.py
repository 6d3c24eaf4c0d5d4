"""Which reports are due soon, and whose is still missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from matching.places import ancestors
from models.database import ReadSession
from models.offices import Office
from models.regions import visible_to
from models.states import FilingState
from reports.filing import newest
from reports.form_files import known_forms, load_form
from reports.periods import read_period

SOON = 10  # days
FILED = frozenset({FilingState.SUBMITTED, FilingState.ACCEPTED, FilingState.LOCKED})


@dataclass(frozen=True, slots=True)
class Due:
    """A report that is to be filed soon."""

    form: str
    period: str
    name: str
    due: date


def due_soon(today: date, within: int = SOON) -> Iterator[Due]:
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


async def missing_below(session: ReadSession, due: Due, region: str) -> list[str]:
    """The regions whose next office above is this one's and that have not filed."""
    found = await session.scalars(visible_to(select(Office.region).distinct(), Office.region, region))
    offices = set(found) | {region}
    below = [place for place in sorted(offices) if place != region and _above(place, offices) == region]
    return [place for place in below if not await is_filed(session, due, place)]


def _above(place: str, offices: set[str]) -> str | None:
    return next((above for above in ancestors(place)[1:] if above in offices), None)
