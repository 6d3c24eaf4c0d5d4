"""Placements: an officer confirms the first day at work, with its contract and evidence."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select, update

from models.applications import Application
from models.database import ReadSession, Session
from models.employers import Employer
from models.errors import NotFoundError, ZhaohuoError
from models.fairs import FairTicket
from models.offices import Office
from models.people import Group, GroupMembership
from models.placements import Placement
from models.states import ApplicationState, PlacementState, TicketAtFairState, can_move, move
from models.vacancies import Vacancy
from services.casework import ensure_not_own, household_of
from services.follow_ups import plan
from services.graduates import note_work
from services.ledger import Fact, append_about, groups_on
from services.notices import tell

NEAR = timedelta(days=30)


class AlreadyPlacedError(ZhaohuoError):
    """The person was placed with this employer in these days already, by a fair or an office; say whether it is new."""

    def __init__(self, placement: Placement) -> None:
        super().__init__()
        self.placement = placement


async def confirm_start(
    session: Session,
    application: Application,
    *,
    officer_id: int,
    office_id: int,
    started_on: date,
    evidence: str,
    contract: str | None,
    months: int | None = None,
    how: str | None = None,
    another: bool = False,
) -> Placement:
    """The person has started. Writes `placement_started`, and `contract_signed` where a contract was seen.

    `how`: fair where the two met at one, else introduced. `another`: it was asked, and it is no second claim of one
    job. The groups are those of the day, taken before the fact itself, since work ends 下岗失业 (`statistics.md` §1).
    Raises OwnCaseError, AlreadyPlacedError, MoveRefusedError.
    """
    await ensure_not_own(session, officer_id, await household_of(session, application.seeker_id))
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    if not another and application.state == ApplicationState.HIRED:
        await ensure_first(session, application.seeker_id, vacancy.employer_id, started_on)
    await move(session, application, ApplicationState.STARTED, actor=officer_id)
    ticket = await _ticket_of(session, application)
    return await place(
        session,
        application.seeker_id,
        vacancy,
        application_id=application.id,
        officer_id=officer_id,
        office_id=office_id,
        started_on=started_on,
        evidence=evidence,
        contract=contract,
        months=months,
        how=how or ("fair" if ticket else "introduced"),
        ticket=ticket,
    )


async def ensure_first(session: ReadSession, person_id: int, employer_id: int, started_on: date) -> None:
    """Raises AlreadyPlacedError where the same job seems to be claimed already."""
    query = select(Placement).where(
        Placement.person_id == person_id,
        Placement.employer_id == employer_id,
        Placement.state.not_in((PlacementState.ENDED, PlacementState.REVERSED)),
        Placement.started_on.between(started_on - NEAR, started_on + NEAR),
    )
    found = (await session.scalars(query.order_by(Placement.id).limit(1))).first()
    if found is not None:
        raise AlreadyPlacedError(found)


async def same_start(session: Session, application: Application, placement_id: int, *, officer_id: int) -> None:
    """The start is counted already: the application and the fair's result end with it, nothing is added.

    Raises NotFoundError for a placement of somebody else, MoveRefusedError.
    """
    placement = await session.get(Placement, placement_id)
    if placement is None or placement.person_id != application.seeker_id:
        raise NotFoundError
    await move(session, application, ApplicationState.STARTED, actor=officer_id, why=f"placements:{placement.id}")
    if (ticket := await _ticket_of(session, application)) is not None:
        await _start_ticket(session, ticket, placement)


async def _ticket_of(session: ReadSession, application: Application) -> FairTicket | None:
    """The talk at a fair from which the application came or at which the two met."""
    query = select(FairTicket).where(FairTicket.application_id == application.id, FairTicket.intent_on.is_not(None))
    return (await session.scalars(query.limit(1))).first()


async def _start_ticket(session: Session, ticket: FairTicket, placement: Placement) -> None:
    if can_move(TicketAtFairState(ticket.state), TicketAtFairState.STARTED):
        await move(session, ticket, TicketAtFairState.STARTED, actor=placement.confirmed_by)
    ticket.started_on, ticket.hired_on = placement.started_on, ticket.hired_on or placement.started_on


async def place(
    session: Session,
    person_id: int,
    vacancy: Vacancy,
    *,
    officer_id: int,
    office_id: int,
    started_on: date,
    evidence: str,
    contract: str | None,
    months: int | None = None,
    how: str,
    application_id: int | None = None,
    ticket: FairTicket | None = None,
) -> Placement:
    """Write the placement and its facts; `confirm_start` and the destination of a labour export come here."""
    office = await session.get_one(Office, office_id)
    placement = Placement(
        id=session.new_id(),
        application_id=application_id,
        person_id=person_id,
        employer_id=vacancy.employer_id,
        office_id=office.id,
        region=office.region,
        state=PlacementState.STARTED,
        state_since=session.now,
        started_on=started_on,
        how=how,
        evidence=evidence,
        contract=contract,
        months=months if contract == "fixed" else None,
        confirmed_by=officer_id,
    )
    session.add(placement)
    await session.flush()
    if ticket is not None:
        await _start_ticket(session, ticket, placement)
    fair = ticket.fair_id if ticket is not None and how == "fair" else None
    await _write_facts(session, placement, vacancy, await session.get_one(Employer, vacancy.employer_id), fair)
    await _end_group(session, placement)
    status = "self_found" if how == "self_found" else "placed"
    await note_work(session, placement.person_id, status, on=started_on, officer_id=officer_id)
    await plan(session, placement)
    await tell(session, placement.person_id, "notice.started", title=vacancy.title)
    return placement


async def _end_group(session: Session, placement: Placement) -> None:
    """Work ends 下岗失业: the group holds up to the first day, later facts are no longer counted under it."""
    await session.execute(
        update(GroupMembership)
        .where(
            GroupMembership.person_id == placement.person_id,
            GroupMembership.group == Group.LAID_OFF.value,
            GroupMembership.until.is_(None),
        )
        .values(until=placement.started_on)
    )


async def _write_facts(
    session: Session, placement: Placement, vacancy: Vacancy, employer: Employer, fair: int | None
) -> None:
    groups = await groups_on(session, placement.person_id, placement.started_on)
    await append_about(
        session,
        placement.person_id,
        _fact(
            placement,
            "placement_started",
            {
                "how": placement.how,
                "evidence": placement.evidence,
                "employer_kind": employer.kind,
                "employer": employer.id,
                "vacancy": vacancy.id,
                **({"fair": fair} if fair else {}),
            },
        ),
        groups,
    )
    if placement.contract:
        facts: dict[str, object] = {"contract": placement.contract}
        if placement.contract == "fixed":
            facts["months"] = placement.months
        await append_about(session, placement.person_id, _fact(placement, "contract_signed", facts), groups)


def _fact(placement: Placement, kind: str, facts: dict[str, object]) -> Fact:
    return Fact(
        key=f"{kind}:{placement.id}",
        kind=kind,
        occurred_on=placement.started_on,
        region=placement.region,
        office_id=placement.office_id,
        facts=facts,
        source=f"placements:{placement.id}",
    )
