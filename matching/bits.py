"""Conditions and schooling as numbers that compare at once."""

from __future__ import annotations

from matching.phrases import EDUCATION_ORDER
from matching.profiles import VacancyProfile

NOT_SAID = -1
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


def education_rank(level: str | None) -> int:
    if level is None:
        return NOT_SAID
    rank = EDUCATION_ORDER.index(level)
    return rank - 1 if level == "vocational" else min(rank, 2) if rank < 4 else rank - 1


def condition_bits(names: frozenset[str] | set[str]) -> int:
    return sum(1 << place for place, name in enumerate(CONDITIONS) if name in names)


def given_bits(vacancy: VacancyProfile) -> int:
    """What an advert says to offer."""
    said = set(vacancy.constraints)
    said |= {"board"} if vacancy.board else set()
    said |= {"lodging"} if vacancy.lodging else set()
    if "day_shift" in said:
        said.add("no_night")
    return condition_bits(said)


def denied_bits(vacancy: VacancyProfile) -> int:
    """What an advert says not to offer."""
    against = {name for name, other in OPPOSITES.items() if other in vacancy.constraints}
    against |= {"board"} if vacancy.board is False else set()
    against |= {"lodging"} if vacancy.lodging is False else set()
    return condition_bits(against)
