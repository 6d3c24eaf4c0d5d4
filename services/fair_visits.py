"""Who comes to a fair: checked in once a day, received once, numbered at the booths."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from models.applications import Application
from models.database import ReadSession, Session
from models.errors import NotFoundError, ZhaohuoError
from models.fairs import Fair, FairBooth, FairTicket, FairVenue, FairVisit
from models.states import ApplicationState, TicketAtFairState, move
from services import applications, fairs
from services.casework import lock
from services.ledger import Fact, append_about
from services.people import give_consent

Q = TicketAtFairState
QUEUED = (Q.WAITING, Q.CALLED, Q.MISSED)


class AlreadyInQueueError(ZhaohuoError):
    """The person has a number at this booth, or was there before."""

    def __init__(self, ticket: FairTicket) -> None:
        super().__init__()
        self.ticket = ticket


@dataclass(frozen=True, slots=True)
class CheckIn:
    """Somebody at the door; `fresh`: for the first time today."""

    fair: Fair
    venue: FairVenue
    visit: FairVisit
    fresh: bool


async def check_in(session: Session, person_id: int, code: str) -> CheckIn:
    """The person comes in by the number at the door; the same day again is the same visit and counts nothing.

    Raises NoSuchFairError, FairNotYetError, FairOverError.
    """
    fair, venue = await fairs.door(session, code)
    query = select(FairVisit).where(
        FairVisit.fair_id == fair.id, FairVisit.person_id == person_id, FairVisit.day == session.today
    )
    visit = (await session.scalars(query)).first()
    if visit is not None:
        visit.venue_id = venue.id
        return CheckIn(fair, venue, visit, fresh=False)
    visit = FairVisit(id=session.new_id(), fair_id=fair.id, venue_id=venue.id, person_id=person_id, day=session.today)
    session.add(visit)
    await session.flush()
    await fairs.hold(session, fair, venue)
    await _note(session, fair, visit, "visitor_received")
    return CheckIn(fair, venue, visit, fresh=True)


async def receive(session: Session, fair: Fair, visit: FairVisit) -> bool:
    """接待求职: the visitor said what they look for, or took a number; once a person and fair. Whether it is new."""
    query = select(FairVisit.id).where(
        FairVisit.fair_id == fair.id, FairVisit.person_id == visit.person_id, FairVisit.received_at.is_not(None)
    )
    if await session.scalar(query.limit(1)) is not None:
        return False
    visit.received_at = session.now
    await _note(session, fair, visit, "seeker_received")
    return True


async def _note(session: Session, fair: Fair, visit: FairVisit, kind: str) -> None:
    fact = Fact(
        key=f"{kind}:{visit.id}",
        kind=kind,
        occurred_on=visit.day,
        region=fair.region,
        office_id=fair.office_id,
        facts={"fair": fair.id},
        source=f"fair_visits:{visit.id}",
    )
    await append_about(session, visit.person_id, fact)


async def visit_today(session: ReadSession, person_id: int) -> tuple[Fair, FairVenue, FairVisit] | None:
    """Where the person is checked in today; the newest where there are two."""
    query = (
        select(Fair, FairVenue, FairVisit)
        .join(FairVisit, FairVisit.fair_id == Fair.id)
        .join(FairVenue, FairVenue.id == FairVisit.venue_id)
        .where(FairVisit.person_id == person_id, FairVisit.day == session.today)
        .order_by(FairVisit.id.desc())
        .limit(1)
    )
    row = (await session.execute(query)).first()
    return (row[0], row[1], row[2]) if row else None


async def take_number(session: Session, person_id: int, booth: FairBooth, vacancy_id: int) -> FairTicket:
    """The visitor wants to talk about this post: an application, and the next number at the booth.

    The caller has told that the employer may have the contact after the talk; that yes is recorded here.
    Raises AlreadyInQueueError, VacancyGoneError, NotFoundError and what `check_in` raises.
    """
    venue = await session.get_one(FairVenue, booth.venue_id)
    came = await check_in(session, person_id, venue.code)
    await lock(session, booth)
    query = select(FairTicket).where(FairTicket.booth_id == booth.id, FairTicket.person_id == person_id)
    ticket = (await session.scalars(query)).first()
    if ticket is not None and ticket.state != Q.LEFT:
        raise AlreadyInQueueError(ticket)
    application = await _application(session, person_id, vacancy_id)
    await give_consent(session, person_id, applications.CONTACT_CONSENT, f"applications:{application.id}")
    last = await session.scalar(select(func.max(FairTicket.number)).where(FairTicket.booth_id == booth.id))
    if ticket is None:
        ticket = FairTicket(
            id=session.new_id(),
            fair_id=came.fair.id,
            booth_id=booth.id,
            person_id=person_id,
            state=Q.WAITING,
            state_since=session.now,
        )
        session.add(ticket)
    else:
        await move(session, ticket, Q.WAITING, actor=person_id)
    ticket.number, ticket.application_id = (last or 0) + 1, application.id
    await receive(session, came.fair, came.visit)
    await session.flush()
    return ticket


async def _application(session: Session, person_id: int, vacancy_id: int) -> Application:
    """A new one, or the one that the person made before the fair."""
    try:
        application = await applications.apply(session, person_id, vacancy_id, tells=False)
    except applications.AlreadyAppliedError:
        found = await applications.find(session, vacancy_id, person_id)
        if found is None or found.state in (ApplicationState.HIRED, ApplicationState.STARTED):
            raise
        application = found
    await session.flush()
    return application


async def ahead_of(session: ReadSession, ticket: FairTicket) -> int:
    """How many wait before this number."""
    query = select(func.count()).where(
        FairTicket.booth_id == ticket.booth_id, FairTicket.state == Q.WAITING, FairTicket.number < ticket.number
    )
    return await session.scalar(query) or 0


async def my_tickets(session: ReadSession, person_id: int) -> list[tuple[FairTicket, FairBooth]]:
    """The numbers of the person that are still in a queue today."""
    query = (
        select(FairTicket, FairBooth)
        .join(FairBooth, FairBooth.id == FairTicket.booth_id)
        .join(Fair, Fair.id == FairTicket.fair_id)
        .where(FairTicket.person_id == person_id, FairTicket.state.in_(QUEUED), Fair.ends_on >= session.today)
        .order_by(FairTicket.id)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def leave_queue(session: Session, person_id: int, ticket_id: int) -> None:
    """The person does not wait any longer; the application stands. Raises NotFoundError, MoveRefusedError."""
    ticket = await session.get(FairTicket, ticket_id)
    if ticket is None or ticket.person_id != person_id:
        raise NotFoundError
    await move(session, ticket, Q.LEFT, actor=person_id)
