"""One period of a job is run once, whoever's scheduler wakes first; APScheduler only wakes.

The claim and the work are one transaction: a process that dies in between leaves no claim behind, and its
period is run by the next that wakes.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from models.database import Database, Session
from models.runs import JobRun

log = logging.getLogger(__name__)
Job = Callable[[Session], Awaitable[None]]


async def run_once(database: Database, name: str, period: str, job: Job) -> bool:
    """Run the job for the period unless it has been run; returns whether this call ran it."""
    async with database.write() as session:
        try:
            async with session.begin_nested():
                await session.execute(insert(JobRun).values(job=name, period=period, ran_at=session.now))
        except IntegrityError:
            return False
        await job(session)
    log.info("job.ran", extra={"job": name, "period": period})
    return True
