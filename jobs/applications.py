"""Applications that nobody answers end after a while; the seeker need not wait, the employer hears of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from jobs.runner import Cursor, Step
from models.applications import Application
from models.database import Session
from models.states import ApplicationState
from models.vacancies import Vacancy
from services import applications
from services.employers import recruiters_of
from services.notices import tell

A = ApplicationState
VACANCIES_AT_ONCE = 50


async def expire_unanswered(session: Session, cursor: Cursor) -> Step:
    """Some vacancies at a time; each recruiter hears once of each vacancy."""
    stale = _stale(session)
    after = cursor.get("after", 0)
    query = select(Application.vacancy_id).where(stale, Application.vacancy_id > after).distinct()
    ids = list(await session.scalars(query.order_by(Application.vacancy_id).limit(VACANCIES_AT_ONCE)))
    counts: Counter[str] = Counter()
    for vacancy_id in ids:
        rows = await session.scalars(select(Application).where(stale, Application.vacancy_id == vacancy_id))
        counts += await _end(session, vacancy_id, rows.all())
    return Step({"after": ids[-1]} if ids else None, dict(counts))


def _stale(session: Session) -> ColumnElement[bool]:
    employer = session.now - timedelta(days=session.limits.answer_days)
    seeker = session.now - timedelta(days=session.limits.seeker_days)
    return or_(
        and_(
            Application.state.in_((A.INTERESTED, A.REFERRED)),
            Application.invited_at.is_(None),
            Application.state_since < employer,
        ),
        and_(Application.state == A.REFERRED, Application.invited_at < seeker),
    )


async def _end(session: Session, vacancy_id: int, rows: Sequence[Any]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for application in rows:
        reason = "seeker_silent" if application.invited_at else "unanswered"
        await applications.expire(session, application, reason=reason)
        counts[reason] += 1
    vacancy = await session.get_one(Vacancy, vacancy_id)
    for recruiter in await recruiters_of(session, vacancy.employer_id):
        for reason, n in counts.items():
            await tell(session, recruiter, f"notice.employer_{reason}", title=vacancy.title, n=n)
    return counts
