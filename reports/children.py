"""A region's figures beside those of the regions directly below, and why the parent is not their sum.

A person served in two counties is one person of the province; an entry of the region's own office is in no child.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from matching.places import Region, children, full_name
from models.database import ReadSession
from models.filings import Filing
from models.states import FilingState
from reports.aligned import aligned
from reports.entries import count
from reports.errors import ReportRefusedError
from reports.filing import entries_in
from reports.form_files import load_form
from reports.forms import Form, Item
from reports.measures import Count, Figure, units
from reports.periods import Period, read_period
from reports.region import check_region
from reports.sheets import plain_cell, shown

FORMATS = ("txt", "csv", "json")
REPORTED = (FilingState.SUBMITTED, FilingState.ACCEPTED, FilingState.LOCKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """parent = sum of the children − `repeated` + `only_here`, in the item's unit."""

    total: int
    repeated: int  # counted in more than one child
    only_here: int  # in no child: recorded for the region itself, or joined across children


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A form in a region and in each region directly below."""

    form: Form
    region: str
    period: Period
    places: tuple[Region, ...]
    own: Mapping[str, Figure]
    figures: Mapping[str, Mapping[str, Figure]]  # adcode: item: figure
    why: Mapping[str, Why]
    reported: frozenset[str]
    late: Mapping[str, int]  # of those that have reported: entries that came after
    by_hand: Mapping[str, Mapping[str, Figure]]  # of those below without the system: adcode: item: signed total

    def with_hand(self, code: str) -> Figure:
        """合计(含手工): the only place where signed totals without names are added to what was counted."""
        signed = [figures[code] for figures in self.by_hand.values() if figures.get(code) is not None]
        return sum((figure or 0 for figure in signed), self.own[code] or 0) if signed else self.own[code]


async def compute_children(session: ReadSession, form_code: str, region: str, period: str) -> Family:
    """Count all of them in one read. Raises a ReportRefusedError, also for a region without any below."""
    form = load_form(form_code)
    span = read_period(form, period)
    check_region(region)
    places = children(region)
    if not places:
        raise ReportRefusedError(f"{region} has no region below; leave --children out")
    codes = [place.adcode for place in places]
    own = await count(session, form, region, span)
    counts = {region: own} | {code: own.within(code) for code in codes}
    figures = {code: one.figures() for code, one in counts.items()}
    filings = await _filings(session, form, span, codes)
    return Family(
        form=form,
        region=region,
        period=span,
        places=places,
        own=figures[region],
        figures={code: figures[code] for code in codes},
        why={item.code: _why(form, item, counts, region, figures) for item in form.listed},
        reported=frozenset(region for region, filing in filings.items() if filing.state in REPORTED),
        late=await _late(session, form, span, filings),
        by_hand={region: filing.figures for region, filing in filings.items() if filing.by_hand},
    )


def _why(
    form: Form, item: Item, counts: Mapping[str, Count], region: str, figures: Mapping[str, Mapping[str, Figure]]
) -> Why:
    if item.sum:
        parts = [_why(form, form.items[code], counts, region, figures) for code in item.sum]
        return Why(
            total=sum(part.total for part in parts),
            repeated=sum(part.repeated for part in parts),
            only_here=sum(part.only_here for part in parts),
        )
    total = sum(figures[code][item.code] or 0 for code in counts if code != region)
    parent = figures[region][item.code] or 0
    below = [one for code, one in counts.items() if code != region]
    if item.measure not in ("persons", "units"):
        return Why(total=total, repeated=0, only_here=parent - total)
    distinct = _distinct(item, below)
    return Why(total=total, repeated=total - distinct, only_here=parent - distinct)


def _distinct(item: Item, counts: Iterable[Count]) -> int:
    """How many persons, or units, the item counts in all of these together."""
    if item.measure == "units":
        return len(units(rows for one in counts for rows in one.tally.counted(item)))
    flags = [one.columns.flags(one.tally.counted(item)) for one in counts]
    return int(np.count_nonzero(np.logical_or.reduce(flags)))


async def _filings(session: ReadSession, form: Form, period: Period, codes: Iterable[str]) -> dict[str, Filing]:
    """The newest report of each child that has one."""
    rows = await session.scalars(
        select(Filing)
        .where(Filing.form == form.code, Filing.period == period.word, Filing.region.in_(list(codes)))
        .order_by(Filing.revision)
    )
    return {filing.region: filing for filing in rows}


async def _late(session: ReadSession, form: Form, period: Period, filings: Mapping[str, Filing]) -> dict[str, int]:
    """What the children recorded after they filed: why their filed figures add up to less."""
    computed = {region: filing for region, filing in filings.items() if not filing.by_hand}
    late = {
        region: await entries_in(session, form, region, period) - filing.entries for region, filing in computed.items()
    }
    return {region: number for region, number in late.items() if number}


def render_children(family: Family, as_: str, region_name: str) -> str:
    """As 'txt', 'csv' or 'json'. Raises ReportRefusedError for another format."""
    if as_ not in FORMATS:
        raise ReportRefusedError(f"regions side by side are printed as {', '.join(FORMATS)}")
    if as_ == "json":
        return json.dumps(_data(family), ensure_ascii=False) + "\n"
    head, rows = _head(family), [_cells(family, item) for item in family.form.listed]
    if as_ == "csv":
        out = io.StringIO()
        csv.writer(out).writerows([list(map(plain_cell, row)) for row in (head, *rows)])
        return out.getvalue()
    period = family.period
    lines = [
        f"{family.form.title.replace('{year}', str(period.cutoff.year))}　{region_name}（{family.region}）及下级",
        f"统计期间：{period.start} 至 {period.cutoff}（{period.name}）",
        f"下级 {len(family.places)} 个单位，已报送 {len(family.reported)} 个。",
        *(f"{full_name(place)}报送后新登记 {number} 条，未列入其已报数。" for place, number in family.late.items()),
        "本级 = 下级合计 − 重复 + 仅本级（重复：同一人在几个下级都有；仅本级：记在本级，或跨下级才成立）",
        "",
        *aligned([head, *rows], left=2),
    ]
    return "\n".join(lines) + "\n"


def _head(family: Family) -> tuple[str, ...]:
    names = (place.name + ("" if place.adcode in family.reported else "*") for place in family.places)
    hand = ("手工上报(无名单)", "合计(含手工)") if family.by_hand else ()
    return ("项目", "名称", "本级", "下级合计", "重复", "仅本级", *hand, *names, "* 未报送")


def _cells(family: Family, item: Item) -> tuple[str, ...]:
    why, unit = family.why[item.code], item.unit
    known = family.own[item.code] is not None
    some = known and any(family.figures[place.adcode][item.code] is not None for place in family.places)
    told = [shown(number, unit) if some else "—" for number in (why.total, why.repeated)]
    only = f"{'-' if why.only_here < 0 else ''}{shown(abs(why.only_here), unit)}" if known else "—"
    below = (_short(family.figures[place.adcode][item.code], unit) for place in family.places)
    hand = _hand_cells(family, item) if family.by_hand else ()
    return (item.code, f"{item.name}（{unit}）", shown(family.own[item.code], unit), *told, only, *hand, *below, "")


def _hand_cells(family: Family, item: Item) -> tuple[str, str]:
    signed = [figures.get(item.code) for figures in family.by_hand.values()]
    known = [figure for figure in signed if figure is not None]
    total = shown(sum(known), item.unit) if known else "—"
    return total, _short(family.with_hand(item.code), item.unit)


def _short(figure: Figure, unit: str) -> str:
    return "—" if figure is None else shown(figure, unit)


def _data(family: Family) -> dict[str, object]:
    listed = [item.code for item in family.form.listed]
    return {
        "form": family.form.code,
        "region": family.region,
        "period": family.period.word,
        "reported": sorted(family.reported),
        "late": dict(family.late),
        "by_hand": {place: dict(figures) for place, figures in family.by_hand.items()},
        "with_hand": {code: family.with_hand(code) for code in listed},
        "items": {code: family.own[code] for code in listed},
        "children": {
            place.adcode: {code: family.figures[place.adcode][code] for code in listed} for place in family.places
        },
        "why": {
            code: {"sum": why.total, "repeated": why.repeated, "only_here": why.only_here}
            for code, why in family.why.items()
        },
    }
