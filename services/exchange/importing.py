"""A file into the database, in the caller's one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from matching.errors import MatchingError
from matching.sheets import Problem, Problems, read_rows
from models.database import Session
from models.errors import ZhaohuoError
from services.exchange.kinds import Kind, get_required_kind
from services.exchange.outcome import Outcome, UnreadableFileError
from services.exchange.rows import Row, RowRefusedError

FLUSH_EVERY = 2000


async def import_file(session: Session, kind_name: str, path: Path) -> Outcome:
    """Take every row that is good; the caller commits or rolls back by what the outcome says.

    Raises UnknownKindError, UnreadableFileError.
    """
    kind = get_required_kind(kind_name)
    outcome = Outcome(kind=kind_name, file=path.name)
    with session.no_autoflush:
        for row in _in_order(kind, read(kind, path, outcome.notes)):
            outcome.rows += 1
            await _take(session, kind, row, outcome)
            if outcome.rows % FLUSH_EVERY == 0:
                await session.flush()
        await session.flush()
    return outcome


def read(kind: Kind, path: Path, notes: list[Problem]) -> Iterator[Row]:
    """The rows of the file. Raises UnreadableFileError when it is no table, or not one of this kind."""
    problems, known = Problems(found=notes), False
    try:
        for line, cells in read_rows(path, {*kind.IMPORTED, *kind.EXPORTED}, problems):
            known = known or any(column in cells for column in kind.NEEDED)
            yield Row(path.name, line, cells)
    except (MatchingError, OSError) as error:
        raise UnreadableFileError(f"{path}: {error}") from error
    if not known:
        needed = ", ".join(kind.NEEDED)
        raise UnreadableFileError(f"{path.name}: no rows below a first line that names the columns ({needed}, ...)")


def _in_order(kind: Kind, rows: Iterator[Row]) -> Iterator[Row]:
    late = []
    for row in rows:
        if kind.comes_late(row):
            late.append(row)
        else:
            yield row
    yield from late


async def _take(session: Session, kind: Kind, row: Row, outcome: Outcome) -> None:
    """One row; what it wrote before it was refused is taken back."""
    try:
        if kind.WRITES_BEFORE_REFUSING:
            async with session.begin_nested():
                fresh = await _taken(session, kind, row)
        else:
            fresh = await _taken(session, kind, row)
    except RowRefusedError as refusal:
        if refusal.column:
            row.refuse(refusal.column, str(refusal))
        outcome.take(row.problems)
    except (ZhaohuoError, MatchingError) as refusal:
        row.refuse("row", str(refusal))
        outcome.take(row.problems)
    else:
        outcome.added += fresh
        outcome.unchanged += not fresh


async def _taken(session: Session, kind: Kind, row: Row) -> bool:
    fresh = await kind.take(session, row)
    if row.problems:
        raise RowRefusedError("", "")
    return fresh
