"""From entries to figures: pure, exact, the same for a form and its explanation (`statistics.md` §2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reports.columns import NO_QUANTITY, NOBODY, Columns, Ints, Rows
from reports.forms import Form, Item
from reports.looks import fits, fits_item
from reports.stock import Stock

Figure = int | None
NEVER = np.iinfo("i4").max
FIRST_DAY, A_DAY = date(2000, 1, 1), timedelta(days=1)  # no entry lies before 2000
_SAFE = 2**62


class Tally:
    """The entries of a region and a span of days, and who is counted."""

    def __init__(
        self, form: Form, columns: Columns, region: str, start: date, end: date, year_before: Tally | None = None
    ) -> None:
        self.form, self.columns, self.year_before = form, columns, year_before
        self._where = (region, start, end)
        self._rows: dict[str, list[Rows]] = {}
        self._counted: dict[str, list[Rows]] = {}
        self._first_days: dict[str, Ints] = {}

    def rows(self, kind: str) -> list[Rows]:
        """All entries of a kind."""
        if kind not in self._rows:
            self._rows[kind] = self.columns.rows(kind, *self._where)
        return self._rows[kind]

    def counted(self, item: Item) -> list[Rows]:
        """The entries behind an item's figure. A sum has none of its own: ask its addends."""
        if item.code not in self._counted:
            allowed = self._gate(item)
            fitting = [
                rows.where(rows.of_looks(lambda look: fits_item(item, look)))
                for kind in sorted(item.kinds)
                for rows in self.rows(kind)
            ]
            chosen = fitting if allowed is None else [rows.where(allowed(rows)) for rows in fitting]
            carried = self._carried(item) if item.carried else []
            self._counted[item.code] = [rows for rows in (*carried, *chosen) if len(rows)]
        return self._counted[item.code]

    def _carried(self, item: Item) -> list[Rows]:
        """The item's entries before this span, of persons for whom none of its `carried` followed before it."""
        region, start, _ = self._where
        if start <= FIRST_DAY:
            return []
        ended = np.zeros(self.columns.persons + 1, "i4")
        for kind in sorted({clause.kind for clause in item.carried}):
            for rows in self.columns.rows(kind, region, FIRST_DAY, start - A_DAY):
                found = rows.where(rows.of_looks(lambda look: any(fits(clause, look) for clause in item.carried)))
                np.maximum.at(ended, found.person, found.day)
        earlier = Tally(self.form, self.columns, region, FIRST_DAY, start - A_DAY)
        fitting = earlier.counted(replace(item, carried=()))
        return [rows.where(rows.day > ended[rows.person]) for rows in fitting]

    def figure(self, item: Item) -> int:
        """The item's figure, 0 where nothing fits."""
        if item.sum:
            return sum(self.figure(self.form.items[code]) for code in item.sum)
        counted = self.counted(item)
        if item.measure == "persons":
            return int(np.count_nonzero(self.columns.flags(counted)))
        if item.measure == "units":
            return len(units(counted))
        return sum(_total(sizes(item, rows)) for rows in counted)

    def first_days(self, code: str) -> Ints:
        """For each person, by number, the first day on which an item counts them; NEVER for the others."""
        if code not in self._first_days:
            days = self._nobody()
            for rows in self.counted(self.form.items[code]):
                np.minimum.at(days, rows.person, rows.day)
            days[NOBODY] = NEVER
            self._first_days[code] = days
        return self._first_days[code]

    def _nobody(self) -> Ints:
        """First days of a span in which nobody is counted."""
        return np.full(self.columns.persons + 1, NEVER, "i4")

    def _gate(self, item: Item) -> Callable[[Rows], NDArray[np.bool_]] | None:
        """Which persons an item may count: those of another item, of the year before, or not of another."""
        tests: list[Callable[[Rows], NDArray[np.bool_]]] = []
        if item.of:
            days = self.first_days(item.of)
            since = item.since_first
            tests.append(lambda rows: days[rows.person] <= (rows.day if since else NEVER - 1))
        if item.of_year_before:
            before = self.year_before.first_days(item.of_year_before) if self.year_before else self._nobody()
            tests.append(lambda rows: before[rows.person] < NEVER)
        if item.outside:
            others = self.first_days(item.outside)
            tests.append(lambda rows: others[rows.person] == NEVER)
        return (lambda rows: np.logical_and.reduce([test(rows) for test in tests])) if tests else None


@dataclass(frozen=True, kw_only=True)
class Count:
    """A form counted in a region and a span of days; `before` is the form's year before, where the span has one."""

    form: Form
    columns: Columns
    region: str
    start: date
    cutoff: date
    before: tuple[date, date] | None = None

    def within(self, region: str) -> Count:
        """The same in another region."""
        other = replace(self, region=region)
        other.__dict__["stock"] = self.stock
        return other

    @cached_property
    def tally(self) -> Tally:
        """The entries of the period, behind them those of the year before."""
        before = Tally(self.form, self.columns, self.region, *self.before) if self.before else None
        return Tally(self.form, self.columns, self.region, self.start, self.cutoff, before)

    @cached_property
    def stock(self) -> Stock | None:
        """Who is on file in the nation on the cut-off, where the form asks."""
        if self.form.stock is None:
            return None
        return Stock(self.form.stock, self.columns, self.start, self.cutoff)

    def figure(self, item: Item) -> Figure:
        """The figure, or None where it is not known.

        Null (尚未登记) is no zero: it says that no unreversed entry of the item's kinds was ever recorded in
        the subtree up to the cut-off, or that a span of one's own has no year before.
        """
        if item.of_year_before and self.before is None:
            return None
        if not any(self._is_recorded(kind) for kind in self.form.kinds_of(item)):
            return None
        if item.measure == "stock" and self.stock:
            return self.stock.count(item, self.region)
        return self.tally.figure(item)

    def _is_recorded(self, kind: str) -> bool:
        """Whether there is any entry of that kind up to the cut-off."""
        return bool(self.tally.rows(kind) or self.columns.rows(kind, self.region, date.min, self.cutoff))

    def ids(self, item: Item) -> Ints:
        """The entries behind an item's figure, by day, then by order of recording.

        Of a stock: the registration and the status of everyone in it.
        """
        if item.measure == "stock" and self.stock:
            return self.stock.ids(item, self.region)
        counted = self.tally.counted(item)
        ids, days = ([rows[name] for rows in counted] for name in ("id", "day"))
        if not counted:
            return np.empty(0, "i8")
        return np.concatenate(ids)[np.lexsort((np.concatenate(ids), np.concatenate(days)))]

    def figures(self) -> dict[str, Figure]:
        """Every item of the form, in its order."""
        return {item.code: self.figure(item) for item in self.form.items.values()}


def sizes(item: Item, rows: Rows) -> Ints:
    """What each entry adds to an item that counts neither persons nor units."""
    match item.measure:
        case "heads":  # an entry that counts heads at a gate or in a hall, or is about one person
            quantity = rows["quantity"]
            return np.where(quantity == NO_QUANTITY, 1, quantity)
        case "quantity":
            return np.maximum(rows["quantity"], 0)
        case "money":
            return rows["amount"]
    return np.ones(len(rows), "i8")


def units(counted: Iterable[Rows]) -> Ints:
    """The values of the fact that is counted, each once."""
    return np.unique(np.concatenate([np.empty(0, "i8"), *(rows["unit"] for rows in counted)]))


def _total(values: Ints) -> int:
    """The sum, exact however large."""
    if len(values) and int(values.max()) > _SAFE // len(values):
        return sum(values.tolist())
    return int(values.sum())
