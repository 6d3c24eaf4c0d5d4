"""Fairs: planned with venues and booths; the number at a door, and whether it opens today."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from sqlalchemy import Select, select

from models.audit import record
from models.database import ReadSession, Session
from models.employers import Employer
from models.errors import NotFoundError, ZhaohuoError
from models.fairs import Fair, FairBooth, FairVacancy, FairVenue
from models.offices import Office
from models.regions import visible_to
from models.states import EmployerState, FairState, VacancyState, move
from models.vacancies import Vacancy
from services.casework import lock
from services.ledger import Fact, append

LONGEST = timedelta(days=31)
SHOWN = 8


class FairRefusedError(ZhaohuoError):
    """A fair needs a name and days that are not past, from the first to the last, a month at most."""


class BoothTakenError(ZhaohuoError):
    """This booth belongs to another employer, or the employer has another booth at this venue."""


class NoSuchFairError(ZhaohuoError):
    """No fair has this number; look at the poster at the door again."""


class NoSuchBoothError(ZhaohuoError):
    """There is no booth with this number at the fair; look at the sign above it again."""


class FairNotYetError(ZhaohuoError):
    """The fair has not begun; come on its first day."""

    def __init__(self, fair: Fair) -> None:
        super().__init__()
        self.fair = fair


class FairOverError(ZhaohuoError):
    """The fair is over or does not take place."""

    def __init__(self, fair: Fair) -> None:
        super().__init__()
        self.fair = fair


async def plan(
    session: Session,
    office: Office,
    *,
    officer_id: int,
    title: str,
    starts_on: date,
    ends_on: date | None = None,
    for_graduates: bool = False,
) -> Fair:
    """An office plans a fair; venues and booths follow. Raises FairRefusedError."""
    ends_on = ends_on or starts_on
    if not title.strip() or ends_on < starts_on or ends_on - starts_on > LONGEST or ends_on < session.today:
        raise FairRefusedError
    fair = Fair(
        id=session.new_id(),
        office_id=office.id,
        region=office.region,
        title=title.strip()[:60],
        starts_on=starts_on,
        ends_on=ends_on,
        for_graduates=for_graduates,
        state=FairState.PLANNED,
        state_since=session.now,
    )
    session.add(fair)
    record(session, actor=officer_id, action="fairs.planned", subject=f"fairs:{fair.id}")
    await session.flush()
    return fair


async def add_venue(session: Session, fair: Fair, *, region: str, place: str) -> FairVenue:
    """One more venue, with the number for its door; it may lie in another province."""
    venue = FairVenue(
        id=session.new_id(), fair_id=fair.id, code=await _new_code(session), region=region, place=place.strip()[:60]
    )
    session.add(venue)
    await session.flush()
    return venue


async def _new_code(session: Session) -> str:
    """Five digits that no wage has and that no other door has."""
    while True:
        code = str(10_001 + secrets.randbelow(89_998))
        taken = await session.scalar(select(FairVenue.id).where(FairVenue.code == code))
        if not code.endswith("00") and taken is None:
            return code


async def add_booth(
    session: Session,
    venue: FairVenue,
    employer_id: int,
    *,
    number: int | None = None,
    posts: int = 0,
    video_link: str | None = None,
) -> FairBooth:
    """An employer's booth; without a number it gets the next one. The same again changes posts and link.

    Raises BoothTakenError.
    """
    await lock(session, venue)
    booths = {booth.number: booth for booth in await booths_of(session, venue.id)}
    own = next((booth for booth in booths.values() if booth.employer_id == employer_id), None)
    number = number or (own.number if own else max(booths, default=0) + 1)
    booth = booths.get(number)
    if (booth or own) is not None and booth is not own:
        raise BoothTakenError
    if booth is None:
        booth = FairBooth(id=session.new_id(), venue_id=venue.id, number=number, employer_id=employer_id, asked_times=0)
        session.add(booth)
    booth.posts, booth.video_link = posts, video_link
    await session.flush()
    return booth


async def hang(session: Session, booth: FairBooth, vacancy: Vacancy) -> None:
    """The advert hangs at the booth; twice is once. Raises NotFoundError for an advert of another employer."""
    if vacancy.employer_id != booth.employer_id:
        raise NotFoundError
    if await session.get(FairVacancy, (booth.id, vacancy.id)) is None:
        session.add(FairVacancy(booth_id=booth.id, vacancy_id=vacancy.id))
        await session.flush()


async def cancel(session: Session, fair: Fair, *, officer_id: int, why: str) -> None:
    """It does not take place. Raises MoveRefusedError when it is over."""
    await move(session, fair, FairState.CANCELLED, actor=officer_id, why=why)


async def close_past(session: Session) -> int:
    """Fairs whose last day is past are over; returns how many."""
    past = await session.scalars(
        select(Fair).where(Fair.state == FairState.PLANNED, Fair.ends_on < session.today).with_for_update()
    )
    found = list(past)
    for fair in found:
        await move(session, fair, FairState.OVER, actor=None, why="last_day")
    return len(found)


async def hold(session: Session, fair: Fair, venue: FairVenue) -> None:
    """Somebody came: the venue is held and counts as one event, once, whatever the days."""
    if venue.held_on is not None:
        return
    await lock(session, venue)
    if venue.held_on is not None:
        return
    venue.held_on = session.today
    await append(
        session,
        Fact(
            key=f"event_held:{venue.id}",
            kind="event_held",
            occurred_on=session.today,
            region=fair.region,
            office_id=fair.office_id,
            facts={"event": "fair", "for_graduates": fair.for_graduates, "fair": fair.id},
            source=f"fair_venues:{venue.id}",
        ),
    )


async def door(session: ReadSession, code: str) -> tuple[Fair, FairVenue]:
    """The fair and venue of a number, if it is held today.

    Raises NoSuchFairError, FairNotYetError, FairOverError.
    """
    venue = await venue_by_code(session, code)
    if venue is None:
        raise NoSuchFairError
    fair = await session.get_one(Fair, venue.fair_id)
    if fair.state != FairState.PLANNED or session.today > fair.ends_on:
        raise FairOverError(fair)
    if session.today < fair.starts_on:
        raise FairNotYetError(fair)
    return fair, venue


async def booth_at(session: ReadSession, venue_id: int, number: int) -> FairBooth:
    """The booth with this number. Raises NoSuchBoothError."""
    query = select(FairBooth).where(FairBooth.venue_id == venue_id, FairBooth.number == number)
    booth = (await session.scalars(query)).first()
    if booth is None:
        raise NoSuchBoothError
    return booth


async def booths_of(session: ReadSession, venue_id: int) -> list[FairBooth]:
    """The booths of a venue by number."""
    return list(
        await session.scalars(select(FairBooth).where(FairBooth.venue_id == venue_id).order_by(FairBooth.number))
    )


async def venues_of(session: ReadSession, fair_id: int) -> list[FairVenue]:
    """The venues of a fair, the first planned first."""
    return list(await session.scalars(select(FairVenue).where(FairVenue.fair_id == fair_id).order_by(FairVenue.id)))


async def offers(
    session: ReadSession, venue_id: int, booth_id: int | None = None
) -> list[tuple[FairBooth, Vacancy, str]]:
    """The open adverts of a venue (or of one booth of it) with booth and employer's name, by booth."""
    query = (
        select(FairBooth, Vacancy, Employer.name)
        .join(FairVacancy, FairVacancy.booth_id == FairBooth.id)
        .join(Vacancy, Vacancy.id == FairVacancy.vacancy_id)
        .join(Employer, Employer.id == FairBooth.employer_id)
        .where(FairBooth.venue_id == venue_id, Vacancy.state == VacancyState.OPEN)
        .order_by(FairBooth.number, Vacancy.id)
    )
    if booth_id is not None:
        query = query.where(FairBooth.id == booth_id)
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


