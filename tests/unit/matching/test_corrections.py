"""Corrections of an advert in a recruiter's own words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_tables import Row, cases

from matching.corrections import read_correction


@pytest.mark.parametrize("row", cases("corrections.tsv"), ids=lambda row: row["text"])
def test_corrections(row: Row) -> None:
    said = read_correction(row["text"])
    assert (said.field or "", said.requirement or "", said.dropped or "") == (
        row["field"],
        row["requirement"],
        row["dropped"],
    )
    assert said.headcount == (int(row["headcount"]) if row["headcount"] else None)
    assert not row["value"] or said.value == row["value"]


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    said = read_correction(text)
    assert said.headcount is None or said.headcount >= 1
