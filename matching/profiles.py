"""The records the matcher compares: a seeker, a vacancy, a course, and what a match is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matching.posting import Posting
    from matching.understand import Understanding

Id = int | str
NATION = "100000"
Weighted = tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeekerProfile:
    """What a person looks for. Money: fen a month. certificates None: not known; empty: says to have none."""

    id: Id
    occupations: Weighted = ()
    region: str | None = None
    home_region: str | None = None
    anywhere: bool = False
    wage_min_fen: int | None = None
    experience_years: float | None = None
    education: str | None = None
    certificates: frozenset[str] | None = None
    constraints: frozenset[str] = frozenset()
    negated: frozenset[str] = frozenset()
    birth_year: int | None = None
    priority: int = 0
    other_regions: tuple[str, ...] = ()

    @property
    def regions(self) -> tuple[str, ...]:
        """Every place wanted, the first named first."""
        return (self.region, *self.other_regions) if self.region else ()

    @property
    def is_anywhere(self) -> bool:
        return self.anywhere or NATION in self.regions

    @classmethod
    def from_understanding(
        cls,
        id: Id,  # noqa: A002
        understanding: Understanding,
        *,
        today: date | None = None,
    ) -> SeekerProfile:
        """The profile one sentence gives; an age becomes a year of birth where today is told."""
        said = understanding
        known = said.certificates or said.says_no_certificate
        wage = said.wage.monthly_min_fen if said.wage else None
        return cls(
            id=id,
            occupations=tuple((found.code, found.score) for found in said.occupations),
            region=said.region.adcode if said.region else None,
            other_regions=tuple(region.adcode for region in said.other_regions),
            home_region=said.home_region.adcode if said.home_region else None,
            anywhere=said.anywhere,
            wage_min_fen=wage,
            experience_years=0.0 if "no_experience" in said.constraints else said.experience_years,
            education=said.education,
            certificates=frozenset(said.certificates) if known else None,
            constraints=frozenset(said.constraints),
            negated=frozenset(said.negated_codes),
            birth_year=said.birth_year or (today.year - said.age if today and said.age else None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VacancyProfile:
    """An open place of work. Money: fen a month."""

    id: Id
    title: str
    occupations: Weighted = ()
    region: str
    wage_min_fen: int | None = None
    wage_max_fen: int | None = None
    headcount: int = 1
    hired: int = 0
    applications: int = 0
    experience_years: float | None = None
    education: str | None = None
    certificates: frozenset[str] = frozenset()
    board: bool | None = None
    lodging: bool | None = None
    hire_kind: str | None = None
    employer: Id = 0
    posted_on: date
    expires_on: date | None = None
    constraints: frozenset[str] = frozenset()

    @classmethod
    def from_posting(cls, id: Id, posting: Posting, *, region: str, posted_on: date) -> VacancyProfile:  # noqa: A002
        """The vacancy one recruiter's sentence gives; the region is used where the sentence names none."""
        occupation, wage = posting.occupation, posting.wage
        return cls(
            id=id,
            title=posting.title or (occupation.name if occupation else ""),
            occupations=((occupation.code, occupation.score),) if occupation else (),
            region=posting.region.adcode if posting.region else region,
            wage_min_fen=wage.monthly_min_fen if wage else None,
            wage_max_fen=wage.monthly_max_fen if wage else None,
            headcount=posting.headcount or 1,
            experience_years=posting.experience_years,
            education=posting.education,
            certificates=frozenset(posting.certificates),
            board=posting.board,
            lodging=posting.lodging,
            hire_kind=posting.hire_kind,
            posted_on=posted_on,
            constraints=frozenset(posting.constraints),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseProfile:
    """A course and the certificate it leads to."""

    id: Id
    title: str
    region: str
    occupations: Weighted = ()
    gives_certificate: str | None = None
    starts_on: date | None = None
    seats: int | None = None
    free: bool = False
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One named part of a score: the level reached, its points, and the value an explanation names."""

    name: str
    level: str
    points: float
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A vacancy for a seeker: the score (0 to 100) is the sum of its parts."""

    vacancy: VacancyProfile
    seeker: Id
    score: float
    parts: tuple[Part, ...]

    def part(self, name: str) -> Part | None:
        return next((part for part in self.parts if part.name == name), None)
