"""A year of casework, told through the verbs of `services/` as seekers, recruiters, institutions and staff use them.

The year is the last whose forms 2 and 3 can be filed; everything happens between its 1 December before and the day
on which the sample is made, each act at its own instant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from random import Random

from app.sample.tables import trades
from app.sample.world import World, person_name
from models.database import Session
from models.employers import Employer
from models.families import FamilyFile
from models.graduates import Graduate
from models.offices import Office
from models.people import Group, Person
from models.regions import lies_in
from models.training import Institution
from services.people import KEEP_PROFILE, SENSITIVE_GROUP, give_consent, join_group, register_seeker

HOMES = ("410100", "410300", "410700", "411300", "411500", "411600")  # the cities whose casework is told
FILED = (9, 11)  # from this day on the year's forms 2 and 3 are complete
YUAN = 100


@dataclass(kw_only=True)
class Casework:
    """Who took part so far, and the clock of the story."""

    world: World
    year: int
    until: datetime
    institutions: Sequence[Institution]
    dice: Random
    families: list[FamilyFile] = field(default_factory=list)
    students: list[tuple[int, str]] = field(default_factory=list)  # person, stage
    leavers: list[Person] = field(default_factory=list)  # graduates of the families
    graduates: list[Graduate] = field(default_factory=list)
    learners: list[tuple[Person, str]] = field(default_factory=list)  # who passed, and what kind of course

    @property
    def session(self) -> Session:
        """The transaction of the sample."""
        return self.world.session

    def on(self, month: int, day: int, hour: int = 10) -> bool:
        """Go to that day of the year, December being the one before; False where it is still to come."""
        year = self.year - 1 if month == 12 else self.year
        return self.at(date(year, month, day), hour)

    def at(self, day: date, hour: int = 10) -> bool:
        """Go to that hour in Shanghai; False where it is still to come, and the clock stays."""
        moment = datetime(day.year, day.month, day.day, hour - 8, self.dice.randint(0, 59), tzinfo=UTC)
        if moment > self.until:
            return False
        self.session.now = moment
        return True

    def office(self, city: str) -> Office:
        """The city's office."""
        return self.world.offices[city]

    def officer(self, city: str) -> int:
        """Who works there."""
        return self.world.officers[city].person_id

    def employers(self, city: str) -> list[Employer]:
        """The verified employers of the city."""
        return [e for e in self.world.employers if e.state == "verified" and lies_in(e.region, f"{city[:4]}00")]

    async def person(self) -> Person:
        """Somebody new, who has said nothing yet."""
        person = self.world.make_person(self.dice, name=person_name(self.dice), since=self.session.now)
        self.session.add(person)
        await self.session.flush()
        return person

    async def seeker(self, city: str, trade: str, *groups: Group) -> Person:
        """Somebody who registers: agrees, says a group and looks for the trade in the city."""
        person = await self.person()
        await self.register(person, city, trade, *groups)
        return person

    async def register(self, person: Person, city: str, trade: str, *groups: Group) -> None:
        """The person agrees and says what to look for."""
        await give_consent(self.session, person.id, KEEP_PROFILE)
        for group in groups:
            await join_group(self.session, person.id, group)
        wish = {"occupations": [[trades()[trade].code, 1.0]], "region": city, "home_region": city}
        await register_seeker(self.session, person.id, wish)
        await self.session.flush()

    async def agrees_to_file(self, person: Person) -> None:
        """Hardship has a consent of its own."""
        await give_consent(self.session, person.id, SENSITIVE_GROUP)
        await self.session.flush()


def told_year(today: date) -> int:
    """The last year whose forms 2 and 3 are past their cut-off."""
    return today.year if (today.month, today.day) >= FILED else today.year - 1
