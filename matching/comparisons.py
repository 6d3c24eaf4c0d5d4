"""The model: what is compared, the levels each comparison knows, and their share of its points.

A comparison is an ordered list of levels; what is not known is a level of its own, never a mismatch.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from matching import certificates
from matching.columns import CONDITIONS, NOT_SAID, Candidates, certificate_bits, education_rank, seeker_bits
from matching.errors import BadDataError
from matching.places import city_of, get_required_region, nearby_cities, province_of
from matching.profiles import Part, SeekerProfile, VacancyProfile
from matching.tables import DATA

Levels = npt.NDArray[np.int8]
Compare = Callable[[SeekerProfile, Candidates, date], Levels]
Tell = Callable[[SeekerProfile, VacancyProfile], str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A named comparison: its levels with their share of the points, best first."""

    name: str
    levels: tuple[tuple[str, float], ...]
    compare: Compare
    tell: Tell


def choose(*cases: npt.NDArray[np.bool_]) -> Levels:
    """The number of the first case that holds in each row; the last level where none does."""
    level = np.full(len(cases[0]), len(cases), np.int8)
    for number in range(len(cases) - 1, -1, -1):
        level[cases[number]] = number
    return level


def same(rows: Candidates, level: int) -> Levels:
    return np.full(len(rows), level, np.int8)


def compare_occupation(seeker: SeekerProfile, rows: Candidates, today: date) -> Levels:
    if not seeker.occupations:
        return same(rows, 4)
    near = rows.nearness
    return choose(near >= 0.9, near >= 0.6, near >= 0.3, near > 0)


def compare_place(seeker: SeekerProfile, rows: Candidates, today: date) -> Levels:
    if seeker.region is None or seeker.anywhere:
        return same(rows, 6 if seeker.anywhere else 5)
    city = int(city_of(seeker.region))
    inside = _inside(seeker.region, rows)
    near = np.isin(rows["city"], np.array([int(code) for code in nearby_cities(str(city))], np.int32))
    return choose(inside, rows["city"] == city, near, rows["province"] == int(province_of(seeker.region)))


def _inside(region: str, rows: Candidates) -> npt.NDArray[np.bool_]:
    column = ("", "province", "city", "region")[get_required_region(region).level]
    if not column:
        return np.ones(len(rows), np.bool_)
    if column == "region" and city_of(region) == region:
        column = "city"
    inside: npt.NDArray[np.bool_] = rows[column] == int(region)
    return inside


def compare_wage(seeker: SeekerProfile, rows: Candidates, today: date) -> Levels:
    low, high, want = rows["wage_min"], rows["wage_max"], seeker.wage_min_fen
    silent = high == NOT_SAID
    if want is None:
        return np.where(silent, 5, 6).astype(np.int8)
    return choose(
        (low >= want * 1.2) & ~silent,
        (low >= want) & ~silent,
        (high >= want) & ~silent,
        (high >= want * 0.9) & ~silent,
        (high < want * 0.9) & ~silent,
        silent,
    )


def compare_certificate(seeker: SeekerProfile, rows: Candidates, today: date) -> Levels:
    needs = rows["certificates"]
    if seeker.certificates is None:
        return choose(needs < 0, needs == 0, needs != 0)
    lacks = (needs & ~certificate_bits(certificates.held(seeker.certificates))) != 0
    return choose((needs != 0) & ~lacks, needs == 0, needs < 0)


def compare_experience(seeker: SeekerProfile, rows: Candidates, today: date) -> Levels:
    needs, has = rows["experience"], seeker.experience_years
    if has is None:
        return choose(needs < NOT_SAID, needs <= 0, needs > 0)
    return choose((needs > 0) & (has >= needs), needs <= 0, needs < NOT_SAID, has >= needs - 1)


def compare_education(seeker: SeekerProfile, rows: Candidates, today: date) -> Levels:
    needs, has = rows["education"], education_rank(seeker.education)
    if has == NOT_SAID:
        return choose(needs < NOT_SAID, needs == NOT_SAID, needs > NOT_SAID)
    return choose((needs > NOT_SAID) & (has >= needs), needs == NOT_SAID, needs < NOT_SAID)


