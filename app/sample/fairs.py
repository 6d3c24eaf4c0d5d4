"""A fair that is on for the next weeks, so that the number at its door can be tried."""

from __future__ import annotations

from app.sample.world import World
from models.fairs import Fair, FairBooth, FairVacancy, FairVenue
from models.states import FairState

DOOR = "31415"
CITY, DISTRICT = "410100", "410105"
RECRUITERS_BOOTH = 12
OTHERS = 8


def add_fair(world: World, recruiter_id: int) -> None:
    """A fair of the city's office from today: booth 12 is the demo recruiter's, the others are nearby employers'."""
    office = world.offices[CITY]
    fair = Fair(
        id=world.new_id(),
        office_id=office.id,
        region=office.region,
        title="样例春风招聘会",
        starts_on=world.day(0),
        ends_on=world.day(-30),
        for_graduates=False,
        state=FairState.PLANNED,
        state_since=world.ago(0),
    )
    venue = FairVenue(id=world.new_id(), fair_id=fair.id, code=DOOR, region=DISTRICT, place="样例会堂")
    world.add(fair, venue)
    own = next(employer for employer, (person, _) in world.recruiters.items() if person == recruiter_id)
    near = [v.employer_id for v in world.vacancies if v.region.startswith(CITY[:4]) and v.employer_id != own]
    booths = [(RECRUITERS_BOOTH, own), *enumerate(list(dict.fromkeys(near))[:OTHERS], 1)]
    for number, employer_id in booths:
        booth = FairBooth(id=world.new_id(), venue_id=venue.id, number=number, employer_id=employer_id, posts=0)
        hung = [
            FairVacancy(booth_id=booth.id, vacancy_id=v.id) for v in world.vacancies if v.employer_id == employer_id
        ]
        world.add(booth, *hung)
