"""A fair of today for the stories: one venue, a booth with an advert, its queue."""

from __future__ import annotations

from typing import Any

from families_house import union
from house import add_employer, add_seeker, add_vacancy

from models.applications import Application
from models.database import Session
from models.employers import Employer
from models.fairs import Fair, FairBooth, FairTicket, FairVenue
from models.offices import Office
from models.people import Person
from models.placements import Placement
from models.vacancies import Vacancy
from services import fair_booths, fair_visits, fairs, placements


class Town:
    """An office, a fair of today with one venue, and a booth of a verified employer with one advert."""

    office: Office
    officer: Person
    fair: Fair
    venue: FairVenue
    booth: FairBooth
    employer: Employer
    recruiter: Person
    vacancy: Vacancy


async def fair_town(session: Session, *, headcount: int = 3, verified: bool = True) -> Town:
    """The booth of an unverified employer has no advert."""
    town = Town()
    town.office, town.officer = await union(session)
    town.employer, town.recruiter = await add_employer(session, verified=verified, name="样例机械厂")
    town.fair = await fairs.plan(
        session, town.office, officer_id=town.officer.id, title="春风行动", starts_on=session.today
    )
    town.venue = await fairs.add_venue(session, town.fair, region="410105", place="人民会堂")
    town.booth = await fairs.add_booth(session, town.venue, town.employer.id, number=12, posts=20)
    if verified:
        town.vacancy = await add_vacancy(session, town.employer, town.recruiter, headcount=headcount)
        await fairs.hang(session, town.booth, town.vacancy)
    await session.flush()
    return town


async def queued(session: Session, town: Town, **person: Any) -> FairTicket:
    """A seeker with a number at the booth."""
    seeker = await add_seeker(session, **person)
    return await fair_visits.take_number(session, seeker.id, town.booth, town.vacancy.id)


async def met(session: Session, town: Town, result: str) -> FairTicket:
    """Somebody who was called, and what came of it."""
    await queued(session, town)
    ticket = await fair_booths.call_next(session, town.booth, recruiter_id=town.recruiter.id)
    await fair_booths.settle(session, town.booth, ticket, result, recruiter_id=town.recruiter.id)
    return ticket


async def start(session: Session, town: Town, application: Application, **more: Any) -> Placement:
    """Who was hired is at work from today, as both say."""
    return await placements.confirm_start(
        session,
        application,
        officer_id=town.officer.id,
        office_id=town.office.id,
        started_on=session.today,
        evidence="both",
        contract=None,
        **more,
    )