def compare_conditions(seeker: SeekerProfile, rows: Candidates, today: date) -> Levels:
    wants = seeker_bits(seeker)
    if not wants:
        return same(rows, 4)
    against = (rows["denied"] & wants) != 0
    given = rows["given"] & wants
    return choose(against, (given == wants), given != 0, given == 0)


def compare_freshness(seeker: SeekerProfile, rows: Candidates, today: date) -> Levels:
    age = today.toordinal() - rows["posted"]
    return choose(age <= 3, age <= 7, age <= 30)


def compare_fair_share(seeker: SeekerProfile, rows: Candidates, today: date) -> Levels:
    crowd = rows["applications"] / np.maximum(rows["openings"], 1)
    return choose(crowd < 1, crowd < 3, crowd < 8)


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
        (("same", 1.0), ("close", 0.7), ("related", 0.45), ("far", 0.25), ("unknown", 0.5)),
        compare_occupation,
        tell_occupation,
    ),
    Comparison(
        "place",
        (
            ("wanted", 1.0),
            ("city", 0.75),
            ("near", 0.45),
            ("province", 0.3),
            ("elsewhere", 0.0),
            ("unknown", 0.5),
            ("anywhere", 0.8),
        ),
        compare_place,
        tell_place,
    ),
    Comparison(
        "wage",
        (
            ("well_above", 1.0),
            ("above", 0.9),
            ("reaches", 0.7),
            ("little_under", 0.35),
            ("under", 0.0),
            ("unsaid", 0.4),
            ("not_asked", 0.6),
            ("unknown", 0.5),
        ),
        compare_wage,
        tell_wage,
    ),
    Comparison(
        "certificate",
        (("held", 1.0), ("not_needed", 0.8), ("unknown", 0.5), ("missing", 0.0)),
        compare_certificate,
        tell_certificate,
    ),
    Comparison(
        "conditions",
        (("against", 0.0), ("all", 1.0), ("some", 0.7), ("unknown", 0.4), ("not_asked", 0.6)),
        compare_conditions,
        tell_conditions,
    ),
    Comparison(
        "experience",
        (("enough", 1.0), ("not_needed", 0.8), ("unknown", 0.5), ("little_short", 0.4), ("short", 0.0)),
        compare_experience,
        tell_experience,
    ),
    Comparison(
        "education",
        (("enough", 1.0), ("not_needed", 0.8), ("unknown", 0.5), ("short", 0.0)),
        compare_education,
        tell_education,
    ),
    Comparison(
        "freshness",
        (("new", 1.0), ("week", 0.8), ("month", 0.5), ("old", 0.0)),
        compare_freshness,
        tell_freshness,
    ),
    Comparison(
        "fair_share",
        (("open", 1.0), ("some", 0.7), ("many", 0.3), ("crowded", 0.0)),
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


def score_levels(
    seeker: SeekerProfile, rows: Candidates, today: date, weights: Mapping[str, float]
) -> tuple[npt.NDArray[np.float64], list[Levels]]:
    """The score of every candidate and the level each reached in every comparison."""
    total = np.zeros(len(rows))
    reached = []
    for comparison in MODEL:
        levels = comparison.compare(seeker, rows, today)
        shares = np.array([share for _, share in comparison.levels])
        total += weights[comparison.name] * shares[levels]
        reached.append(levels)
    return total, reached


def parts_of(
    seeker: SeekerProfile, vacancy: VacancyProfile, reached: list[int], weights: Mapping[str, float]
) -> tuple[Part, ...]:
    """The named parts of one score, read from the same levels that made it."""
    parts = []
    for comparison, level in zip(MODEL, reached, strict=True):
        name, share = comparison.levels[level]
        points = round(weights[comparison.name] * share, 2)
        parts.append(Part(comparison.name, name, points, comparison.tell(seeker, vacancy)))
    return tuple(parts)
