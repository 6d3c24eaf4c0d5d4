"""Random audit (抽查): draw placements by lot, note what the calls found, hear the office, decide.

draw stores seed and hash of the population, and redraw shows that the same lot comes out; a denial is told to the
office, which has 15 days to reply before decide may reverse the placement in the ledger.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
from decimal import Decimal, InvalidOperation

from app.database import ready_database
from app.settings import load_settings
from matching.places import full_name
from models.audit import record
from models.audits import AuditCheck, AuditDraw
from models.database import Session
from models.errors import NotFoundError
from models.regions import lies_in
from models.states import CheckState
from reports.form_files import load_form
from reports.periods import read_period
from reports.region import check_region
from services.audit_checks import OUTCOMES, decide, entry_of, note_outcome, person_of, reply, words_of
from services.audit_draws import AuditRefusedError, checks_of, draw, draws_of, redraw, tally
from services.exchange.contacts import shown
from services.staff import office_of, officer_by_phone

STATES = {
    CheckState.DRAWN: "待回访",
    CheckState.CONFIRMED: "属实",
    CheckState.NOT_REACHED: "未联系上",
    CheckState.DENIED: "本人否认",
    CheckState.WRONG_PERSON: "不是本人",
    CheckState.REPLIED: "单位已说明",
    CheckState.STANDS: "维持",
    CheckState.REVERSED: "已冲销",
}
ACTIONS = {
    "draw": "a new lot for --region and --period",
    "list": "the draws of --region, or with --draw its placements and the rate",
    "redraw": "--draw: whether seed and ledger give the same lot",
    "outcome": "--check, --outcome and, for a denial, --note",
    "reply": "--check and --words: the office's side",
    "decide": "--check, --reverse or --stands, --reason",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to do, with which draw or placement, and who does it."""
    parser.add_argument("action", choices=tuple(ACTIONS), help="; ".join(f"{k}: {v}" for k, v in ACTIONS.items()))
    parser.add_argument("--by", required=True, metavar="PHONE", help="the officer who does it")
    parser.add_argument("--region", metavar="ADCODE", help="draw, list: default is the officer's own")
    parser.add_argument("--period", help="draw: 2014-annual, 2014-stage as form 1 has them, or FROM..TO")
    parser.add_argument("--percent", default="5", help="draw: of all placements (default 5)")
    parser.add_argument("--min", type=int, default=10, help="draw: at least (default 10)")
    parser.add_argument("--max", type=int, default=200, help="draw: at most (default 200)")
    parser.add_argument("--seed", help="draw: noted before the draw (default: by chance)")
    parser.add_argument("--draw", type=int, metavar="DRAW", help="list, redraw: which")
    parser.add_argument("--check", type=int, metavar="CHECK", help="outcome, reply, decide: which placement")
    parser.add_argument("--outcome", choices=[str(outcome) for outcome in OUTCOMES], help="what the call found")
    parser.add_argument("--note", default="", metavar="WORDS", help="outcome: what was said")
    parser.add_argument("--words", default="", metavar="WORDS", help="reply: what the office says")
    parser.add_argument("--reason", default="", metavar="WORDS", help="decide: why")
    decision = parser.add_mutually_exclusive_group()
    decision.add_argument("--reverse", action="store_true", help="decide: cancel it in the ledger")
    decision.add_argument("--stands", action="store_true", help="decide: leave it")
    parser.add_argument("--with-contacts", action="store_true", help="list --draw: names and phones to call; is noted")


def run(options: argparse.Namespace) -> int:
    """Do it; redraw exits 1 where the lot differs."""
    told, code = asyncio.run(_run(options))
    print(told)
    return code


async def _run(options: argparse.Namespace) -> tuple[str, int]:
    async with ready_database(load_settings(options.config)) as database, database.write() as session:
        officer = await officer_by_phone(session, options.by)
        if options.action in ("draw", "list", "redraw"):
            return await _with_draws(session, officer.id, options)
        return await _with_check(session, officer.id, options), 0


