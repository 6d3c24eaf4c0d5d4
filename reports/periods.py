"""The periods of a form (`statistics.md` §2, Periods).

Decided: a form's year starts the day after its own last cut-off of the year before, so that no day falls
between two years (form 1: 1 December; form 2: 11 September; form 3: 1 September).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from reports.errors import PeriodRefusedError
from reports.forms import Form

FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The days from `start` to `cutoff`, both included. `due` is None in a span of one's own."""

    word: str
    name: str
    start: date
    cutoff: date
    due: date | None = None
    year_before: tuple[date, date] | None = None

    @property
    def own(self) -> bool:
        """Whether it is a span of one's own and not a report that the form asks for."""
        return self.due is None

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.start <= day <= self.cutoff


def read_period(form: Form, word: str) -> Period:
    """The period that `word` names for this form. Raises PeriodRefusedError."""
    if ".." in word:
        return _own_span(form, word)
    found = re.fullmatch(r"(\d{4})(?:-([a-z]+))?", word, re.ASCII)
    for deadline in form.deadlines:
        if found and int(found[1]) >= FIRST_YEAR and deadline.word == (found[2] or ""):
            year = int(found[1])
            return Period(
                word=word,
                name=f"{year}年{deadline.name}",
                start=_year_start(form, year),
                cutoff=date(year, *deadline.cutoff),
                due=date(year, *deadline.due),
                year_before=(_year_start(form, year - 1), _year_start(form, year) - timedelta(days=1)),
            )
    raise _refusal(form, word)


def annual_period(form: Form, day: date) -> str:
    """The word of the form's last report of the year that the day falls into: 2026-12-01 → '2027-annual' on form 1."""
    last = max(form.deadlines, key=lambda deadline: deadline.cutoff)
    year = day.year + ((day.month, day.day) > last.cutoff)
    return f"{year}-{last.word}" if last.word else str(year)


def year_earlier(form: Form, word: str) -> str | None:
    """The word of the same report a year before: '2014-stage' → '2013-stage'; None before the first year there is.

    Raises PeriodRefusedError for a span of one's own.
    """
    found = re.fullmatch(r"(\d{4})(-[a-z]+)?", word, re.ASCII)
    if found is None:
        raise _refusal(form, word)
    year = int(found[1]) - 1
    return f"{year}{found[2] or ''}" if year >= FIRST_YEAR else None


def _own_span(form: Form, word: str) -> Period:
    try:
        start, cutoff = (date.fromisoformat(day) for day in word.split(".."))
    except ValueError:
        raise _refusal(form, word) from None
    if word != f"{start}..{cutoff}" or start.year < FIRST_YEAR:
        raise _refusal(form, word)
    if cutoff < start:
        raise PeriodRefusedError(f"period {word!r} ends before it starts; write it as FROM..TO")
    return Period(word=word, name="自定期间", start=start, cutoff=cutoff)


def _year_start(form: Form, year: int) -> date:
    last = max(deadline.cutoff for deadline in form.deadlines)
    return date(year - 1, *last) + timedelta(days=1)


def _refusal(form: Form, word: str) -> PeriodRefusedError:
    known = [f"YYYY-{deadline.word}" if deadline.word else "YYYY" for deadline in form.deadlines]
    return PeriodRefusedError(
        f"{form.code} has no period {word!r}; it has: {', '.join(known)} (YYYY a year from {FIRST_YEAR} on), "
        "or a span of your own as YYYY-MM-DD..YYYY-MM-DD"
    )
