"""Read from the ledger what a form counts; a figure is always (entries − reversed entries)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, Select, Text, and_, exists, or_, select, type_coerce
from sqlalchemy.orm import aliased

from models.database import ReadSession
from models.ledger import LedgerEntry
from models.regions import in_subtree, lies_in
from reports.entry import Entry
from reports.forms import Form
from reports.measures import Ledger
from reports.periods import Period
from reports.stock import Stock

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
# JSON is read as text: few texts are different, and decoding each once halves the time of a large report.
_JSON = ("groups", "facts")
_COLUMNS = tuple(
    type_coerce(getattr(LedgerEntry, name), Text) if name in _JSON else getattr(LedgerEntry, name)
    for name in Entry._fields
)


async def read_ledger(session: ReadSession, form: Form, region: str, period: Period) -> Ledger:
    """Everything that the form needs for this region and period."""
    found, stock = await _read(session, form, region, period)
    seen = {entry.kind for entry in found if period.holds(entry.occurred_on)}
    recorded = await _recorded(session, form, region, period.cutoff, seen)
    return _ledger(found, period, recorded, stock)


async def read_ledgers(
    session: ReadSession, form: Form, period: Period, region: str, below: Sequence[str]
) -> dict[str, Ledger]:
    """The same for a region and for regions directly below it, in one read."""
    found, stock = await _read(session, form, region, period)
    heaps: dict[str, list[Entry]] = {place: [] for place in below}
    for entry in found:
        place = _place_of(entry.region, tuple(below))
        if place is not None:
            heaps[place].append(entry)
    recorded = await _recorded_below(session, form, region, period.cutoff, tuple(below))
    everywhere = frozenset(kind for kind, _ in recorded)
    ledgers = {region: _ledger(found, period, everywhere, stock)}
    for place, heap in heaps.items():
        kinds = frozenset(kind for kind, where in recorded if where == place)
        ledgers[place] = _ledger(heap, period, kinds, stock.within(place) if stock else None)
    return ledgers


async def read_entries(session: ReadSession, kinds: Iterable[str], region: str, start: date, end: date) -> list[Entry]:
    """The standing entries of these kinds in a region's subtree and a span of days."""
    span = _within(kinds, start, end)
    rows = await session.execute(_unreversed(select(*_COLUMNS)).where(in_subtree(LedgerEntry.region, region), span))
    read = _reader(await _merged_names(session))
    return [read(row) for row in rows]


async def _read(session: ReadSession, form: Form, region: str, period: Period) -> tuple[list[Entry], Stock | None]:
    """The entries of the period, and of the year before where the form asks; who is on file."""
    span = _within(form.kinds, period.start, period.cutoff)
    before_kinds = _kinds_before(form)
    if period.year_before and before_kinds:
        span = or_(span, _within(before_kinds, *period.year_before))
    rows = await session.execute(_unreversed(select(*_COLUMNS)).where(in_subtree(LedgerEntry.region, region), span))
    read = _reader(await _merged_names(session))
    return [read(row) for row in rows], await _stock(session, form, region, period, read)


def _ledger(found: Sequence[Entry], period: Period, recorded: frozenset[str], stock: Stock | None) -> Ledger:
    return Ledger(
        entries=[entry for entry in found if period.holds(entry.occurred_on)],
        recorded=recorded,
        year_before=[e for e in found if e.occurred_on < period.start] if period.year_before else None,
        stock=stock,
    )


@cache
def _place_of(region: str, places: tuple[str, ...]) -> str | None:
    """Which of the places the region lies in; None for what is recorded above them."""
    return next((place for place in places if lies_in(region, place)), None)


async def _recorded_below(
    session: ReadSession, form: Form, region: str, cutoff: date, places: tuple[str, ...]
) -> set[tuple[str, str | None]]:
    """The kinds that were ever recorded up to the cut-off, each with the place in which it was."""
    query = _unreversed(select(LedgerEntry.kind, LedgerEntry.region).distinct()).where(
        in_subtree(LedgerEntry.region, region),
        LedgerEntry.kind.in_(sorted(form.kinds)),
        LedgerEntry.occurred_on <= cutoff,
    )
    return {(row.kind, _place_of(row.region, places)) for row in await session.execute(query)}


async def _stock(
    session: ReadSession, form: Form, region: str, period: Period, read: Callable[[Row[Any]], Entry]
) -> Stock | None:
    """Who is on file: registrations and statuses of the whole nation, since both follow the person."""
    if form.stock is None:
        return None
    kinds = (form.stock.registered, form.stock.status)
    query = _unreversed(select(*_COLUMNS)).where(_within(kinds, date.min, period.cutoff))
    rows = await session.execute(query)
    return Stock(form.stock, map(read, rows), region, period.start, period.cutoff)


def one_name(merges: Iterable[tuple[str, str]]) -> dict[str, str]:
    """For every person who was merged, the one name under which they are counted.

    A merge is a dated row, key → key, applied when counting; chains and circles end in the same name.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while name in parent:
            name = parent[name]
        return name

    for old, new in merges:
        if root(old) != root(new):
            parent[root(old)] = root(new)
    return {name: root(name) for name in parent}


def _reader(names: Mapping[str, str]) -> Callable[[Row[Any]], Entry]:
    """Makes entries of rows. Equal groups and facts are one object: nobody may change them."""
    loads = cache(json.loads)

    def decoded(value: Any) -> Any:
        return loads(value) if isinstance(value, str) else value  # PostgreSQL's driver has decoded it

    def read(row: Row[Any]) -> Entry:
        person = names.get(row.person, row.person)
        return Entry._make((*row[:6], person, decoded(row.groups), decoded(row.facts), *row[9:]))

    return read


def _within(kinds: Iterable[str], start: date, end: date) -> ColumnElement[bool]:
    return and_(LedgerEntry.kind.in_(sorted(kinds)), LedgerEntry.occurred_on.between(start, end))


def _kinds_before(form: Form) -> frozenset[str]:
    """The kinds that are asked for in the form's year before."""
    asked = (item.of_year_before for item in form.items.values() if item.of_year_before)
    return frozenset().union(*(form.items[code].kinds for code in asked))


def _unreversed(query: Query) -> Query:
    """Neither reversals, which count nothing, nor what they cancel, wherever and whenever they did."""
    reversal = aliased(LedgerEntry)
    cancelled = exists().where(reversal.reverses == LedgerEntry.key)
    return query.where(LedgerEntry.reverses.is_(None), ~cancelled)


async def _recorded(session: ReadSession, form: Form, region: str, cutoff: date, seen: Iterable[str]) -> frozenset[str]:
    """The kinds that were ever recorded in the subtree up to the cut-off; those seen need no question."""
    recorded = set(seen)
    for kind in sorted(form.kinds - recorded):
        query = _unreversed(select(LedgerEntry.id)).where(
            in_subtree(LedgerEntry.region, region),
            LedgerEntry.kind == kind,
            LedgerEntry.occurred_on <= cutoff,
        )
        if await session.scalar(query.limit(1)) is not None:
            recorded.add(kind)
    return frozenset(recorded)


async def _merged_names(session: ReadSession) -> dict[str, str]:
    query = _unreversed(select(LedgerEntry.person, LedgerEntry.facts)).where(LedgerEntry.kind == "person_merged")
    rows = await session.execute(query.order_by(LedgerEntry.occurred_on, LedgerEntry.id))
    return one_name((row.person, row.facts["into"]) for row in rows)
