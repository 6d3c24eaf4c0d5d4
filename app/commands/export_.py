"""Offices, employers, vacancies, seekers, courses or ledger entries as CSV that no spreadsheet program computes.

`export vacancies --as jsonld` (or csv) with --region is what we share: open vacancies without a person's name or
number. `export bulletin --region ADCODE --out FILE.docx` is one page for papers and TV. The roster (实名制花名册) of a
form's item is xlsx; `export roster 1.7` needs --form, --region, --period and --out.

Names and phones are masked unless --with-contacts; who takes them out leaves an audit row.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import IO

from app.bulletin import as_document, bulletin_of
from app.database import ready_database
from app.roster import as_workbook, roster_of
from app.settings import load_settings
from models.audit import record
from models.database import ReadSession
from models.errors import ZhaohuoError
from models.regions import NATION
from reports.explain import explain
from reports.region import check_region
from services.exchange.cells import as_cell
from services.exchange.exporting import export_rows
from services.exchange.guard import guarded
from services.exchange.kinds import KINDS
from services.feeds.giving import COLUMNS, open_vacancies, postings, rows_of

ROSTER, BULLETIN = "roster", "bulletin"
BOM = "\ufeff"  # Excel takes a file without it for GB 18030


class ExportRefusedError(ZhaohuoError):
    """The file cannot be written."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """KIND and where to."""
    kinds = (*KINDS, ROSTER, BULLETIN)
    parser.add_argument("kind", choices=kinds, metavar="KIND", help=", ".join(kinds))
    parser.add_argument("item", nargs="?", metavar="ITEM", help="roster: the item whose people are listed, e.g. 1.7")
    parser.add_argument("--form", help="roster: form1-2014, form2-2014 or form3-2014")
    parser.add_argument("--region", metavar="ADCODE", help="roster, bulletin, vacancies --as: 410100 is Zhengzhou")
    parser.add_argument("--as", dest="as_", choices=("jsonld", "csv"), help="vacancies: the open ones, to be shared")
    parser.add_argument("--period", help="roster: 2014-annual, 2014-stage, 2014, or FROM..TO")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write to FILE, for its owner only (default: stdout)")
    parser.add_argument("--with-contacts", action="store_true", help="names and phones in clear; leaves an audit row")


def run(options: argparse.Namespace) -> int:
    """Write the rows."""
    if (options.kind == ROSTER) != (options.item is not None):
        raise ExportRefusedError("an ITEM belongs to export roster, which needs one: export roster 1.7 --form ...")
    if options.as_ and options.kind != "vacancies":
        raise ExportRefusedError("--as belongs to export vacancies")
    try:
        if options.kind in (ROSTER, BULLETIN):
            work = _export_roster if options.kind == ROSTER else _export_bulletin
            count = asyncio.run(work(options))
        else:
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
            if options.out and options.as_ != "jsonld":
                file.write(BOM)
            count = asyncio.run(_gather(options, file))
            _hand_out(file, options.out)
        finally:
            Path(file.name).unlink(missing_ok=True)
    return count


async def _export_roster(options: argparse.Namespace) -> int:
    if not (options.form and options.region and options.period and options.out):
        raise ExportRefusedError("export roster needs --form, --region, --period and --out FILE.xlsx")
    async with ready_database(load_settings(options.config)) as database:
        async with database.read() as session:
            found = await explain(session, options.form, options.region, options.period, options.item)
            lines = await roster_of(session, found, contacts=options.with_contacts)
        if options.with_contacts:
            async with database.write() as writing:
                detail = {"rows": len(lines), "form": options.form, "item": options.item, "region": options.region}
                record(writing, actor=None, action="roster.exported", subject=ROSTER, detail=detail)
    with tempfile.NamedTemporaryFile("wb", dir=options.out.parent, delete=False) as file:
        file.write(as_workbook(found, lines))
    Path(file.name).replace(options.out)
    return len(lines)


async def _export_bulletin(options: argparse.Namespace) -> int:
    if not (options.region and options.out):
        raise ExportRefusedError("export bulletin needs --region ADCODE and --out FILE.docx")
    check_region(options.region)
    async with ready_database(load_settings(options.config)) as database, database.read() as session:
        bulletin = await bulletin_of(session, options.region)
    with tempfile.NamedTemporaryFile("wb", dir=options.out.parent, delete=False) as file:
        file.write(as_document(bulletin))
    Path(file.name).replace(options.out)
    return len(bulletin.lines)


async def _share(session: ReadSession, options: argparse.Namespace, file: IO[str]) -> int:
    """Open vacancies as others read them."""
    region = options.region or NATION
    check_region(region)
    writer = csv.writer(file, lineterminator="\r\n")
    if options.as_ == "csv":
        writer.writerow(COLUMNS)
    count = after = 0
    while some := await open_vacancies(session, region, after=after):
        after, count = some[-1][0].id, count + len(some)
        if options.as_ == "jsonld":
            file.writelines(f"{json.dumps(one, ensure_ascii=False)}\n" for one in await postings(session, some))
        else:
            rows = await rows_of(session, some)
            writer.writerows([guarded(as_cell(value)) for value in row] for row in rows)
    return count


async def _gather(options: argparse.Namespace, file: IO[str]) -> int:
    async with ready_database(load_settings(options.config)) as database:
        if options.as_:
            async with database.read() as session:
                return await _share(session, options, file)
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
