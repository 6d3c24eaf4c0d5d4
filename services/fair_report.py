"""A fair's report as the Shanghai row has it: employers, posts, visitors, received, intents and their rate, hires."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import func, select

from models.database import ReadSession
from models.fairs import Fair, FairBooth, FairTicket, FairVacancy, FairVenue, FairVisit
from models.vacancies import Vacancy
from services.fairs import venues_of


@dataclass(slots=True)
class FairFigures:
    """Figures of a venue or of the whole fair; persons are distinct, each with the best result.

    `intents` holds everybody with an intent: `hired` on the spot, `hired_later`, or intent only.
    `started`: confirmed by an office, of either.
    """

    place: str
    employers: int = 0
    posts: int = 0
    visits: int = 0  # 人次: a person on two days is two
    visitors: int = 0
    received: int = 0
    intents: int = 0
    hired: int = 0
    hired_later: int = 0
    started: int = 0

    @property
    def rate(self) -> str:
        """意向率 with both numbers; — where nobody was received."""
        if not self.received:
            return "—"
        return f"{self.intents}/{self.received} = {100 * self.intents / self.received:.0f}%"


@dataclass(slots=True)
class FairReport:
    """The whole, and each venue."""

    fair: Fair
    total: FairFigures
    venues: list[FairFigures] = field(default_factory=list)


async def report(session: ReadSession, fair: Fair) -> FairReport:
    """Count what is recorded of the fair now. A person at two venues is one person in the total."""
    venues = await venues_of(session, fair.id)
    found = FairReport(fair, await _figures(session, fair, fair.title, [venue.id for venue in venues]))
    found.venues = [await _figures(session, fair, venue.place, [venue.id]) for venue in venues]
    return found


async def _figures(session: ReadSession, fair: Fair, place: str, venues: list[int]) -> FairFigures:
    figures = FairFigures(place)
    booths = list(await session.scalars(select(FairBooth).where(FairBooth.venue_id.in_(venues))))
    figures.employers = len({booth.employer_id for booth in booths})
    figures.posts = await _posts(session, booths)
    visits = select(func.count(), func.count(FairVisit.person_id.distinct())).where(FairVisit.venue_id.in_(venues))
    figures.visits, figures.visitors = (await session.execute(visits)).one()
    received = select(func.count(FairVisit.person_id.distinct())).where(
        FairVisit.venue_id.in_(venues), FairVisit.received_at.is_not(None)
    )
    figures.received = await session.scalar(received) or 0
    await _results(session, fair, venues, figures)
    return figures


async def _posts(session: ReadSession, booths: list[FairBooth]) -> int:
    """The headcounts of what hangs at a booth; as planned where nothing hangs yet."""
    query = (
        select(FairVacancy.booth_id, func.sum(Vacancy.headcount))
        .join(Vacancy, Vacancy.id == FairVacancy.vacancy_id)
        .where(FairVacancy.booth_id.in_([booth.id for booth in booths]))
        .group_by(FairVacancy.booth_id)
    )
    hung = {row[0]: int(row[1]) for row in await session.execute(query)}
    return sum(hung.get(booth.id, booth.posts) for booth in booths)


async def _results(session: ReadSession, fair: Fair, venues: list[int], figures: FairFigures) -> None:
    query = (
        select(FairTicket.person_id, FairTicket.hired_on, FairTicket.started_on)
        .join(FairBooth, FairBooth.id == FairTicket.booth_id)
        .join(FairVenue, FairVenue.id == FairBooth.venue_id)
        .where(FairVenue.id.in_(venues), FairTicket.intent_on.is_not(None))
    )
    rows = (await session.execute(query)).all()
    spot = {row.person_id for row in rows if row.hired_on and row.hired_on <= fair.ends_on}
    later = {row.person_id for row in rows if row.hired_on} - spot
    figures.intents = len({row.person_id for row in rows})
    figures.hired, figures.hired_later = len(spot), len(later)
    figures.started = len({row.person_id for row in rows if row.started_on})
