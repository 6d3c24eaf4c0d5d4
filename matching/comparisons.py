"""The model: what is compared, the levels each comparison knows, and their share of its points.

A comparison is an ordered list of levels; what is not known is a level of its own, never a mismatch.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from matching import certificates
from matching.bits import CONDITIONS, NOT_SAID, condition_bits, education_rank
from matching.errors import BadDataError
from matching.kinds import Kinds
from matching.places import city_of, nearby_cities, province_of
from matching.profiles import Part, SeekerProfile, VacancyProfile
from matching.scopes import span
from matching.tables import DATA

Levels = npt.NDArray[np.int8]
Mask = npt.NDArray[np.bool_]
Compare = Callable[[SeekerProfile, Kinds, date], Mapping[str, Mask]]
Tell = Callable[[SeekerProfile, VacancyProfile], str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A named comparison, the aspect it reads, and the share of its points each level gets.

    `marks` names levels with the kinds they hold for; the first that holds counts, the last level where none does.
    """

    name: str
    aspect: str
    levels: Mapping[str, float]
    marks: Compare
    tell: Tell

    def compare(self, seeker: SeekerProfile, kinds: Kinds, today: date) -> Levels:
        """The level each kind reaches, by its place among the levels."""
        names = list(self.levels)
        reached = np.full(len(kinds), len(names) - 1, np.int8)
        for name, holds in reversed(tuple(self.marks(seeker, kinds, today).items())):
            reached[holds] = names.index(name)
        return reached

    def points(self, weights: Mapping[str, float]) -> npt.NDArray[np.int64]:
        """Hundredths of points of each level."""
        weight = weights[self.name]
        return np.array([round(100 * weight * share) for share in self.levels.values()], np.int64)


def everywhere(kinds: Kinds) -> Mask:
    return np.ones(len(kinds), np.bool_)


def compare_occupation(seeker: SeekerProfile, kinds: Kinds, today: date) -> Mapping[str, Mask]:
    near = kinds["nearness"]
    return {"unknown": near == 0, "same": near >= 90, "close": near >= 60, "related": near >= 30, "far": near > 0}


def compare_place(seeker: SeekerProfile, kinds: Kinds, today: date) -> Mapping[str, Mask]:
    if not seeker.regions or seeker.is_anywhere:
        return {"anywhere" if seeker.is_anywhere else "unknown": everywhere(kinds)}
    cities = {city_of(region) for region in seeker.regions}
    return {
        "unknown": _within(kinds, (), unplaced=True),
        "wanted": _within(kinds, seeker.regions),
        "city": _within(kinds, cities),
        "near": _within(kinds, {other for city in cities for other in nearby_cities(city)}),
        "province": _within(kinds, {province_of(city) for city in cities}),
    }


def _within(kinds: Kinds, regions: Iterable[str], *, unplaced: bool = False) -> Mask:
    """Kinds of places are numbered as `scopes.region_numbers`: those within a region are a range, the first is none."""
    mask = np.zeros(len(kinds), np.bool_)
    mask[0] = unplaced
    for region in regions:
        low, high = span(region)
        mask[low:high] = True
    return mask


def compare_wage(seeker: SeekerProfile, kinds: Kinds, today: date) -> Mapping[str, Mask]:
    low, high, want = kinds["wage_min"], kinds["wage_max"], seeker.wage_min_fen
    silent = high == NOT_SAID
    if want is None:
        return {"unsaid": silent, "not_asked": ~silent}
    return {
        "unsaid": silent,
        "well_above": low >= want * 1.2,
        "above": low >= want,
        "reaches": high >= want,
        "little_under": high >= want * 0.9,
        "under": ~silent,
    }


def compare_certificate(seeker: SeekerProfile, kinds: Kinds, today: date) -> Mapping[str, Mask]:
    wanted = kinds["certificates"]
    needed = np.array([bool(names) for names in wanted], np.bool_)
    if seeker.certificates is None:
        return {"not_needed": ~needed, "unknown": needed}
    has = certificates.held(seeker.certificates)
    lacks = np.array([bool(certificates.missing(names, has)) for names in wanted], np.bool_)
    return {"not_needed": ~needed, "missing": lacks, "held": needed}


def compare_experience(seeker: SeekerProfile, kinds: Kinds, today: date) -> Mapping[str, Mask]:
    needs, has = kinds["experience"], seeker.experience_years
    if has is None:
        return {"not_needed": needs <= 0, "unknown": needs > 0}
    return {"not_needed": needs <= 0, "enough": has >= needs, "little_short": has >= needs - 1}


def compare_education(seeker: SeekerProfile, kinds: Kinds, today: date) -> Mapping[str, Mask]:
    needs, has = kinds["education"], education_rank(seeker.education)
    if has == NOT_SAID:
        return {"not_needed": needs == NOT_SAID, "unknown": needs > NOT_SAID}
    return {"not_needed": needs == NOT_SAID, "enough": has >= needs}


def compare_conditions(seeker: SeekerProfile, kinds: Kinds, today: date) -> Mapping[str, Mask]:
    wants = condition_bits(seeker.constraints)
    if not wants:
        return {"not_asked": everywhere(kinds)}
    given = kinds["given"] & wants
    return {"against": (kinds["denied"] & wants) != 0, "all": given == wants, "some": given != 0, "unknown": given == 0}


def compare_freshness(seeker: SeekerProfile, kinds: Kinds, today: date) -> Mapping[str, Mask]:
    age = today.toordinal() - kinds["posted"]
    return {"new": age <= 3, "week": age <= 7, "month": age <= 30}


