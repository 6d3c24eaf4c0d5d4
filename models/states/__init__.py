"""The state machines: one enum, one table of allowed moves, one door (`design.md` §5).

A reversal is a new fact, never an edit: there is no way back along a move.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import select

from models.audit import record
from models.database import Session
from models.errors import MoveRefusedError
from models.states import aid, fairs, reports, training, work
from models.states.aid import (
    AidState,
    FamilyState,
    LoanState,
    ObjectionState,
    PublicityState,
    StartupState,
    TicketState,
)
from models.states.fairs import BatchState, FairState, InvitationState, SurveyState, TicketAtFairState, TravellerState
from models.states.moves import Moves
from models.states.reports import CheckState, FilingState
from models.states.training import SEATED, EnrolmentState, VoucherState
from models.states.work import (
    CONTACTS_KNOWN,
    LIVE_APPLICATIONS,
    ApplicationState,
    AppointmentState,
    EmployerState,
    FollowUpState,
    PlacementState,
    VacancyState,
)

__all__ = (
    "CONTACTS_KNOWN",
    "LIVE_APPLICATIONS",
    "MOVES",
    "SEATED",
    "AidState",
    "ApplicationState",
    "AppointmentState",
    "BatchState",
    "CheckState",
    "EmployerState",
    "EnrolmentState",
    "FairState",
    "FamilyState",
    "FilingState",
    "FollowUpState",
    "InvitationState",
    "LoanState",
    "ObjectionState",
    "PlacementState",
    "PublicityState",
    "StartupState",
    "SurveyState",
    "TicketAtFairState",
    "TicketState",
    "TravellerState",
    "VacancyState",
    "VoucherState",
    "can_move",
    "move",
)

MOVES: Moves = {**work.MOVES, **training.MOVES, **reports.MOVES, **aid.MOVES, **fairs.MOVES}


def can_move(current: StrEnum, target: StrEnum) -> bool:
    """Whether the table allows the step."""
    return target in MOVES[type(current)][current]


async def move(session: Session, row: Any, target: StrEnum, *, actor: int | None, why: str = "") -> None:
    """The one door: moves `row.state`, stamps the time and writes who did it and why into the audit.

    `row` is any stored record with `id`, `state` and `state_since`. Raises MoveRefusedError.
    """
    machine = type(target)
    current = machine(row.state)
    if not can_move(current, target) or not await _still(session, row):
        raise MoveRefusedError(row.__tablename__, current.value, target.value)
    row.state, row.state_since = target.value, session.now
    record(
        session,
        actor=actor,
        action=f"{row.__tablename__}.{target.value}",
        subject=f"{row.__tablename__}:{row.id}",
        detail={"from": current.value, "why": why},
    )


async def _still(session: Session, row: Any) -> bool:
    """Whether the stored state is the one that was read; on PostgreSQL two transactions may have read the same."""
    if session.is_sqlite:
        return True
    await session.flush()  # an import does not by itself: a row that moved twice would seem to be another's
    table = type(row)
    stored = await session.scalar(select(table.state).where(table.id == row.id).with_for_update())
    return stored in (None, row.state)
