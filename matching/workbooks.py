"""Reads the first sheet of an xlsx file that holds anything: merged cells hold for their whole range."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from matching.delimited import Note
from matching.errors import MatchingError

ROUNDED = 10**15
CHUNK, OVERLAP = 1 << 20, 200
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
NO_VALUE = "a formula without a saved value; open the file in Excel, save it and try again; left empty"


@dataclass(frozen=True, slots=True)
class Range:
    """A merged range; rows and columns counted from 1, ends included."""

    left: int
    top: int
    right: int
    bottom: int


def read_workbook(raw: bytes, name: str, note: Note) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row. Raises MatchingError where the file is no workbook."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl tells of styles and extensions that do not touch the values
        try:
            yield from _read(raw, note)
        except MatchingError:
            raise
        except Exception as error:  # openpyxl lets through whatever zip, XML and dates raise
            raise MatchingError(f"{name}: not a readable .xlsx file ({type(error).__name__})") from error


def _read(raw: bytes, note: Note) -> Iterator[tuple[int, list[str]]]:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    sheets = [sheet for sheet in book.worksheets if _holds_anything(sheet)]
    if not sheets:
        return
    if len(sheets) > 1:
        others = ", ".join(repr(sheet.title) for sheet in sheets[1:])
        note(1, "sheet", f"only the sheet {sheets[0].title!r} is read, not {others}")
    first: Any = sheets[0]
    merged, has_formulas = _marks(raw, first._worksheet_path)
    formulas: Any = ()
    if has_formulas:
        formulas = load_workbook(io.BytesIO(raw), read_only=True)[sheets[0].title]
        formulas.reset_dimensions()
        formulas = formulas.iter_rows()
    held: dict[Range, str] = {}  # what each merged range says that reaches this row
    for line, (cells, typed) in enumerate(zip_longest(sheets[0].iter_rows(), formulas, fillvalue=()), 1):
        values = [_value(cell, line, note) for cell in cells]
        _note_formulas(values, typed, line, note)
        while merged and merged[-1].top <= line:
            found = merged.pop()
            held[found] = values[found.left - 1] if found.left <= len(values) else ""
        yield line, _spread(values, line, held)


def _holds_anything(sheet: Any) -> bool:
    sheet.reset_dimensions()  # some programs write A1:A1 for any size
    return any(value not in (None, "") for row in sheet.iter_rows(values_only=True) for value in row)


def _marks(raw: bytes, path: str) -> tuple[list[Range], bool]:
    """The merged ranges of a sheet, the first last, and whether it has formulas: openpyxl streams without telling."""
    from openpyxl.utils import column_index_from_string as number

    ranges: dict[Range, None] = {}
    has_formulas, rest = False, b""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(path.lstrip("/")) as sheet:
        while chunk := sheet.read(CHUNK):
            text = rest + chunk
            has_formulas = has_formulas or FORMULA.search(text) is not None
            for left, top, right, bottom in MERGED.findall(text):
                ranges[Range(number(left.decode()), int(top), number(right.decode()), int(bottom))] = None
            rest = text[-OVERLAP:]
    return sorted(ranges, key=lambda found: -found.top), has_formulas


def _note_formulas(values: list[str], typed: Any, line: int, note: Note) -> None:
    for place, cell in enumerate(typed):
        if cell.data_type == "f" and place < len(values) and not values[place]:
            note(line, cell.coordinate, NO_VALUE)


def _spread(values: list[str], line: int, held: dict[Range, str]) -> list[str]:
    for found, value in tuple(held.items()):
        if found.bottom < line:
            del held[found]
            continue
        values += [""] * (found.right - len(values))
        values[found.left - 1 : found.right] = [value] * (found.right - found.left + 1)
    return values


def _value(cell: Any, line: int, note: Note) -> str:
    """The value as it is written in a CSV file."""
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "e":
        note(line, cell.coordinate, f"Excel says {value}; left empty")
        return ""
    if isinstance(value, datetime | date):
        return value.date().isoformat() if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, int | float) and abs(value) >= ROUNDED:
        note(line, cell.coordinate, "more than 15 digits, which Excel rounds; format the column as text")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.12g}"
    return str(value)
