"""A form from the ledger, for a region and period.

FORM: form1-2014, form2-2014, form3-2014; the year comes from the period: YYYY-annual, YYYY-stage, YYYY or FROM..TO.
xlsx and docx are laid out as the official form, ready to sign and stamp.
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

from app.database import ready_database
from app.settings import load_settings
from matching.places import full_name
from models.database import ReadSession
from reports.children import compute_children
from reports.comparison import render_comparison
from reports.errors import ReportRefusedError
from reports.explain import explain, render_explanation
from reports.filed import filed_report
from reports.filing import changed, newest
from reports.layout import Filer
from reports.paper import FORMATS, write_paper
from reports.report import Report, compute
from reports.sheets import render
from reports.side_by_side import render_children


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The form, where and when."""
    parser.add_argument("form", metavar="FORM", help="form1-2014, form2-2014 or form3-2014, for any year by the period")
    parser.add_argument("--region", required=True, metavar="ADCODE", help="410000 is Henan, 410100 Zhengzhou")
    parser.add_argument("--period", required=True, help="2014-annual, 2014-stage, 2014, or 2014-01-01..2014-06-30")
    parser.add_argument("--as", dest="as_", choices=("txt", "csv", "json", *FORMATS), default="txt")
    parser.add_argument("--out", type=Path, metavar="FILE", help="for xlsx and docx: the file to write")
    parser.add_argument("--unit", default="", help="for xlsx and docx: 填报单位; left out, it is filled in by hand")
    parser.add_argument("--filer", default="", help="... 填报人")
    parser.add_argument("--phone", default="", help="... 联系电话")
    parser.add_argument("--day", default="", help="... 填报日期")
    parser.add_argument("--filed", action="store_true", help="as it was filed, to be signed; not as the ledger is now")
    parser.add_argument("--compare", metavar="PERIOD", help="beside another period: what changed, and by how much")
    parser.add_argument("--children", action="store_true", help="beside the regions below, and why they do not add up")
    parser.add_argument("--explain", metavar="ITEM", help="the entries behind an item, e.g. 2.3")
    parser.add_argument("--page", type=int, metavar="N", help="of --explain: a hundred entries at a time, from 1")


def run(options: argparse.Namespace) -> int:
    """Print it."""
    print(asyncio.run(_report(options)).rstrip("\n"))
    return 0


async def _report(options: argparse.Namespace) -> str:
    if bool(options.explain) + bool(options.compare) + options.children + options.filed > 1:
        raise ReportRefusedError("--explain, --compare, --children and --filed are four questions; ask one at a time")
    if options.explain and options.as_ != "txt":
        raise ReportRefusedError("--explain prints text; leave --as out")
    if options.page is not None and not options.explain:
        raise ReportRefusedError("--page belongs to --explain ITEM")
    if (options.compare or options.children) and options.as_ in FORMATS:
        raise ReportRefusedError("--compare and --children are printed as txt, csv or json")
    if (options.as_ in FORMATS) != (options.out is not None):
        raise ReportRefusedError("--as xlsx and --as docx need --out FILE, the others are printed and take none")
    async with ready_database(load_settings(options.config)) as database, database.read() as session:
        return await _say(session, options)


async def _say(session: ReadSession, options: argparse.Namespace) -> str:
    if options.explain:
        found = await explain(session, options.form, options.region, options.period, options.explain, page=options.page)
        return render_explanation(found)
    if options.children:
        family = await compute_children(session, options.form, options.region, options.period)
        return render_children(family, options.as_, full_name(options.region))
    read = filed_report if options.filed else compute
    report = await read(session, options.form, options.region, options.period)
    name = full_name(options.region)
    if options.compare:
        other = await compute(session, options.form, options.region, options.compare)
        return render_comparison(report, other, options.as_, name)
    if options.out is None:
        return render(report, options.as_, name)
    filer = Filer(unit=options.unit, name=options.filer, phone=options.phone, day=options.day)
    write_paper(report, options.as_, options.out, name, filer)
    return "\n".join([f"written: {options.out}", *await _differs(session, report)])


async def _differs(session: ReadSession, report: Report) -> list[str]:
    """A warning where another paper was filed than the one that was just written."""
    filing = await newest(session, report.form.code, report.region, report.period.word)
    codes = () if report.filed else changed(filing, report.items)
    if filing is None or not codes:
        return []
    return [f"与第 {filing.revision} 次报送的数字不同：{'、'.join(codes)}；要打印已报的，加 --filed"]
