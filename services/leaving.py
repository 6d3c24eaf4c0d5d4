"""Leaving: what is known of a person is deleted; the anonymous totals stay, and nothing leads back to them."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from models.aid import GivenService, ReemploymentCard
from models.applications import Application
from models.audit import record
from models.conversations import Conversation, HelpRequest, JoinCode
from models.database import Session
from models.employers import Recruiter
from models.families import FamilyFile, FamilyMember
from models.messages import InboxRow, Question
from models.people import Address, AddressPerson, Consent, GroupMembership, Person, Seeker
from models.startups import Startup
from models.states import LIVE_APPLICATIONS, FamilyState, TicketState, VacancyState
from models.tickets import Ticket
from models.training import Course, Enrolment
from services import applications, outbox
from services.access import forget_handles, new_person
from services.employers import recruiters_of
from services.families import LIVE, close_file, refuse_file
from services.tickets import withdraw_ticket
from services.vacancies import close_vacancy, vacancies_of


async def forget(session: Session, person_id: int) -> None:
    """Delete everything that leads to the person. Who writes from the same phone again starts afresh."""
    await _withdraw_applications(session, person_id)
    for table in (Seeker, GroupMembership, Question, HelpRequest, AddressPerson, JoinCode):
        await session.execute(delete(table).where(table.person_id == person_id))
    await session.execute(
        update(Consent)
        .where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=session.now)
    )
    await _leave_courses(session, person_id)
    await _leave_casework(session, person_id)
    await _leave_employers(session, person_id)
    await _forget_messages(session, person_id)
    person = await session.get_one(Person, person_id)
    person.set_name(session, None)
    person.set_phone(session, None)
    person.id_number_sealed = person.id_number_index = None
    person.deleted_at = session.now
    await forget_handles(session, person_id)
    stranger = new_person(session, person.language)
    await session.flush()
    await session.execute(update(Address).where(Address.person_id == person_id).values(person_id=stranger.id))
    record(session, actor=person_id, action="people.deleted", subject=f"people:{person_id}")


async def _withdraw_applications(session: Session, person_id: int) -> None:
    live = await session.scalars(
        select(Application).where(Application.seeker_id == person_id, Application.state.in_(tuple(LIVE_APPLICATIONS)))
    )
    for application in live.all():
        await applications.withdraw(session, application, actor=person_id, reason="person_left")
    await session.flush()


async def _leave_courses(session: Session, person_id: int) -> None:
    """Seats are free again."""
    mine = await session.scalars(select(Enrolment).where(Enrolment.person_id == person_id))
    for enrolment in mine.all():
        course = await session.get_one(Course, enrolment.course_id, with_for_update=True)
        course.taken = max(0, course.taken - 1)
        await session.delete(enrolment)


async def _leave_casework(session: Session, person_id: int) -> None:
    """What was told to the office is deleted, what was asked for is withdrawn; paid money stays in the books."""
    tickets = await session.scalars(select(Ticket).where(Ticket.person_id == person_id))
    for ticket in tickets.all():
        ticket.words_sealed = ticket.answer_sealed = None
        if ticket.state == TicketState.OPEN:
            await withdraw_ticket(session, ticket, actor=person_id)
    files = await session.scalars(select(FamilyFile).where(FamilyFile.applicant_id == person_id))
    for family in files.all():
        family.set_details(session, None)
        if family.state == FamilyState.ON_FILE:
            await close_file(session, family, officer_id=person_id, why="person_left")
        elif family.state in LIVE:
            await refuse_file(session, family, officer_id=person_id, why="person_left")
    await session.execute(update(FamilyMember).where(FamilyMember.person_id == person_id).values(born_sealed=None))
    await session.execute(update(GivenService).where(GivenService.person_id == person_id).values(words_sealed=None))
    await session.execute(update(Startup).where(Startup.person_id == person_id).values(title_sealed=None))
    await session.execute(delete(ReemploymentCard).where(ReemploymentCard.person_id == person_id))


async def _leave_employers(session: Session, person_id: int) -> None:
    """A recruiter who leaves answers no more; where nobody is left to answer, the adverts close."""
    links = await session.scalars(
        select(Recruiter).where(Recruiter.person_id == person_id, Recruiter.ended_at.is_(None))
    )
    for link in links.all():
        link.ended_at = session.now
        await session.flush()
        live = (VacancyState.DRAFT, VacancyState.CHECKED, VacancyState.OPEN, VacancyState.FULL)
        for vacancy in await vacancies_of(session, link.employer_id, *VacancyState):
            if vacancy.posted_by == person_id:
                vacancy.set_words(session, None, None)
            if vacancy.state in live and not await recruiters_of(session, link.employer_id):
                await close_vacancy(session, vacancy, actor=person_id, why="recruiter_left")


async def _forget_messages(session: Session, person_id: int) -> None:
    addresses = select(Address.id).where(Address.person_id == person_id)
    await session.execute(
        update(InboxRow)
        .where(InboxRow.address_id.in_(addresses), InboxRow.handled_at.is_not(None))
        .values(body_sealed=None)
    )
    await outbox.forget(session, person_id)
    await session.execute(delete(Conversation).where(Conversation.person_id == person_id))
