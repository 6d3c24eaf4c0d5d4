"""Applications: the seeker says yes, the employer says yes, then each gets the other's contact."""

from __future__ import annotations

from sqlalchemy import func, select, update

from matching.places import short_name
from models.applications import Application
from models.audit import record
from models.database import ReadSession, Session
from models.employers import Employer
from models.errors import NotFoundError, ZhaohuoError
from models.messages import Kind
from models.states import LIVE_APPLICATIONS, ApplicationState, VacancyState, can_move, move
from models.vacancies import Vacancy
from services.employers import recruiters_of
from services.ledger import Fact, append_about
from services.notices import tell
from services.offices import office_for
from services.passed_contacts import tell_employer_contact, tell_seeker_contact
from services.people import give_consent
from services.vacancies import count_hire, free_opening

S = ApplicationState
CONTACT_CONSENT = "pass_contact"


class VacancyGoneError(ZhaohuoError):
    """The vacancy is closed, full or expired."""


class EnoughApplicationsError(VacancyGoneError):
    """Enough people have applied for now; the employer answers them first."""


class AlreadyAppliedError(ZhaohuoError):
    """The seeker has applied for this vacancy before."""


async def apply(session: Session, seeker_id: int, vacancy_id: int, *, tells: bool = True) -> Application:
    """The seeker says yes. State and headcount are checked again here: the list may be older than the world.

    `tells`: whether the recruiters hear of it; at a booth they see the queue.
    Raises NotFoundError, VacancyGoneError, AlreadyAppliedError.
    """
    vacancy, application = await ensure_can_apply(session, seeker_id, vacancy_id)
    if application is None:
        application = _new(session, vacancy_id, seeker_id)
        record(
            session,
            actor=seeker_id,
            action="applications.interested",
            subject=f"applications:{application.id}",
        )
    else:
        await move(session, application, S.INTERESTED, actor=seeker_id)
        application.invited_at = application.reason = None
    await session.execute(
        update(Vacancy)
        .where(Vacancy.id == vacancy_id)
        .values(applications=Vacancy.applications + 1, change=session.new_id())
    )
    for recruiter in await recruiters_of(session, vacancy.employer_id) if tells else ():
        await tell(
            session,
            recruiter,
            "notice.new_candidate",
            title=vacancy.title,
            questions=(("button.candidates", f"cand:{vacancy.id}"),),
        )
    await session.flush()
    if await waiting(session, vacancy) == most_applications(session, vacancy):
        for recruiter in await recruiters_of(session, vacancy.employer_id):
            await tell(session, recruiter, "notice.enough", title=vacancy.title)
    return application


async def ensure_can_apply(session: ReadSession, seeker_id: int, vacancy_id: int) -> tuple[Vacancy, Application | None]:
    """The vacancy and an earlier application that can be taken up again.

    Raises NotFoundError, AlreadyAppliedError, VacancyGoneError (also where the employer has said no before).
    """
    vacancy = await session.get(Vacancy, vacancy_id, with_for_update=True)
    if vacancy is None:
        raise NotFoundError
    application = await find(session, vacancy_id, seeker_id)
    if application is not None and application.state in LIVE_APPLICATIONS | {S.STARTED}:
        raise AlreadyAppliedError
    if not is_open(session, vacancy) or (application and not can_move(S(application.state), S.INTERESTED)):
        raise VacancyGoneError
    if await waiting(session, vacancy) >= most_applications(session, vacancy):
        raise EnoughApplicationsError
    return vacancy, application


def most_applications(session: ReadSession, vacancy: Vacancy) -> int:
    """How many may wait for the openings that are left."""
    return session.limits.per_opening * max(1, vacancy.headcount - vacancy.hired)


async def waiting(session: ReadSession, vacancy: Vacancy) -> int:
    """How many have applied and are neither hired nor out."""
    states = tuple(LIVE_APPLICATIONS - {S.HIRED})
    query = select(func.count()).where(Application.vacancy_id == vacancy.id, Application.state.in_(states))
    return await session.scalar(query) or 0


def is_open(session: ReadSession, vacancy: Vacancy) -> bool:
    """Whether somebody can still apply today."""
    return (
        vacancy.state == VacancyState.OPEN and vacancy.hired < vacancy.headcount and vacancy.expires_on >= session.today
    )


def _new(session: Session, vacancy_id: int, seeker_id: int) -> Application:
    application = Application(
        id=session.new_id(),
        vacancy_id=vacancy_id,
        seeker_id=seeker_id,
        state=S.INTERESTED,
        state_since=session.now,
        created_at=session.now,
    )
    session.add(application)
    return application


async def find(session: ReadSession, vacancy_id: int, seeker_id: int) -> Application | None:
    """The application of this seeker for this vacancy."""
    query = select(Application).where(Application.vacancy_id == vacancy_id, Application.seeker_id == seeker_id)
    return (await session.scalars(query)).first()


async def candidates(
    session: Session, vacancy: Vacancy, *, recruiter_id: int, offset: int = 0, most: int = 100
) -> list[Application]:
    """Who applied, as the employer sees them; who is shown for the first time is thereby referred.

    A referral that the seeker accepted and the employer received is an introduction (`statistics.md` §1); a list
    that the bot shows to a seeker is none.
    """
    rows = await session.scalars(
        select(Application)
        .where(Application.vacancy_id == vacancy.id, Application.state.in_(LIVE_APPLICATIONS))
        .order_by(Application.id)
        .offset(offset)
        .limit(most)
    )
    found = list(rows)
    for application in found:
        if application.state == S.INTERESTED:
            await refer(session, application, vacancy, recruiter_id)
    return found


