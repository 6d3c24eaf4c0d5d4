"""The ledger's columns beside the database: read once, then only what was appended since.

They are a copy that may be deleted at any time; a report catches up before it counts. Behind the watermark is what was
read: entries that were committed late, with an id before it, are found by counting the last hour's again, and those
whose clock was further behind by counting all: always in the job, in a report where the ledger is small.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from typing import cast as cast_

import numpy as np
from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.orm import aliased

from models.database import ReadSession
from models.ledger import LEDGER, LedgerEntry
from reports.columns import Columns, Gathering, Ints, Raw, Segment, empty_segment, joined, places_of
from reports.rollup_files import Rollup, load, save

AT_ONCE = 20_000
AN_HOUR = 3_600_000 << 22  # in ids, whose high bits are milliseconds; no transaction that appends lasts so long
WORTH_KEEPING = 2_000  # entries: fewer are read again by the next report
QUICK_TO_COUNT = 100_000  # entries: some 5 ms; two million take 80 ms on SQLite, too long for every report
LARGE_TAIL = 8  # the tail joins the base when it has more than one in so many of its entries
_READ = (
    *(LEDGER.c.id, LEDGER.c.kind, cast(LEDGER.c.occurred_on, Text), LEDGER.c.region, LEDGER.c.person),
    *(cast(LEDGER.c.groups, Text), cast(LEDGER.c.facts, Text), LEDGER.c.quantity, LEDGER.c.amount_fen),
)

# as an expression, since a planner that goes by the index of `reverses` reads all of the ledger
_REVERSES = func.coalesce(LEDGER.c.reverses, "")


def empty() -> Rollup:
    """Nothing was read yet."""
    return Rollup(base=empty_segment(), tail=empty_segment(), persons=0, watermark=0, read=0, lately=0)


async def current(session: ReadSession) -> Columns:
    """The ledger as it stands in this transaction."""
    folder = session.rollups
    kept = await _kept(session)
    rollup = await caught_up(session, kept or empty())
    if folder and rollup.read - (kept.read if kept else 0) >= WORTH_KEEPING:
        save(folder, rollup)
    return rollup.columns


async def backlog(session: ReadSession) -> int:
    """How many entries a report would have to read first."""
    kept = await _kept(session)
    query = select(func.count()).select_from(LedgerEntry).where(LedgerEntry.id > (kept.watermark if kept else 0))
    return await session.scalar(query) or 0


async def catch_up(session: ReadSession) -> int:
    """Read what was appended since, keep it, and say how many entries that were.

    All is counted: where an entry lies behind the watermark that was not read, everything is read anew.
    """
    folder = session.rollups
    if folder is None:
        return 0
    kept = await _kept(session, counts_all=True)
    rollup = await caught_up(session, kept or empty())
    new = rollup.read - (kept.read if kept else 0)
    if new:
        save(folder, rollup)
    return new


async def _kept(session: ReadSession, *, counts_all: bool = False) -> Rollup | None:
    """What was kept, where it is of this database and holds all that was there up to its watermark."""
    kept = load(session.rollups) if session.rollups else None
    if kept is None:
        return None
    counts_all = counts_all or kept.read <= QUICK_TO_COUNT
    return kept if await (_has_all(session, kept) if counts_all else _is_of(session, kept)) else None


async def _is_of(session: ReadSession, rollup: Rollup) -> bool:
    """Whether it is of this database: not after a backup was put back, nor where a transaction took more than the
    hour. Told by the entry at the watermark and the number of those behind it.
    """
    if await session.scalar(select(LedgerEntry.id).where(LedgerEntry.id == rollup.watermark)) is None:
        return rollup.watermark == 0
    return await _between(session, rollup.watermark - AN_HOUR, rollup.watermark) == rollup.lately


async def _has_all(session: ReadSession, rollup: Rollup) -> bool:
    """The same, told by the number of all entries up to the watermark.

    Counted as all without those behind it, which is five times as fast on SQLite as all up to an id; in one
    statement, since between two an entry could be committed that one of them does not see.
    """
    since = select(func.count()).select_from(LedgerEntry).where(LedgerEntry.id > rollup.watermark)
    all_ = select(func.count()).select_from(LedgerEntry)
    known = await session.scalar(select(all_.scalar_subquery() - since.scalar_subquery()))
    return known == rollup.read and await _is_of(session, rollup)


async def _between(session: ReadSession, after: int, until: int) -> int:
    query = select(func.count()).select_from(LedgerEntry).where(LedgerEntry.id > after, LedgerEntry.id <= until)
    return await session.scalar(query) or 0


async def caught_up(session: ReadSession, rollup: Rollup) -> Rollup:
    """With everything that was appended since, and without what was reversed since."""
    after = rollup.watermark
    gathering, found = Gathering(), [await _reversals(session, after)]
    stream = await session.stream(_entries(after), execution_options={"yield_per": AT_ONCE})
    with _nothing_to_collect():
        async for rows in stream.partitions():
            gathering.add(cast_(Sequence[Raw], rows))
            found.append(np.fromiter((row[0] for row in rows), "i8", len(rows)))
    ids = np.concatenate(found)
    if not len(ids):
        return rollup
    newest = int(ids.max())
    known, still_lately = await _behind(session, after, newest)
    if known != rollup.lately:  # committed late, below the watermark, since `_is_of` looked
        return await caught_up(session, empty())
    fresh = gathering.segment((rollup.base, rollup.tail), rollup.persons)
    cancelled = await _cancelled(session, after)
    base, tail = (_without(segment, cancelled) for segment in (rollup.base, joined(rollup.tail, fresh)))
    if len(tail) * LARGE_TAIL > len(base):
        base, tail = joined(base, tail), empty_segment()
    return Rollup(
        base=base,
        tail=tail,
        persons=rollup.persons + len(fresh.names),
        watermark=newest,
        read=rollup.read + len(ids),
        lately=still_lately + int((ids > newest - AN_HOUR).sum()),
    )


async def _behind(session: ReadSession, after: int, newest: int) -> tuple[int, int]:
    """Of the entries up to the watermark `after`, those of its last hour and those of the last hour of `newest`.

    In one statement: between two an entry could be committed that one of them does not see.
    """
    behind = func.count().filter(LEDGER.c.id > after - AN_HOUR), func.count().filter(LEDGER.c.id > newest - AN_HOUR)
    query = select(*behind).where(LEDGER.c.id > after - AN_HOUR, LEDGER.c.id <= after)
    known, lately = (await session.execute(query)).one()
    return known, lately


@contextmanager
def _nothing_to_collect() -> Iterator[None]:
    """Rows make no circles; looking for some among millions of them takes as long as reading them."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _entries(after: int) -> Select[*tuple[Any, ...]]:
    return select(*_READ).where(LEDGER.c.id > after, _REVERSES == "").order_by(LEDGER.c.id)


async def _reversals(session: ReadSession, after: int) -> Ints:
    """The ids of the reversals behind that id."""
    query = select(LedgerEntry.id).where(LedgerEntry.id > after, _REVERSES != "")
    return np.array(list(await session.scalars(query)), "i8")


async def _cancelled(session: ReadSession, after: int) -> Ints:
    """The ids of the entries that were reversed by entries behind that id."""
    reversal = aliased(LedgerEntry)
    query = select(LedgerEntry.id).join(reversal, reversal.reverses == LedgerEntry.key).where(reversal.id > after)
    return np.array(sorted(await session.scalars(query)), "i8")


def _without(segment: Segment, ids: Ints) -> Segment:
    if not len(ids):
        return segment
    return replace(segment, gone=np.union1d(segment.gone, places_of(segment, ids)).astype("i8"))
