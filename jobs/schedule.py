"""The schedule: a table of what happens without anyone asking."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from jobs.applications import expire_unanswered
from jobs.casework import ask_owners, call_off_batches, keep_files
from jobs.deadlines import remind_to_file
from jobs.digest import send_digests
from jobs.expiry import expire_vacancies, recheck_employers
from jobs.fairs import ask_after_fairs, go_on_asking, send_officer_lists
from jobs.follow_ups import follow_up
from jobs.idle import forget_idle
from jobs.interviews import ask_results, remind
from jobs.night_match import night_match
from jobs.retention import forget_old
from jobs.runner import Counts, Job, Progress, Steps, rehearse, rehearse_steps, run_in_steps, run_once
from jobs.training import expire_vouchers, pass_on_seats
from jobs.weekly import send_weekly
from models.database import Database
from models.runs import JobRun

log = logging.getLogger(__name__)
LOOK_SECONDS = 10.0  # how often runs are looked for that lost their process: they are held for 20 seconds


@dataclass(frozen=True, slots=True)
class Entry:
    """A job, when it wakes (cron fields), and how its period is named. A long one has `steps` instead of a `job`."""

    name: str
    job: Job | None
    cron: dict[str, str]
    period: Callable[[datetime], str]
    steps: Steps | None = None

    async def run(self, database: Database, period: str, progress: Progress | None = None) -> bool:
        """Run it for the period unless that was done; whether this call did."""
        if self.steps is not None:
            return await run_in_steps(database, self.name, period, self.steps, progress)
        return self.job is not None and await run_once(database, self.name, period, self.job)

    async def rehearse(self, database: Database, progress: Progress | None = None) -> Counts:
        """What it would do now; nothing of it stays."""
        if self.steps is not None:
            return await rehearse_steps(database, self.steps, progress)
        return await rehearse(database, self.job) if self.job is not None else {}


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")


def _week(moment: datetime) -> str:
    return moment.strftime("%G-W%V")


def _hour(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H")


def entries(digest_time: str) -> tuple[Entry, ...]:
    """Every job; one that missed its minute runs when the program is up again, once."""
    hour, minute = digest_time.split(":")
    return (
        Entry("digest", send_digests, {"hour": hour, "minute": minute}, _day),
        Entry("officer_lists", send_officer_lists, {"hour": hour, "minute": minute}, _day),
        Entry("after_fairs", ask_after_fairs, {"hour": "9", "minute": "0"}, _day),
        Entry("surveys", go_on_asking, {"hour": "9", "minute": "5"}, _day),
        Entry("expiry", None, {"hour": "0", "minute": "5"}, _day, steps=expire_vacancies),
        Entry("casework", keep_files, {"hour": "0", "minute": "7"}, _day),
        Entry("recheck", recheck_employers, {"hour": "0", "minute": "10"}, _day),
        Entry("vouchers", expire_vouchers, {"hour": "0", "minute": "12"}, _day),
        Entry("batches", call_off_batches, {"hour": "0", "minute": "13"}, _day),
        Entry("idle", forget_idle, {"hour": "0", "minute": "15"}, _day),
        Entry("seats", pass_on_seats, {"minute": "40"}, _hour),
        Entry("retention", forget_old, {"minute": "20"}, _hour),
        Entry("owners", ask_owners, {"hour": "9", "minute": "10"}, _day),
        Entry("follow_ups", None, {"hour": "9", "minute": "0"}, _day, steps=follow_up),
        Entry("applications", None, {"hour": "0", "minute": "25"}, _day, steps=expire_unanswered),
        Entry("reminders", remind, {"hour": "17", "minute": "0"}, _day),
        Entry("deadlines", remind_to_file, {"hour": "8", "minute": "30"}, _day),
        Entry("matches", None, {"hour": "1", "minute": "0"}, _day, steps=night_match),
        Entry("weekly", None, {"day_of_week": "mon", "hour": "9", "minute": "30"}, _week, steps=send_weekly),
        Entry("interviews", ask_results, {"minute": "5"}, _hour),
    )


async def run_schedule(database: Database, digest_time: str, timezone: str) -> None:
    """Wake the jobs, for ever. What is due today and was not run is run at the start."""
    zone = ZoneInfo(timezone)
    scheduler = AsyncIOScheduler(timezone=zone)
    for entry in entries(digest_time):
        trigger = CronTrigger(timezone=zone, **entry.cron)
        scheduler.add_job(run_entry, trigger, args=(database, entry, zone), misfire_grace_time=3600, coalesce=True)
    scheduler.start()
    try:
        await catch_up(database, digest_time, zone)
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await take_over(database, digest_time)
    finally:
        scheduler.shutdown(wait=False)


async def run_entry(database: Database, entry: Entry, zone: ZoneInfo) -> bool:
    """Run one job for the period that the database's clock says; one that fails stops nothing else."""
    try:
        return await entry.run(database, entry.period(database.clock().astimezone(zone)))
    except Exception:
        # Its transaction is rolled back with its claim or cursor, so the next wake-up goes on with the period.
        log.exception("job.failed", extra={"job": entry.name})
        return False


async def take_over(database: Database, digest_time: str) -> list[str]:
    """Go on with long runs whose process died; the names of those brought to their end here."""
    known = {entry.name: entry for entry in entries(digest_time)}
    try:
        async with database.read() as session:
            left = await session.execute(
                select(JobRun.job, JobRun.period).where(JobRun.ended_at.is_(None), JobRun.held_until < session.now)
            )
            waiting = [(row.job, row.period) for row in left if row.job in known]
    except (SQLAlchemyError, OSError) as error:
        log.warning("jobs.not_looked", extra={"error": type(error).__name__})
        return []
    ended = []
    for name, period in waiting:
        try:
            if await known[name].run(database, period):
                ended.append(name)
        except Exception:
            # Its step is rolled back and the run held for a while; the other runs are looked at all the same.
            log.exception("job.failed", extra={"job": name})
    return ended


async def catch_up(database: Database, digest_time: str, zone: ZoneInfo) -> None:
    """Run what today's hour has passed already."""
    now = database.clock().astimezone(zone)
    for entry in entries(digest_time):
        due = now.replace(hour=int(entry.cron.get("hour", now.hour)), minute=int(entry.cron["minute"]))
        if due <= now:
            await run_entry(database, entry, zone)
