"""What waits, what stands still and why, and one message's story from arrival to receipt.

parked lists what could not be delivered or handled; retry and drop take its numbers; trace tells a person's messages;
costs adds up what SMS cost.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import asdict
from datetime import datetime

from app.database import ready_database
from app.settings import load_settings
from models.clock import SHANGHAI
from models.database import Database, ReadSession
from models.errors import NotFoundError
from services import costs
from services import parked as standing
from services.access import find_by_phone
from services.phones import e164
from services.tracing import trace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, and with which messages."""
    actions = parser.add_subparsers(dest="action", metavar="parked | retry | drop | trace | costs", required=True)
    listing = actions.add_parser("parked", help="what could not be delivered or handled, with the reason")
    listing.add_argument("--json", action="store_true", help="one JSON line a message")
    for name, text in (("retry", "send or handle it once more"), ("drop", "give it up")):
        action = actions.add_parser(name, help=text)
        action.add_argument("numbers", nargs="*", type=int, metavar="NUMBER", help="as `messages parked` lists them")
        action.add_argument("--all", action="store_true", help="everything that is parked")
    story = actions.add_parser("trace", help="one person's messages, from arrival to receipt")
    who = story.add_mutually_exclusive_group(required=True)
    who.add_argument("--person", type=int, metavar="ID", help="as `messages parked` and the log name them")
    who.add_argument("--phone", metavar="PHONE", help="by the number instead")
    story.add_argument("--last", type=int, default=20, metavar="N", help="how many messages (20)")
    actions.add_parser("costs", help="messages, segments and yuan by day and channel, and yuan a placed person")


def run(options: argparse.Namespace) -> int:
    """Do it."""
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    async with ready_database(load_settings(options.config)) as database:
        if options.action in ("retry", "drop"):
            return await _change(database, options)
        async with database.read() as session:
            match options.action:
                case "parked":
                    await _list(session, as_json=options.json)
                case "trace":
                    await _trace(session, options)
                case _:
                    await _costs(session)
    return 0


async def _list(session: ReadSession, *, as_json: bool) -> None:
    rows = await standing.parked(session)
    for row in rows:
        if as_json:
            told = asdict(row) | {"since": row.since.isoformat(), "why": standing.why("zh_CN", row.reason)}
            print(json.dumps(told, ensure_ascii=False))
        else:
            kind = f" {row.kind}" if row.kind else ""
            print(f"{row.id}  {_local(row.since)}  {row.channel} {row.direction}{kind}")
            print(f"    {row.who} (person {row.person_id})")
            print(f"    {standing.why('zh_CN', row.reason)}  ·  {standing.why('en', row.reason)}")
    if not rows and not as_json:
        print("nothing is parked")
    for line in () if as_json else await standing.waiting(session):
        reason = standing.why("zh_CN", line.reason) if line.reason else ""
        print(f"{line.channel}: {line.rows} wait to leave since {_local(line.since)}  {reason}")


async def _change(database: Database, options: argparse.Namespace) -> int:
    if not options.numbers and not options.all:
        raise NotFoundError("which ones? Numbers of `messages parked`, or --all")
    async with database.write() as session:
        numbers = options.numbers
        if options.all:
            numbers = [row.id for row in await standing.parked(session, limit=100_000)]
        verb = standing.retry if options.action == "retry" else standing.drop
        done = await verb(session, numbers)
    print(f"{done} message(s) {'wait to leave again' if options.action == 'retry' else 'dropped'}")
    return 0


async def _trace(session: ReadSession, options: argparse.Namespace) -> None:
    person = options.person
    if options.phone:
        found = await find_by_phone(session, e164(options.phone))
        if found is None:
            raise NotFoundError("nobody is known by this number")
        person = found.id
    steps = await trace(session, person, limit=options.last)
    for step in steps:
        print(f"{_local(step.at)}  {'    ' * step.indent}{step.text}")
    if not steps:
        print("no messages of this person")


async def _costs(session: ReadSession) -> None:
    for day in await costs.by_day(session):
        print(f"{day.day}  {day.channel}  {day.messages} messages  {day.segments} segments  {day.yuan:.2f} yuan")
    placed = await costs.for_each_placed(session)
    print(f"placed persons {placed.persons}; yuan a placed person {placed.yuan_each if placed.persons else '—'}")


def _local(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
