"""Contacts that are passed on, once the seeker has said yes: to each the other's; every one is in the audit."""

from __future__ import annotations

from sqlalchemy import select

from models.applications import Application
from models.audit import record
from models.database import Session
from models.employers import Employer
from models.messages import CONTACT_MARK, Kind
from models.people import Person
from models.states import ApplicationState
from models.vacancies import Vacancy
from services.employers import recruiters_of
from services.notices import tell


async def tell_seeker_contact(session: Session, application: Application, key: str) -> None:
    """The recruiters get the number of who agreed to meet."""
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    seeker = await session.get_one(Person, application.seeker_id)
    for recruiter in await recruiters_of(session, vacancy.employer_id):
        reached = await tell(
            session,
            recruiter,
            key,
            kind=Kind.INTERVIEW,
            name=seeker.name(session) or "—",
            title=vacancy.title,
            contact=CONTACT_MARK,
            contact_of=seeker.id,
            contact_for=application.id,
        )
        if reached:
            await note_contact(session, application.id, of=seeker.id, to=recruiter)


async def tell_employer_contact(session: Session, application: Application) -> None:
    """The seeker gets the number of who posted the advert or of another recruiter; without any the office helps."""
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    employer = await session.get_one(Employer, vacancy.employer_id)
    recruiters = await recruiters_of(session, vacancy.employer_id)
    speaker = vacancy.posted_by if vacancy.posted_by in recruiters else next(iter(recruiters), None)
    reached = await tell(
        session,
        application.seeker_id,
        "notice.employer_contact" if speaker is not None else "notice.employer_contact_by_office",
        kind=Kind.REPLY,
        employer=employer.name,
        name=vacancy.contact_name(session) or "",
        contact=CONTACT_MARK,
        contact_of=speaker,
        contact_for=application.id,
    )
    if reached and speaker is not None:
        await note_contact(session, application.id, of=speaker, to=application.seeker_id)


async def tell_new_phone(session: Session, seeker_id: int) -> None:
    """The seeker gave a number after agreeing to meet: those who may have it get it now."""
    agreed = (ApplicationState.INTERVIEW, ApplicationState.OFFERED, ApplicationState.HIRED)
    rows = await session.scalars(
        select(Application).where(Application.seeker_id == seeker_id, Application.state.in_(agreed))
    )
    for application in rows.all():
        await tell_seeker_contact(session, application, "notice.contact_added")


async def note_contact(session: Session, application_id: int, *, of: int, to: int) -> None:
    """The audit's row for every contact that is told to somebody."""
    record(
        session,
        actor=to,
        action="people.contact_passed",
        subject=f"people:{of}",
        detail={"purpose": f"applications:{application_id}"},
    )
