"""Every way people fill a cell: data/match_cells.tsv says the value and, where one is due, the note."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matching_tables import Row, cases

from matching.cells import Cells
from matching.sheets import Problems


def _joined(names: frozenset[str] | None) -> str:
    return "None" if names is None else ",".join(sorted(names))


READ: dict[str, Callable[[Cells], Any]] = {
    "pay": lambda row: "-".join("" if fen is None else str(fen) for fen in row.pay("x")),
    "number": lambda row: _plain(row.number("x", 0, 100_000)),
    "years": lambda row: _plain(row.years("x")),
    "day": lambda row: row.day("x"),
    "region": lambda row: row.region("x"),
    "education": lambda row: row.education("x"),
    "lowest": lambda row: row.education("x", lowest=True),
    "certificates": lambda row: _joined(row.certificates("x")),
    "groups": lambda row: _joined(row.groups("x")),
    "flag": lambda row: row.flag("x"),
    "occupations": lambda row: ",".join(code for code, _ in row.occupations("x")),
}


def _plain(value: float | None) -> str:
    return "None" if value is None else f"{value:g}"


def read(kind: str, cell: str) -> tuple[str, str]:
    problems = Problems()
    value = READ[kind](Cells({"x": cell}, "f.csv", 2, problems))
    return str(value), " ".join(problem.why for problem in problems.found)


@pytest.mark.parametrize("case", cases("match_cells.tsv"), ids=lambda case: f"{case['kind']} {case['cell']}")
def test_a_cell_is_read_or_named(case: Row) -> None:
    value, told = read(case["kind"], case["cell"])
    assert value == case["value"].strip()
    assert case["note"] in told and bool(case["note"]) == bool(told)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(READ)), st.text(max_size=30) | st.text("0123456789.,-元万k年月日|人证", max_size=12))
def test_no_cell_crashes(kind: str, cell: str) -> None:
    read(kind, cell)


@pytest.mark.parametrize("kind", sorted(READ))
def test_ten_thousand_characters(kind: str) -> None:
    for cell in ("焊" * 10_000, "9" * 10_000, "1|" * 5_000):
        _, told = read(kind, cell)
        assert len(told) < 100_000
