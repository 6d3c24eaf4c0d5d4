"""Reads rows of a CSV or xlsx file, whatever its encoding, and tells every problem by file, line and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from matching.errors import MatchingError

ENCODINGS = ("utf-8-sig", "gb18030", "big5")


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell or row that could not be read as it stands."""

    file: str
    line: int
    column: str
    why: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}, {self.column}: {self.why}"


@dataclass(slots=True)
class Problems:
    """The problems met so far; `bad` counts rows left out."""

    found: list[Problem] = field(default_factory=list)
    bad: int = 0

    def note(self, file: str, line: int, column: str, why: str) -> None:
        self.found.append(Problem(file, line, column, why))


def read_rows(path: Path, known: Collection[str], problems: Problems) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row, by lower-case column name; unknown columns are named once."""
    table = _xlsx(path) if path.suffix.lower() in {".xlsx", ".xlsm"} else _csv(path)
    header: list[str] = []
    for line, cells in table:
        if not any(cell.strip() for cell in cells):
            continue
        if not header:
            header = [cell.strip().lower() for cell in cells]
            for column in header:
                if column and column not in known:
                    problems.note(path.name, line, column, "unknown column, ignored")
            continue
        yield line, {name: cell.strip() for name, cell in zip(header, cells, strict=False) if name in known}


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    text = decode(path.read_bytes(), path.name)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first else ";" if ";" in first and "," not in first else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise MatchingError(f"{path.name}, line {reader.line_num}: not a readable table ({error})") from error


def decode(raw: bytes, name: str) -> str:
    """The text of a file in UTF-8, UTF-16, GB 18030 or Big5, line ends made one."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _lines(raw.decode("utf-16", errors="replace"))
    for encoding in ENCODINGS:
        try:
            return _lines(raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise MatchingError(f"{name}: the encoding is not known; save the file as UTF-8")


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def _xlsx(path: Path) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as error:
        raise MatchingError(f"{path.name}: not a readable xlsx file") from error
    try:
        for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
            yield line, [_cell(cell) for cell in cells]
    finally:
        book.close()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.date().isoformat() if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