def compare_fair_share(seeker: SeekerProfile, kinds: Kinds, today: date) -> Mapping[str, Mask]:
    crowd = kinds["crowd"]
    return {"open": crowd < 1, "some": crowd < 3, "many": crowd < 8}


def tell_occupation(seeker: SeekerProfile, vacancy: VacancyProfile) -> str:
    return vacancy.title


def tell_place(seeker: SeekerProfile, vacancy: VacancyProfile) -> str:
    return vacancy.region


def tell_wage(seeker: SeekerProfile, vacancy: VacancyProfile) -> str:
    return str(seeker.wage_min_fen // 100) if seeker.wage_min_fen is not None else ""


def tell_certificate(seeker: SeekerProfile, vacancy: VacancyProfile) -> str:
    lacking = certificates.missing(vacancy.certificates, seeker.certificates or ())
    return "、".join(sorted(lacking or {certificates.plain(name) for name in vacancy.certificates}))


def tell_experience(seeker: SeekerProfile, vacancy: VacancyProfile) -> str:
    return f"{vacancy.experience_years:g}" if vacancy.experience_years else ""


def tell_education(seeker: SeekerProfile, vacancy: VacancyProfile) -> str:
    return vacancy.education or ""


def tell_conditions(seeker: SeekerProfile, vacancy: VacancyProfile) -> str:
    return " ".join(name for name in CONDITIONS if name in seeker.constraints)


def tell_freshness(seeker: SeekerProfile, vacancy: VacancyProfile) -> str:
    return vacancy.posted_on.isoformat()


def tell_fair_share(seeker: SeekerProfile, vacancy: VacancyProfile) -> str:
    return f"{vacancy.applications}/{max(vacancy.headcount - vacancy.hired, 0)}"


MODEL: tuple[Comparison, ...] = (
    Comparison(
        "occupation",
        "occupation",
        {"same": 1.0, "close": 0.7, "related": 0.45, "far": 0.25, "unknown": 0.5},
        compare_occupation,
        tell_occupation,
    ),
    Comparison(
        "place",
        "place",
        {"wanted": 1.0, "city": 0.75, "near": 0.45, "province": 0.3, "unknown": 0.5, "anywhere": 0.8, "elsewhere": 0.0},
        compare_place,
        tell_place,
    ),
    Comparison(
        "wage",
        "pay",
        {
            "well_above": 1.0,
            "above": 0.9,
            "reaches": 0.7,
            "not_asked": 0.6,
            "unsaid": 0.4,
            "little_under": 0.35,
            "under": 0.0,
        },
        compare_wage,
        tell_wage,
    ),
    Comparison(
        "certificate",
        "certificates",
        {"held": 1.0, "not_needed": 0.8, "unknown": 0.5, "missing": 0.0},
        compare_certificate,
        tell_certificate,
    ),
    Comparison(
        "conditions",
        "conditions",
        {"all": 1.0, "some": 0.7, "not_asked": 0.6, "unknown": 0.4, "against": 0.0},
        compare_conditions,
        tell_conditions,
    ),
    Comparison(
        "experience",
        "needs",
        {"enough": 1.0, "not_needed": 0.8, "unknown": 0.5, "little_short": 0.4, "short": 0.0},
        compare_experience,
        tell_experience,
    ),
    Comparison(
        "education",
        "needs",
        {"enough": 1.0, "not_needed": 0.8, "unknown": 0.5, "short": 0.0},
        compare_education,
        tell_education,
    ),
    Comparison(
        "freshness",
        "standing",
        {"new": 1.0, "week": 0.8, "month": 0.5, "old": 0.0},
        compare_freshness,
        tell_freshness,
    ),
    Comparison(
        "fair_share",
        "standing",
        {"open": 1.0, "some": 0.7, "many": 0.3, "crowded": 0.0},
        compare_fair_share,
        tell_fair_share,
    ),
)


@cache
def default_weights() -> Mapping[str, float]:
    return read_weights(tomllib.loads((DATA / "weights.toml").read_text(encoding="utf-8")))


def read_weights(table: Mapping[str, Any]) -> Mapping[str, float]:
    """Weights from configuration: every comparison named once, none below 0, together 100."""
    weights = {name: float(value) for name, value in table.get("weights", {}).items()}
    names = {comparison.name for comparison in MODEL}
    if set(weights) != names:
        raise BadDataError(f"weights must name {sorted(names)}; they name {sorted(weights)}")
    if min(weights.values()) < 0 or abs(sum(weights.values()) - 100) > 1e-6:
        raise BadDataError(f"weights must not be negative and make 100 together; they make {sum(weights.values())}")
    return weights


Scale = Mapping[str, tuple[tuple[str, float], ...]]


def scale(weights: Mapping[str, float]) -> Scale:
    """Every comparison's levels with their points."""
    return {
        comparison.name: tuple(zip(comparison.levels, (comparison.points(weights) / 100).tolist(), strict=True))
        for comparison in MODEL
    }


def parts_of(
    seeker: SeekerProfile, vacancy: VacancyProfile, reached: Mapping[str, int], scale: Scale
) -> tuple[Part, ...]:
    """The named parts of one score, read from the levels that made it; they add up to it."""
    parts = []
    for comparison in MODEL:
        level, points = scale[comparison.name][reached[comparison.name]]
        parts.append(Part(comparison.name, level, points, comparison.tell(seeker, vacancy)))
    return tuple(parts)
