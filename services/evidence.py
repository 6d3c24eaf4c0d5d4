"""What shows that somebody works: it only rises; and a placement that never was is cancelled, entry by entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from models.applications import Application
from models.audit import record
from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from models.ledger import LedgerEntry
from models.people import Group, GroupMembership
from models.placements import Placement
from models.startups import Startup
from models.states import PlacementState, move
from models.vacancies import Vacancy
from services.call_tasks import stop_following
from services.casework import ensure_not_own, household_of
from services.graduates import note_no_work
from services.ledger import again, append
from services.merged import all_of
from services.vacancies import free_opening

LADDER = {"seeker": 1, "employer": 2, "both": 3, "staff_call": 4, "contract": 5}  # decided: a paper outweighs a call


class EvidenceRefusedError(ZhaohuoError):
    """Evidence only rises; a placement that is wrong is reversed instead."""


async def raise_evidence(session: Session, placement: Placement, evidence: str, *, by: int | None) -> None:
    """An officer has better evidence of the same start.

    Raises OwnCaseError, EvidenceRefusedError where it would not rise.
    """
    if by is not None:
        await ensure_not_own(session, by, await household_of(session, placement.person_id))
    await _raise(session, placement, evidence, by=by)


async def _raise(session: Session, placement: Placement, evidence: str, *, by: int | None) -> None:
    """The entry is cancelled and written anew, its groups and day as they were."""
    if placement.state == PlacementState.REVERSED or LADDER.get(evidence, 0) <= LADDER[placement.evidence]:
        raise EvidenceRefusedError
    old = next(entry for entry in await standing(session, placement) if entry.kind == "placement_started")
    await _cancel(session, old)
    fact = again(old, f"placement_started:{placement.id}:{evidence}")
    await append(session, replace(fact, facts={**old.facts, "evidence": evidence}))
    record(
        session,
        actor=by,
        action="placements.evidence",
        subject=f"placements:{placement.id}",
        detail={"from": placement.evidence, "to": evidence},
    )
    placement.evidence = evidence


async def agree(session: Session, placement: Placement, party: str, *, by: int | None) -> None:
    """The seeker or the employer says the same as the other did: then both agree, if nothing better is known."""
    if {placement.evidence, party} == {"seeker", "employer"}:
        await _raise(session, placement, "both", by=by)


async def reverse_placement(session: Session, placement: Placement, *, officer_id: int, reason: str) -> int:
    """It never was: every entry of it is cancelled, the opening is free again; returns how many were cancelled.

    Raises MoveRefusedError where it has been reversed before.
    """
    await move(session, placement, PlacementState.REVERSED, actor=officer_id, why=reason)
    await stop_following(session, placement, why="reversed")
    await session.flush()
    await note_no_work(session, placement.person_id, on=placement.started_on, officer_id=officer_id)
    entries = await standing(session, placement)
    for entry in entries:
        await _cancel(session, entry)
    await _reopen_group(session, placement)
    if placement.application_id is not None:
        application = await session.get_one(Application, placement.application_id)
        await free_opening(session, await session.get_one(Vacancy, application.vacancy_id, with_for_update=True))
    return len(entries)


async def _reopen_group(session: Session, placement: Placement) -> None:
    """下岗失业, which this start had ended, goes on: to the first day of other work since, where there is any."""
    query = select(GroupMembership).where(
        GroupMembership.person_id == placement.person_id,
        GroupMembership.group == Group.LAID_OFF.value,
        GroupMembership.until == placement.started_on,
    )
    for membership in (await session.scalars(query)).all():
        membership.until = await _first_work(session, placement.person_id, membership.since)


async def _first_work(session: ReadSession, person_id: int, since: date) -> date | None:
    """The first day from then on that a start or the opening of a business stands for."""
    start = select(func.min(Placement.started_on)).where(
        Placement.person_id == person_id, Placement.state != PlacementState.REVERSED, Placement.started_on >= since
    )
    opening = select(func.min(Startup.opened_on)).where(Startup.person_id == person_id, Startup.opened_on >= since)
    days = [await session.scalar(start), await session.scalar(opening)]
    return min((day for day in days if day is not None), default=None)


async def standing(session: ReadSession, placement: Placement) -> list[LedgerEntry]:
    """The entries of the placement that nothing has cancelled, oldest first."""
    cancelling = aliased(LedgerEntry)
    query = (
        select(LedgerEntry)
        .outerjoin(cancelling, cancelling.reverses == LedgerEntry.key)
        .where(
            LedgerEntry.person.in_([person.ledger_key for person in await all_of(session, placement.person_id)]),
            LedgerEntry.source == f"placements:{placement.id}",
            LedgerEntry.reverses.is_(None),
            cancelling.id.is_(None),
        )
        .order_by(LedgerEntry.id)
    )
    return list(await session.scalars(query))


async def _cancel(session: Session, entry: LedgerEntry) -> None:
    await append(session, again(entry, f"reversal:{entry.key}", reverses=entry.key))
    await session.flush()
