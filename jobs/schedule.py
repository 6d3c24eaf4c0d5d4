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

from jobs.digest import send_digests
from jobs.expiry import expire_vacancies, recheck_employers, take_down_lists
from jobs.fairs import ask_after_fairs, go_on_asking, send_officer_lists
from jobs.idle import forget_idle
from jobs.retention import forget_old
from jobs.runner import Job, run_once
from jobs.training import expire_vouchers, pass_on_seats
from models.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A job, when it wakes (cron fields), and how its period is named."""

    name: str
    job: Job
    cron: dict[str, str]
    period: Callable[[datetime], str]


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d")


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
        Entry("expiry", expire_vacancies, {"hour": "0", "minute": "5"}, _day),
        Entry("publicity", take_down_lists, {"hour": "0", "minute": "7"}, _day),
        Entry("recheck", recheck_employers, {"hour": "0", "minute": "10"}, _day),
        Entry("vouchers", expire_vouchers, {"hour": "0", "minute": "12"}, _day),
        Entry("idle", forget_idle, {"hour": "0", "minute": "15"}, _day),
        Entry("seats", pass_on_seats, {"minute": "40"}, _hour),
        Entry("retention", forget_old, {"minute": "20"}, _hour),
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
        await asyncio.Event().wait()
    finally:
        scheduler.shutdown(wait=False)


async def run_entry(database: Database, entry: Entry, zone: ZoneInfo) -> bool:
    """Run one job for the period that the database's clock says; one that fails stops nothing else."""
    try:
        return await run_once(database, entry.name, entry.period(database.clock().astimezone(zone)), entry.job)
    except Exception:
        # Its transaction is rolled back with its claim, so the next wake-up runs the period again.
        log.exception("job.failed", extra={"job": entry.name})
        return False


async def catch_up(database: Database, digest_time: str, zone: ZoneInfo) -> None:
    """Run what today's hour has passed already."""
    now = database.clock().astimezone(zone)
    for entry in entries(digest_time):
        due = now.replace(hour=int(entry.cron.get("hour", now.hour)), minute=int(entry.cron["minute"]))
        if due <= now:
            await run_entry(database, entry, zone)
