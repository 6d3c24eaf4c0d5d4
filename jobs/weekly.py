"""The week's digest to recruiters: who waits for an answer, what ends soon."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, func, select

from jobs.runner import Cursor, Step
from models.applications import Application
from models.database import Session
from models.employers import Recruiter
from models.messages import Kind
from models.people import Person
from models.states import ApplicationState, VacancyState
from models.vacancies import Vacancy
from services.notices import tell_words
from services.texts import say

A = ApplicationState
AT_ONCE = 200
ENDS_SOON = timedelta(days=7)
SHOWN = 5


async def send_weekly(session: Session, cursor: Cursor) -> Step:
    """Some recruiters at a time; who has nothing open or unanswered hears nothing."""
    rows = await session.execute(
        select(Recruiter.id, Recruiter.person_id, Recruiter.employer_id, Person.language)
        .join(Person, Person.id == Recruiter.person_id)
        .where(Recruiter.ended_at.is_(None), Recruiter.id > cursor.get("after", 0))
        .order_by(Recruiter.id)
        .limit(AT_ONCE)
    )
    sent, last = 0, None
    for row in rows.all():
        last = row.id
        lines = await _lines(session, row.employer_id, row.language)
        if lines:
            text = "\n".join([say(row.language, "weekly.title"), *lines, say(row.language, "weekly.how")])
            sent += await tell_words(session, row.person_id, text, kind=Kind.DIGEST)
    return Step(None if last is None else {"after": last}, {"sent": sent})


async def _lines(session: Session, employer_id: int, language: str) -> list[str]:
    waiting = and_(Application.state.in_((A.INTERESTED, A.REFERRED)), Application.invited_at.is_(None))
    query = (
        select(Vacancy, func.count(Application.id).label("unanswered"))
        .outerjoin(Application, and_(Application.vacancy_id == Vacancy.id, waiting))
        .where(Vacancy.employer_id == employer_id, Vacancy.state == VacancyState.OPEN)
        .group_by(Vacancy.id)
        .order_by(func.count(Application.id).desc(), Vacancy.id)
    )
    lines = []
    for vacancy, unanswered in await session.execute(query):
        if unanswered:
            lines.append(say(language, "weekly.unanswered", title=vacancy.title, n=unanswered))
        elif vacancy.expires_on <= session.today + ENDS_SOON:
            day = vacancy.expires_on
            lines.append(say(language, "weekly.ends", title=vacancy.title, month=day.month, day=day.day))
    return lines[:SHOWN]
