"""A measured figure, told in one line for people and one for programs."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path

from models.clock import business_date, utc_now


@cache
def machine() -> str:
    """Processor, cores and system: enough to compare two runs."""
    return f"{_processor()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine() or "unknown processor"


def _today() -> date:
    return business_date(utc_now())


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure; `passed` is None where nothing was promised, low and high are its spread or interval."""

    name: str
    figure: str
    unit: str
    value: float
    target: str | None = None
    passed: bool | None = None
    low: float | None = None
    high: float | None = None
    machine: str = field(default_factory=machine)
    date: date = field(default_factory=_today)

    def as_json(self) -> str:
        """A line of `bench --json`."""
        values = asdict(self)
        values["pass"] = values.pop("passed")
        return json.dumps({**values, "date": self.date.isoformat()}, ensure_ascii=False)

    def as_text(self) -> str:
        """A line of the table."""
        verdict = {None: "", True: "ok", False: "MISSED"}[self.passed]
        head = f"{self.name}.{self.figure}"
        spread = "" if self.low is None or self.high is None else f"[{self.low:,.2f}, {self.high:,.2f}]"
        line = f"{head:<44} {self.value:>12,.2f} {self.unit:<12} {self.target or '':<10} {verdict:<6} {spread}"
        return line.rstrip()


@dataclass(frozen=True, slots=True)
class Note:
    """A line that must be read beside the figures: where load comes from, what was left out."""

    name: str
    note: str
    passed: None = None

    def as_json(self) -> str:
        """A line of `bench --json`."""
        return json.dumps({"name": self.name, "note": self.note}, ensure_ascii=False)

    def as_text(self) -> str:
        """A line of the table."""
        return f"   {self.note}"


Spread = tuple[float, float]


def at_most(name: str, figure: str, unit: str, value: float, limit: float, spread: Spread | None = None) -> Figure:
    """A figure that must not be larger."""
    passed = value <= limit
    return replace(told(name, figure, unit, value, spread), target=f"<= {limit:g}", passed=passed)


def at_least(name: str, figure: str, unit: str, value: float, limit: float, spread: Spread | None = None) -> Figure:
    """A figure that must not be smaller."""
    passed = value >= limit
    return replace(told(name, figure, unit, value, spread), target=f">= {limit:g}", passed=passed)


def told(name: str, figure: str, unit: str, value: float, spread: Spread | None = None) -> Figure:
    """A figure that is only told, such as a peer's."""
    low, high = spread or (None, None)
    return Figure(name=name, figure=figure, unit=unit, value=value, low=low, high=high)


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the sorted values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
