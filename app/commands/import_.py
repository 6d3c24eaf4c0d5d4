"""Offices, employers, vacancies, seekers, courses, ledger entries or an office's roster from a CSV or xlsx file.

`import roster FILE --office NAME` reads a 培训花名册, 就业花名册 or 助学花名册 as the office keeps it: how the columns
are understood is told; --dry-run shows the first lines as they are understood, and writes nothing.

`import vacancies FILE --source NAME --office NAME` takes what the labour department or another office shares, as
schema.org JobPosting (JSON-LD), CSV or xlsx: marked with its source, shown once, closed when its last day is past.

`import ledger FILE --source NAME` keeps the people of that source apart from those who have the same key elsewhere.

Every bad row is named with line, column and reason; nothing is written unless all rows are good (or --skip-bad).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from app.database import ready_database
from app.settings import load_settings
from models.database import Session
from services.exchange.importing import import_file
from services.exchange.kinds import KINDS
from services.exchange.outcome import NotKeptError, Outcome
from services.feeds.taking import FeedOutcome, take_feed
from services.offices import named_office
from services.rosters.importing import RosterOutcome, import_roster
from services.rosters.kinds import KINDS as ROSTERS
from services.staff import office_of, officer_by_phone

TOLD = 200
ROSTER, VACANCIES = "roster", "vacancies"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """KIND, FILE and how strict."""
    parser.add_argument("kind", choices=(*KINDS, ROSTER), metavar="KIND", help=", ".join((*KINDS, ROSTER)))
    parser.add_argument(
        "file", type=Path, metavar="FILE", help="CSV (UTF-8, UTF-16 or GB 18030) or xlsx; JSON-LD with --source"
    )
    parser.add_argument("--as", dest="as_", choices=tuple(ROSTERS), help="roster: which one (default: by its columns)")
    parser.add_argument(
        "--source",
        metavar="NAME",
        help="vacancies: who told us of them, e.g. 郑州市人社局; needs --office. ledger: whose people they are",
    )
    parser.add_argument(
        "--complete", action="store_true", help="vacancies of a --source: close what the file names no more"
    )
    parser.add_argument("--by", metavar="PHONE", help="vacancies of a --source: the officer who answers for employers")
    parser.add_argument("--office", metavar="NAME", help="roster, --source: whose it is: name, adcode, REGION/NAME")
    parser.add_argument(
        "--set", action="append", default=[], metavar="COLUMN=VALUE", help="roster: what no column says, for all lines"
    )
    parser.add_argument("--dry-run", action="store_true", help="only check")
    parser.add_argument("--skip-bad", action="store_true", help="write the good rows although others are bad")
    parser.add_argument("--json", action="store_true", help="the counts as JSON")


def run(options: argparse.Namespace) -> int:
    """Import, or tell why not."""
    try:
        outcome = asyncio.run(_import(options))
    except NotKeptError as refusal:
        outcome = refusal.outcome
    _tell(outcome, as_json=options.json)
    return 1 if outcome.bad and not options.skip_bad else 0


async def _import(options: argparse.Namespace) -> Outcome:
    """One transaction, which NotKeptError rolls back."""
    async with ready_database(load_settings(options.config)) as database:
        async with database.write() as session:
            outcome = await _imported(session, options)
            if options.dry_run or (outcome.bad and not options.skip_bad):
                raise NotKeptError(outcome)
        outcome.kept = True
        return outcome


async def _imported(session: Session, options: argparse.Namespace) -> Outcome:
    if options.source and options.kind == VACANCIES:
        office = await named_office(session, options.office)
        officer = (await officer_by_phone(session, options.by)).id if options.by else None
        if officer is not None:
            await office_of(session, officer, office.region)
        return await take_feed(
            session, options.file, office, options.source, complete=options.complete, verified_by=officer
        )
    if options.kind != ROSTER:
        return await import_file(session, options.kind, options.file, options.source or "")
    office = await named_office(session, options.office)
    return await import_roster(session, options.file, office, kind=options.as_, settings=options.set)


def _tell(outcome: Outcome, *, as_json: bool) -> None:
    for problem in (*outcome.notes, *outcome.problems)[:TOLD]:
        print(problem, file=sys.stderr)
    if len(outcome.problems) > TOLD:
        print(f"and {len(outcome.problems) - TOLD} more problems (all of them with --json)", file=sys.stderr)
    if as_json:
        print(json.dumps(outcome.as_json(), ensure_ascii=False))
        return
    if isinstance(outcome, RosterOutcome):
        for line in (*outcome.preview, *(f"{kind}: {count}" for kind, count in sorted(outcome.entries.items()))):
            print(line)
    if isinstance(outcome, FeedOutcome):
        print(f"{outcome.twins} shown already from elsewhere, {outcome.closed} closed")
    counts = f"{outcome.rows} rows: {outcome.added} new, {outcome.unchanged} there already, {outcome.bad} bad"
    print(f"{outcome.kind}: {counts}{'' if outcome.kept else '; nothing was written'}")
