"""Offices, employers, vacancies, seekers, courses or ledger entries from a CSV or xlsx file.

Every bad row is named with line, column and reason; nothing is written unless all rows are good (or --skip-bad).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path

from app.settings import load_settings
from app.wiring import ready_database
from services.exchange.importing import import_file
from services.exchange.kinds import KINDS
from services.exchange.outcome import NotKeptError, Outcome

TOLD = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """KIND, FILE and how strict."""
    parser.add_argument("kind", choices=tuple(KINDS), metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("file", type=Path, metavar="FILE", help="CSV (UTF-8, UTF-16 or GB 18030) or xlsx")
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
            outcome = await import_file(session, options.kind, options.file)
            if options.dry_run or (outcome.bad and not options.skip_bad):
                raise NotKeptError(outcome)
        outcome.kept = True
        return outcome


def _tell(outcome: Outcome, *, as_json: bool) -> None:
    for problem in (*outcome.notes, *outcome.problems)[:TOLD]:
        print(problem, file=sys.stderr)
    if len(outcome.problems) > TOLD:
        print(f"and {len(outcome.problems) - TOLD} more problems (all of them with --json)", file=sys.stderr)
    if as_json:
        print(json.dumps(outcome.as_json(), ensure_ascii=False))
        return
    counts = f"{outcome.rows} rows: {outcome.added} new, {outcome.unchanged} there already, {outcome.bad} bad"
    print(f"{outcome.kind}: {counts}{'' if outcome.kept else '; nothing was written'}")
