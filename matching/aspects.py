"""A vacancy and a seeker as kinds in six aspects, and the points one kind gives the other.

An aspect takes the comparisons that read the same things together: seekers of one kind get the same points from
vacancies of one kind, so points are worked out once for all kinds and only looked up for each advert.

A key is one number: hundredths of points in its upper half, then what decides between equals (a promised priority,
the newer, the better paid). It is negative where a hard condition closes the vacancy to the seeker.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from matching.bits import NOT_SAID, denied_bits, education_rank, given_bits
from matching.certificates import barred_constraints, barred_for_minors, missing_by_law
from matching.comparisons import MODEL, Comparison, Levels
from matching.kinds import Kinds
from matching.places import city_of, province_of
from matching.profiles import SeekerProfile, VacancyProfile
from matching.scopes import region_codes
from matching.wanted import FULLY, LEAST, UNSAID

Keys = npt.NDArray[np.int64]
CLOSED = -(1 << 60)
POINTS, PRIORITY, NEWER = 32, 31, 16  # the lowest bit of each in a key
NEVER = 4_000_000
PAY_STEP, MOST_PAY = 1000, 65_535  # pay decides between equals in steps of ten yuan
FIRST_DAY, MOST_DAYS = date(2000, 1, 1).toordinal(), 32_767
MOST_CROWD = 8
ADULT, WORKING_AGE = 18, 16


@dataclass(frozen=True, slots=True)
class Aspect:
    """What is compared together; `hard` marks the kinds that are closed, `equals` decides between equals."""

    name: str
    types: Mapping[str, str]
    of_vacancy: Callable[[VacancyProfile], tuple[Any, ...]]
    of_seeker: Callable[[SeekerProfile, date], Hashable]
    hard: Callable[[SeekerProfile, Kinds, date], npt.NDArray[np.bool_]] | None = None
    equals: Callable[[SeekerProfile, Kinds], Keys] | None = None

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        return tuple(comparison for comparison in MODEL if comparison.aspect == self.name)


@dataclass(frozen=True, slots=True)
class Row:
    """What every kind of vacancy gives one kind of seeker: keys, and the level reached in each comparison.

    `short` is one key where all kinds have the same: nothing has to be looked up.
    """

    keys: Keys
    short: Keys
    levels: tuple[Levels, ...]


def row(
    aspect: Aspect,
    seeker: SeekerProfile,
    kinds: Kinds,
    today: date,
    weights: Mapping[str, float],
    *,
    turned: bool = False,
) -> Row:
    """Compare a seeker with all kinds; turned opens just the kinds that the hard condition closes."""
    keys = np.zeros(len(kinds), np.int64)
    levels = tuple(comparison.compare(seeker, kinds, today) for comparison in aspect.comparisons)
    for comparison, reached in zip(aspect.comparisons, levels, strict=True):
        keys += comparison.points(weights)[reached]
    keys <<= POINTS
    if aspect.equals:
        keys += aspect.equals(seeker, kinds)
    if aspect.hard:
        closed = aspect.hard(seeker, kinds, today)
        keys[~closed if turned else closed] = CLOSED
    return Row(keys, short(keys), levels)


def short(keys: Keys) -> Keys:
    """Only the first key where all are the same."""
    return keys[:1] if (keys == keys[:1]).all() else keys


def _place(vacancy: VacancyProfile) -> tuple[int, int, int]:
    return place_row(vacancy.region)


def place_row(region: str) -> tuple[int, int, int]:
    return int(region), int(city_of(region)), int(province_of(region))


def _pay(vacancy: VacancyProfile) -> tuple[int, int]:
    low, high = vacancy.wage_min_fen, vacancy.wage_max_fen
    return _known(low if low is not None else high), _known(high if high is not None else low)


def _known(value: int | None) -> int:
    return NOT_SAID if value is None else value


def _better_paid(seeker: SeekerProfile, kinds: Kinds) -> Keys:
    keys: Keys = np.clip(kinds["wage_max"] // PAY_STEP, 0, MOST_PAY).astype(np.int64)
    return keys


def _needs(vacancy: VacancyProfile) -> tuple[float, int, bool]:
    adults = any(barred_for_minors(code) for code, _ in vacancy.occupations)
    return (
        NOT_SAID if vacancy.experience_years is None else vacancy.experience_years,
        education_rank(vacancy.education),
        adults or bool(vacancy.constraints & barred_constraints()),
    )


def _age(seeker: SeekerProfile, today: date) -> int:
    """18, 16 or 0: the law asks no more. In the year of the eighteenth birthday a person still counts as a minor."""
    if seeker.birth_year is None:
        return ADULT
    years = today.year - seeker.birth_year
    return ADULT if years > ADULT else WORKING_AGE if years >= WORKING_AGE else 0


def _too_young(seeker: SeekerProfile, kinds: Kinds, today: date) -> npt.NDArray[np.bool_]:
    age = _age(seeker, today)
    mask: npt.NDArray[np.bool_] = kinds["adults_only"] if age == WORKING_AGE else np.full(len(kinds), age < WORKING_AGE)
    return mask


def _unlawful(seeker: SeekerProfile, kinds: Kinds, today: date) -> npt.NDArray[np.bool_]:
    """Certificates the law demands and the seeker says not to have."""
    has = seeker.certificates
    return np.array([has is not None and missing_by_law(wanted, has) for wanted in kinds["certificates"]], np.bool_)


def _standing(vacancy: VacancyProfile) -> tuple[int, int, bool, int]:
    openings = vacancy.headcount - vacancy.hired
    return (
        vacancy.posted_on.toordinal(),
        vacancy.expires_on.toordinal() if vacancy.expires_on else NEVER,
        openings > 0,
        min(MOST_CROWD, vacancy.applications // max(openings, 1)),
    )


def _closed(seeker: SeekerProfile, kinds: Kinds, today: date) -> npt.NDArray[np.bool_]:
    closed: npt.NDArray[np.bool_] = ~kinds["open"] | (kinds["expires"] < today.toordinal())
    return closed


def _newer(seeker: SeekerProfile, kinds: Kinds) -> Keys:
    days = np.clip(kinds["posted"] - FIRST_DAY, 0, MOST_DAYS).astype(np.int64)
    keys: Keys = (days << NEWER) + (min(seeker.priority, 1) << PRIORITY)
    return keys


def _too_far(seeker: SeekerProfile, kinds: Kinds, today: date) -> npt.NDArray[np.bool_]:
    far: npt.NDArray[np.bool_] = (kinds["nearness"] != UNSAID) & (kinds["nearness"] < LEAST)
    return far


OCCUPATION = Aspect("occupation", {"nearness": "i1"}, lambda vacancy: (FULLY,), lambda seeker, _: None, hard=_too_far)
ASPECTS: tuple[Aspect, ...] = (
    Aspect(
        "place",
        {"region": "i4", "city": "i4", "province": "i4"},
        _place,
        lambda seeker, _: (seeker.regions, seeker.is_anywhere),
    ),
    Aspect(
        "pay",
        {"wage_min": "i8", "wage_max": "i8"},
        _pay,
        lambda seeker, _: seeker.wage_min_fen,
        equals=_better_paid,
    ),
    Aspect(
        "needs",
        {"experience": "f4", "education": "i1", "adults_only": "?"},
        _needs,
        lambda seeker, today: (seeker.experience_years, seeker.education, _age(seeker, today)),
        hard=_too_young,
    ),
    Aspect(
        "certificates",
        {"certificates": "O"},
        lambda vacancy: (vacancy.certificates,),
        lambda seeker, _: seeker.certificates,
        hard=_unlawful,
    ),
    Aspect(
        "conditions",
        {"given": "i4", "denied": "i4"},
        lambda vacancy: (given_bits(vacancy), denied_bits(vacancy)),
        lambda seeker, _: seeker.constraints,
    ),
    Aspect(
        "standing",
        {"posted": "i4", "expires": "i4", "open": "?", "crowd": "i1"},
        _standing,
        lambda seeker, today: (min(seeker.priority, 1), today),
        hard=_closed,
        equals=_newer,
    ),
)


def empty_kinds() -> dict[str, Kinds]:
    """A table of kinds for each aspect.

    A place has its region's number from the first; of occupations the kind is how near, in hundredths, 0 unsaid.
    """
    tables = {aspect.name: Kinds(aspect.types) for aspect in (OCCUPATION, *ASPECTS)}
    for nearness in range(FULLY + 1):
        tables[OCCUPATION.name].number((nearness,))
    for region in region_codes():
        tables["place"].number(place_row(region))
    return tables
