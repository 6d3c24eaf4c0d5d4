"""How far a programme is: each indicator beside its target, its pace and an honest forecast; rates of those who count.

The forecast goes on as the last twelve weeks went: what came in each of them, times the weeks that are left, in a band
of 90 % for weeks as uneven as those were. With less than four weeks behind it there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import mean, stdev

import numpy as np

from models.database import ReadSession
from models.regions import lies_in
from reports.columns import Ints
from reports.entries import count
from reports.errors import ReportRefusedError
from reports.forms import Item
from reports.measures import NEVER, Count, Figure, sizes
from reports.periods import Period
from reports.programme_files import Programme, Rate
from reports.region import check_region
from reports.targets import targets_in

WEEKS = 12
FEWEST_WEEKS = 4
BAND = 1.645  # standard deviations to either side: nine of ten


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An indicator on a day. `forecast`: lowest, likeliest, highest at the end; None once it is over or too early."""

    item: Item
    figure: Figure
    target: int | None
    forecast: tuple[int, int, int] | None

    @property
    def percent(self) -> float | None:
        """Of the target."""
        return None if self.figure is None or not self.target else 100 * self.figure / self.target


@dataclass(frozen=True, slots=True, kw_only=True)
class RateStanding:
    """A rate on a day, always with what it is made of."""

    rate: Rate
    part: int
    whole: int
    target: int | None = None  # in this region, at least

    @property
    def value(self) -> float | None:
        """None where there is nothing to divide by."""
        return self.rate.per * self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A programme in a region on a day. `pace`: the share of its time that is gone, from 0 to 1."""

    programme: Programme
    region: str
    day: date
    pace: float | None
    standings: tuple[Standing, ...]
    rates: tuple[RateStanding, ...]


async def progress(session: ReadSession, programme: Programme, region: str, day: date) -> Progress:
    """Count it. Raises a ReportRefusedError for a region outside of the programme or a day before it began."""
    check_region(region)
    if not lies_in(region, programme.region):
        raise ReportRefusedError(f"{region} does not lie in the programme's region {programme.region}")
    if day < programme.start:
        raise ReportRefusedError(f"{programme.code} begins on {programme.start}; give a later --day")
    day = min(day, programme.end or day)
    span = Period(word="", name=programme.name, start=programme.start, cutoff=day)
    counted = await count(session, programme.form, region, span)
    targets = await targets_in(session, programme, region)
    return Progress(
        programme=programme,
        region=region,
        day=day,
        pace=_pace(programme, day),
        standings=tuple(
            _standing(counted, item, programme, day, targets.get(item.code)) for item in programme.form.items.values()
        ),
        rates=tuple(replace(_rate(counted, rate, day), target=targets.get(rate.code)) for rate in programme.rates),
    )


def _pace(programme: Programme, day: date) -> float | None:
    if programme.end is None:
        return None
    return ((day - programme.start).days + 1) / ((programme.end - programme.start).days + 1)


def _standing(count: Count, item: Item, programme: Programme, day: date, target: int | None) -> Standing:
    figure = count.figure(item)
    weekly = _weekly(_increments(count, item), programme.start, day)
    left = (programme.end - day).days / 7 if programme.end else 0.0
    return Standing(item=item, figure=figure, target=target, forecast=forecast(figure, weekly, left))


def forecast(figure: Figure, weekly: list[int], weeks_left: float) -> tuple[int, int, int] | None:
    """Lowest, likeliest and highest at the end; never below what is there already."""
    if figure is None or len(weekly) < FEWEST_WEEKS or weeks_left <= 0:
        return None
    more, spread = mean(weekly) * weeks_left, BAND * stdev(weekly) * weeks_left**0.5
    return figure + round(max(0.0, more - spread)), figure + round(more), figure + round(more + spread)


def _increments(count: Count, item: Item) -> tuple[Ints, Ints]:
    """The days on which the figure grew, and by how much: a person on the day of their first entry only."""
    if item.measure == "persons":
        first = count.tally.first_days(item.code)
        known = first[first < NEVER]
        return known, np.ones(len(known), "i8")
    counted = count.tally.counted(item)
    days, grown = ([rows.day for rows in counted], [sizes(item, rows) for rows in counted])
    return np.concatenate([np.empty(0, "i4"), *days]), np.concatenate([np.empty(0, "i8"), *grown])


def _weekly(increments: tuple[Ints, Ints], start: date, day: date) -> list[int]:
    """The sums of the last whole weeks, the newest last; no more than the programme is old."""
    days, grown = increments
    weeks_ago = (day.toordinal() - days) // 7
    weeks = min(WEEKS, ((day - start).days + 1) // 7)
    return [int(grown[weeks_ago == week].sum()) for week in reversed(range(weeks))]


def _rate(count: Count, rate: Rate, day: date) -> RateStanding:
    part, whole = (count.form.items[code] for code in (rate.part, rate.whole))
    if not (part.measure == whole.measure == "persons"):
        return RateStanding(rate=rate, part=count.figure(part) or 0, whole=count.figure(whole) or 0)
    begun = count.tally.first_days(whole.code)
    ripe = _months_after(begun, rate.months)
    cohort = ripe <= day.toordinal()
    done = np.zeros(len(cohort), bool)
    for rows in count.tally.counted(part):
        counts = cohort[rows.person] & (rows.day >= begun[rows.person])
        if rate.within:
            counts &= rows.day <= ripe[rows.person]
        done[rows.person[counts]] = True
    return RateStanding(rate=rate, part=int(np.count_nonzero(done)), whole=int(np.count_nonzero(cohort)))


def _months_after(days: Ints, months: int) -> Ints:
    """For each day the one so many months later; NEVER stays."""
    if not months:
        return days
    distinct, where = np.unique(days, return_inverse=True)
    later = [
        day if day == NEVER else months_after(date.fromordinal(day), months).toordinal() for day in distinct.tolist()
    ]
    return np.array(later, "i8")[where]


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    month = day.month - 1 + months
    first = date(day.year + month // 12, month % 12 + 1, 1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
