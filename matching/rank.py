"""The best vacancies for a seeker, and the best seekers for a vacancy."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from matching.columns import Candidates
from matching.comparisons import default_weights, parts_of, score_levels
from matching.index import ANY, VacancyIndex
from matching.places import NATION
from matching.profiles import Id, Match, SeekerProfile, VacancyProfile

BLOCKED = 3
TWINS = 4  # near-identical adverts of one employer count once: look this much further


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best matches, how many met the hard conditions, and the scope used where it had to be widened.

    `blocked` holds the best of those closed only by a certificate the person says not to have.
    """

    matches: tuple[Match, ...]
    total: int
    widened: str | None = None
    blocked: tuple[Match, ...] = ()


def rank(
    index: VacancyIndex,
    seeker: SeekerProfile,
    *,
    today: date,
    top: int,
    skip: Collection[Id] = (),
    weights: Mapping[str, float] | None = None,
) -> Ranking:
    """Narrow by hard conditions, score what is left, tell the best."""
    points = weights or default_weights()
    rows, widened = index.narrow(seeker, today=today, skip=skip)
    blocked: tuple[Match, ...] = ()
    if seeker.certificates is not None:
        closed, _ = index.narrow(seeker, today=today, skip=skip, lawful=False)
        blocked = _best(index, seeker, closed, today, BLOCKED, points)
    return Ranking(_best(index, seeker, rows, today, top, points), len(rows), widened, blocked)


def _best(
    index: VacancyIndex,
    seeker: SeekerProfile,
    rows: Candidates,
    today: date,
    top: int,
    weights: Mapping[str, float],
) -> tuple[Match, ...]:
    if not len(rows) or top < 1:
        return ()
    scores, reached = score_levels(seeker, rows, today, weights)
    matches = []
    seen: set[tuple[Id, str, str]] = set()
    for place in _order(scores, rows, top * TWINS):
        vacancy = index.at(int(rows.slots[place]))
        twin = (vacancy.employer, vacancy.title, vacancy.region)
        if vacancy.employer and twin in seen:
            continue
        seen.add(twin)
        parts = parts_of(seeker, vacancy, [int(levels[place]) for levels in reached], weights)
        matches.append(Match(vacancy, seeker.id, round(float(scores[place]), 2), parts))
        if len(matches) == top:
            break
    return tuple(matches)


def _order(scores: npt.NDArray[np.float64], rows: Candidates, top: int) -> npt.NDArray[np.int64]:
    """Best score first; of equals the newer, then the better paid, then the one with the lower slot."""
    chosen = np.arange(len(rows))
    if len(rows) > top:
        edge = np.partition(scores, len(scores) - top)[len(scores) - top]
        chosen = np.flatnonzero(scores >= edge - 1e-9)
    keys = (
        rows.slots[chosen],
        -rows["wage_max"][chosen],
        -rows["posted"][chosen],
        -np.round(scores[chosen], 6),
    )
    ordered: npt.NDArray[np.int64] = chosen[np.lexsort(keys)][:top]
    return ordered


def newest(index: VacancyIndex, region: str | None, *, today: date, top: int) -> tuple[VacancyProfile, ...]:
    """The unpersonalised list: open vacancies of a region, newest first."""
    slots = index.bucket(region or NATION, ANY)
    open_now = (index.columns["expires"][slots] >= today.toordinal()) & (index.columns["openings"][slots] > 0)
    slots = slots[open_now]
    order = np.lexsort((slots, -index.columns["posted"][slots]))[:top]
    return tuple(index.at(int(slot)) for slot in slots[order])


def best_seekers(
    vacancy: VacancyProfile,
    seekers: Iterable[SeekerProfile],
    *,
    today: date,
    top: int,
    weights: Mapping[str, float] | None = None,
) -> tuple[Match, ...]:
    """The seekers a vacancy suits best; promised priority decides between equals only."""
    index = VacancyIndex([vacancy])
    found = []
    for seeker in seekers:
        ranking = rank(index, seeker, today=today, top=1, weights=weights)
        found += [(-match.score, -seeker.priority, str(seeker.id), match) for match in ranking.matches]
    return tuple(match for *_, match in sorted(found, key=lambda entry: entry[:3])[:top])