async def _with_draws(session: Session, officer_id: int, options: argparse.Namespace) -> tuple[str, int]:
    office = await office_of(session, officer_id, options.region)
    region = options.region or office.region
    check_region(region)
    if options.action == "draw":
        return await _draw(session, officer_id, region, options), 0
    if options.draw is None and options.action == "list":
        lines = [_line(row) for row in await draws_of(session, region)]
        return "\n".join(lines) or "nothing was drawn yet", 0
    row = await session.get(AuditDraw, options.draw or 0)
    if row is None or not (lies_in(row.region, region) or lies_in(region, row.region)):
        raise NotFoundError
    if options.action == "redraw":
        same = await redraw(session, row)
        return "the same lot comes out" if same else "ANOTHER LOT COMES OUT: look at seed and ledger", int(not same)
    return await _list(session, row, region, officer_id, contacts=options.with_contacts), 0


async def _draw(session: Session, officer_id: int, region: str, options: argparse.Namespace) -> str:
    if not options.period:
        raise AuditRefusedError("draw needs --period: 2014-annual, 2014-stage, or FROM..TO")
    period = read_period(load_form("form1-2014"), options.period)
    row = await draw(
        session,
        region,
        period.start,
        period.cutoff,
        percent_hundredths=_hundredths(options.percent),
        minimum=options.min,
        maximum=options.max,
        seed=options.seed or secrets.token_hex(8),
        officer_id=officer_id,
    )
    checks = await checks_of(session, row.id, region)
    return "\n".join([_line(row), *[await _told(session, check) for check in checks]])


def _hundredths(text: str) -> int:
    try:
        value = Decimal(text) * 100
    except InvalidOperation:
        value = Decimal(0)
    if not value.is_finite() or value != value.to_integral_value() or abs(value) > 10_000:
        raise AuditRefusedError("--percent is a number above 0 and up to 100, with at most two decimals")
    return int(value)


def _line(row: AuditDraw) -> str:
    span = f"{row.start}至{row.cutoff}"
    return (
        f"draw {row.id}  {full_name(row.region)}　{span}　{row.percent_hundredths / 100:g}% "
        f"({row.minimum}–{row.maximum}) of {row.population}  seed {row.seed}  population {row.population_hash.hex()}"
    )


async def _list(session: Session, row: AuditDraw, region: str, officer_id: int, *, contacts: bool) -> str:
    checks = await checks_of(session, row.id, region)
    if contacts:
        detail = {"draw": row.id, "rows": len(checks), "purpose": "random audit"}
        record(session, actor=officer_id, action="audits.contacts", subject=f"audit_draws:{row.id}", detail=detail)
    found = tally(checks)
    lines = [_line(row), f"属实 {found.rate}"]
    lines.append(
        f"否认 {found.denied}　不是本人 {found.wrong_person}　未联系上 {found.not_reached}　待回访 {found.not_called}"
        f"　已冲销 {found.reversed}"
    )
    return "\n".join([*lines, *[await _told(session, check, contacts=contacts) for check in checks]])


async def _told(session: Session, check: AuditCheck, *, contacts: bool = False) -> str:
    entry = await entry_of(session, check)
    person = await person_of(session, check)
    name, phone = shown(session, person, contacts=contacts) if person else ("（已删除）", "")
    note, answer = words_of(session, check)
    until = f"（{check.reply_until}前可说明）" if check.reply_until and check.state != CheckState.CONFIRMED else ""
    said = "".join(f"\n    {head}：{words}" for head, words in (("回访", note), ("说明", answer)) if words)
    state = STATES[CheckState(check.state)]
    return f"{check.number:>3}. check {check.id}  {name} {phone}  {entry.occurred_on}  {state}{until}{said}"


async def _with_check(session: Session, officer_id: int, options: argparse.Namespace) -> str:
    if options.check is None:
        raise AuditRefusedError(f"{options.action} needs --check: the number that list tells")
    if options.action == "outcome":
        if options.outcome is None:
            raise AuditRefusedError(f"say --outcome: {', '.join(OUTCOMES)}")
        outcome = CheckState(options.outcome)
        check = await note_outcome(session, options.check, outcome, officer_id=officer_id, note=options.note)
    elif options.action == "reply":
        check = await reply(session, options.check, options.words, officer_id=officer_id)
    else:
        if not (options.reverse or options.stands):
            raise AuditRefusedError("decide needs --reverse or --stands")
        check = await decide(session, options.check, reverse=options.reverse, officer_id=officer_id, why=options.reason)
    return await _told(session, check)
