"""Reports that are filed: drafted, submitted with a code, accepted or returned by the level above.

draft tells what stands in the way; submit needs `--code`, which its first call sends to the supervisor's phone; accept,
return and lock are for the office above; list tells who has filed and who has not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from app.database import ready_database
from app.settings import load_settings
from matching.places import children, full_name
from models.database import ReadSession, Session
from models.filings import Filing
from models.people import Person
from models.states import FilingState
from reports.checks import Finding
from reports.claims import persons_of, release
from reports.comparison import Change
from reports.filers import FilingRefusedError, check_own, check_supervisor
from reports.filing import Draft, Said, answer, draft, file_by_hand, filed, lock, newest, submit
from reports.first_year import first_year
from reports.form_files import load_form
from reports.guards import GUARDS
from reports.periods import read_period
from reports.region import check_region
from services.access import find_by_phone
from services.filing_notices import tell_above, tell_filer
from services.joining import redeem_filing_code, send_filing_code
from services.phones import e164

REST = "rest"
WRONG_CODE = "this is not the code that was sent, or its ten minutes are over; submit without --code for a new one"
STATES = {
    FilingState.SUBMITTED: "已报送，待审",
    FilingState.RETURNED: "已退回",
    FilingState.ACCEPTED: "已审核",
    FilingState.LOCKED: "已锁定",
}
ACTIONS = {
    "draft": "what would be filed now, and what stands in the way",
    "submit": "freeze it; the first call sends a code to the supervisor, the second takes it",
    "accept": "for an office above",
    "return": "for an office above, with --reason",
    "lock": "for an office above: only a new revision can follow",
    "hand": "for an office above: the signed totals of an office without the system, --figures FILE and --scan",
    "release": "let a suspected double claim stand: --claim as draft tells it, with --reason",
    "list": "who has filed in the region, who has not, and when it is due",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do with which report, and who does it."""
    parser.add_argument("action", choices=tuple(ACTIONS), help="; ".join(f"{k}: {v}" for k, v in ACTIONS.items()))
    parser.add_argument("form", metavar="FORM", help="form1-2014, form2-2014 or form3-2014")
    parser.add_argument("--region", required=True, metavar="ADCODE")
    parser.add_argument("--period", required=True, help="2014-annual, 2014-stage or 2014")
    parser.add_argument("--by", metavar="PHONE", help="the officer who does it")
    parser.add_argument("--narrative", type=Path, metavar="FILE", help="submit: the summary (阶段性工作总结), as text")
    parser.add_argument(
        "--empty",
        action="append",
        default=[],
        metavar="ITEM=zero|no_such_work",
        help="submit: a null; `rest=...` for all others",
    )
    parser.add_argument("--explain", action="append", default=[], metavar="ITEM=WORDS", help="submit: a doubt")
    parser.add_argument("--code", metavar="DIGITS", help="submit: the code that was sent")
    parser.add_argument("--seen", metavar="HASH", help="submit: 数字校验 of the draft that was looked at")
    parser.add_argument("--reason", default="", metavar="WORDS", help="return, release: why")
    parser.add_argument("--figures", type=Path, metavar="FILE", help="hand: JSON, item: total, money in fen")
    parser.add_argument("--scan", default="", metavar="NAME", help="hand: where the scan of the signed paper is")
    parser.add_argument("--claim", metavar="CODE", help="release: the claim")


def run(options: argparse.Namespace) -> int:
    """Do it."""
    told = asyncio.run(_run(options))
    print(told)
    return 1 if told == WRONG_CODE else 0


async def _run(options: argparse.Namespace) -> str:
    asked = (options.form, options.region, options.period)
    async with ready_database(load_settings(options.config)) as database:
        if options.action in ("draft", "list"):
            async with database.read() as reading:
                return await (_draft(reading, *asked) if options.action == "draft" else _list(reading, *asked))
        async with database.write() as session:
            officer = await _officer(session, options.by)
            if options.action == "hand":
                return await _by_hand(session, officer, options)
            if options.action == "release":
                return await _release(session, officer, options)
            if options.action == "submit":
                return await _submit(session, officer, options)
            return await _answer(session, officer, options)


async def _officer(session: ReadSession, phone: str | None) -> Person:
    person = await find_by_phone(session, e164(phone)) if phone else None
    if person is None:
        raise FilingRefusedError("say who does it: --by PHONE of an officer")
    return person


async def _draft(session: ReadSession, form: str, region: str, period: str) -> str:
    ready = await draft(session, form, region, period)
    lines = [f"{ready.report.say(ready.report.form.title)}　{full_name(region)}　报送期限 {ready.report.period.due}"]
    lines.append(_standing(ready))
    if ready.late:
        lines.append(f"报送后新登记 {ready.late} 条（发生在本期，未列入已报数）")
    if ready.changed:
        lines.append(f"与已报数不同的 {len(ready.changed)} 项：{'、'.join(ready.changed)}")
    if ready.claims:
        lines.append(f"待核 {persons_of(ready.claims)} 人（不改变数字；逐项冲销或说明后才能报送）")
    for claim in ready.claims:
        keys = "、".join(entry.key for entry in claim.entries)
        lines.append(f"  {claim.code} {GUARDS[claim.guard]}：{keys}")
    lines += [one.told for one in await first_year(session, form, region, period)]
    lines += [f"核对未通过：{finding.message}" for finding in ready.failed]
    lines += [f"须确认（0 或无此项业务）：{_named(ready, code)}" for code in ready.nulls]
    lines += [f"须说明（{_doubted(one)}）：{_named(ready, code)}" for code, one in ready.doubts.items()]
    return "\n".join([*lines, f"数字校验 {ready.figures_hash}"])


