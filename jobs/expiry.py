"""Adverts end on their last day, and those who wait are told."""

from __future__ import annotations

from sqlalchemy import select

from models.database import Session
from models.states import VacancyState
from models.vacancies import Vacancy
from services.employers import recruiters_of
from services.notices import tell
from services.vacancies import close_vacancy


async def expire_vacancies(session: Session) -> None:
    """Close what is past its last day; the recruiter hears how to post again."""
    ended = await session.scalars(
        select(Vacancy).where(
            Vacancy.state.in_((VacancyState.OPEN, VacancyState.FULL)), Vacancy.expires_on < session.today
        )
    )
    for vacancy in ended.all():
        await close_vacancy(session, vacancy, actor=None, why="expired")
        for recruiter in await recruiters_of(session, vacancy.employer_id):
            await tell(session, recruiter, "notice.vacancy_expired", title=vacancy.title)
