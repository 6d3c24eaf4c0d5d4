"""Reads rows of a CSV or xlsx file, whatever its shape, and tells every problem by file, line and column."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from matching.delimited import LOOKED_AT, read_delimited
from matching.errors import MatchingError
from matching.headers import JOINED, PROTECTED, column_of, count_known, second_line
from matching.workbooks import read_workbook

STDIN = "-"
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
FREE_TEXT = frozenset({"text", "description"})
Table = Iterator[tuple[int, list[str]]]


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell or row that could not be read as it stands; harmless: nothing is lost by it."""

    file: str
    line: int
    column: str
    why: str
    harmless: bool = False

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.column}: {self.why}"


@dataclass(slots=True)
class Problems:
    """The problems met so far; `bad` counts rows left out. Columns are called what the file calls them.

    `above`: what stands above the header; `header_line`: where that is, once it is found.
    """

    found: list[Problem] = field(default_factory=list)
    bad: int = 0
    headings: dict[tuple[str, str], str] = field(default_factory=dict)
    above: list[str] = field(default_factory=list)
    header_line: int = 0

    def note(self, file: str, line: int, column: str, why: str, *, harmless: bool = False) -> None:
        heading = self.headings.get((file, column), column)
        self.found.append(Problem(file, line, heading, why, harmless))

    @property
    def is_any_serious(self) -> bool:
        """Whether a row was left out or a cell not understood."""
        return any(not problem.harmless for problem in self.found)


def read_rows(path: Path, known: Collection[str], problems: Problems) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row by column; what is not read is named.

    The path `-` is standard input. The header is the row among the first ten that names most columns. A row whose
    id is empty is called by its line, #12. Raises OSError, MatchingError.
    """
    name = path.name
    table = ((line, cells) for line, cells in _table(path, known, problems) if any(cell.strip() for cell in cells))
    first = list(islice(table, LOOKED_AT))
    if not first:
        problems.note(name, 1, "file", "empty: it holds no row")
        return
    at, header = _header(first, known)
    line = first[at][0]
    if not header:
        problems.note(name, line, "header", f"the first row names no column; known are {_told(known)}")
        return
    for above, cells in first[: at if header == first[at][1] else at - 1]:
        words = " ".join(dict.fromkeys(cells)).strip()
        problems.above.append(words)
        problems.note(name, above, "row", f"above the header, ignored: {words[:40]}", harmless=True)
    problems.header_line = line
    columns = _columns(name, line, header, known, problems)
    rows = (row for row in chain(first[at + 1 :], table) if row[1] != header)  # a header printed on every page
    yield from _numbered(name, line, _rows(name, columns, rows, problems), problems)


def _header(first: list[tuple[int, list[str]]], known: Collection[str]) -> tuple[int, list[str]]:
    """The place of the header's (last) row and its headings; none where no row names a column."""
    at = max(range(len(first)), key=lambda place: count_known(first[place][1], known))
    header = first[at][1]
    if not count_known(header, known):
        return 0, []
    second = second_line(header, first[at + 1][1], known) if at + 1 < len(first) else None
    return (at + 1, second) if second else (at, header)


def _told(known: Collection[str]) -> str:
    return ", ".join(known if isinstance(known, tuple) else sorted(known))


def _table(path: Path, known: Collection[str], problems: Problems) -> Table:
    def note(line: int, column: str, why: str) -> None:
        problems.note(path.name, line, column, why)

    raw = sys.stdin.buffer.read() if str(path) == STDIN else path.read_bytes()
    if raw.startswith(ZIP):
        return read_workbook(raw, path.name, note)
    if raw.startswith(OLE):
        raise MatchingError(f"{path.name}: an old .xls file, or one with a password; save it as .xlsx without one")
    return read_delimited(raw, path.name, lambda cells: count_known(cells, known), note)


def _columns(file: str, line: int, header: list[str], known: Collection[str], problems: Problems) -> list[str | None]:
    """What each place of the header means; what is unknown, protected or there already is named."""
    columns: list[str | None] = []
    width = max(place for place, cell in enumerate(header, 1) if cell.strip())
    for place, cell in enumerate(header[:width], 1):
        heading, column = cell.strip(), column_of(cell, known)
        if not heading:
            problems.note(file, line, f"column {place}", "has no heading, ignored", harmless=True)
        elif column == PROTECTED:
            problems.note(file, line, heading, "never used for matching, ignored", harmless=True)
            column = None
        elif column is None:
            problems.note(file, line, heading, "unknown column, ignored", harmless=True)
        elif column in columns and column not in JOINED:
            problems.note(file, line, heading, f"another column for {column}, ignored", harmless=True)
            column = None
        if column:
            problems.headings.setdefault((file, column), heading)
        columns.append(column)
    return columns


def _numbered(
    file: str, header_line: int, rows: Iterator[tuple[int, dict[str, str]]], problems: Problems
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows, those without an id called by their line; in the end it is told how many."""
    count = nameless = 0
    for line, row in rows:
        count += 1
        if row.get("id") == "":
            row["id"] = f"#{line}"
            nameless += 1
        yield line, row
    if not count:
        problems.note(file, header_line, "file", "no row below the header")
    if nameless:
        why = f"{nameless} of {count} rows ({nameless / count:.0%}) have none; they are called by their line, like #12"
        problems.note(file, header_line, "id", why, harmless=True)


def _rows(
    file: str, columns: list[str | None], table: Table, problems: Problems
) -> Iterator[tuple[int, dict[str, str]]]:
    """Cells by column; those beyond the header are part of a free text that stands last, else named."""
    last = columns[-1]
    for line, cells in table:
        row: dict[str, str] = {column: "" for column in columns if column}
        for column, cell in zip(columns, cells, strict=False):
            if column and cell.strip():
                row[column] = f"{row[column]} {cell.strip()}".strip()
        extra = [cell.strip() for cell in cells[len(columns) :] if cell.strip()]
        if extra and last in FREE_TEXT:
            row[last] = ",".join([row[last], *extra])
        elif extra:
            problems.note(file, line, "row", f"more cells than the header, not read: {','.join(extra)[:40]}")
        yield line, row
