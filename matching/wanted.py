"""Which occupations to look under: those named, then their neighbours; told in hundredths, nearest first."""

from __future__ import annotations

from functools import lru_cache

from matching.occupations import related
from matching.profiles import SeekerProfile, VacancyProfile, Weighted

NAMELESS = ""  # the block of those that name no occupation
FULLY = 100
UNSAID = 0  # how near a trade is to one who names none
MOST = 16
LEAST = 15  # hundredths: what is farther is another trade
Wanted = tuple[tuple[str, int], ...]
ANYTHING: Wanted = (("*", UNSAID),)


@lru_cache(maxsize=65_536)
def wanted_by(named: Weighted, negated: frozenset[str] = frozenset()) -> Wanted:
    """What a seeker who names these occupations may be shown; nothing named: whatever there is."""
    if not named:
        return ANYTHING
    near = _near(named).items()
    kept = [(code, weight) for code, weight in near if weight >= LEAST and code not in negated]
    return tuple(sorted(kept, key=lambda pair: (-pair[1], pair[0]))[:MOST])


@lru_cache(maxsize=65_536)
def _near(named: Weighted) -> dict[str, int]:
    near: dict[str, int] = {}
    for code, share in shares(named) if named else ():
        near[code] = max(near.get(code, 0), share)
        for other, weight in related(code):
            near[other] = max(near.get(other, 0), hundredths(weight) * share // FULLY)
    return near


def nearness(seeker: SeekerProfile, vacancy: VacancyProfile) -> int:
    """How near a vacancy's trade is to those a seeker names, in hundredths; 0 where either names none."""
    near = _near(seeker.occupations)
    return max((near.get(code, 0) for code, _ in vacancy.occupations), default=UNSAID)


def shares(named: Weighted) -> Wanted:
    """How sure each occupation is beside the surest."""
    top = max(score for _, score in named)
    return tuple((code, hundredths(score / top) if top else FULLY) for code, score in named)


@lru_cache(maxsize=4096)
def wanting(code: str) -> Wanted:
    """The other way round: the occupations whose seekers may be shown a vacancy of this one."""
    near = {other: hundredths(dict(related(other)).get(code, 0.0)) for other, _ in related(code)}
    kept = [(other, weight) for other, weight in near.items() if weight >= LEAST]
    return ((code, FULLY), *sorted(kept, key=lambda pair: (-pair[1], pair[0])), (NAMELESS, UNSAID))


def hundredths(share: float) -> int:
    return round(FULLY * share)
