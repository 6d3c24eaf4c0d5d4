"""Suggestions: a new vacancy that fits well is told unasked, at most one a day and a few a week (`promises.md` §5)."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, func, select

from matching.explain import reason, vacancy_line
from matching.index import VacancyIndex
from matching.many import answer
from matching.profiles import SeekerProfile, VacancyProfile
from matching.rank import explained
from matching.sides import Crowd
from models.applications import Application
from models.database import ReadSession, Session
from models.follow_ups import FollowUpPause
from models.people import Person, Seeker
from models.placements import Placement
from models.states import PlacementState, VacancyState
from models.suggestions import Suggestion
from models.vacancies import VACANCIES
from services.matches import seeker_profile, vacancy_profile
from services.notices import Notice, tell_all
from services.people import PROFILE

NEW_FOR = timedelta(days=7)
TOP = 8  # the first of them that was not told before
IN_WORK = (PlacementState.STARTED, PlacementState.RETAINED)


@dataclass(frozen=True, slots=True)
class Hit:
    """A seeker with the vacancies that fit well, best first, and the best score of 100."""

    seeker: SeekerProfile
    vacancies: tuple[VacancyProfile, ...]
    score: float


async def new_vacancies(session: ReadSession) -> list[VacancyProfile]:
    """What opened in the last days and still takes people."""
    rows = await session.execute(
        select(VACANCIES).where(
            VACANCIES.c.state == VacancyState.OPEN,
            VACANCIES.c.posted_on >= session.today - NEW_FOR,
            VACANCIES.c.expires_on >= session.today,
            VACANCIES.c.hired < VACANCIES.c.headcount,
        )
    )
    return [vacancy_profile(row) for row in rows.mappings()]


def _may_hear(session: ReadSession) -> Select[Any, Any]:
    """(person, sealed profile) of the seekers to whom something may be suggested today, whoever found it for them.

    They look for work, have none, are not home, heard nothing today, and on few days of the last seven.
    """
    week = session.today - timedelta(days=6)
    mine = Suggestion.person_id == Seeker.person_id
    lately = select(func.count(Suggestion.told_on.distinct())).where(mine, Suggestion.told_on >= week).scalar_subquery()
    today = select(Suggestion.id).where(mine, Suggestion.told_on == session.today).exists()
    in_work = select(Placement.id).where(Placement.person_id == Seeker.person_id, Placement.state.in_(IN_WORK)).exists()
    home = select(FollowUpPause.person_id).where(
        FollowUpPause.person_id == Seeker.person_id, FollowUpPause.until > session.today
    )
    return (
        select(Seeker.person_id, Seeker.profile_sealed)
        .join(Person, Person.id == Seeker.person_id)
        .where(Seeker.active, Person.opted_out_at.is_(None), Person.deleted_at.is_(None))
        .where(~today, ~in_work, ~home.exists(), lately < session.limits.suggestions_a_week)
    )


def to_be_told(session: ReadSession, after: int, most: int) -> Select[Any, Any]:
    """The next seekers who may hear of something today: (person, sealed profile)."""
    return _may_hear(session).where(Seeker.person_id > after).order_by(Seeker.person_id).limit(most)


async def may_suggest(session: ReadSession, person_id: int) -> bool:
    """Whether a job may be suggested to this person today."""
    await session.flush()
    return (await session.execute(_may_hear(session).where(Seeker.person_id == person_id))).first() is not None


async def suggested_to(session: ReadSession, person_id: int) -> frozenset[int]:
    """The vacancies that the person has heard of unasked."""
    return frozenset(await session.scalars(select(Suggestion.vacancy_id).where(Suggestion.person_id == person_id)))


def keep(session: Session, person_id: int, vacancy_id: int) -> None:
    """The person was told of this vacancy today."""
    session.add(Suggestion(id=session.new_id(), person_id=person_id, vacancy_id=vacancy_id, told_on=session.today))


def open_profiles(session: ReadSession, rows: Iterable[Any]) -> list[SeekerProfile]:
    """The sealed profiles as the matcher sees them; who names no work wanted is told nothing unasked."""
    profiles = []
    for row in rows:
        if row.profile_sealed:
            said = json.loads(session.keys.open(row.profile_sealed, PROFILE, row.person_id))
            if said.get("occupations"):
                profiles.append(seeker_profile(row.person_id, said))
    return profiles


def best_of(index: VacancyIndex, seekers: Sequence[SeekerProfile], *, today: Any, least: float) -> list[Hit]:
    """Those whom something fits well, the best first; nothing is read or written."""
    if not seekers or not len(index):
        return []
    answers = answer(*Crowd(today, seekers).ask(index), top=TOP, compiled=False)
    good = round(least * 100)
    hits = []
    for place in (answers.scores[:, 0] >= good).nonzero()[0].tolist():
        pairs = zip(answers.slots[place].tolist(), answers.scores[place].tolist(), strict=True)
        fit = tuple(index.at(slot) for slot, score in pairs if slot >= 0 and score >= good)
        hits.append(Hit(seekers[place], fit, int(answers.scores[place, 0]) / 100))
    return sorted(hits, key=lambda hit: -hit.score)


async def known_pairs(session: ReadSession, people: Collection[int]) -> set[tuple[int, int]]:
    """(person, vacancy) that were suggested or applied for before."""
    told = await session.execute(
        select(Suggestion.person_id, Suggestion.vacancy_id).where(Suggestion.person_id.in_(people))
    )
    applied = await session.execute(
        select(Application.seeker_id, Application.vacancy_id).where(Application.seeker_id.in_(people))
    )
    return {(row[0], row[1]) for row in [*told, *applied]}


async def told_tonight(session: ReadSession) -> dict[int, int]:
    """How many have heard today of each vacancy."""
    rows = await session.execute(
        select(Suggestion.vacancy_id, func.count())
        .where(Suggestion.told_on == session.today)
        .group_by(Suggestion.vacancy_id)
    )
    return {row[0]: row[1] for row in rows}


async def suggest(
    session: Session, index: VacancyIndex, pairs: Sequence[tuple[SeekerProfile, VacancyProfile]]
) -> list[bool]:
    """Tell each seeker of one vacancy, with its reason and a number to apply; of each whether they are reached."""
    languages = await _languages(session, [int(seeker.id) for seeker, _ in pairs])
    notices = [_notice(session, index, seeker, vacancy, languages[int(seeker.id)]) for seeker, vacancy in pairs]
    reached = await tell_all(session, notices)
    for (seeker, vacancy), told in zip(pairs, reached, strict=True):
        if told:
            keep(session, int(seeker.id), int(vacancy.id))
    return reached


async def _languages(session: ReadSession, people: Collection[int]) -> dict[int, str]:
    rows = await session.execute(select(Person.id, Person.language).where(Person.id.in_(people)))
    return {row[0]: row[1] for row in rows}


def _notice(
    session: ReadSession, index: VacancyIndex, seeker: SeekerProfile, vacancy: VacancyProfile, language: str
) -> Notice:
    match = explained(index, seeker, vacancy, session.today)
    return Notice(
        person_id=int(seeker.id),
        key="notice.suggestion",
        values={"line": vacancy_line(vacancy, language), "why": reason(match, language)},
        questions=(("button.apply_this", f"apply:{int(vacancy.id)}"), ("button.find", "find")),
    )
