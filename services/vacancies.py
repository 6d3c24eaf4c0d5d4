"""Vacancies: posted, checked, opened, filled, closed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.applications import Application
from models.database import ReadSession, Session
from models.employers import Employer
from models.errors import ZhaohuoError
from models.sources import VacancySource
from models.states import LIVE_APPLICATIONS, ApplicationState, EmployerState, VacancyState, move
from models.vacancies import Vacancy
from services.adverts import REFUSE, Offence, check_advert
from services.graduate_posts import note_offered, read_whom
from services.notices import tell

OPEN_FOR = timedelta(days=30)
FIELDS = (
    "title",
    "occupation",
    "region",
    "headcount",
    "wage_min",
    "wage_max",
    "wage_text",
    "experience_years",
    "education",
    "certificates",
    "board",
    "lodging",
    "hire_kind",
    "pay_day",
    "social_insurance",
    "hours",
)


class AdvertRefusedError(ZhaohuoError):
    """The advert says something that no advert may say; `offences` name it."""

    def __init__(self, offences: tuple[Offence, ...]) -> None:
        super().__init__("; ".join(f"{offence.code}: {offence.words}" for offence in offences))
        self.offences = offences


class EmployerRefusedError(ZhaohuoError):
    """The office has refused this employer; it cannot post."""


def refused(text: str) -> tuple[Offence, ...]:
    """The offences for which the advert cannot be posted at all."""
    return tuple(offence for offence in check_advert(text) if offence.effect == REFUSE)


async def post(
    session: Session,
    employer_id: int,
    recruiter_id: int | None,
    draft: dict[str, Any],
    *,
    source: VacancySource | None = None,
) -> Vacancy:
    """Store the draft; a verified employer's advert that passes the checks opens at once, others wait for staff.

    `source`: who told us of it, where that was not the employer. Raises AdvertRefusedError, EmployerRefusedError.
    """
    employer = await session.get_one(Employer, employer_id)
    if employer.state == EmployerState.REFUSED:
        raise EmployerRefusedError
    words = " ".join(str(draft.get(name) or "") for name in ("title", "description", "hours", "pay_day"))
    if offences := refused(words):
        raise AdvertRefusedError(offences)
    vacancy = Vacancy(
        id=session.new_id(),
        change=session.new_id(),
        employer_id=employer_id,
        posted_by=recruiter_id,
        for_whom=read_whom(words),
        state=VacancyState.DRAFT,
        state_since=session.now,
        posted_on=session.today,
        expires_on=session.today + OPEN_FOR,
        hired=0,
        applications=0,
        **{name: draft[name] for name in FIELDS if draft.get(name) is not None},
    )
    vacancy.set_words(session, draft.get("contact_name"), draft.get("description"))
    session.add(vacancy)
    await session.flush()
    if source is not None:
        source.vacancy_id, source.brought = vacancy.id, True
        session.add(source)
        await session.flush()
    if employer.state == EmployerState.VERIFIED and not check_advert(words):
        await open_vacancy(session, vacancy, actor=None)
    return vacancy


async def open_vacancy(session: Session, vacancy: Vacancy, *, actor: int | None) -> None:
    """The advert has been checked, by the rules (actor None) or by an officer: it opens and is counted as offered."""
    await move(session, vacancy, VacancyState.CHECKED, actor=actor)
    await move(session, vacancy, VacancyState.OPEN, actor=actor)
    vacancy.change = session.new_id()
    await note_offered(session, vacancy)


async def close_vacancy(session: Session, vacancy: Vacancy, *, actor: int | None, why: str) -> int:
    """Close it ("招满") and tell those who wait; returns how many were told."""
    state = VacancyState.EXPIRED if why == "expired" else VacancyState.CLOSED
    await move(session, vacancy, state, actor=actor, why=why)
    vacancy.change = session.new_id()
    return await _release(session, vacancy, why, (ApplicationState.INTERESTED, ApplicationState.REFERRED))


async def count_hire(session: Session, vacancy: Vacancy) -> None:
    """One more was hired; the last opening makes the vacancy full and tells the others."""
    vacancy.hired += 1
    vacancy.change = session.new_id()
    if vacancy.hired >= vacancy.headcount and vacancy.state == VacancyState.OPEN:
        await move(session, vacancy, VacancyState.FULL, actor=None, why="all_hired")
        waiting = tuple(LIVE_APPLICATIONS - {ApplicationState.HIRED})
        await _release(session, vacancy, "full", waiting)


async def free_opening(session: Session, vacancy: Vacancy) -> None:
    """Somebody who was hired never came: one opening is free again, and a full vacancy open."""
    vacancy.hired = max(0, vacancy.hired - 1)
    vacancy.change = session.new_id()
    if vacancy.state == VacancyState.FULL:
        await move(session, vacancy, VacancyState.OPEN, actor=None, why="opening_free")


async def _release(session: Session, vacancy: Vacancy, why: str, states: tuple[ApplicationState, ...]) -> int:
    waiting = await session.scalars(
        select(Application).where(Application.vacancy_id == vacancy.id, Application.state.in_(states))
    )
    told = 0
    for application in waiting:
        await move(session, application, ApplicationState.EXPIRED, actor=None, why=why)
        application.reason = why
        told += await tell(session, application.seeker_id, "notice.vacancy_gone", title=vacancy.title)
    return told


async def close_all(session: Session, employer_id: int, *, actor: int | None, why: str) -> None:
    """Close everything of the employer that is not closed yet."""
    live = (VacancyState.DRAFT, VacancyState.CHECKED, VacancyState.OPEN, VacancyState.FULL)
    for vacancy in await vacancies_of(session, employer_id, *live):
        await close_vacancy(session, vacancy, actor=actor, why=why)


def words_of(session: ReadSession, vacancy: Vacancy) -> str:
    """All that people will read of the advert: what the rules look at."""
    return " ".join(filter(None, (vacancy.title, vacancy.description(session), vacancy.hours, vacancy.pay_day)))


async def vacancies_of(session: ReadSession, employer_id: int, *states: VacancyState) -> list[Vacancy]:
    """The employer's vacancies in these states, newest first."""
    query = select(Vacancy).where(Vacancy.employer_id == employer_id, Vacancy.state.in_(states))
    return list(await session.scalars(query.order_by(Vacancy.id.desc())))
