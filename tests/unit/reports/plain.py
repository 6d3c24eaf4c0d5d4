"""Stories as plain records, read without a database: what `reports.entries` asks SQL for, in a few loops."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from reports.columns import Columns, Gathering, Raw
from reports.entries import one_name
from reports.form_files import load_form
from reports.measures import Count, Figure
from reports.periods import read_period

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
    return [
        Story(**raw)
        for path in sorted(DATA.glob("*.yaml"))
        for raw in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)
    ]


def figures(told: Iterable[Told], form_code: str, region: str, period: str) -> dict[str, Figure]:
    """Count them: reversals and merges by hand, the rest by `reports`."""
    form = load_form(form_code)
    span = read_period(form, period)
    columns = columns_of(told)
    counted = Count(
        form=form, columns=columns, region=region, start=span.start, cutoff=span.cutoff, before=span.year_before
    )
    return counted.figures()


def columns_of(told: Iterable[Told]) -> Columns:
    """The story as columns."""
    told = list(told)
    cancelled = {one.reverses for one in told}
    standing = [
        (number, one) for number, one in enumerate(told, 1) if one.reverses is None and one.key not in cancelled
    ]
    names = one_name((one.person or "", one.facts["into"]) for _, one in standing if one.kind == "person_merged")
    gathering = Gathering()
    gathering.add([_raw(number, one) for number, one in standing])
    segment = gathering.segment((), 0)
    return Columns(segments=(segment,), persons=len(segment.names)).merged(names)


def _raw(number: int, one: Told) -> Raw:
    return (
        number,
        one.kind,
        one.day.isoformat(),
        one.region,
        one.person,
        json.dumps(one.groups),
        json.dumps(one.facts),
        one.quantity,
        one.amount_fen,
    )
