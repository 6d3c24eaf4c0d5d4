"""Leaving: what is known of a person is deleted; the anonymous totals stay, and nothing leads back to them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import aliased

from models.aid import AidGrant, GivenService, ReemploymentCard
from models.applications import Application
from models.audit import record
from models.audits import AuditCheck
from models.certificates import Certificate
from models.conversations import Conversation, HelpRequest, JoinCode
from models.database import Session
from models.employers import Recruiter
from models.families import FamilyFile, FamilyMember, Objection
from models.follow_ups import FollowUpPause
from models.graduates import Graduate
from models.ledger import LedgerEntry
from models.loans import Loan
from models.memberships import UnionMembership
from models.messages import InboxRow, Question
from models.officers import OfficerNote, OralConsent, Represented
from models.people import Address, AddressPerson, Consent, GroupMembership, Person, Seeker
from models.placements import Placement
from models.rosters import RosterRow
from models.startups import Startup
from models.states import (
    LIVE_APPLICATIONS,
    AidState,
    EnrolmentState,
    FamilyState,
    LoanState,
    TicketState,
    VacancyState,
    VoucherState,
    can_move,
)
from models.suggestions import Suggestion
from models.surveys import SurveyInvitation
from models.tickets import Ticket
from models.training import Attendance, Enrolment, Trainer, TrainingSubsidy
from models.vacancies import Vacancy
from models.vouchers import Voucher
from services import applications, outbox, teams, training, vouchers
from services.access import forget_handles, new_person
from services.aid import aid_of, refuse_aid
from services.call_tasks import stop_following
from services.employers import recruiters_of
from services.families import LIVE, close_file, refuse_file
from services.loans import withdraw_loan
from services.merged import all_of
from services.tickets import withdraw_ticket
from services.vacancies import close_vacancy, vacancies_of

Also = aliased(FamilyMember)
THEIRS: tuple[Any, ...] = (
    *(Seeker, GroupMembership, Question, HelpRequest, AddressPerson, JoinCode, FollowUpPause, Suggestion),
    *(Represented, OfficerNote, SurveyInvitation, UnionMembership),
)
"""What is deleted with the person: it says nothing that is counted."""


async def forget(session: Session, person_id: int) -> None:
    """Delete everything that leads to the person. Who writes from the same phone again starts afresh.

    The records that were merged into theirs are theirs as well.
    """
    for person in await all_of(session, person_id):
        await _forget_one(session, person.id)


async def _forget_one(session: Session, person_id: int) -> None:
    await _withdraw_applications(session, person_id)
    await _stop_following(session, person_id)
    await teams.leave_team(session, person_id)
    for table in THEIRS:
        await session.execute(delete(table).where(table.person_id == person_id))
    await session.execute(update(OralConsent).where(OralConsent.person_id == person_id).values(witness_sealed=b""))
    await session.execute(
        update(Consent)
        .where(Consent.person_id == person_id, Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=session.now)
    )
    await session.execute(
        update(RosterRow).where(RosterRow.person_id == person_id).values(cells_sealed=None, identity=None)
    )
    about = select(LedgerEntry.key).join(Person, Person.ledger_key == LedgerEntry.person).where(Person.id == person_id)
    await session.execute(
        update(AuditCheck).where(AuditCheck.entry_key.in_(about)).values(note_sealed=None, reply_sealed=None)
    )
    await _forget_vouchers(session, person_id)
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
    theirs = update(Address).where(Address.person_id == person_id)
    await session.execute(theirs.values(person_id=stranger.id, held_sealed=None))
    record(session, actor=person_id, action="people.deleted", subject=f"people:{person_id}")


async def _withdraw_applications(session: Session, person_id: int) -> None:
    live = await session.scalars(
        select(Application).where(Application.seeker_id == person_id, Application.state.in_(tuple(LIVE_APPLICATIONS)))
    )
    for application in live.all():
        await applications.withdraw(session, application, actor=person_id, reason="person_left")
    await session.flush()


async def _forget_vouchers(session: Session, person_id: int) -> None:
    """Nobody can take them any more; what was taken stays to be settled, without its code."""
    for voucher in await session.scalars(select(Voucher).where(Voucher.person_id == person_id)):
        if voucher.state == VoucherState.ISSUED:
            await vouchers.cancel(session, voucher, officer_id=None, why="person_left")
        voucher.code_sealed = voucher.code_index = None


async def _stop_following(session: Session, person_id: int) -> None:
    """Nobody asks or calls any more; what is counted of the work stays."""
    for placement in (await session.scalars(select(Placement).where(Placement.person_id == person_id))).all():
        await stop_following(session, placement, why="person_left")


async def _leave_courses(session: Session, person_id: int) -> None:
    """Seats are free again, and go to who waits; certificates and days attended are deleted."""
    mine = list(await session.scalars(select(Enrolment).where(Enrolment.person_id == person_id)))
    ids = [enrolment.id for enrolment in mine]
    for enrolment in mine:
        if can_move(EnrolmentState(enrolment.state), EnrolmentState.DROPPED):
            await training.leave(session, enrolment, actor=person_id, why="person_left")
    await session.flush()
    for held in (Voucher, TrainingSubsidy):
        await session.execute(update(held).where(held.enrolment_id.in_(ids)).values(enrolment_id=None))
    for table in (Attendance, Certificate):
        await session.execute(delete(table).where(table.enrolment_id.in_(ids)))
    for enrolment in mine:
        await session.delete(enrolment)
    trains = update(Trainer).where(Trainer.person_id == person_id, Trainer.ended_at.is_(None))
    await session.execute(trains.values(ended_at=session.now))


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
        for grant in await aid_of(session, family.id):
            if can_move(AidState(grant.state), AidState.REFUSED):
                await refuse_aid(session, grant, officer_id=person_id, why="person_left")
        if family.state == FamilyState.ON_FILE:
            await close_file(session, family, officer_id=person_id, why="person_left")
        elif family.state in LIVE:
            await refuse_file(session, family, officer_id=person_id, why="person_left")
        await _forget_children(session, family.id)
    for loan in (await session.scalars(select(Loan).where(Loan.person_id == person_id))).all():
        loan.use_sealed = None
        if loan.state == LoanState.APPLIED:
            await withdraw_loan(session, loan, actor=person_id)
    await _forget_objections(session, person_id)
    await session.execute(update(FamilyMember).where(FamilyMember.person_id == person_id).values(born_sealed=None))
    await session.execute(update(GivenService).where(GivenService.person_id == person_id).values(words_sealed=None))
    await session.execute(update(Startup).where(Startup.person_id == person_id).values(title_sealed=None))
    await session.execute(delete(ReemploymentCard).where(ReemploymentCard.person_id == person_id))


async def _forget_children(session: Session, family_id: int) -> None:
    """Children whom only this family's file knows: nobody else can ask for their names to be deleted.

    Who is grown (a graduate, a seeker) or in another live file goes on.
    """
    elsewhere = exists().where(
        Also.person_id == Person.id,
        Also.family_id != family_id,
        FamilyFile.id == Also.family_id,
        FamilyFile.state.in_(LIVE),
    )
    tables = (Represented, Address, AddressPerson, Graduate, Seeker)
    known = [elsewhere, *(exists().where(table.person_id == Person.id) for table in tables)]
    children = await session.execute(
        select(FamilyMember, Person)
        .join(Person, Person.id == FamilyMember.person_id)
        .where(FamilyMember.family_id == family_id, FamilyMember.relation == "child", Person.phone_index.is_(None))
        .where(~or_(*known))
    )
    for member, person in children.all():
        member.set_born(session, None)
        person.set_name(session, None)
        person.set_phone(session, None)
        person.id_number_sealed = person.id_number_index = None
        person.deleted_at = session.now


async def _forget_objections(session: Session, person_id: int) -> None:
    """What somebody said against their file or the aid that hangs on it, a child's too."""
    files = list(await session.scalars(select(FamilyFile.id).filter_by(applicant_id=person_id)))
    theirs = or_(AidGrant.person_id == person_id, AidGrant.family_id.in_(files))
    mine = [f"family_files:{n}" for n in files]
    mine += [f"aid_grants:{n}" for n in await session.scalars(select(AidGrant.id).where(theirs))]
    await session.execute(update(Objection).where(Objection.about.in_(mine)).values(words_sealed=b""))


async def _leave_employers(session: Session, person_id: int) -> None:
    """A recruiter who leaves answers no more; where nobody is left to answer, the adverts close."""
    worked_for = select(Recruiter.employer_id).where(Recruiter.person_id == person_id)
    posted = select(Vacancy).where(Vacancy.posted_by == person_id, Vacancy.employer_id.in_(worked_for))
    for vacancy in await session.scalars(posted):
        vacancy.set_words(session, None, None)
    links = await session.scalars(
        select(Recruiter).where(Recruiter.person_id == person_id, Recruiter.ended_at.is_(None))
    )
    for link in links.all():
        link.ended_at = session.now
        await session.flush()
        live = (VacancyState.DRAFT, VacancyState.CHECKED, VacancyState.OPEN, VacancyState.FULL)
        for vacancy in await vacancies_of(session, link.employer_id, *live):
            if not await recruiters_of(session, link.employer_id):
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
