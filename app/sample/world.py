"""What every part of the sample shares: chance by seed, days counted back from now, people, rows to write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Column, ColumnDefault, insert

from app.sample.tables import name_parts
from matching.places import children
from models.base import Base
from models.clock import business_date
from models.database import Session
from models.employers import Employer
from models.offices import Office, Officer
from models.people import Person
from models.tables import metadata
from models.vacancies import Vacancy

MARK = "样例"  # in every invented name
FIRST_PHONE = 19_900_000_001  # the sample's own block: +86 199 0000 0001 and onwards; nobody's on purpose
PROVINCE = "410000"


@dataclass(kw_only=True)
class World:
    """The sample while it is made. Rows are collected, then written in the order of their foreign keys."""

    session: Session
    seed: int
    offices: dict[str, Office] = field(default_factory=dict)
    officers: dict[str, Officer] = field(default_factory=dict)
    employers: list[Employer] = field(default_factory=list)
    recruiters: dict[int, tuple[int, str]] = field(default_factory=dict)  # employer → person, name
    vacancies: list[Vacancy] = field(default_factory=list)  # the open ones
    entries: int = 0  # of the ledger, so far
    _rows: dict[str, list[Base]] = field(default_factory=dict)
    _people: int = 0

    def chance(self, part: str) -> Random:
        """The dice of one part; a change in one part leaves the others as they were."""
        return Random(f"{self.seed}:{part}")  # noqa: S311 - sample data, no secret

    def ago(self, days: float) -> datetime:
        """The instant so many days before now."""
        return self.session.now - timedelta(days=days)

    def day(self, days_ago: int) -> date:
        """The business date so many days before today."""
        return business_date(self.session.now) - timedelta(days=days_ago)

    def add(self, *rows: Base) -> None:
        """Have the rows written."""
        for row in rows:
            self._rows.setdefault(row.__tablename__, []).append(row)

    def new_id(self) -> int:
        """A new row id."""
        return self.session.new_id()

    def person(self, dice: Random, *, name: str | None, since: datetime) -> Person:
        """A person with the next phone number of the block, written with the other rows."""
        person = self.make_person(dice, name=name, since=since)
        self.add(person)
        return person

    def make_person(self, dice: Random, *, name: str | None, since: datetime) -> Person:
        """The same, for who stores it in another way."""
        person = Person(id=self.new_id(), created_at=since, ledger_key=dice.randbytes(12).hex(), language="zh_CN")
        person.set_name(self.session, name)
        person.set_phone(self.session, phone(self._people))
        self._people += 1
        return person

    async def write(self) -> None:
        """Write what was collected, then the ledger's entries, which point at it."""
        with self.session.no_autoflush:
            for table in metadata.sorted_tables:
                if rows := self._rows.pop(table.name, None):
                    await self.session.execute(insert(table), [_values(row, table.columns) for row in rows])
        await self.session.flush()


def phone(number: int) -> str:
    """The phone of the n-th sample person, counted from 0."""
    return f"+86{FIRST_PHONE + number}"


def person_name(dice: Random) -> str:
    """样例王强."""
    surnames, given = name_parts()
    return f"{MARK}{dice.choice(surnames)}{dice.choice(given)}"


def part_of(dice: Random, region: str) -> str:
    """A county of the city, its urban districts more often; the place itself where it has none."""
    parts = children(region)
    weights = [3 if part.name.endswith("区") else 1 for part in parts]
    return dice.choices(parts, weights)[0].adcode if parts else region


def draw(dice: Random, shares: Mapping[str, int]) -> str:
    """One word by its share."""
    return dice.choices(list(shares), weights=list(shares.values()))[0]


def _values(row: Base, columns: Iterable[Column[Any]]) -> dict[str, Any]:
    return {column.key: _value(row, column) for column in columns}


def _value(row: Base, column: Column[Any]) -> Any:
    value, default = getattr(row, column.key), column.default
    if value is not None or not isinstance(default, ColumnDefault):
        return value
    return default.arg(None) if default.is_callable else default.arg
