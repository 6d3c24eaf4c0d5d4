"""Employers of a city by their line of business, each with a recruiter."""

from __future__ import annotations

from stdnum.cn import uscc

from app.sample.tables import counted, rows
from app.sample.world import MARK, World, draw, person_name
from matching.places import get_required_region
from models.employers import Employer, Recruiter
from models.people import Person
from models.states import EmployerState
from services.employers import VERIFIED_FOR

BODY = "YANG"  # 样: inside every invented credit code
MOST_ADVERTS = 6


class EmployerBook:
    """Finds the employer for an advert, and makes one where the city has none with room."""

    def __init__(self, world: World) -> None:
        self._world, self._dice = world, world.chance("employers")
        self._sectors = {row["sector"]: row for row in rows("sectors.tsv")}
        self._known: dict[tuple[str, str], list[Employer]] = {}
        self._adverts: dict[int, int] = {}
        self._names: set[str] = set()

    def employer_for(self, city: str, sector: str, region: str) -> Employer:
        """A verified employer of the sector in the city, with room for one more advert."""
        known = self._known.get((city, sector), [])
        employer = known[-1] if known else None
        if employer is None or self._adverts[employer.id] >= MOST_ADVERTS:
            employer = self.make_verified(city, sector, region)
        self._adverts[employer.id] += 1
        return employer

    def make_verified(self, city: str, sector: str, region: str, recruiter: Person | None = None) -> Employer:
        """An employer that an officer has seen within the last months."""
        employer = self._make(city, sector, region, EmployerState.VERIFIED, self._dice.uniform(5, 160))
        employer.verified_until = employer.state_since + VERIFIED_FOR
        self._known.setdefault((city, sector), []).append(employer)
        self._enter(employer, recruiter)
        return employer

    def make_new(self, city: str, sector: str, region: str) -> Employer:
        """An employer that waits for staff."""
        employer = self._make(city, sector, region, EmployerState.NEW, self._dice.uniform(0.2, 2))
        self._enter(employer, None)
        return employer

    def _make(self, city: str, sector: str, region: str, state: EmployerState, days_ago: float) -> Employer:
        row, world = self._sectors[sector], self._world
        return Employer(
            id=world.new_id(),
            name=self._free_name(get_required_region(city).short, row["names"].split(), row["ending"].strip("-")),
            credit_code=credit_code(row["code_prefix"], region, len(world.employers) + 1),
            region=region,
            kind=draw(self._dice, dict(counted(row["kinds"]))),
            state=state.value,
            state_since=world.ago(days_ago),
        )

    def _free_name(self, place: str, words: list[str], ending: str) -> str:
        names = [f"{place}{MARK}{word}{ending}" for word in words]
        numbered = (f"{place}{MARK}{words[0]}{number}部{ending}" for number in range(2, 99))
        name = next(name for name in (*names, *numbered) if name not in self._names)
        self._names.add(name)
        return name

    def _enter(self, employer: Employer, recruiter: Person | None) -> None:
        world, since = self._world, employer.state_since
        if recruiter is None:
            recruiter = world.person(self._dice, name=person_name(self._dice), since=since)
        world.employers.append(employer)
        world.recruiters[employer.id] = (recruiter.id, recruiter.name(world.session) or "")
        self._adverts[employer.id] = 0
        world.add(
            employer,
            Recruiter(id=world.new_id(), person_id=recruiter.id, employer_id=employer.id, since=since),
        )


def credit_code(prefix: str, region: str, number: int) -> str:
    """A 统一社会信用代码 with a right check digit and a body that no authority gives out."""
    stem = f"{prefix}{region}{BODY}{number:05d}"
    return stem + str(uscc.calc_check_digit(stem))
