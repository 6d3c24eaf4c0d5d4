"""One line of a roster: its cells with what is said once for all, its days and words, and what it would not tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from matching.sheets import Problem
from models.people import Group
from services.exchange.rows import Row
from services.id_numbers import IdNumberRefusedError, id_number, is_female
from services.rosters.words import day_of, days_in, first_of, groups_of, is_none, plain

FIRST_DAY = date(2000, 1, 1)
MOST_FEN = 10_000_000_00


@dataclass(slots=True)
class Sheet:
    """What holds for the whole file: how it calls the columns, what it says once, what is to be told."""

    headings: Mapping[str, str]
    said: Mapping[str, str] = field(default_factory=dict)
    notes: list[Problem] = field(default_factory=list)
    told: set[str] = field(default_factory=set)

    def note(self, line: Line, column: str, why: str) -> None:
        """Something that keeps no row out."""
        self.notes.append(Problem(line.file, line.line, self.headings.get(column, column), why, harmless=True))

    def note_once(self, line: Line, column: str, why: str) -> None:
        """The same of the whole file: told with the first line it is true of."""
        if f"{column} {why}" not in self.told:
            self.told.add(f"{column} {why}")
            self.note(line, column, why)


class Line(Row):
    """A row of a roster; problems are told by the file's own headings."""

    def __init__(self, row: Row, sheet: Sheet) -> None:
        super().__init__(row.file, row.line, row.cells)
        self.sheet = sheet
        self._identity: str | None = None
        for column, value in sheet.said.items():
            if not self.cells.get(column):
                self.cells[column] = value

    def refuse(self, column: str, why: str) -> None:
        """Note what is wrong, by the file's own heading."""
        super().refuse(self.sheet.headings.get(column, column), why)

    def has(self, column: str) -> bool:
        """Whether the cell says something."""
        return not is_none(self.cells.get(column, ""))

    def date_of(self, column: str, today: date) -> date | None:
        """A day of the past; a month alone is its last day, and that is told."""
        if not self.has(column):
            return None
        day, exact = day_of(self.text(column))
        if day is None:
            self.refuse(column, f"{self.text(column)[:40]!r} is no day such as 2014-03-01")
            return None
        return self._checked(column, day, exact, today)

    def last_of(self, column: str, today: date) -> date | None:
        """The last day of a span: 2014年3月1日至3月15日."""
        if not self.has(column):
            return None
        days = days_in(self.text(column))
        if not days:
            self.refuse(column, f"{self.text(column)[:40]!r} names no days such as 2014.3.1-2014.3.15")
            return None
        return self._checked(column, *days[-1], today)

    def _checked(self, column: str, day: date, exact: bool, today: date) -> date | None:
        if not FIRST_DAY <= day <= today:
            self.refuse(column, f"{day} lies {'before 2000' if day < FIRST_DAY else 'in the future'}")
            return None
        if not exact:
            self.sheet.note_once(self, column, "names months without a day; the last day of the month is taken")
        return day

    def meaning(self, column: str, table: tuple[tuple[str, str], ...]) -> str | None:
        """What the words mean; None where nothing is said, or it is refused."""
        if not self.has(column):
            return None
        found = first_of(table, self.text(column))
        if found is None:
            allowed = ", ".join(dict.fromkeys(meaning for _, meaning in table))
            self.refuse(column, f"{self.text(column)[:40]!r} is not known; it must mean one of: {allowed}")
        return found

    def groups(self) -> list[Group]:
        """The person's groups as the office has checked them."""
        known, unknown = groups_of(self.text("groups"))
        if unknown:
            allowed = ", ".join(Group)
            self.refuse("groups", f"{unknown[0][:40]!r} is no group of the forms; it must mean one of: {allowed}")
        if self.has("groups") and not known and not unknown:
            self.sheet.note_once(self, "groups", f"{self.text('groups')[:20]!r} is none of the forms' groups")
        return known

    def identity(self) -> str | None:
        """The checked ID number."""
        if self._identity or not self.has("id_number"):
            return self._identity
        if "*" in self.text("id_number"):
            self.refuse("id_number", "is masked; give the whole number")
            return None
        try:
            number = id_number(self.text("id_number"))
        except IdNumberRefusedError as refusal:
            self.refuse("id_number", str(refusal))
            return None
        if self.has("sex") and ("女" in self.text("sex")) != is_female(number):
            self.sheet.note(self, "sex", "does not fit the ID number; look whether that is this person's")
        self._identity = number
        return number

    def money(self, column: str) -> int | None:
        """Yuan as fen, exactly; 万元 where the heading or the cell says so."""
        text = plain(self.text(column)).replace(",", "").lstrip("¥￥")
        if not text:
            return None
        scale = 1_000_000 if "万" in self.sheet.headings.get(column, "") or text.endswith(("万", "万元")) else 100
        try:
            fen = Decimal(text.rstrip("元万")) * scale
        except InvalidOperation:
            self.refuse(column, f"{text[:40]!r} is no amount")
            return None
        if not fen.is_finite() or fen != fen.to_integral_value() or not 0 < fen <= MOST_FEN:
            self.refuse(column, f"{text[:40]} is no amount above 0 in whole fen")
            return None
        return int(fen)
