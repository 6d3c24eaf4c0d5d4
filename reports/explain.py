"""The entries behind one figure. People stand in it only under their random key."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from models.database import ReadSession
from models.offices import Office
from reports.entries import read_ledger
from reports.entry import Entry
from reports.errors import UnknownItemError
from reports.form_files import load_form
from reports.forms import Form, Item
from reports.measures import Count, Figure
from reports.periods import Period, read_period
from reports.report import check_region
from reports.sheets import shown

_COLUMNS = (
    "entry",
    "kind",
    "occurred_on",
    "region",
    "office",
    "source",
    "person",
    "groups",
    "number",
    "facts",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An entry behind the figure; `part` is the item that counts it (an addend where the figure is a sum)."""

    part: str
    entry: Entry
    office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """An item, its figure and the entries that make it."""

    form: Form
    region: str
    period: Period
    item: Item
    figure: Figure
    rows: tuple[Row, ...]


async def explain(session: ReadSession, form_code: str, region: str, period: str, item: str) -> Explanation:
    """What makes the figure of one item. Refuses what `compute` refuses, and an item that the form lacks."""
    form = load_form(form_code)
    span = read_period(form, period)
    check_region(region)
    if item not in form.items:
        raise UnknownItemError(form.code, item, form.items)
    wanted = form.items[item]
    count = Count(form, await read_ledger(session, form, region, span))
    found = [(part.code, entry) for part in _parts(form, wanted) for entry in count.entries(part)]
    found.sort(key=lambda pair: (pair[1].occurred_on, pair[1].id))
    offices = await _office_names(session, {entry.office_id for _, entry in found})
    return Explanation(
        form=form,
        region=region,
        period=span,
        item=wanted,
        figure=count.figure(wanted),
        rows=tuple(Row(part=part, entry=e, office=offices.get(e.office_id, "")) for part, e in found),
    )


def render_explanation(explanation: Explanation) -> str:
    """A head line and one line an entry, columns divided by tabs."""
    item, period = explanation.item, explanation.period
    figure = shown(explanation.figure, item.unit)
    lines = [
        f"{explanation.form.code} {item.code} {item.name}：{figure} {item.unit}",
        f"{explanation.region} {period.start}..{period.cutoff}，台账 {len(explanation.rows)} 条",
        "\t".join(_COLUMNS),
    ]
    return "\n".join([*lines, *map(_line, explanation.rows)]) + "\n"


def _line(row: Row) -> str:
    entry = row.entry
    number = entry.quantity if entry.amount_fen is None else f"{entry.amount_fen}分"
    facts = json.dumps(entry.facts, ensure_ascii=False, sort_keys=True)
    cells = (
        *(entry.key, entry.kind, entry.occurred_on, entry.region, row.office, entry.source),
        *(entry.person or "", "|".join(entry.groups), "" if number is None else number, facts),
    )
    return "\t".join("".join(c if c.isprintable() else " " for c in str(cell)) for cell in cells)


def _parts(form: Form, item: Item) -> Iterable[Item]:
    """The item itself, or the addends of a sum."""
    if not item.sum:
        return [item]
    return [part for code in item.sum for part in _parts(form, form.items[code])]


async def _office_names(session: ReadSession, ids: set[int | None]) -> dict[int | None, str]:
    rows = await session.execute(select(Office.id, Office.name).where(Office.id.in_(ids - {None})))
    return {row.id: row.name for row in rows}
