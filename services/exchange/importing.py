"""A file into the database, in the caller's one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from matching.errors import MatchingError
from matching.sheets import Problem, Problems, read_rows
from models.database import Session
from models.errors import ZhaohuoError
from services.exchange.kind import ImportKind
from services.exchange.kinds import get_required_kind
from services.exchange.outcome import Outcome, UnreadableFileError
from services.exchange.rows import Row, RowRefusedError

AT_ONCE = 1000


async def import_file(session: Session, kind_name: str, path: Path, source: str = "") -> Outcome:
    """Take every row that is good; the caller commits or rolls back by what the outcome says.

    `source` tells the people of one ledger file from those of another. Raises UnknownKindError, UnreadableFileError.
    """
    kind, outcome = get_required_kind(kind_name), Outcome(kind=kind_name, file=path.name)
    return await take_rows(session, kind, outcome, read(kind, path, outcome.notes, source))


async def import_rows(session: Session, kind: ImportKind, outcome: Outcome, path: Path) -> Outcome:
    """The same for a kind that is made for the occasion."""
    return await take_rows(session, kind, outcome, read(kind, path, outcome.notes))


async def take_rows(session: Session, kind: ImportKind, outcome: Outcome, found: Iterator[Row]) -> Outcome:
    """Rows that are read already, one by one; a bad one leaves nothing behind."""
    late: list[Row] = []
    rows = _set_aside(kind, found, late)
    with session.no_autoflush:
        while some := list(islice(rows, AT_ONCE)):
            await _take_some(session, kind, some, outcome)
        for start in range(0, len(late), AT_ONCE):
            await _take_some(session, kind, late[start : start + AT_ONCE], outcome)
    return outcome


def read(kind: ImportKind, path: Path, notes: list[Problem], source: str = "") -> Iterator[Row]:
    """The rows of the file. Raises UnreadableFileError when it is no table, or not one of this kind."""
    problems, known = Problems(found=notes), False
    try:
        for line, cells in read_rows(path, {*kind.IMPORTED, *kind.EXPORTED}, problems):
            known = known or any(column in cells for column in kind.NEEDED)
            yield Row(path.name, line, cells, source)
    except OSError as error:
        raise UnreadableFileError(f"{path}: {error.strerror or error}") from error
    except MatchingError as error:
        raise UnreadableFileError(str(error)) from error
    if not known:
        needed = ", ".join(kind.NEEDED)
        raise UnreadableFileError(f"{path.name}: no rows below a first line that names the columns ({needed}, ...)")


def _set_aside(kind: ImportKind, rows: Iterator[Row], late: list[Row]) -> Iterator[Row]:
    """All rows but those that must come after the others."""
    for row in rows:
        if kind.comes_late(row):
            late.append(row)
        else:
            yield row


async def _take_some(session: Session, kind: ImportKind, rows: list[Row], outcome: Outcome) -> None:
    known = await kind.prepare(session, rows)
    for row in rows:
        outcome.rows += 1
        await _take(session, kind, row, known, outcome)
    await session.flush()
    await kind.finish(session, known)


async def _take(session: Session, kind: ImportKind, row: Row, known: Any, outcome: Outcome) -> None:
    """One row; what it wrote before it was refused is taken back."""
    try:
        if kind.SAVEPOINT:
            async with session.begin_nested():
                fresh = await _taken(session, kind, row, known)
        else:
            fresh = await _taken(session, kind, row, known)
    except (ZhaohuoError, MatchingError) as refusal:
        if not row.problems:
            row.refuse(refusal.column if isinstance(refusal, RowRefusedError) else "row", str(refusal))
        outcome.take(row.problems)
    else:
        outcome.notes += row.notes
        outcome.added += fresh
        outcome.unchanged += not fresh


async def _taken(session: Session, kind: ImportKind, row: Row, known: Any) -> bool:
    fresh = await kind.take(session, row, known)
    if row.problems:
        raise RowRefusedError("row", "see its problems")
    return fresh
