"""From entries to figures: pure, exact, the same for a form and its explanation (`statistics.md` §2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from reports.entry import Entry
from reports.forms import Clause, Form, Item
from reports.stock import OnFile, Stock
from reports.vocabulary import EVIDENCED, kind_words

Figure = int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What a form is counted from.

    `entries`: those of the subtree and the period. `recorded`: the kinds with any entry in the subtree up to the
    cut-off. `stock`: who is on file on the cut-off, where the form asks.
    """

    entries: Iterable[Entry]
    recorded: frozenset[str]
    year_before: Iterable[Entry] | None = None
    stock: Stock | None = None


class Tally:
    """The entries of one span, in heaps of those that no item of the form tells apart, and who is counted."""

    def __init__(self, form: Form, entries: Iterable[Entry], year_before: Tally | None = None) -> None:
        self.form, self.year_before = form, year_before
        self._heaps = _heaps(form, entries)
        self._first_days: dict[str, dict[str, date]] = {}

    def counted(self, item: Item) -> Iterator[Entry]:
        """The entries behind an item's figure. A sum has none of its own: ask its addends."""
        allowed = self._gate(item)
        for heap in self._heaps:
            if _fits_item(item, heap[0]):
                yield from heap if allowed is None else filter(allowed, heap)

    def figure(self, item: Item) -> int:
        """The item's figure, 0 where nothing fits."""
        if item.sum:
            return sum(self.figure(self.form.items[code]) for code in item.sum)
        return _MEASURES[item.measure](item, self.counted(item))

    def first_days(self, code: str) -> dict[str, date]:
        """The persons counted in an item, each with the day of the first entry there."""
        if code not in self._first_days:
            days: dict[str, date] = {}
            for entry in self.counted(self.form.items[code]):
                if entry.person and entry.occurred_on <= days.get(entry.person, date.max):
                    days[entry.person] = entry.occurred_on
            self._first_days[code] = days
        return self._first_days[code]

    def _gate(self, item: Item) -> Callable[[Entry], bool] | None:
        """Which persons an item may count: those of another item, of the year before, or not of another."""
        tests: list[Callable[[Entry], bool]] = []
        if item.of:
            days = self.first_days(item.of)
            tests.append(_since(days) if item.since_first else lambda entry: entry.person in days)
        if item.of_year_before:
            before = self.year_before.first_days(item.of_year_before) if self.year_before else {}
            tests.append(lambda entry: entry.person in before)
        if item.outside:
            others = self.first_days(item.outside)
            tests.append(lambda entry: entry.person not in others)
        return (lambda entry: all(test(entry) for test in tests)) if tests else None


@dataclass(frozen=True)
class Count:
    """A form counted from a ledger."""

    form: Form
    ledger: Ledger

    @cached_property
    def tally(self) -> Tally:
        """The entries of the period, behind them those of the year before."""
        before = self.ledger.year_before
        return Tally(self.form, self.ledger.entries, None if before is None else Tally(self.form, before))

    def figure(self, item: Item) -> Figure:
        """The figure, or None where it is not known.

        Null (尚未登记) is no zero: it says that no unreversed entry of the item's kinds was ever recorded in
        the subtree up to the cut-off, or that a span of one's own has no year before.
        """
        if item.of_year_before and self.ledger.year_before is None:
            return None
        if not self.form.kinds_of(item) & self.ledger.recorded:
            return None
        return sum(1 for _ in self._on_file(item)) if item.measure == "stock" else self.tally.figure(item)

    def entries(self, item: Item) -> Iterator[Entry]:
        """The entries behind an item's figure; of a stock, the registration and the status of everyone in it."""
        if item.measure != "stock":
            yield from self.tally.counted(item)
            return
        for one in self._on_file(item):
            yield one.registration
            if one.said:
                yield one.said

    def _on_file(self, item: Item) -> Iterator[OnFile]:
        return self.ledger.stock.counted(item) if self.ledger.stock else iter(())

    def figures(self) -> dict[str, Figure]:
        """Every item of the form, in its order."""
        return {item.code: self.figure(item) for item in self.form.items.values()}


def fits(clause: Clause, entry: Entry) -> bool:
    """Whether the entry is one that the clause means."""
    if entry.kind != clause.kind:
        return False
    if any(not _has(entry, name, values) for name, values in clause.facts.items()):
        return False
    if any(_has(entry, name, values) for name, values in clause.exclude.items()):
        return False
    if any((_fact(entry, name) or 0) < least for name, least in clause.at_least.items()):
        return False
    return clause.evidenced is None or clause.evidenced == (_fact(entry, "evidence") in EVIDENCED)


def _fits_item(item: Item, entry: Entry) -> bool:
    if item.groups and item.groups.isdisjoint(entry.groups):
        return False
    return any(fits(clause, entry) for clause in item.clauses)


def _fact(entry: Entry, name: str) -> Any:
    """A fact, or what is meant when it is left out."""
    value = entry.facts.get(name)
    return kind_words()[entry.kind].facts[name].default if value is None else value


def _has(entry: Entry, name: str, values: frozenset[Any]) -> bool:
    """Whether the fact, or one of its list, is among the values."""
    value = _fact(entry, name)
    return not values.isdisjoint(value) if isinstance(value, list) else value in values


def _heaps(form: Form, entries: Iterable[Entry]) -> list[list[Entry]]:
    """Entries that agree in kind, groups and every fact that the form tests: one look decides for a heap."""
    tested: dict[str, set[str]] = defaultdict(set)
    for item in form.items.values():
        for clause in item.clauses:
            tested[clause.kind] |= clause.tested
    heaps: dict[tuple[Any, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        facts = entry.facts
        looks = (str(facts.get(name)) for name in tested[entry.kind])
        heaps[(entry.kind, *entry.groups, "", *looks)].append(entry)
    return list(heaps.values())


def _since(first_days: Mapping[str, date]) -> Callable[[Entry], bool]:
    return lambda entry: first_days.get(entry.person or "", date.max) <= entry.occurred_on


def _persons(_item: Item, entries: Iterable[Entry]) -> int:
    return len({entry.person for entry in entries})


def _cases(_item: Item, entries: Iterable[Entry]) -> int:
    return sum(1 for _ in entries)


def _heads(_item: Item, entries: Iterable[Entry]) -> int:
    """An entry that counts heads at a gate or in a hall, or is about one person."""
    return sum(1 if entry.quantity is None else entry.quantity for entry in entries)


def _quantity(_item: Item, entries: Iterable[Entry]) -> int:
    return sum(entry.quantity or 0 for entry in entries)


def _money(_item: Item, entries: Iterable[Entry]) -> int:
    return sum(entry.amount_fen or 0 for entry in entries)


def _units(item: Item, entries: Iterable[Entry]) -> int:
    return len({str(entry.facts.get(item.distinct or "")) for entry in entries})


_MEASURES: Mapping[str, Callable[[Item, Iterable[Entry]], int]] = {
    "persons": _persons,
    "cases": _cases,
    "heads": _heads,
    "quantity": _quantity,
    "money": _money,
    "units": _units,
}
