"""The sample of the demo: a province with its offices, people, adverts, courses and history, all invented.

Every invented name holds 样例; the phone numbers are one block (`world.FIRST_PHONE`); the numbers of offices
begin with 0000, which no line in China does.
"""

from __future__ import annotations

from app.sample.cast import CastMember, SampleCast, add_cast, find_cast
from app.sample.courses import add_courses
from app.sample.employers import EmployerBook
from app.sample.fairs import add_fair
from app.sample.offices import add_officers, add_offices
from app.sample.programme_years import tell_programmes
from app.sample.seekers import add_seekers
from app.sample.this_year import tell_this_year
from app.sample.told import tell_casework
from app.sample.vacancies import add_vacancies
from app.sample.world import World
from app.sample.year_2014 import tell_2014
from models.database import Session

__all__ = ["CastMember", "SampleCast", "fill", "find_cast"]


async def fill(session: Session, *, seed: int = 2026) -> SampleCast:
    """Fill an empty database, in the caller's transaction; equal for the same seed and `session.now`."""
    world = World(session=session, seed=seed)
    book = EmployerBook(world)
    add_offices(world)
    cast = add_cast(world, book)
    add_officers(world)
    add_vacancies(world, book)
    add_fair(world, cast.recruiter.person_id)
    institutions = add_courses(world)
    seekers = add_seekers(world)
    await tell_this_year(world, seekers, institutions)
    await tell_2014(world, institutions)
    await tell_programmes(world, institutions)
    await world.write()
    await tell_casework(world, institutions)
    await world.session.flush()
    return cast
