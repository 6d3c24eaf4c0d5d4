"""The best vacancies for a seeker, and the best seekers for a vacancy, with the parts that made their scores."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import date

from matching.aspects import ASPECTS, OCCUPATION
from matching.comparisons import parts_of
from matching.index import VacancyIndex
from matching.many import answer
from matching.profiles import Id, Match, SeekerProfile, VacancyProfile
from matching.search import Found, search
from matching.sides import vacancies_ask
from matching.wanted import nearness

BLOCKED = 3


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
) -> Ranking:
    """Narrow by hard conditions, score what is left, tell the best."""
    found = search(index, seeker, today=today, top=top, skip=skip)
    blocked: tuple[Match, ...] = ()
    if seeker.certificates is not None:
        closed = search(index, seeker, today=today, top=BLOCKED, skip=skip, unlawful=True)
        blocked = told(index, seeker, closed, today)
    return Ranking(told(index, seeker, found, today), found.total, found.widened, blocked)


def told(index: VacancyIndex, seeker: SeekerProfile, found: Found, today: date) -> tuple[Match, ...]:
    """What was found, with vacancies and parts."""
    return tuple(explained(index, seeker, index.at(slot), today) for slot in found.slots)


def explained(index: VacancyIndex, seeker: SeekerProfile, vacancy: VacancyProfile, today: date) -> Match:
    """One pair, whatever its score: the parts come from the same levels that every search adds up."""
    levels: dict[str, int] = {}
    kinds = (nearness(seeker, vacancy), *index.kinds_of(vacancy))
    for aspect, kind in zip((OCCUPATION, *ASPECTS), kinds, strict=True):
        reached = index.points.row(aspect, seeker, today).levels
        levels |= {
            comparison.name: int(level[kind]) for comparison, level in zip(aspect.comparisons, reached, strict=True)
        }
    parts = parts_of(seeker, vacancy, levels, index.points.scale)
    return Match(vacancy, seeker.id, sum(round(100 * part.points) for part in parts) / 100, parts)


def newest(index: VacancyIndex, seeker: SeekerProfile, *, today: date, top: int, skip: Collection[Id] = ()) -> Ranking:
    """The unpersonalised list: what is open in the wanted place, of any trade, newest first."""
    found = search(index, seeker, today=today, top=top, skip=skip, newest=True)
    return Ranking(told(index, seeker, found, today), found.total, found.widened)


def best_seekers(
    vacancy: VacancyProfile, seekers: Sequence[SeekerProfile], *, today: date, top: int
) -> tuple[Match, ...]:
    """The seekers a vacancy suits best; promised priority decides between equals only."""
    index = VacancyIndex([vacancy])
    return next(seekers_for_each(index, seekers, today=today, top=top))[1]


def seekers_for_each(
    index: VacancyIndex, seekers: Sequence[SeekerProfile], *, today: date, top: int, executor: Executor | None = None
) -> Iterator[tuple[VacancyProfile, tuple[Match, ...]]]:
    """Every vacancy with the seekers it suits best."""
    if not seekers or not len(index):
        yield from ((vacancy, ()) for vacancy in index)
        return
    answers = answer(*vacancies_ask(index, seekers, today), top=top, executor=executor)
    for vacancy, slots in zip(index, answers.slots.tolist(), strict=True):
        yield vacancy, tuple(explained(index, seekers[slot], vacancy, today) for slot in slots if slot >= 0)
