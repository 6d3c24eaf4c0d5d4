"""Random markets for property tests, and the slow oracle that looks at every pair."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta

from matching.index import VacancyIndex
from matching.places import all_regions
from matching.profiles import SeekerProfile, VacancyProfile
from matching.rank import explained
from matching.scopes import region_numbers, scopes
from matching.wanted import wanted_by

TODAY = date(2026, 3, 1)
TRADES = ("6-18-02-04", "6-18-01-01", "6-20-01-01", "4-07-05-01", "4-03-02-01", "4-02-02-01", "6-29-01-05")
CERTIFICATES = ("焊工证", "健康证", "厨师证", "驾驶怪证")
PLACES = tuple(
    region.adcode for region in all_regions() if region.adcode[:2] in {"41", "31", "46"} and region.level > 0
)
SCHOOLS = (None, "junior", "college", "bachelor")


def some(dice: random.Random, things: Sequence[str], most: int) -> frozenset[str]:
    return frozenset(dice.sample(things, dice.randint(0, most)))


def vacancy(dice: random.Random, number: int) -> VacancyProfile:
    low = dice.choice([None, 300_000, 450_000, 600_000])
    return VacancyProfile(
        id=number,
        title=dice.choice(["甲", "乙"]),
        occupations=tuple((code, 1.0) for code in dice.sample(TRADES, dice.choice([0, 1, 1, 1, 2]))),
        region=dice.choice(PLACES),
        wage_min_fen=low,
        wage_max_fen=None if low is None else low + dice.choice([0, 100_000]),
        headcount=dice.randint(1, 3),
        hired=dice.randint(0, 1),
        applications=dice.randint(0, 20),
        experience_years=dice.choice([None, 0, 1, 3]),
        education=dice.choice(SCHOOLS),
        certificates=some(dice, CERTIFICATES, 2),
        board=dice.choice([None, True, False]),
        employer=dice.choice([0, "e1", "e2"]),
        posted_on=TODAY - timedelta(days=dice.randint(0, 40)),
        expires_on=dice.choice([None, TODAY + timedelta(days=dice.randint(-3, 30))]),
        constraints=some(dice, ("night_shift", "day_shift", "lodging"), 1),
    )


def seeker(dice: random.Random, number: int) -> SeekerProfile:
    places = dice.sample(PLACES, dice.choice([0, 1, 1, 1, 2]))
    return SeekerProfile(
        id=number,
        occupations=tuple(
            (code, dice.choice([1.0, 0.8, 0.5])) for code in dice.sample(TRADES, dice.choice([0, 1, 1, 2]))
        ),
        region=places[0] if places else None,
        other_regions=tuple(places[1:]),
        anywhere=dice.random() < 0.1,
        wage_min_fen=dice.choice([None, 400_000, 550_000]),
        experience_years=dice.choice([None, 0, 2, 5]),
        education=dice.choice(SCHOOLS),
        certificates=dice.choice([None, frozenset[str](), frozenset({"焊工证"}), frozenset({"驾驶怪证", "健康证"})]),
        constraints=some(dice, ("board", "no_night", "lodging"), 2),
        negated=some(dice, TRADES, 1),
        birth_year=dice.choice([None, 1980, 2009, 2012]),
        priority=dice.choice([0, 0, 1]),
    )


def market(seed: int, vacancies: int, seekers: int) -> tuple[list[VacancyProfile], list[SeekerProfile]]:
    dice = random.Random(seed)
    return [vacancy(dice, n) for n in range(vacancies)], [seeker(dice, n) for n in range(seekers)]


def oracle(index: VacancyIndex, who: SeekerProfile, top: int) -> tuple[list[object], int]:
    """The best ids and how many were open, found by looking at every vacancy in the plainest way."""
    open_now = [found for found in index if _is_open(found, who)]
    for scope in scopes(() if who.is_anywhere else who.regions):
        inside = [f for f in open_now if any(low <= region_numbers()[f.region] < high for low, high in scope.ranges)]
        if inside:
            return _best(index, who, inside, top), len(inside)
    return [], 0


def _is_open(offer: VacancyProfile, who: SeekerProfile) -> bool:
    codes = {code for code, _ in offer.occupations}
    wanted = {code for code, _ in wanted_by(who.occupations, who.negated)}
    age = 40 if who.birth_year is None else TODAY.year - who.birth_year
    young = "night_shift" in offer.constraints or any(code.startswith("6-29-01-05") for code in codes)
    return (
        (not who.occupations or bool(codes & wanted))
        and not codes & who.negated
        and offer.headcount > offer.hired
        and (offer.expires_on is None or offer.expires_on >= TODAY)
        and not (who.certificates is not None and "焊工证" in offer.certificates and "焊工证" not in who.certificates)
        and age >= 16
        and not (age <= 18 and young)
    )


def _best(index: VacancyIndex, who: SeekerProfile, inside: list[VacancyProfile], top: int) -> list[object]:
    slots = dict(zip([f.id for f in inside], index.slots_of([f.id for f in inside]), strict=True))
    ordered = sorted(
        inside,
        key=lambda f: (
            -explained(index, who, f, TODAY).score,
            -f.posted_on.toordinal(),
            -((f.wage_max_fen or f.wage_min_fen or -1) // 1000),
            slots[f.id],
        ),
    )
    best: list[object] = []
    twins = set()
    for found in ordered:
        twin = (found.employer, found.title, found.region)
        if found.employer and twin in twins:
            continue
        twins.add(twin)
        best.append(found.id)
    return best[:top]
