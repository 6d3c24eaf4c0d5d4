"""How far a programme is: each indicator beside its target, its pace and an honest forecast; rates of those who count.

The forecast goes on as the last twelve weeks went: what came in each of them, times the weeks that are left, in a band
of 90 % for weeks as uneven as those were. With less than four weeks behind it there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean, stdev

from models.database import ReadSession
from models.regions import lies_in
from reports.entries import read_ledger
from reports.entry import Entry
from reports.errors import ReportRefusedError
from reports.forms import Item
from reports.measures import Count, Figure
from reports.periods import Period
from reports.programme_files import Programme, Rate
from reports.report import check_region
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
    count = Count(programme.form, await read_ledger(session, programme.form, region, span))
    targets = await targets_in(session, programme, region)
    return Progress(
        programme=programme,
        region=region,
        day=day,
        pace=_pace(programme, day),
        standings=tuple(
            _standing(count, item, programme, day, targets.get(item.code)) for item in programme.form.items.values()
        ),
        rates=tuple(_rate(count, rate, day) for rate in programme.rates),
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


def _increments(count: Count, item: Item) -> Iterable[tuple[date, int]]:
    """What each day added to the figure: a person on the day of their first entry only."""
    if item.measure == "persons":
        return [(day, 1) for day in count.tally.first_days(item.code).values()]
    return [(entry.occurred_on, _size(item, entry)) for entry in count.entries(item)]


def _size(item: Item, entry: Entry) -> int:
    match item.measure:
        case "quantity":
            return entry.quantity or 0
        case "heads":
            return 1 if entry.quantity is None else entry.quantity
        case "money":
            return entry.amount_fen or 0
    return 1


def _weekly(increments: Iterable[tuple[date, int]], start: date, day: date) -> list[int]:
    """The sums of the last whole weeks, the newest last; no more than the programme is old."""
    sums: Counter[int] = Counter()
    for when, size in increments:
        sums[(day - when).days // 7] += size
    weeks = min(WEEKS, ((day - start).days + 1) // 7)
    return [sums[week] for week in reversed(range(weeks))]


def _rate(count: Count, rate: Rate, day: date) -> RateStanding:
    part, whole = (count.form.items[code] for code in (rate.part, rate.whole))
    if not (part.measure == whole.measure == "persons"):
        return RateStanding(rate=rate, part=count.figure(part) or 0, whole=count.figure(whole) or 0)
    first = count.tally.first_days(whole.code)
    cohort = {person: begun for person, begun in first.items() if months_after(begun, rate.months) <= day}
    done = {
        entry.person for entry in count.tally.counted(part) if _counts(rate, cohort, entry.person, entry.occurred_on)
    }
    return RateStanding(rate=rate, part=len(done), whole=len(cohort))


def _counts(rate: Rate, cohort: Mapping[str, date], person: str | None, when: date) -> bool:
    begun = cohort.get(person or "")
    if begun is None or when < begun:
        return False
    return not rate.within or when <= months_after(begun, rate.months)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    month = day.month - 1 + months
    first = date(day.year + month // 12, month % 12 + 1, 1)
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))
