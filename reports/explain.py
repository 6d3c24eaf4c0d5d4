"""The entries behind one figure. People stand in it only under their random key."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from matching.places import full_name
from models.database import ReadSession
from models.money import yuan
from models.offices import Office
from models.people import GROUP_NAMES, Group
from reports.entries import count, entries_of
from reports.entry import Entry
from reports.errors import ReportRefusedError, UnknownItemError
from reports.form_files import load_form
from reports.forms import Form, Item
from reports.measures import Figure
from reports.periods import Period, read_period
from reports.region import check_region
from reports.sheets import shown
from reports.vocabulary import kind_words

PAGE = 100
_COLUMNS = ("台账号", "事项", "日期", "地区", "单位", "来源", "个人编号", "人群", "数量", "细节")


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
    entries: int  # how many there are
    page: int | None  # which page of them `rows` is, from 1; None: all
    rows: tuple[Row, ...]


async def explain(
    session: ReadSession, form_code: str, region: str, period: str, item: str, *, page: int | None = None
) -> Explanation:
    """What makes the figure of one item: addend by addend, the oldest first; all of it, or a page (from 1).

    Refuses what `compute` refuses, an item that the form lacks, and a page that is not there.
    """
    form = load_form(form_code)
    span = read_period(form, period)
    check_region(region)
    if item not in form.items:
        raise UnknownItemError(form.code, item, form.items)
    counted = await count(session, form, region, span)
    found = [(part.code, id_) for part in _parts(form, form.items[item]) for id_ in counted.ids(part).tolist()]
    shown_ = found if page is None else found[_places(page, len(found))]
    entries = await entries_of(session, [id_ for _, id_ in shown_])
    offices = await _office_names(session, {entry.office_id for entry in entries})
    return Explanation(
        form=form,
        region=region,
        period=span,
        item=form.items[item],
        figure=counted.figure(form.items[item]),
        entries=len(found),
        page=page,
        rows=tuple(
            Row(part=part, entry=entry, office=offices.get(entry.office_id, ""))
            for (part, _), entry in zip(shown_, entries, strict=True)
        ),
    )


def _places(page: int, entries: int) -> slice:
    pages = max(1, -(-entries // PAGE))
    if not 1 <= page <= pages:
        raise ReportRefusedError(f"there is no page {page}; the entries fill {pages}")
    return slice((page - 1) * PAGE, page * PAGE)


def render_explanation(explanation: Explanation) -> str:
    """A head line and one line an entry, columns divided by tabs."""
    item, period = explanation.item, explanation.period
    figure = shown(explanation.figure, item.unit)
    lines = [
        f"{explanation.form.code} {item.code} {item.name}：{figure} {item.unit}",
        f"{explanation.region} {period.start}..{period.cutoff}，台账 {explanation.entries} 条{_page(explanation)}",
        "\t".join(_COLUMNS),
    ]
    return "\n".join([*lines, *map(_line, explanation.rows)]) + "\n"


def _page(explanation: Explanation) -> str:
    if explanation.page is None:
        return ""
    return f"，第 {explanation.page} 页，共 {max(1, -(-explanation.entries // PAGE))} 页"


def _line(row: Row) -> str:
    entry = row.entry
    number = entry.quantity if entry.amount_fen is None else yuan(entry.amount_fen)
    groups = "、".join(GROUP_NAMES[Group(group)] for group in entry.groups)
    facts = json.dumps(entry.facts, ensure_ascii=False, sort_keys=True) if entry.facts else ""
    cells = (
        *(entry.key, kind_words()[entry.kind].name, entry.occurred_on, full_name(entry.region), row.office),
        *(entry.source, entry.person or "", groups, "" if number is None else number, facts),
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
