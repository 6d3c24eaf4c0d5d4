"""What happens without anyone asking: which jobs there are, when they ran last and what they did; run one now.

list tells them all; run NAME runs one for today's period, once; with --dry-run it says what it would do.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.database import ready_database
from app.settings import load_settings
from jobs.runner import Counts
from jobs.schedule import Entry, entries
from models.clock import SHANGHAI
from models.database import Database
from models.errors import NotFoundError
from models.runs import JobRun


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """list, or run one."""
    actions = parser.add_subparsers(dest="action", metavar="list | run", required=True)
    listing = actions.add_parser("list", help="every job, when it wakes, its last run and what that did")
    listing.add_argument("--json", action="store_true", help="one JSON line a job")
    running = actions.add_parser("run", help="run one now, for today's period")
    running.add_argument("name", metavar="NAME")
    running.add_argument("--dry-run", action="store_true", help="say what it would do; nothing of it stays")
    running.add_argument("--json", action="store_true", help="the counts as JSON")


def run(options: argparse.Namespace) -> int:
    """Do it."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    settings = load_settings(options.config)
    table = entries(settings.digest.time)
    async with ready_database(settings) as database:
        if options.action == "list":
            for entry in table:
                await _tell(database, entry, as_json=options.json)
            return 0
        chosen = next((entry for entry in table if entry.name == options.name), None)
        if chosen is None:
            raise NotFoundError(f"there is no job {options.name!r}; known: {', '.join(e.name for e in table)}")
        zone = ZoneInfo(settings.digest.timezone)
        await _run_one(database, chosen, zone, dry=options.dry_run, as_json=options.json)
    return 0


async def _tell(database: Database, entry: Entry, *, as_json: bool) -> None:
    async with database.read() as session:
        query = select(JobRun).where(JobRun.job == entry.name).order_by(JobRun.ran_at.desc()).limit(1)
        last = (await session.scalars(query)).first()
    when = " ".join(f"{name}={value}" for name, value in entry.cron.items())
    facts = {
        "job": entry.name,
        "wakes": when,
        "period": last.period if last else None,
        "ran_at": last.ran_at.isoformat() if last else None,
        "ended": bool(last and last.ended_at),
        "done": last.done if last else None,
    }
    if as_json:
        print(json.dumps(facts, ensure_ascii=False))
        return
    ran = "has not run yet"
    if last is not None:
        state = "" if last.ended_at else "  (not at its end)"
        ran = f"{last.ran_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}  {_counts(last.done or {})}{state}"
    print(f"{entry.name:<14} {when:<36} {ran}")


async def _run_one(database: Database, entry: Entry, zone: ZoneInfo, *, dry: bool, as_json: bool) -> None:
    progress = _progress if sys.stderr.isatty() else None
    if dry:
        done = await entry.rehearse(database, progress)
        print(json.dumps(done) if as_json else f"{entry.name} would do: {_counts(done)}")
        return
    period = entry.period(database.clock().astimezone(zone))
    fresh = await entry.run(database, period, progress)
    async with database.read() as session:
        row = await session.get(JobRun, (entry.name, period))
    done = (row.done if row else None) or {}
    if as_json:
        print(json.dumps({"period": period, "ran": fresh, "done": done}, ensure_ascii=False))
    else:
        print(f"{entry.name} {period}: {_counts(done)}" + ("" if fresh else "  (had run before, or runs elsewhere)"))


def _progress(done: Counts) -> None:
    print(f"\r{_counts(done)}", end="", file=sys.stderr, flush=True)


def _counts(done: Counts) -> str:
    return ", ".join(f"{name} {number}" for name, number in done.items() if number) or "nothing to do"
