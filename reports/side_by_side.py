"""A region beside those directly below, as text, CSV or JSON: who reported, and why the parent is not their sum."""

from __future__ import annotations

import csv
import io
import json

from matching.places import full_name
from reports.aligned import aligned
from reports.children import Family
from reports.errors import ReportRefusedError
from reports.forms import Item
from reports.measures import Figure
from reports.sheets import plain_cell, shown

FORMATS = ("txt", "csv", "json")


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
        *(f"{full_name(place)}有 {number} 项与其已报数不同。" for place, number in family.changed.items()),
        *(
            f"{full_name(place)}手工上报后台账登记了 {number} 条，手工数不再并入合计，请核对后重新报送。"
            for place, number in family.overtaken.items()
        ),
        *_apart(family),
        "本级 = 下级合计 − 重复 + 仅本级（重复：同一人在几个下级都有；仅本级：记在本级，或跨下级才成立）",
        "",
        *aligned([head, *rows], left=2),
    ]
    return "\n".join(lines) + "\n"


def _apart(family: Family) -> list[str]:
    """Which signed totals are not added, and why."""
    names = "、".join(item.code for item in family.apart)
    return [f"第 {names} 项为在册人数，手工数不并入合计：手工地区的人可能已在别处登记。"] if names else []


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
        "changed": dict(family.changed),
        "overtaken": dict(family.overtaken),
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
