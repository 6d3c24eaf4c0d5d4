"""Offices, employers, vacancies, seekers, courses or ledger entries as CSV that no spreadsheet program computes.

Names and phones are masked unless --with-contacts; who takes them out leaves an audit row.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import IO

from app.settings import load_settings
from app.wiring import ready_database
from models.audit import record
from models.errors import ZhaohuoError
from services.exchange.exporting import export_rows
from services.exchange.kinds import KINDS

BOM = "\ufeff"  # Excel takes a file without it for GB 18030


class ExportRefusedError(ZhaohuoError):
    """The file cannot be written."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """KIND and where to."""
    parser.add_argument("kind", choices=tuple(KINDS), metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--out", type=Path, metavar="FILE", help="write to FILE, for its owner only (default: stdout)")
    parser.add_argument("--with-contacts", action="store_true", help="names and phones in clear; leaves an audit row")


def run(options: argparse.Namespace) -> int:
    """Write the rows."""
    try:
        count = _export(options)
    except OSError as error:
        raise ExportRefusedError(f"{options.out or 'stdout'}: {error.strerror or error}") from error
    print(f"{options.kind}: {count} rows", file=sys.stderr)
    return 0


def _export(options: argparse.Namespace) -> int:
    """Gather all rows, note that they leave, then hand them out."""
    folder = options.out.parent if options.out else None
    with tempfile.NamedTemporaryFile("w+", encoding="utf-8", newline="", dir=folder, delete=False) as file:
        try:
            if options.out:
                file.write(BOM)
            count = asyncio.run(_gather(options, file))
            _hand_out(file, options.out)
        finally:
            Path(file.name).unlink(missing_ok=True)
    return count


async def _gather(options: argparse.Namespace, file: IO[str]) -> int:
    async with ready_database(load_settings(options.config)) as database:
        async with database.read() as session:
            count = await export_rows(session, options.kind, file, contacts=options.with_contacts)
        if options.with_contacts:
            async with database.write() as writing:
                detail = {"rows": count, "contacts": True}
                record(writing, actor=None, action=f"{options.kind}.exported", subject=options.kind, detail=detail)
    return count


def _hand_out(file: IO[str], out: Path | None) -> None:
    file.flush()
    if out:
        os.fsync(file.fileno())
        Path(file.name).replace(out)
        return
    sys.stdout.flush()
    with Path(file.name).open("rb") as content:
        shutil.copyfileobj(content, sys.stdout.buffer)
    sys.stdout.buffer.flush()
