"""One period of a job is run once, whoever's scheduler wakes first; APScheduler only wakes.

A short job is one transaction with its claim: a process that dies in between leaves no claim behind, and its period is
run by the next that wakes. A long one works in steps, a transaction each: with every step it writes the cursor to go on
from and holds the run a little longer; when it dies, another goes on from the cursor.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from models.database import Database, Session
from models.runs import JobRun

log = logging.getLogger(__name__)
Counts = dict[str, int]
Cursor = dict[str, Any]
Job = Callable[[Session], Awaitable[Counts | None]]
Progress = Callable[[Counts], None]
HELD_FOR = timedelta(seconds=20)
AFTER_FAILURE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Step:
    """What one step did; `cursor`: where the next goes on, None at the end."""

    cursor: Cursor | None
    counts: Counts = field(default_factory=dict)


Steps = Callable[[Session, Cursor], Awaitable[Step]]


async def run_once(database: Database, name: str, period: str, job: Job) -> bool:
    """Run the job for the period unless it has been run; returns whether this call ran it."""
    async with database.write() as session:
        try:
            async with session.begin_nested():
                values = {"job": name, "period": period, "ran_at": session.now, "ended_at": session.now}
                await session.execute(insert(JobRun).values(values))
        except IntegrityError:
            return False
        done = await job(session) or {}
        await session.execute(update(JobRun).where(*_this(name, period)).values(done=done))
    log.info("job.ran", extra={"job": name, "period": period, **_told(done)})
    return True


async def run_in_steps(
    database: Database, name: str, period: str, steps: Steps, progress: Progress | None = None
) -> bool:
    """Run a long job, or go on with one whose process died; returns whether this call brought it to its end."""
    holder = f"{database.ids():x}"
    if not await _claim(database, name, period, holder):
        return False
    try:
        while (done := await _step(database, name, period, holder, steps)) is not None:
            if progress is not None:
                progress(done[1])
            if done[0]:
                log.info("job.ran", extra={"job": name, "period": period, **_told(done[1])})
                return True
    except Exception:
        # Whatever it was, the run is let go before the error goes on to who logs it.
        await _let_go(database, name, period, holder)
        raise
    return False  # it took too long, and another goes on


async def _claim(database: Database, name: str, period: str, holder: str) -> bool:
    async with database.write() as session:
        until = session.now + HELD_FOR
        try:
            async with session.begin_nested():
                values = {"job": name, "period": period, "ran_at": session.now, "holder": holder, "held_until": until}
                await session.execute(insert(JobRun).values(values))
        except IntegrityError:
            taken = await session.execute(
                update(JobRun)
                .where(*_this(name, period), JobRun.ended_at.is_(None), JobRun.held_until < session.now)
                .values(holder=holder, held_until=until)
            )
            return bool(getattr(taken, "rowcount", 0))
    return True


async def _step(database: Database, name: str, period: str, holder: str, steps: Steps) -> tuple[bool, Counts] | None:
    """One transaction: the work, the cursor behind it, and what was done so far. None: another holds the run."""
    async with database.write() as session:
        query = select(JobRun).where(*_this(name, period), JobRun.holder == holder, JobRun.ended_at.is_(None))
        run = (await session.scalars(query.with_for_update())).first()
        if run is None:
            return None
        step = await steps(session, dict(run.cursor or {}))
        done = added(run.done or {}, step.counts)
        over = step.cursor is None
        # The clock is read anew: a step may take a while.
        await session.execute(
            update(JobRun)
            .where(*_this(name, period))
            .values(
                cursor=step.cursor,
                done=done,
                held_until=database.clock() + HELD_FOR,
                ended_at=database.clock() if over else None,
            )
        )
    return over, done


async def _let_go(database: Database, name: str, period: str, holder: str) -> None:
    """A step failed: its transaction is gone; the run is tried again after a while, from the step before."""
    async with database.write() as session:
        await session.execute(
            update(JobRun)
            .where(*_this(name, period), JobRun.holder == holder)
            .values(held_until=session.now + AFTER_FAILURE)
        )


class _UndoneError(Exception):
    """A rehearsal is over: roll back."""


async def rehearse(database: Database, job: Job) -> Counts:
    """What the job would do now; nothing of it stays."""
    done: Counts = {}
    try:
        async with database.write() as session:
            done = await job(session) or {}
            raise _UndoneError  # noqa: TRY301 - the way to roll back
    except _UndoneError:
        return done


async def rehearse_steps(database: Database, steps: Steps, progress: Progress | None = None) -> Counts:
    """The same for a long job: every step in one transaction that is rolled back."""

    async def all_of_them(session: Session) -> Counts:
        done: Counts = {}
        cursor: Cursor | None = {}
        while cursor is not None:
            step = await steps(session, cursor)
            await session.flush()
            done, cursor = added(done, step.counts), step.cursor
            if progress is not None:
                progress(done)
        return done

    return await rehearse(database, all_of_them)


def added(one: Mapping[str, int], other: Mapping[str, int]) -> Counts:
    """The sums of two counts, name by name."""
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}


def _this(name: str, period: str) -> tuple[Any, ...]:
    return JobRun.job == name, JobRun.period == period


def _told(done: Counts) -> dict[str, int]:
    """Names of counts as the log may carry them: none of its own words."""
    return {f"n_{name}": number for name, number in done.items()}
