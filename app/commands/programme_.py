"""Programmes of the unions (行动): what each promised, and how far it is.

list tells them all; show what a programme counts and what no entry can tell; progress its figures on a day; target
hands a target down to a region below, or takes it back; targets tells where the sum of the regions below differs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from app.database import ready_database
from app.settings import load_settings
from matching.places import full_name, short_name
from models.database import ReadSession, Session
from reports.aligned import aligned
from reports.errors import ReportRefusedError
from reports.programme_files import Programme, Rate, known_programmes, load_programme
from reports.programmes import Progress, RateStanding, Standing, progress
from reports.sheets import shown
from reports.targets import handed_down, set_target

NONE = "—"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What to tell of which programme."""
    parser.add_argument("action", choices=("list", "show", "progress", "target", "targets"))
    parser.add_argument("name", nargs="?", metavar="NAME", help="as `programme list` tells them")
    parser.add_argument("indicator", nargs="?", metavar="INDICATOR", help="target: as `programme show` tells them")
    parser.add_argument("value", nargs="?", metavar="VALUE", help="target: in its unit, money in 万元")
    parser.add_argument("--none", action="store_true", help="target: take it back")
    parser.add_argument("--region", metavar="ADCODE", help="the programme's own, or a region in it")
    parser.add_argument("--day", type=_day, metavar="YYYY-MM-DD", help="progress: as of that day")
    parser.add_argument("--as", dest="as_", choices=("txt", "json"), default="txt")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no day such as 2009-06-30") from error


def run(options: argparse.Namespace) -> int:
    """Tell it."""
    if options.action == "list":
        print("\n".join(aligned([_head(load_programme(code)) for code in known_programmes()], left=4)))
        return 0
    if options.name is None:
        raise ReportRefusedError("name a programme; `zhaohuo programme list` tells them all")
    programme = load_programme(options.name)
    print(_shown(programme) if options.action == "show" else asyncio.run(_asked(programme, options)))
    return 0


async def _asked(programme: Programme, options: argparse.Namespace) -> str:
    async with ready_database(load_settings(options.config)) as database:
        if options.action == "target":
            async with database.write() as session:
                return await _set(session, programme, options)
        async with database.read() as reading:
            if options.action == "targets":
                return await _handed_down(reading, programme, options.region or programme.region)
            return await _progress(reading, programme, options)


async def _set(session: Session, programme: Programme, options: argparse.Namespace) -> str:
    if not (options.indicator and options.region) or (options.value is None) != options.none:
        raise ReportRefusedError("target needs INDICATOR, --region and either VALUE or --none")
    target = None if options.none else _number(options.value, programme.unit_of(options.indicator) or "")
    await set_target(session, programme, options.indicator, options.region, target, by=None)
    return await _handed_down(session, programme, programme.region)


def _number(words: str, unit: str) -> int:
    """Whole numbers; 万元 with up to six decimals, down to the fen."""
    scale = 1_000_000 if unit == "万元" else 1
    try:
        number = Decimal(words) * scale
        if number != int(number):
            raise ReportRefusedError(f"{words} {unit} is no whole number of {'fen' if scale > 1 else 'them'}")
    except (InvalidOperation, OverflowError, ValueError) as error:
        raise ReportRefusedError(f"{words!r} is no number") from error
    return int(number)


async def _handed_down(session: ReadSession, programme: Programme, region: str) -> str:
    rows = [("指标", "名称", "本级目标", "下级合计", "差额", "单位", "已分解到")]
    for one in await handed_down(session, programme, region):
        unit, name = programme.unit_of(one.indicator) or "", _name(programme, one.indicator)
        total = NONE if one.is_rate or not one.below else shown(sum(one.below.values()), unit)
        own = NONE if one.own is None else shown(one.own, unit)
        below = "、".join(f"{short_name(place)} {shown(target, unit)}" for place, target in one.below.items())
        rows.append((one.indicator, name, own, total, _differs(one.difference, unit), unit, below))
    return "\n".join([f"{programme.name}　{full_name(region)}", *aligned(rows, left=2)])


