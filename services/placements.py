"""Placements: an officer confirms the first day at work, with its contract and evidence."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update

from models.applications import Application
from models.database import Session
from models.employers import Employer
from models.offices import Office
from models.people import Group, GroupMembership
from models.placements import Placement
from models.states import ApplicationState, PlacementState, move
from models.vacancies import Vacancy
from services.follow_ups import plan
from services.graduates import note_work
from services.ledger import Fact, append_about, groups_on
from services.notices import tell


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
    how: str = "introduced",
) -> Placement:
    """The person has started. Writes `placement_started`, and `contract_signed` where a contract was seen.

    The groups are those of the day, taken before the fact itself, since work ends 下岗失业 (`statistics.md` §1).
    """
    await move(session, application, ApplicationState.STARTED, actor=officer_id)
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    office = await session.get_one(Office, office_id)
    placement = Placement(
        id=session.new_id(),
        application_id=application.id,
        person_id=application.seeker_id,
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
    await _write_facts(session, placement, vacancy, await session.get_one(Employer, vacancy.employer_id))
    await _end_group(session, placement)
    status = "self_found" if how == "self_found" else "placed"
    await note_work(session, placement.person_id, status, on=started_on, officer_id=officer_id)
    await plan(session, placement)
    await tell(session, application.seeker_id, "notice.started", title=vacancy.title)
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


async def _write_facts(session: Session, placement: Placement, vacancy: Vacancy, employer: Employer) -> None:
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
