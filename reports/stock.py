"""Who is on file on a day, and how they stand: the measure `stock` (`statistics.md` §2 and §4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date

from models.regions import lies_in
from reports.entry import Entry
from reports.forms import Item, StockRule

FRESH, PAST = "fresh", "past"


@dataclass(frozen=True, slots=True, kw_only=True)
class OnFile:
    """A person of the base: the latest registration, the latest status and the entry that says it, if any does."""

    registration: Entry
    status: str
    said: Entry | None


class Stock:
    """The base of a form on its cut-off, for the whole nation, and the part of it that a region counts."""

    def __init__(self, rule: StockRule, entries: Iterable[Entry], region: str, start: date, cutoff: date) -> None:
        self._rule, self._region, self._year = rule, region, cutoff.year
        self._base = _base(rule, entries, start, cutoff)

    def within(self, region: str) -> Stock:
        """The same base, as another region counts it."""
        other = copy(self)
        other._region = region
        return other

    def counted(self, item: Item) -> Iterator[OnFile]:
        """The persons whom an item counts, each once."""
        for one in self._base:
            facts = one.registration.facts
            if not lies_in(str(facts[item.by or ""]), self._region):
                continue
            if item.graduated and item.graduated != self._graduated(str(facts[self._rule.graduated_on])):
                continue
            if not item.status or one.status in item.status:
                yield one

    def _graduated(self, day: str) -> str | None:
        """Fresh (应届): in the calendar year of the report; past (往届): earlier; later: neither."""
        year = date.fromisoformat(day).year
        return FRESH if year == self._year else PAST if year < self._year else None


def _base(rule: StockRule, entries: Iterable[Entry], start: date, cutoff: date) -> list[OnFile]:
    """Those registered by the cut-off who have not gone by then and were not in work when the period began."""
    known = [entry for entry in entries if entry.occurred_on <= cutoff and not rule.groups.isdisjoint(entry.groups)]
    registered = _latest(entry for entry in known if entry.kind == rule.registered)
    statuses = [entry for entry in known if entry.kind == rule.status]
    now = _latest(statuses)
    before = _latest(entry for entry in statuses if entry.occurred_on < start)
    return [
        OnFile(registration=registration, status=status, said=now.get(person))
        for person, registration in registered.items()
        if (status := _status(rule, now.get(person))) not in rule.gone
        and _status(rule, before.get(person)) not in rule.in_work
    ]


def _latest(entries: Iterable[Entry]) -> Mapping[str | None, Entry]:
    """The latest entry of every person: by day, then by order of recording."""
    return {entry.person: entry for entry in sorted(entries, key=lambda entry: (entry.occurred_on, entry.id))}


def _status(rule: StockRule, said: Entry | None) -> str:
    return rule.unsaid if said is None else str(said.facts["status"])