def _name(programme: Programme, code: str) -> str:
    names = {item.code: item.name for item in programme.form.items.values()}
    return (names | {rate.code: rate.name for rate in programme.rates})[code]


def _goal(rate: Rate, target: int | None) -> str:
    """At least so much, or between two."""
    if target is None:
        return NONE
    mark = "%" if rate.per == 100 else ""
    return f"≥{target}{mark}" if rate.most is None else f"{target}–{rate.most}{mark}"


def _differs(difference: int | None, unit: str) -> str:
    if not difference:
        return NONE if difference is None else "相等"
    return f"{'多分' if difference > 0 else '少分'} {shown(abs(difference), unit)}"


def _head(programme: Programme) -> tuple[str, ...]:
    return (programme.code, _span(programme, ".."), full_name(programme.region), programme.name)


def _span(programme: Programme, to: str) -> str:
    return f"{programme.start}{to}{programme.end}" if programme.end else "原文未写年份"


def _shown(programme: Programme) -> str:
    rows = [("指标", "名称", "目标", "单位")]
    for item in programme.form.items.values():
        target = programme.targets.get(item.code)
        rows.append((item.code, item.name, NONE if target is None else shown(target, item.unit), item.unit))
    rows += [(rate.code, rate.name, _goal(rate, rate.target), rate.unit) for rate in programme.rates]
    rows += [
        (NONE, f"{one.name}（台账不计：{one.why}）", str(one.target or NONE), one.unit) for one in programme.uncounted
    ]
    head = f"{programme.name}　{full_name(programme.region)}　{_span(programme, ' 至 ')}"
    return "\n".join([head, f"来源：{programme.source}", "", *aligned(rows, left=2)])


async def _progress(session: ReadSession, programme: Programme, options: argparse.Namespace) -> str:
    day = options.day or session.today
    found = await progress(session, programme, options.region or programme.region, day)
    return json.dumps(_data(found), ensure_ascii=False) if options.as_ == "json" else _told(found)


def _told(found: Progress) -> str:
    programme = found.programme
    running = "" if found.pace is None else f"，时间已过 {found.pace:.0%}" + ("（暂计数）" if found.pace < 1 else "")
    head = f"{programme.name}　{full_name(found.region)}　截至 {found.day}{running}"
    rows = [("指标", "名称", "完成", "目标", "完成率", "预计到期（九成把握）", "单位"), *map(_row, found.standings)]
    lines = [head, "", *aligned(rows, left=2)]
    if found.rates:
        lines += [
            "",
            *aligned([("比率", "名称", "数值", "分子", "分母", "目标"), *map(_rate_row, found.rates)], left=2),
        ]
    return "\n".join(lines)


def _row(one: Standing) -> tuple[str, ...]:
    unit = one.item.unit
    target = NONE if one.target is None else shown(one.target, unit)
    percent = NONE if one.percent is None else f"{one.percent:.1f}%"
    band = NONE
    if one.forecast:
        low, likely, high = (shown(figure, unit) for figure in one.forecast)
        band = f"{likely}（{low}–{high}）"
    return (one.item.code, one.item.name, shown(one.figure, unit), target, percent, band, unit)


def _rate_row(one: RateStanding) -> tuple[str, ...]:
    rate = one.rate
    value = NONE if one.value is None else f"{one.value:.1f}" + ("%" if rate.per == 100 else "")
    return (rate.code, rate.name, value, str(one.part), str(one.whole), _goal(rate, one.target))


def _data(found: Progress) -> dict[str, Any]:
    return {
        "programme": found.programme.code,
        "region": found.region,
        "day": found.day.isoformat(),
        "pace": None if found.pace is None else round(found.pace, 4),
        "indicators": {
            one.item.code: {"figure": one.figure, "target": one.target, "forecast": one.forecast}
            for one in found.standings
        },
        "rates": {one.rate.code: {"part": one.part, "whole": one.whole, "target": one.target} for one in found.rates},
    }
