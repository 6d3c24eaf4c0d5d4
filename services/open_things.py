"""Everything of one person that is not settled: what they may ask after, take back, or lose by leaving."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from models.applications import Application
from models.conversations import HelpRequest
from models.database import ReadSession
from models.offices import Office
from models.states import LIVE_APPLICATIONS, EnrolmentState, TicketState
from models.tickets import Ticket
from models.training import Course, Enrolment
from models.vacancies import Vacancy
from services import applications, family_requests, memberships, training
from services.family_requests import Standing

NOT_OVER = frozenset(
    {EnrolmentState.WAITING, EnrolmentState.APPLIED, EnrolmentState.ADMITTED, EnrolmentState.ATTENDING}
)


@dataclass(frozen=True, slots=True)
class OpenThings:
    """Live applications, open tickets with their office, courses not over, the family's standing; who waits to join
    the union, and the office that was asked for a person.
    """

    applications: tuple[tuple[Application, Vacancy], ...]
    tickets: tuple[tuple[Ticket, Office], ...]
    courses: tuple[tuple[Enrolment, Course], ...]
    standing: Standing
    joining: bool
    asked: Office | None

    @property
    def asks_for_aid(self) -> bool:
        """Whether the family's file is live."""
        return self.standing.family is not None

    @property
    def is_empty(self) -> bool:
        """Nothing at all."""
        several = (self.applications, self.tickets, self.courses, self.standing.aid, self.standing.loans)
        return not (any(several) or self.asks_for_aid or self.joining or self.asked)


async def open_things(session: ReadSession, person_id: int) -> OpenThings:
    """All that is open now, each list newest first."""
    applied = await applications.applications_of(session, person_id)
    tickets = await session.execute(
        select(Ticket, Office)
        .join(Office, Office.id == Ticket.office_id)
        .where(Ticket.person_id == person_id, Ticket.state == TicketState.OPEN)
        .order_by(Ticket.id.desc())
    )
    held = await memberships.membership_of(session, person_id)
    asked = await session.scalar(
        select(Office)
        .join(HelpRequest, HelpRequest.office_id == Office.id)
        .where(HelpRequest.person_id == person_id, HelpRequest.answered_at.is_(None))
        .limit(1)
    )
    return OpenThings(
        applications=tuple((one, vacancy) for one, vacancy in applied if one.state in LIVE_APPLICATIONS),
        tickets=tuple((ticket, office) for ticket, office in tickets),
        courses=tuple(pair for pair in await training.enrolments_of(session, person_id) if pair[0].state in NOT_OVER),
        standing=await family_requests.standing_of(session, person_id),
        joining=held is not None and held.joined_on is None,
        asked=asked,
    )
