"""No cell that a spreadsheet program would compute leaves, and what was guarded comes back as it was."""

from __future__ import annotations

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.exchange.guard import bare, guarded, is_dangerous

DANGEROUS = (
    "=1+1",
    "+1",
    "-cmd|' /C calc'!A0",
    "@SUM(A1)",
    "|calc",
    "\t=1+1",
    " \t =1+1",
    "\n=1",
    "\r-1+1",
    "\x00=1",
    "\u200b=1",
    "\ufeff=1",
    "\u3000=1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1+1",
    "\uff20SUM",
    "\t\uff1d1",
    "'=1",
    '"=1',
    "\u2212" + "1+1",
    "\ufe661",
)
HARMLESS = ("", "焊工", "6000-8000", "-5", "-5.25", "13800138000", "138****8000", "{}", "a=b", "—", "'", "''")


@pytest.mark.parametrize("cell", DANGEROUS)
def test_dangerous_cells_are_guarded(cell: str) -> None:
    assert guarded(cell) == "'" + cell
    assert bare(guarded(cell)) == cell


@pytest.mark.parametrize("cell", HARMLESS)
def test_other_cells_stay(cell: str) -> None:
    assert guarded(cell) == bare(cell) == cell


@given(st.text())
def test_round_trip(cell: str) -> None:
    out = guarded(cell)
    assert bare(out) == (cell if out != cell else bare(cell))
    assert not is_dangerous(out) or out.startswith("'")


@given(st.lists(st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00")), min_size=1))
def test_no_field_of_a_written_line_begins_with_a_sign(cells: list[str]) -> None:
    file = io.StringIO()
    csv.writer(file).writerow([guarded(cell) for cell in cells])
    for cell in next(csv.reader(io.StringIO(file.getvalue(), newline=""))):
        first = unicodedata.normalize("NFKC", cell.lstrip()[:1])
        assert first not in {"=", "+", "@"}
