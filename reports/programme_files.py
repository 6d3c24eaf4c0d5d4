"""Read the programme files: what a programme counts, what it promised, and what no entry can tell.

A programme's indicators are items as a form has them, read by the same readers; a wrong word is refused with the file,
the indicator and the key.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from reports.clauses import Selections, Where
from reports.errors import ReportRefusedError
from reports.form_files import read_items
from reports.forms import Form, Item
from reports.periods import FIRST_YEAR
from reports.region import check_region

PROGRAMMES = Path(__file__).with_name("programmes")

_KEYS = {"name", "source", "region", "from", "until", "entries", "indicator", "rate", "uncounted"}
_RATE_KEYS = {"code", "name", "part", "whole", "target", "most", "months", "within", "per"}
_UNCOUNTED_KEYS = {"name", "target", "unit", "why"}


class UnknownProgrammeError(ReportRefusedError):
    """There is no such programme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """`part` ÷ `whole`, in per cent or, with `per` = 1, as so many for one.

    Where both count persons, the part's are those among the whole's who have an entry of the part on or after their
    first there. `months`: only persons whose first entry is so long ago; with `within`, the part must follow in that
    time. Who was not heard of stays in the whole.
    """

    code: str
    name: str
    part: str
    whole: str
    target: int | None = None  # at least
    most: int | None = None  # where more is not meant either
    months: int = 0
    within: bool = False
    per: int = 100

    @property
    def unit(self) -> str:
        """Per cent, or so many for one."""
        return "%" if self.per == 100 else "比"


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncounted:
    """What the source promises and no entry of the ledger can tell."""

    name: str
    target: int | None
    unit: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A programme as its file says it; targets in the unit of their indicator, money in fen."""

    code: str
    name: str
    source: str
    region: str
    start: date
    end: date | None  # None: the source gives no dates; then there is neither pace nor forecast
    form: Form
    targets: Mapping[str, int]
    rates: tuple[Rate, ...]
    uncounted: tuple[Uncounted, ...]

    def unit_of(self, code: str) -> str | None:
        """The unit of an indicator or rate, None where there is none of that code."""
        if code in self.form.items:
            return self.form.items[code].unit
        return next((rate.unit for rate in self.rates if rate.code == code), None)


def known_programmes() -> list[str]:
    """The codes of every programme there is."""
    return sorted(path.stem for path in PROGRAMMES.glob("*.toml"))


@cache
def load_programme(code: str) -> Programme:
    """The programme with that code. Raises UnknownProgrammeError; FormFileError where its file is wrong."""
    if code not in known_programmes():
        raise UnknownProgrammeError(f"unknown programme {code!r}; `zhaohuo programme list` tells them all")
    return read_programme(PROGRAMMES / f"{code}.toml")


def read_programme(path: Path) -> Programme:
    """Read and check one programme file."""
    where = Where(path.name)
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise where.error("file", str(error)) from error
    where.known_keys(data, _KEYS)
    raws = data.get("indicator", [])
    bare = [{"listed": False} | {key: value for key, value in raw.items() if key != "target"} for raw in raws]
    items = read_items(where, bare, Selections(where, data.get("entries", {})))
    name, source, region = (where.text(data, key) for key in ("name", "source", "region"))
    check_region(region)
    return Programme(
        code=path.stem,
        name=name,
        source=source,
        region=region,
        start=_day(where, data, "from") if "from" in data else date(FIRST_YEAR, 1, 1),
        end=_day(where, data, "until") if "until" in data else None,
        form=Form(code=path.stem, title=name, source=source, deadlines=(), items=items, checks=(), notes=()),
        targets={raw["code"]: _number(where.at(raw["code"]), raw, "target") for raw in raws if "target" in raw},
        rates=tuple(_rate(where, raw, items) for raw in data.get("rate", [])),
        uncounted=tuple(_uncounted(where.at("uncounted"), raw) for raw in data.get("uncounted", [])),
    )


def _rate(where: Where, raw: Mapping[str, Any], items: Mapping[str, Item]) -> Rate:
    where = where.at(str(raw.get("code", "without a code")))
    where.known_keys(raw, _RATE_KEYS)
    numbers = {key: _number(where, raw, key) for key in ("target", "most", "months", "per") if key in raw}
    rate = Rate(
        code=where.text(raw, "code"),
        name=where.text(raw, "name"),
        part=where.one_of(raw, "part", tuple(items)),
        whole=where.one_of(raw, "whole", tuple(items)),
        within=where.flag(raw, "within") if "within" in raw else False,
        **numbers,
    )
    if rate.months and items[rate.whole].measure != "persons":
        raise where.error("months", "only persons can be waited for")
    return rate


def _uncounted(where: Where, raw: Mapping[str, Any]) -> Uncounted:
    where.known_keys(raw, _UNCOUNTED_KEYS)
    target = _number(where, raw, "target") if "target" in raw else None
    unit = where.text(raw, "unit") if "unit" in raw else ""
    return Uncounted(name=where.text(raw, "name"), target=target, unit=unit, why=where.text(raw, "why"))


def _number(where: Where, raw: Mapping[str, Any], key: str) -> int:
    value = raw[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise where.error(key, "a whole number is needed")
    return value


def _day(where: Where, raw: Mapping[str, Any], key: str) -> date:
    value = raw.get(key)
    if not isinstance(value, date):
        raise where.error(key, "a date is needed, without quotes")
    return value
