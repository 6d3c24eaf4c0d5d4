"""Vacancies as columns of numbers, one slot each, so that a query compares many at once."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from matching.certificates import barred_constraints, barred_for_minors, demanded_by_law, plain
from matching.phrases import EDUCATION_ORDER
from matching.places import city_of, province_of
from matching.profiles import SeekerProfile, VacancyProfile

Slots = npt.NDArray[np.int64]
Column = npt.NDArray[Any]
NOT_SAID = -1
FAR_FUTURE = 4_000_000
FIRST_SIZE = 1024
CONDITIONS = (
    "board",
    "lodging",
    "no_night",
    "part_time",
    "daily_pay",
    "day_shift",
    "remote",
    "weekend_off",
    "social_insurance",
    "short_term",
    "long_term",
    "live_in",
    "couple",
    "weekly_pay",
)
OPPOSITES = {"no_night": "night_shift", "day_shift": "night_shift"}
TYPES: dict[str, str] = {
    "region": "i4",
    "city": "i4",
    "province": "i4",
    "wage_min": "i8",
    "wage_max": "i8",
    "openings": "i4",
    "applications": "i4",
    "experience": "f4",
    "education": "i1",
    "certificates": "i8",
    "law": "i8",
    "given": "i4",
    "denied": "i4",
    "posted": "i4",
    "expires": "i4",
    "adults_only": "?",
}
_BITS: dict[str, int] = {}


def certificate_bits(names: frozenset[str] | set[str]) -> int:
    """Certificates as bits; the sixty-third and later ones share the last bit."""
    bits = 0
    for name in names:
        bits |= 1 << min(_BITS.setdefault(plain(name), len(_BITS)), 61)
    return bits


def education_rank(level: str | None) -> int:
    if level is None:
        return NOT_SAID
    rank = EDUCATION_ORDER.index(level)
    return rank - 1 if level == "vocational" else min(rank, 2) if rank < 4 else rank - 1


def condition_bits(names: frozenset[str]) -> int:
    return sum(1 << place for place, name in enumerate(CONDITIONS) if name in names)


def _given(vacancy: VacancyProfile) -> int:
    said = set(vacancy.constraints)
    said |= {"board"} if vacancy.board else set()
    said |= {"lodging"} if vacancy.lodging else set()
    if "day_shift" in said:
        said.add("no_night")
    return condition_bits(frozenset(said))


def _denied(vacancy: VacancyProfile) -> int:
    against = {name for name, other in OPPOSITES.items() if other in vacancy.constraints}
    against |= {"board"} if vacancy.board is False else set()
    against |= {"lodging"} if vacancy.lodging is False else set()
    return condition_bits(frozenset(against))


def row_of(vacancy: VacancyProfile) -> dict[str, Any]:
    """One vacancy as the values of its columns."""
    low, high = vacancy.wage_min_fen, vacancy.wage_max_fen
    adults = any(barred_for_minors(code) for code, _ in vacancy.occupations)
    return {
        "region": int(vacancy.region),
        "city": int(city_of(vacancy.region)),
        "province": int(province_of(vacancy.region)),
        "wage_min": _known(low if low is not None else high),
        "wage_max": _known(high if high is not None else low),
        "openings": vacancy.headcount - vacancy.hired,
        "applications": vacancy.applications,
        "experience": NOT_SAID if vacancy.experience_years is None else vacancy.experience_years,
        "education": education_rank(vacancy.education),
        "certificates": certificate_bits(vacancy.certificates),
        "law": certificate_bits({name for name in vacancy.certificates if plain(name) in demanded_by_law()}),
        "given": _given(vacancy),
        "denied": _denied(vacancy),
        "posted": vacancy.posted_on.toordinal(),
        "expires": vacancy.expires_on.toordinal() if vacancy.expires_on else FAR_FUTURE,
        "adults_only": adults or bool(vacancy.constraints & barred_constraints()),
    }


def _known(value: int | None) -> int:
    return NOT_SAID if value is None else value


class Columns:
    """Growing columns; a slot is overwritten in place."""

    def __init__(self) -> None:
        self._columns: dict[str, Column] = {name: np.zeros(FIRST_SIZE, kind) for name, kind in TYPES.items()}
        self.size = FIRST_SIZE

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def write(self, slot: int, row: dict[str, Any]) -> None:
        if slot >= self.size:
            self._grow()
        for name, value in row.items():
            self._columns[name][slot] = value

    def _grow(self) -> None:
        for name, column in self._columns.items():
            self._columns[name] = np.concatenate([column, np.zeros_like(column)])
        self.size *= 2


class Candidates:
    """Some slots of the columns, with how near each is to the trade asked for."""

    def __init__(self, columns: Columns, slots: Slots, nearness: npt.NDArray[np.float32]) -> None:
        self.columns, self.slots, self.nearness = columns, slots, nearness
        self._taken: dict[str, Column] = {}

    def __len__(self) -> int:
        return len(self.slots)

    def __getitem__(self, name: str) -> Column:
        if name not in self._taken:
            self._taken[name] = self.columns[name][self.slots]
        return self._taken[name]

    def keep(self, mask: npt.NDArray[np.bool_]) -> Candidates:
        return self if mask.all() else Candidates(self.columns, self.slots[mask], self.nearness[mask])


def seeker_bits(seeker: SeekerProfile) -> int:
    return condition_bits(seeker.constraints)