def visible_fairs(region: str) -> Select[Fair]:
    """The fairs of the region's offices, the newest first."""
    return visible_to(select(Fair), Fair.region, region).order_by(Fair.starts_on.desc(), Fair.id.desc())


async def coming(session: ReadSession, most: int = SHOWN) -> list[tuple[Fair, FairVenue]]:
    """What is held today or later, by day."""
    query = (
        select(Fair, FairVenue)
        .join(FairVenue, FairVenue.fair_id == Fair.id)
        .where(Fair.state == FairState.PLANNED, Fair.ends_on >= session.today)
        .order_by(Fair.starts_on, FairVenue.id)
        .limit(most)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def venue_by_code(session: ReadSession, code: str) -> FairVenue | None:
    """The venue whose door has this number."""
    return (await session.scalars(select(FairVenue).where(FairVenue.code == code))).first()


async def employer_named(session: ReadSession, name: str) -> Employer | None:
    """The employer that staff name, a verified one first."""
    query = select(Employer).where(Employer.name == name, Employer.state != EmployerState.REFUSED)
    found = list(await session.scalars(query.order_by(Employer.id)))
    return next((one for one in found if one.state == EmployerState.VERIFIED), found[0] if found else None)


async def own_booth(session: ReadSession, venue_id: int, employer_id: int) -> FairBooth | None:
    """The employer's booth at the venue."""
    query = select(FairBooth).where(FairBooth.venue_id == venue_id, FairBooth.employer_id == employer_id)
    return (await session.scalars(query.limit(1))).first()
