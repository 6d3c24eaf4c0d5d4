"""The year of form 1: from 1 December to 30 November (`statistics.md` §2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another, both included."""

    start: date
    end: date

    def day(self, dice: Random) -> date:
        """Some day of it."""
        return self.start + timedelta(days=dice.randint(0, (self.end - self.start).days))


def form_year(year: int) -> Span:
    """The whole year."""
    return Span(date(year - 1, 12, 1), date(year, 11, 30))


def year_until(today: date) -> Span:
    """The year that today lies in, up to today."""
    whole = form_year(today.year)
    return Span(whole.start if today <= whole.end else form_year(today.year + 1).start, today)
