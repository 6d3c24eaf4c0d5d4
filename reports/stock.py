"""Who is on file on a day, and how they stand: the measure `stock` (`statistics.md` §2 and §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.regions import NATION, bounds
from reports.columns import Columns, Ints
from reports.forms import Item, StockRule
from reports.looks import Look, facts_apart

FRESH, PAST = "fresh", "past"
NONE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """One entry of each of some persons; `look` is a place in `looks`, both NONE for who has no entry."""

    person: Ints
    id: Ints
    look: Ints
    looks: Sequence[Look]
    apart: Mapping[str, Ints]  # regions and dates of the entries

    def tested(self, test: Callable[[Look], bool], otherwise: bool = False) -> NDArray[np.bool_]:
        """For each person what the test says of the entry, asked once a look; `otherwise` where there is none."""
        table = np.array([*(test(look) for look in self.looks), otherwise], bool)
        tested: NDArray[np.bool_] = table[self.look]
        return tested

    def of(self, persons: Ints) -> Latest:
        """Those of other persons, by their numbers: all of `looks`, with NONE for who has no entry."""
        size = max(persons.max(initial=-1), self.person.max(initial=-1)) + 1
        ids, looks = np.full(size, NONE, "i8"), np.full(size, NONE, "i8")
        ids[self.person], looks[self.person] = self.id, self.look
        return Latest(person=persons, id=ids[persons], look=looks[persons], looks=self.looks, apart={})

    def where(self, chosen: NDArray[Any]) -> Latest:
        """Some of them."""
        return Latest(
            person=self.person[chosen],
            id=self.id[chosen],
            look=self.look[chosen],
            looks=self.looks,
            apart={name: values[chosen] for name, values in self.apart.items()},
        )


class Stock:
    """The base of a form on its cut-off, for the whole nation, and the part of it that a region counts."""

    def __init__(self, rule: StockRule, columns: Columns, start: date, cutoff: date) -> None:
        self._rule, self._columns, self._start, self._cutoff = rule, columns, start, cutoff

    def count(self, item: Item, region: str) -> int:
        """How many persons of the region an item counts."""
        return int(np.count_nonzero(self._counted(item, region)))

    def ids(self, item: Item, region: str) -> Ints:
        """The registration and, where there is one, the status of everyone whom an item counts."""
        registered, said = self._base
        counted = self._counted(item, region)
        pairs: Ints = np.stack([registered.id[counted], said.id[counted]], axis=1).ravel()
        known: Ints = pairs[pairs != NONE]
        return known

    @cached_property
    def _base(self) -> tuple[Latest, Latest]:
        """Those registered by the cut-off who have not gone by then and were not in work when the period began, and
        what is said of each of them last.
        """
        rule = self._rule
        registered = self._latest(rule.registered, self._cutoff)
        now, before = (
            self._latest(rule.status, day).of(registered.person)
            for day in (self._cutoff, self._start - timedelta(days=1))
        )
        gone = now.tested(lambda look: _status(look) in rule.gone, rule.unsaid in rule.gone)
        worked = before.tested(lambda look: _status(look) in rule.in_work, rule.unsaid in rule.in_work)
        return registered.where(~gone & ~worked), now.where(~gone & ~worked)

    def _latest(self, kind: str, day: date) -> Latest:
        """Of each person with such an entry the latest: by day, then by order of recording."""
        groups, looks = self._rule.groups, list[Look]()

        def number(look: Look) -> int:
            looks.append(look)
            return len(looks) - 1

        heap = [
            rows.where(rows.of_looks(lambda look: not groups.isdisjoint(look.groups)))
            for rows in self._columns.rows(kind, NATION, date.min, day)
        ]
        person = _joined([rows.person for rows in heap])
        when, ids = (_joined([rows[name] for rows in heap]) for name in ("day", "id"))
        numbers = _joined([rows.of_looks(number, "i8") for rows in heap])
        apart = {name: _joined([rows.apart(name) for rows in heap]) for name in facts_apart(kind)}
        order = np.lexsort((ids, when, person))
        sorted_ = person[order]
        last = order[np.append(sorted_[1:] != sorted_[:-1], [True] * bool(len(order))).astype(bool)]
        every = Latest(person=person, id=ids, look=numbers, looks=looks, apart=apart)
        return every.where(last)

    def _counted(self, item: Item, region: str) -> NDArray[np.bool_]:
        registered, said = self._base
        low, high = (int(bound) for bound in bounds(region))
        where, year = registered.apart[item.by or ""], self._cutoff.year
        counted: NDArray[np.bool_] = (low <= where) & (where <= high)
        graduated = registered.apart[self._rule.graduated_on]
        first, last = (date(year, *day).toordinal() for day in ((1, 1), (12, 31)))
        if item.graduated == FRESH:  # 应届: in the calendar year of the report
            counted &= (first <= graduated) & (graduated <= last)
        elif item.graduated == PAST:  # 往届: earlier; who graduates later is neither
            counted &= graduated < first
        if item.status:
            counted &= said.tested(lambda look: _status(look) in item.status, self._rule.unsaid in item.status)
        return counted


def _status(look: Look) -> str:
    return str(look.facts["status"])


def _joined(parts: Iterable[Ints]) -> Ints:
    return np.concatenate([np.empty(0, "i8"), *parts]).astype("i8")
