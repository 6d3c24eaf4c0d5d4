"""The night's match: every seeker against what is new, some thousand at a time; only what fits well is told."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date

from jobs.runner import Cursor, Step
from matching.index import VacancyIndex
from matching.profiles import VacancyProfile
from models.database import Session
from services import suggestions
from services.suggestions import Hit

SEEKERS_AT_ONCE = 4000
TOLD_AT_ONCE = 500


class NightMatch:
    """The steps of the job, and the index of new vacancies, which is made once a night in each process."""

    def __init__(self) -> None:
        self._day: date | None = None
        self._index = VacancyIndex()
        self._told: Counter[int] = Counter()

    async def step(self, session: Session, cursor: Cursor) -> Step:
        """The next seekers; the cursor is the last one looked at."""
        await self._ready(session, fresh="after" not in cursor)
        after = cursor.get("after", 0)
        rows = (await session.execute(suggestions.to_be_told(session, after, SEEKERS_AT_ONCE))).all()
        if not rows or not len(self._index):
            self._day, self._index = None, VacancyIndex()
            return Step(None, {"seekers": 0})
        counts: Counter[str] = Counter(seekers=len(rows))

        def best() -> list[Hit]:
            seekers = suggestions.open_profiles(session, rows)
            return suggestions.best_of(self._index, seekers, today=session.today, least=session.limits.suggest_from)

        hits = await asyncio.to_thread(best)  # others of this process are served meanwhile
        last = rows[-1].person_id
        for begin in range(0, len(hits), TOLD_AT_ONCE):
            counts += await self._tell(session, hits[begin : begin + TOLD_AT_ONCE])
        return Step({"after": last}, dict(counts))

    async def _ready(self, session: Session, *, fresh: bool) -> None:
        if fresh or self._day != session.today:
            vacancies = await suggestions.new_vacancies(session)
            self._index = await asyncio.to_thread(VacancyIndex, vacancies)
            self._told = Counter(await suggestions.told_tonight(session))
            self._day = session.today

    async def _tell(self, session: Session, hits: list[Hit]) -> Counter[str]:
        known = await suggestions.known_pairs(session, [int(hit.seeker.id) for hit in hits])
        pairs = [(hit.seeker, vacancy) for hit in hits if (vacancy := self._first(session, hit, known)) is not None]
        reached = await suggestions.suggest(session, self._index, pairs)
        for (_, vacancy), told in zip(pairs, reached, strict=True):
            self._told[int(vacancy.id)] -= not told
        return Counter(fitting=len(hits), told=sum(reached), not_reached=len(pairs) - sum(reached))

    def _first(self, session: Session, hit: Hit, known: set[tuple[int, int]]) -> VacancyProfile | None:
        """The best that this seeker has not heard of and that not enough others have; its place is taken."""
        for vacancy in hit.vacancies:
            room = session.limits.told_per_opening * max(1, vacancy.headcount - vacancy.hired)
            if (int(hit.seeker.id), int(vacancy.id)) not in known and self._told[int(vacancy.id)] < room:
                self._told[int(vacancy.id)] += 1
                return vacancy
        return None


night_match = NightMatch().step
