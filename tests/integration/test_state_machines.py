"""The state machines: one table of moves, one door that writes who did it and why."""

from __future__ import annotations

from enum import StrEnum

import pytest
from house import add_seeker, town
from sqlalchemy import func, select

from models.applications import Application
from models.audit import AuditEntry
from models.database import Database
from models.errors import MoveRefusedError
from models.states import (
    LIVE_APPLICATIONS,
    MOVES,
    AidState,
    ApplicationState,
    EmployerState,
    EnrolmentState,
    FamilyState,
    LoanState,
    PlacementState,
    PublicityState,
    StartupState,
    TicketState,
    VacancyState,
    can_move,
    move,
)
from services import applications

MACHINES: tuple[type[StrEnum], ...] = tuple(MOVES)
A, V, P = ApplicationState, VacancyState, PlacementState


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_of_a_machine_has_its_row(machine: type[StrEnum]) -> None:
    for state in machine:
        for target in machine:
            assert can_move(state, target) in (True, False)


@pytest.mark.parametrize("machine", MACHINES)
def test_every_state_can_be_reached_or_is_where_it_begins(machine: type[StrEnum]) -> None:
    beginnings = {
        "drawn",
        "issued",
        "asked",
        "suggested",
        "interested",
        "draft",
        "new",
        "started",
        "applied",
        "submitted",
        "posted",
        "open",
        "planned",
    }
    reached = {target for state in machine for target in machine if can_move(state, target)}
    assert {state for state in machine if state not in reached} <= beginnings


@pytest.mark.parametrize(
    ("current", "target"),
    [
        (A.INTERESTED, A.HIRED),
        (A.INTERESTED, A.SUGGESTED),
        (A.HIRED, A.INTERVIEW),
        (A.REJECTED, A.INTERESTED),
        (A.STARTED, A.INTERESTED),
        (V.CLOSED, V.OPEN),
        (V.DRAFT, V.OPEN),
        (EmployerState.NEW, EmployerState.NEW),
        (P.ENDED, P.RETAINED),
        (EnrolmentState.APPLIED, EnrolmentState.CERTIFIED),
        (A.STARTED, P.ENDED),
        (A.EXPIRED, V.OPEN),
        (FamilyState.CHECKED, FamilyState.ON_FILE),
        (FamilyState.CLOSED, FamilyState.ON_FILE),
        (AidState.APPLIED, AidState.PAID),
        (AidState.PUBLIC, AidState.PAID),
        (PublicityState.TAKEN_DOWN, PublicityState.POSTED),
        (TicketState.ANSWERED, TicketState.OPEN),
        (LoanState.APPLIED, LoanState.REPAID),
        (StartupState.CLOSED, StartupState.OPEN),
    ],
)
def test_there_is_no_such_move(current: StrEnum, target: StrEnum) -> None:
    assert not can_move(current, target)


@pytest.mark.parametrize(
    ("current", "target"),
    [
        (A.WITHDRAWN, A.INTERESTED),
        (A.DECLINED, A.INTERESTED),
        (V.FULL, V.OPEN),
        (V.EXPIRED, V.OPEN),
        (P.STARTED, P.RETAINED),
        (P.RETAINED, P.RETAINED),
        (A.EXPIRED, A.INTERESTED),
    ],
)
def test_there_is_this_move(current: StrEnum, target: StrEnum) -> None:
    assert can_move(current, target)


def test_who_waits_can_always_be_told_that_it_is_over() -> None:
    for state in LIVE_APPLICATIONS - {A.HIRED}:
        assert can_move(state, A.EXPIRED)
        assert can_move(state, A.WITHDRAWN)


async def audits(database: Database) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(AuditEntry)) or 0


async def test_a_legal_move_stamps_the_row_and_writes_who_and_why(database: Database) -> None:
    async with database.write() as session:
        vacancy, _, seeker = await town(session)
        application = await applications.apply(session, seeker.id, vacancy.id)
        await move(session, application, A.WITHDRAWN, actor=seeker.id, why="found_another")
    async with database.read() as session:
        entry = (await session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))).one()
        stored = await session.get_one(Application, application.id)
    assert (stored.state, stored.state_since) == ("withdrawn", database.clock())
    assert (entry.actor_id, entry.action) == (seeker.id, "applications.withdrawn")
    assert entry.subject == f"applications:{application.id}"
    assert entry.detail == {"from": "interested", "why": "found_another"}


async def test_an_illegal_move_raises_and_writes_nothing(database: Database) -> None:
    async with database.write() as session:
        vacancy, _, _ = await town(session)
        seeker = await add_seeker(session)
        application = await applications.apply(session, seeker.id, vacancy.id)
    before = await audits(database)
    async with database.write() as session:
        stored = await session.get_one(Application, application.id)
        with pytest.raises(MoveRefusedError, match=r"interested.*started"):
            await move(session, stored, A.STARTED, actor=seeker.id)
        assert not session.dirty
        assert not session.new
    assert await audits(database) == before
    async with database.read() as session:
        assert (await session.get_one(Application, application.id)).state == "interested"
