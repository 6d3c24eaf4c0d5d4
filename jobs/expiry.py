"""Adverts end on their last day, verifications after six months."""

from __future__ import annotations

from sqlalchemy import select

from jobs.runner import Counts, Cursor, Step
from models.database import Session
from models.employers import Employer
from models.states import EmployerState, VacancyState, move
from models.vacancies import Vacancy
from services.employers import recruiters_of
from services.notices import tell
from services.vacancies import close_vacancy

AT_ONCE = 100


async def expire_vacancies(session: Session, cursor: Cursor) -> Step:
    """Close what is past its last day, some at a time; the recruiter hears how to post again."""
    ended = await session.scalars(
        select(Vacancy)
        .where(Vacancy.state.in_((VacancyState.OPEN, VacancyState.FULL)), Vacancy.expires_on < session.today)
        .where(Vacancy.id > cursor.get("after", 0))
        .order_by(Vacancy.id)
        .limit(AT_ONCE)
    )
    found = ended.all()
    for vacancy in found:
        await close_vacancy(session, vacancy, actor=None, why="expired")
        for recruiter in await recruiters_of(session, vacancy.employer_id):
            await tell(session, recruiter, "notice.vacancy_expired", title=vacancy.title)
    return Step({"after": found[-1].id} if found else None, {"expired": len(found)})


async def recheck_employers(session: Session) -> Counts:
    """Six months after it was verified an employer is checked again; its next advert waits for that."""
    due = await session.scalars(
        select(Employer).where(Employer.state == EmployerState.VERIFIED, Employer.verified_until < session.now)
    )
    found = due.all()
    for employer in found:
        await move(session, employer, EmployerState.NEW, actor=None, why="six_months")
    return {"to_check": len(found)}
