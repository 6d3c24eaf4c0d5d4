"""Corrections of an advert in a recruiter's own words, and the jobs of one advert."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_tables import Row, cases

from matching.corrections import read_correction
from matching.posting import understand_posting


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


@pytest.mark.parametrize("row", cases("openings.tsv"), ids=lambda row: row["text"])
def test_the_jobs_of_one_advert(row: Row) -> None:
    openings = understand_posting(row["text"]).openings
    assert "|".join(f"{opening.title} {opening.headcount}" for opening in openings) == row["openings"]
