"""What a form counts from: the ledger's columns, and its rows where they are shown.

A figure is always (entries − reversed entries): neither reversals, which count nothing, nor what they cancel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Row, Select, exists, select
from sqlalchemy.orm import aliased

from models.database import ReadSession
from models.ledger import LedgerEntry
from reports.columns import Columns
from reports.entry import Entry
from reports.forms import Form
from reports.measures import Count
from reports.periods import Period
from reports.rollup import current

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])
AT_ONCE = 500
_COLUMNS = tuple(getattr(LedgerEntry, name) for name in Entry._fields)


async def count(session: ReadSession, form: Form, region: str, period: Period) -> Count:
    """The form for this region and period, to be asked for figures."""
    return Count(
        form=form,
        columns=await ledger_columns(session),
        region=region,
        start=period.start,
        cutoff=period.cutoff,
        before=period.year_before,
    )


async def ledger_columns(session: ReadSession) -> Columns:
    """The whole ledger as it stands, each person under the name that they are counted by."""
    columns = await current(session)
    names = await _merged_names(session)
    return columns.merged(names) if names else columns


async def entries_of(session: ReadSession, ids: Sequence[int]) -> list[Entry]:
    """The entries with these ids, in their order."""
    names, found = await _merged_names(session), dict[int, Entry]()
    for start in range(0, len(ids), AT_ONCE):
        query = select(*_COLUMNS).where(LedgerEntry.id.in_(ids[start : start + AT_ONCE]))
        found.update({entry.id: entry for entry in _entries(await session.execute(query), names)})
    return [found[id_] for id_ in ids]


def _entries(rows: Iterable[Row[Any]], names: Mapping[str, str]) -> list[Entry]:
    """Each under the name that its person is counted by."""
    entries = (Entry._make(row) for row in rows)
    return [entry._replace(person=names.get(entry.person or "", entry.person)) for entry in entries]


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


def unreversed(query: Query) -> Query:
    """Without reversals and what they cancel, wherever and whenever they did."""
    reversal = aliased(LedgerEntry)
    cancelled = exists().where(reversal.reverses == LedgerEntry.key)
    return query.where(LedgerEntry.reverses.is_(None), ~cancelled)


async def _merged_names(session: ReadSession) -> dict[str, str]:
    query = unreversed(select(LedgerEntry.person, LedgerEntry.facts)).where(LedgerEntry.kind == "person_merged")
    rows = await session.execute(query.order_by(LedgerEntry.occurred_on, LedgerEntry.id))
    return one_name((row.person, row.facts["into"]) for row in rows)
