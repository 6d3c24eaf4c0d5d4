"""Which reports an office has before it: the last one of each form whose cut-off is past, and the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from reports.form_files import known_forms, load_form
from reports.forms import Form
from reports.periods import Period, read_period

AHEAD = timedelta(days=30)


def reports_before_us(today: date) -> list[tuple[Form, Period]]:
    """Of every form the newest report that can be filed, and one whose cut-off comes within a month; by due date."""
    found = [(form, period) for code in known_forms() for form in [load_form(code)] for period in _near(form, today)]
    return sorted(found, key=lambda pair: (pair[1].due or today, pair[0].code))


def _near(form: Form, today: date) -> Iterator[Period]:
    periods = sorted(_periods(form, today.year), key=lambda period: period.cutoff)
    past = [period for period in periods if period.cutoff < today]
    yield from past[-1:]
    yield from (period for period in periods if today <= period.cutoff <= today + AHEAD)


def _periods(form: Form, year: int) -> Iterator[Period]:
    for deadline in form.deadlines:
        for one in (year - 1, year, year + 1):
            yield read_period(form, f"{one}-{deadline.word}" if deadline.word else str(one))
