"""The open vacancies as the matcher's index, and a person's words as its profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, bindparam, select

from matching.index import VacancyIndex
from matching.profiles import SeekerProfile, VacancyProfile
from matching.understand import Understanding
from models.database import ReadSession
from models.ids import STEP_BITS
from models.states import VacancyState
from models.vacancies import VACANCIES

# On PostgreSQL a row is seen when its transaction ends, long after its id was made.
LONGEST_TRANSACTION = 120_000 << STEP_BITS
_OPEN = select(VACANCIES).where(VACANCIES.c.state == VacancyState.OPEN)
_CHANGES = select(VACANCIES.c.id, VACANCIES.c.change).where(VACANCIES.c.change > bindparam("since"))
_THESE = select(VACANCIES).where(VACANCIES.c.id.in_(bindparam("ids", expanding=True)))
AT_ONCE = 500


class VacancyCache:
    """An index of committed rows behind a watermark.

    A cache: state and openings are looked at again when somebody applies.
    """

    def __init__(self, weights: Mapping[str, float] | None = None) -> None:
        self.index = VacancyIndex(weights=weights)
        self._since = 0
        self._changes: dict[int, int] = {}

    async def fresh(self, session: ReadSession) -> VacancyIndex:
        """The index with every change that is committed by now."""
        begun = session.ids()
        if not self._since:
            self._apply_all((await session.execute(_OPEN)).mappings())
        else:
            await self._catch_up(session)
        self._since = begun - LONGEST_TRANSACTION
        return self.index

    async def _catch_up(self, session: ReadSession) -> None:
        """The window is looked at again and again: its numbers first, whole rows only where one is new."""
        changes = await session.execute(_CHANGES, {"since": self._since})
        ids = [row_id for row_id, change in changes if self._changes.get(row_id) != change]
        for start in range(0, len(ids), AT_ONCE):
            self._apply_all((await session.execute(_THESE, {"ids": ids[start : start + AT_ONCE]})).mappings())

    def _apply_all(self, rows: Iterable[RowMapping]) -> None:
        for row in rows:
            self._apply(row)
            self._changes[row["id"]] = row["change"]

    def _apply(self, row: RowMapping) -> None:
        if row["state"] == VacancyState.OPEN:
            self.index.put(vacancy_profile(row))
        else:
            self.index.remove(row["id"])


def vacancy_profile(row: RowMapping) -> VacancyProfile:
    """A stored vacancy (mapping) as the matcher sees it."""
    return VacancyProfile(
        id=row["id"],
        title=row["title"],
        occupations=((row["occupation"], 1.0),) if row["occupation"] else (),
        region=row["region"],
        wage_min_fen=row["wage_min"],
        wage_max_fen=row["wage_max"],
        headcount=row["headcount"],
        hired=row["hired"],
        applications=row["applications"],
        experience_years=row["experience_years"],
        education=row["education"],
        certificates=frozenset(row["certificates"]),
        board=row["board"],
        lodging=row["lodging"],
        hire_kind=row["hire_kind"],
        employer=row["employer_id"],
        posted_on=row["posted_on"],
        expires_on=row["expires_on"],
    )


def as_request(understood: Understanding, today: date) -> dict[str, Any]:
    """What was understood, in the form that is kept: plain JSON values, nothing empty."""
    values: dict[str, Any] = {
        "occupations": [[o.code, o.score] for o in understood.occupations],
        "region": understood.region.adcode if understood.region else None,
        "other_regions": [region.adcode for region in understood.other_regions],
        "home_region": understood.home_region.adcode if understood.home_region else None,
        "anywhere": understood.anywhere,
        "wage_min": understood.wage.monthly_min_fen if understood.wage else None,
        "experience_years": understood.experience_years,
        "education": understood.education,
        "certificates": list(understood.certificates),
        "negated": list(understood.negated_codes),
        "birth_year": understood.birth_year or (today.year - understood.age if understood.age else None),
        "constraints": list(understood.constraints),
        "group": understood.group,
    }
    said = {name: value for name, value in values.items() if value not in (None, [], False)}
    return {**said, "certificates": []} if understood.says_no_certificate else said


def merged(request: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
    """What is wanted now: the newest word on each thing counts, a new place ends "anywhere"."""
    result = {**request, **news}
    if "region" in news and "other_regions" not in news:
        result.pop("other_regions", None)
    if "region" in news and "anywhere" not in news:
        result.pop("anywhere", None)
    if "anywhere" in news and "region" not in news:
        result.pop("region", None)
        result.pop("other_regions", None)
    if "occupations" in news and "wage_min" not in news:
        result.pop("wage_min", None)  # the wage was said of the other trade
    if "certificates" in news and request.get("certificates"):
        result["certificates"] = sorted({*request["certificates"], *news["certificates"]})
    return result


def seeker_profile(person_id: int, request: dict[str, Any]) -> SeekerProfile:
    """The kept form as the matcher sees it."""
    certificates = request.get("certificates")
    return SeekerProfile(
        id=person_id,
        occupations=tuple((code, score) for code, score in request.get("occupations", ())),
        region=request.get("region"),
        other_regions=tuple(request.get("other_regions", ())),
        home_region=request.get("home_region"),
        anywhere=bool(request.get("anywhere")),
        wage_min_fen=request.get("wage_min"),
        experience_years=request.get("experience_years"),
        education=request.get("education"),
        certificates=None if certificates is None else frozenset(certificates),
        constraints=frozenset(request.get("constraints", ())),
        negated=frozenset(request.get("negated", ())),
        birth_year=request.get("birth_year"),
    )
