"""Records of people: duplicates lists those that may be one person; merge, unmerge and apart decide; show is the desk.

Staff name themselves with --by PHONE. Names and numbers are masked; show tells what is needed on a call and notes who
looked and why.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import asdict

from app.database import ready_database
from app.settings import load_settings
from models.database import Session
from models.errors import NotFoundError
from services.desk import person_label
from services.duplicates import candidates
from services.hotline import PersonView, find_caller, merges_of, person_view
from services.merges import keep_apart, merge, unmerge
from services.staff import office_of, officer_by_phone

ACTIONS = {
    "duplicates": "records of the officer's region that may be one person, likeliest first",
    "merge": "KEPT GONE --reason: the second goes on as the first",
    "unmerge": "MERGE --reason: undo exactly",
    "apart": "ONE OTHER: they are two, do not ask again",
    "show": "RECORD or phone number, with --purpose",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with whom, and who does it."""
    parser.add_argument("action", choices=tuple(ACTIONS), help="; ".join(f"{k}: {v}" for k, v in ACTIONS.items()))
    parser.add_argument("records", nargs="*", metavar="RECORD", help="record numbers as duplicates tells them")
    parser.add_argument("--by", required=True, metavar="PHONE", help="the officer who does it")
    parser.add_argument("--reason", default="", metavar="WORDS", help="merge, unmerge: why")
    parser.add_argument("--purpose", default="", metavar="WORDS", help="show: what the record is looked at for")
    parser.add_argument("--with-contacts", action="store_true", help="show: the number in clear")
    parser.add_argument("--limit", type=int, default=50, metavar="N", help="duplicates: how many (default 50)")
    parser.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace) -> int:
    """Do it."""
    print(asyncio.run(_run(options)))
    return 0


async def _run(options: argparse.Namespace) -> str:
    async with ready_database(load_settings(options.config)) as database, database.write() as session:
        officer = await officer_by_phone(session, options.by)
        match options.action:
            case "duplicates":
                return await _duplicates(session, officer.id, options)
            case "show":
                return await _show(session, officer.id, options)
        return await _decide(session, officer.id, options)


async def _duplicates(session: Session, officer_id: int, options: argparse.Namespace) -> str:
    office = await office_of(session, officer_id)
    found = await candidates(session, office.region, limit=options.limit)
    if options.json:
        return json.dumps([asdict(one) for one in found], ensure_ascii=False)
    lines = [
        f"{one.score}  {one.one} {await person_label(session, one.one)}  {one.other} "
        f"{await person_label(session, one.other)}  {', '.join(one.why)}"
        for one in found
    ]
    return "\n".join(lines) or "no records look like one person"


async def _decide(session: Session, officer_id: int, options: argparse.Namespace) -> str:
    numbers = [_number(word) for word in options.records]
    office = await office_of(session, officer_id)
    if len(numbers) != (1 if options.action == "unmerge" else 2):
        raise NotFoundError(f"{options.action} wants {ACTIONS[options.action].partition(':')[0]} as numbers")
    if options.action == "apart":
        await keep_apart(session, *numbers, officer_id=officer_id, office=office)
        return "kept apart"
    if options.action == "unmerge":
        await unmerge(session, numbers[0], officer_id=officer_id, office=office, reason=options.reason)
        return "taken apart again"
    row = await merge(session, *numbers, officer_id=officer_id, office=office, reason=options.reason)
    left = sum(len(keys) for keys in row.moved["left"].values())
    stayed = f"; {left} rows stayed because both had the same" if left else ""
    return f"merge {row.id}: {row.gone_id} goes on as {row.kept_id}{stayed}"


def _number(word: str) -> int:
    if not word.isdecimal() or len(word) > 19:
        raise NotFoundError(f"{word!r} is no record number; `people duplicates` tells them")
    return int(word)


async def _show(session: Session, officer_id: int, options: argparse.Namespace) -> str:
    if len(options.records) != 1:
        raise NotFoundError("show wants one record number, or the phone number of who calls")
    word = options.records[0]
    found = [int(word)] if word.isdecimal() and len(word) > 15 else []
    if not found:
        found = await find_caller(session, word, (await office_of(session, officer_id)).region)
    if not found:
        raise NotFoundError
    views = [
        await person_view(session, one, officer_id=officer_id, purpose=options.purpose, contacts=options.with_contacts)
        for one in found
    ]
    if options.json:
        return json.dumps([asdict(view) for view in views], ensure_ascii=False, default=str)
    return "\n\n".join([await _told(session, view) for view in views])


async def _told(session: Session, view: PersonView) -> str:
    lines = [
        f"{view.person_id}  {view.name or '—'}  {view.phone or '—'}",
        f"reached by: {', '.join(view.reached_by) or '—'}{'; shared phone' if view.shares_phone else ''}"
        f"{'; wants nothing unasked' if view.opted_out else ''}",
        f"groups: {', '.join(f'{group} ({proof})' for group, proof in view.groups) or '—'}",
        f"looks for: {json.dumps(view.looks_for, ensure_ascii=False) if view.looks_for else '—'}",
    ]
    if view.recruits_for:
        lines.append(f"recruits for: {', '.join(view.recruits_for)}")
    for name in ("applications", "courses", "placements", "rosters"):
        lines += [f"{name}: {step.what}, {step.state} {step.since}" for step in getattr(view, name)]
    lines += [f"asked: {words}" for words in view.asked]
    lines += [f"merge {row.id}: {row.gone_id}, {row.reason}" for row in await merges_of(session, view.person_id)]
    return "\n".join(lines)