async def refer(session: Session, application: Application, vacancy: Vacancy, recruiter_id: int) -> None:
    """The employer has seen the application: an introduction."""
    await move(session, application, S.REFERRED, actor=recruiter_id)
    office = await office_for(session, vacancy.region)
    await append_about(
        session,
        application.seeker_id,
        Fact(
            key=f"introduction:{application.id}:{application.state_since:%Y%m%d%H%M%S%f}",
            kind="service_given",
            occurred_on=session.today,
            region=office.region,
            office_id=office.id,
            facts={"service": "introduction"},
            source=f"applications:{application.id}",
        ),
    )


async def invite(session: Session, application: Application, *, recruiter_id: int, when: str = "") -> bool:
    """The employer's yes: the seeker is asked whether the contacts may be exchanged. False: could not be reached.

    `when`: the appointment in words, if one is proposed with it (`services/appointments.py`).
    """
    application.invited_at = session.now
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    employer = await session.get_one(Employer, vacancy.employer_id)
    record(session, actor=recruiter_id, action="applications.invited", subject=f"applications:{application.id}")
    return await tell(
        session,
        application.seeker_id,
        "notice.invited_at" if when else "notice.invited",
        kind=Kind.INTERVIEW,
        when=when,
        employer=employer.name,
        title=vacancy.title,
        place=short_name(vacancy.region),
        questions=(
            ("button.agree", f"inv:yes:{application.id}"),
            ("button.decline", f"inv:no:{application.id}"),
        ),
    )


async def accept_invitation(session: Session, application: Application) -> None:
    """The seeker's yes, for this employer and vacancy: the consent is recorded, both get the other's contact."""
    await move(session, application, S.INTERVIEW, actor=application.seeker_id)
    await give_consent(session, application.seeker_id, CONTACT_CONSENT, f"applications:{application.id}")
    await tell_seeker_contact(session, application, "notice.seeker_contact")
    await tell_employer_contact(session, application)


async def decline(session: Session, application: Application, *, reason: str) -> None:
    """The seeker does not want to go on."""
    await move(session, application, S.DECLINED, actor=application.seeker_id, why=reason)
    application.reason = reason
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    for recruiter in await recruiters_of(session, vacancy.employer_id):
        await tell(session, recruiter, "notice.declined", title=vacancy.title)


async def reject(session: Session, application: Application, *, recruiter_id: int, reason: str) -> None:
    """The employer does not want this person, for a reason that the person is told kindly."""
    vacancy = await _end(session, application, S.REJECTED, actor=recruiter_id, reason=reason)
    await tell(session, application.seeker_id, "notice.rejected", title=vacancy.title)


async def withdraw(session: Session, application: Application, *, actor: int, reason: str = "seeker") -> None:
    """The seeker takes it back, or never came: the employer is told, an opening that was taken is free again."""
    vacancy = await _end(session, application, S.WITHDRAWN, actor=actor, reason=reason)
    for recruiter in await recruiters_of(session, vacancy.employer_id):
        await tell(session, recruiter, "notice.withdrawn", title=vacancy.title)


async def _end(session: Session, application: Application, state: S, *, actor: int | None, reason: str) -> Vacancy:
    was_hired = application.state == S.HIRED
    await move(session, application, state, actor=actor, why=reason)
    application.reason = reason
    vacancy = await session.get_one(Vacancy, application.vacancy_id, with_for_update=True)
    if was_hired:
        await free_opening(session, vacancy)
    return vacancy


async def hire(session: Session, application: Application, *, recruiter_id: int) -> None:
    """The employer takes the person; the office then confirms the first day with its evidence."""
    if application.state not in (S.INTERVIEW, S.OFFERED):
        raise NotInterviewedError
    await move(session, application, S.HIRED, actor=recruiter_id)
    vacancy = await session.get_one(Vacancy, application.vacancy_id, with_for_update=True)
    await count_hire(session, vacancy)
    employer = await session.get_one(Employer, vacancy.employer_id)
    await tell(
        session,
        application.seeker_id,
        "notice.hired",
        kind=Kind.INTERVIEW,
        employer=employer.name,
        title=vacancy.title,
    )


class NotInterviewedError(ZhaohuoError):
    """Only somebody who agreed to meet can be hired: invite first."""


async def applied_for(session: ReadSession, seeker_id: int) -> frozenset[int]:
    """The vacancies that are not offered to the seeker again: applied for, or refused by the employer."""
    settled = (*LIVE_APPLICATIONS, S.STARTED, S.REJECTED)
    query = select(Application.vacancy_id).where(Application.seeker_id == seeker_id, Application.state.in_(settled))
    return frozenset(await session.scalars(query))


async def applications_of(session: ReadSession, seeker_id: int) -> list[tuple[Application, Vacancy]]:
    """What the seeker applied for, newest first, with the vacancies."""
    rows = await session.execute(
        select(Application, Vacancy)
        .join(Vacancy, Vacancy.id == Application.vacancy_id)
        .where(Application.seeker_id == seeker_id)
        .order_by(Application.id.desc())
        .limit(10)
    )
    return [(application, vacancy) for application, vacancy in rows]


async def expire(session: Session, application: Application, *, reason: str) -> Vacancy:
    """Nobody answered for too long (`unanswered` by the employer, `seeker_silent`): it ends, the seeker is told."""
    vacancy = await _end(session, application, S.EXPIRED, actor=None, reason=reason)
    await tell(session, application.seeker_id, f"notice.expired_{reason}", title=vacancy.title)
    return vacancy


async def note_reason(session: Session, application: Application, *, reason: str) -> None:
    """Why the seeker did not want to go on, said afterwards."""
    application.reason = reason
    record(
        session,
        actor=application.seeker_id,
        action="applications.reason",
        subject=f"applications:{application.id}",
        detail={"reason": reason},
    )
