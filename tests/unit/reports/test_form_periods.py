"""The periods of the forms (statistics.md §2): no day falls between two years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from reports.errors import PeriodRefusedError
from reports.form_files import load_form
from reports.periods import read_period


@pytest.mark.parametrize(
    ("form", "word", "start", "cutoff", "due"),
    [
        ("form1-2014", "2014-annual", date(2013, 12, 1), date(2014, 11, 30), date(2014, 12, 10)),
        ("form1-2014", "2014-stage", date(2013, 12, 1), date(2014, 8, 31), date(2014, 9, 20)),
        ("form1-2014", "2026-annual", date(2025, 12, 1), date(2026, 11, 30), date(2026, 12, 10)),
        ("form2-2014", "2014", date(2013, 9, 11), date(2014, 9, 10), date(2014, 9, 15)),
        ("form3-2014", "2014", date(2013, 9, 1), date(2014, 8, 31), date(2014, 9, 15)),
        ("form1-2014", "2014-02-01..2014-02-28", date(2014, 2, 1), date(2014, 2, 28), None),
        ("form1-2014", "2014-02-01..2014-02-01", date(2014, 2, 1), date(2014, 2, 1), None),
    ],
)
def test_a_period(form: str, word: str, start: date, cutoff: date, due: date | None) -> None:
    period = read_period(load_form(form), word)
    assert (period.start, period.cutoff, period.due, period.own) == (start, cutoff, due, due is None)


@pytest.mark.parametrize("form", ["form1-2014", "form2-2014", "form3-2014"])
def test_a_year_follows_upon_the_year_before(form: str) -> None:
    suffix = "-annual" if form == "form1-2014" else ""
    for year in range(2001, 2040):
        earlier = read_period(load_form(form), f"{year - 1}{suffix}")
        later = read_period(load_form(form), f"{year}{suffix}")
        assert later.start == earlier.cutoff + timedelta(days=1)
        assert later.year_before == (earlier.start, earlier.cutoff)


@pytest.mark.parametrize(
    "word",
    [
        *(
            "2014",
            "annual",
            "2014-",
            "2014-year",
            "2014-Annual",
            "14-annual",
            "1999-annual",
            "２０１４-annual",
            "",
        ),
        *(
            "2014-02-30..2014-03-01",
            "2014-2-1..2014-3-1",
            "20140201..20140301",
            "2014-02-01..",
            "..",
            "a..b..c",
        ),
        "1999-01-01..2014-01-01",
    ],
)
def test_another_word_is_refused_with_the_known_ones(word: str) -> None:
    with pytest.raises(PeriodRefusedError, match=r"YYYY-stage, YYYY-annual .* YYYY-MM-DD\.\.YYYY-MM-DD"):
        read_period(load_form("form1-2014"), word)


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(PeriodRefusedError, match="ends before it starts"):
        read_period(load_form("form1-2014"), "2014-03-02..2014-03-01")