def _doubted(one: Change | Finding) -> str:
    return one.message if isinstance(one, Finding) else f"增减过半 {one.then} → {one.now}"


def _standing(ready: Draft) -> str:
    if ready.before is None:
        return "尚未报送" + ("，统计截止日期未过" if ready.report.provisional else "")
    return f"第 {ready.before.revision} 次：{_told(ready.before)}"


def _told(filing: Filing) -> str:
    reason = f"：{filing.reason}" if filing.reason else ""
    return f"{STATES[FilingState(filing.state)]}{reason}　校验 {filing.hash.hex()[:12]}"


def _named(ready: Draft, code: str) -> str:
    return f"{code} {ready.report.form.items[code].name}"


async def _submit(session: Session, officer: Person, options: argparse.Namespace) -> str:
    """Two steps, until the trust issue brings a second factor of its own."""
    ready = await draft(session, options.form, options.region, options.period)
    await check_supervisor(session, officer.id, options.region)
    if options.code is None:
        if not await send_filing_code(session, officer.id):
            raise FilingRefusedError("there is no address to send the code to; say something to the service first")
        return "a code was sent to the supervisor; submit again with --code within ten minutes"
    if options.seen and options.seen != ready.figures_hash:
        raise FilingRefusedError("the figures are no longer those of --seen; look at `filing draft` again")
    if not await redeem_filing_code(session, officer.id, options.code):
        return WRONG_CODE  # and the guess is kept
    filing = await submit(
        session,
        ready,
        Said(
            narrative=_text(options.narrative),
            confirmed=_pairs(options.empty, ready.nulls),
            explained=_pairs(options.explain, list(ready.doubts)),
        ),
        by=officer.id,
    )
    await tell_above(session, filing, ready.report.say(ready.report.form.title))
    before = f"　上一次 {filing.before_hash.hex()[:12]}" if filing.revision > 1 else ""
    return f"第 {filing.revision} 次报送　校验 {filing.hash.hex()[:12]}{before}"


def _text(path: Path | None) -> str:
    try:
        return path.read_text("utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise FilingRefusedError(f"cannot read {path} as UTF-8 text") from error


def _pairs(words: Sequence[str], items: Sequence[str]) -> dict[str, str]:
    """ITEM=VALUE of each; `rest=VALUE` for the items that are not named."""
    said = {item: value for item, _, value in (word.partition("=") for word in words)}
    rest = said.pop(REST, None)
    return {**(dict.fromkeys(items, rest) if rest else {}), **said}


async def _by_hand(session: Session, officer: Person, options: argparse.Namespace) -> str:
    try:
        figures = json.loads(_text(options.figures))
    except ValueError as error:
        raise FilingRefusedError(
            '--figures names a file such as {"1": 120, "3.amount": 5000000}, money in fen'
        ) from error
    if not isinstance(figures, dict):
        raise FilingRefusedError("--figures names a file with one JSON object")
    form = load_form(options.form)
    check_region(options.region)
    period = read_period(form, options.period)
    filing = await file_by_hand(session, form, options.region, period, figures, scan=options.scan, by=officer.id)
    return f"第 {filing.revision} 次：手工上报(无名单)　校验 {filing.hash.hex()[:12]}"


async def _release(session: Session, officer: Person, options: argparse.Namespace) -> str:
    await check_own(session, officer.id, options.region)
    period = read_period(load_form(options.form), options.period)
    code = options.claim or ""
    await release(session, options.region, period, code, by=officer.id, reason=options.reason)
    return f"released: {code}"


async def _answer(session: Session, officer: Person, options: argparse.Namespace) -> str:
    filing = await newest(session, options.form, options.region, options.period)
    if filing is None:
        raise FilingRefusedError("nothing was submitted yet")
    if options.action == "lock":
        await lock(session, filing, by=officer.id)
    elif (options.action == "return") != bool(options.reason.strip()):
        raise FilingRefusedError("return needs --reason, accept takes none")
    else:
        await answer(session, filing, by=officer.id, reason=options.reason)
    await tell_filer(session, filing, load_form(filing.form).title.replace("{year}", filing.period[:4]))
    return f"第 {filing.revision} 次：{_told(filing)}"


async def _list(session: ReadSession, form: str, region: str, period: str) -> str:
    check_region(region)
    due = read_period(load_form(form), period).due
    if due is None:
        raise FilingRefusedError(f"{period} is a span of your own, which nobody files; name a report of the form")
    found = {filing.region: filing for filing in await filed(session, form, period, region)}
    places = [region, *(place.adcode for place in children(region))]
    late = "，已过期" if session.today > due else ""
    lines = [f"报送期限 {due}{late}"]
    for place in places:
        told = _told(found[place]) if place in found else f"未报送{late}"
        lines.append(f"{place} {full_name(place)}　{told}")
    return "\n".join(lines)
