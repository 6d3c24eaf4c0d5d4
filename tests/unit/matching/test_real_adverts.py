"""Places and wages of real adverts, as a reader found them (T6)."""

from __future__ import annotations

import pytest
from matching_tables import shared

from benchmarks import places_and_wages


def test_places_and_wages_are_read_as_a_reader_does() -> None:
    shared("postings/postings_merged.csv")
    assert [figure.as_text() for figure in places_and_wages.figures() if not figure.passed] == []


@pytest.mark.parametrize("case_text", [("150-200元/天", "150-200/day"), ("3千及以下", "-3000/month"), ("面议", "")])
def test_a_wage_is_told_as_the_sample_tells_it(case_text: tuple[str, str]) -> None:
    text, told = case_text
    assert places_and_wages.wage_text(places_and_wages.find_wage(text)) == told
