"""Stories as plain records, read without a database: what `reports.entries` asks SQL for, in a few loops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from models.regions import lies_in
from reports.entries import one_name
from reports.entry import Entry
from reports.form_files import load_form
from reports.measures import Count, Figure, Ledger
from reports.periods import read_period
from reports.stock import Stock

DATA = Path(__file__).with_name("data")


@dataclass(frozen=True, kw_only=True)
class Told:
    """One entry of a story."""

    key: str
    kind: str
    day: date
    region: str = "410105"
    person: str | None = None
    groups: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    quantity: int | None = None
    amount_fen: int | None = None
    reverses: str | None = None


@dataclass(frozen=True, kw_only=True)
class Story:
    """A ledger and the figures wanted from it."""

    story: str
    expect: dict[str, Figure]
    entries: list[dict[str, Any]]
    form: str = "form1-2014"
    region: str = "410000"
    period: str = "2014-annual"

    @property
    def told(self) -> list[Told]:
        return [Told(**{"key": f"e{number}", **raw}) for number, raw in enumerate(self.entries, 1)]


def stories() -> list[Story]:
    """Every story of the data files."""
    return [Story(**raw) for path in sorted(DATA.glob("*.yaml")) for raw in yaml.safe_load(path.read_text("utf-8"))]


def figures(told: Iterable[Told], form_code: str, region: str, period: str) -> dict[str, Figure]:
    """Count them: subtree, period, reversals and merges by hand, the rest by `reports.measures`."""
    form = load_form(form_code)
    span = read_period(form, period)
    told = list(told)
    order = {one.key: number for number, one in enumerate(told, 1)}
    cancelled = {one.reverses for one in told}
    standing = [one for one in told if one.reverses is None and one.key not in cancelled]
    names = one_name((one.person or "", one.facts["into"]) for one in standing if one.kind == "person_merged")
    entries = [_entry(one, order[one.key], names) for one in standing]
    here = [one for one in entries if lies_in(one.region, region)]
    before = span.year_before
    stock = form.stock and Stock(form.stock, entries, region, span.start, span.cutoff)
    ledger = Ledger(
        entries=[one for one in here if span.start <= one.occurred_on <= span.cutoff],
        recorded=frozenset(one.kind for one in here if one.occurred_on <= span.cutoff),
        year_before=before and [one for one in here if before[0] <= one.occurred_on <= before[1]],
        stock=stock,
    )
    return Count(form, ledger).figures()


def _entry(one: Told, number: int, names: dict[str, str]) -> Entry:
    return Entry(
        id=number,
        key=one.key,
        kind=one.kind,
        occurred_on=one.day,
        region=one.region,
        office_id=None,
        person=names.get(one.person or "", one.person),
        groups=one.groups,
        facts=one.facts,
        quantity=one.quantity,
        amount_fen=one.amount_fen,
        source="story",
    )
