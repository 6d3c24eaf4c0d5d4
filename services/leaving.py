"""Leaving: what is known of a person is deleted; the anonymous totals stay, and nothing leads back to them."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from models.applications import Application
from models.audit import record
from models.conversations import Conversation, HelpRequest, JoinCode
from models.database import Session
from models.employers import Recruiter
from models.follow_ups import FollowUpPause
from models.messages import InboxRow, Question
from models.people import Address, AddressPerson, Consent, GroupMembership, Person, Seeker
from models.placements import Placement
from models.states import LIVE_APPLICATIONS, VacancyState
from models.suggestions import Suggestion
from models.training import Course, Enrolment
from services import applications, outbox
from services.access import forget_handles, new_person
from services.call_tasks import stop_following
from services.employers import recruiters_of
from services.vacancies import close_vacancy, vacancies_of


async def forget(session: Session, person_id: int) -> None:
    """Delete everything that leads to the person. Who writes from the same phone again starts afresh."""
    await _withdraw_applications(session, person_id)
    await _stop_following(session, person_id)
    leads = (Seeker, GroupMembership, Question, HelpRequest, AddressPerson, JoinCode, FollowUpPause, Suggestion)
    for table in leads:
        await session.execute(delete(table).where(table.person_id == person_id))
    await session.execute(
        update(Consent)
        .where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=session.now)
    )
    await _leave_courses(session, person_id)
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


async def _stop_following(session: Session, person_id: int) -> None:
    """Nobody asks or calls any more; what is counted of the work stays."""
    for placement in (await session.scalars(select(Placement).where(Placement.person_id == person_id))).all():
        await stop_following(session, placement, why="person_left")


async def _leave_courses(session: Session, person_id: int) -> None:
    """Seats are free again."""
    mine = await session.scalars(select(Enrolment).where(Enrolment.person_id == person_id))
    for enrolment in mine.all():
        course = await session.get_one(Course, enrolment.course_id, with_for_update=True)
        course.taken = max(0, course.taken - 1)
        await session.delete(enrolment)


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
