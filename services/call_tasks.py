"""Calls that the office is to make about a placement: after silence, or because somebody asked for one."""

from __future__ import annotations

from sqlalchemy import Select, select

from models.database import ReadSession, Session
from models.errors import NotFoundError
from models.follow_ups import CallTask, FollowUp
from models.offices import Office
from models.placements import Placement
from models.regions import visible_to
from models.states import FollowUpState, move

OPEN = (FollowUpState.WAITING, FollowUpState.ASKED)
UNREACHED = 3  # calls that nobody answered: after these the task is closed, and what became of it stays unknown


async def add_call(
    session: Session, placement: Placement, *, reason: str, follow_up: FollowUp | None = None
) -> CallTask:
    """One open task a placement: a second reason changes the first."""
    open_one = await session.scalar(
        select(CallTask).where(CallTask.placement_id == placement.id, CallTask.done_at.is_(None)).limit(1)
    )
    if open_one is not None:
        open_one.reason = reason
        open_one.follow_up_id = follow_up.id if follow_up else open_one.follow_up_id
        return open_one
    task = CallTask(
        id=session.new_id(),
        office_id=placement.office_id,
        person_id=placement.person_id,
        placement_id=placement.id,
        follow_up_id=follow_up.id if follow_up else None,
        reason=reason,
        made_at=session.now,
        tries=0,
    )
    session.add(task)
    await session.flush()
    return task


async def close_calls(session: Session, placement_id: int | None, *, by: int | None, outcome: str) -> None:
    """What was to be found out is known."""
    tasks = await session.scalars(
        select(CallTask).where(CallTask.placement_id == placement_id, CallTask.done_at.is_(None))
    )
    for task in tasks:
        task.done_at, task.done_by, task.outcome = session.now, by, outcome


async def open_ones(session: ReadSession, placement_id: int | None) -> list[FollowUp]:
    """The questions about a placement that are to be asked or answered, by mark."""
    query = select(FollowUp).where(FollowUp.placement_id == placement_id, FollowUp.state.in_(OPEN))
    return list(await session.scalars(query.order_by(FollowUp.days)))


async def stop_following(session: Session, placement: Placement, *, why: str) -> None:
    """No question and no call about this work any more."""
    for follow_up in await open_ones(session, placement.id):
        await move(session, follow_up, FollowUpState.CANCELLED, actor=None, why=why)
    await close_calls(session, placement.id, by=None, outcome=why)


async def nobody_answered(session: Session, task: CallTask, *, officer_id: int) -> bool:
    """The call reached nobody; returns whether the task stays open for another try."""
    task.tries += 1
    if task.tries >= UNREACHED:
        task.done_at, task.done_by, task.outcome = session.now, officer_id, "unreached"
    return task.done_at is None


def open_calls(region: str) -> Select[CallTask]:
    """The open tasks of the offices in the region, those who asked first."""
    query = (
        select(CallTask)
        .join(Office, Office.id == CallTask.office_id)
        .where(CallTask.done_at.is_(None))
        .order_by(CallTask.reason, CallTask.id)  # asked, not_reached, silent
    )
    return visible_to(query, Office.region, region)


async def call_for(session: ReadSession, task_id: int, region: str) -> CallTask:
    """The open task, if an office of the officer's region has it. Raises NotFoundError."""
    found = (await session.scalars(open_calls(region).where(CallTask.id == task_id))).first()
    if found is None:
        raise NotFoundError
    return found
