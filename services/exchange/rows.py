"""One row of a file, read cell by cell; what cannot be read is a problem of the row, with its column and reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from matching.occupations import find_occupations, get_occupation
from matching.phrases import EDUCATION_ORDER, education, find_phrases
from matching.place_words import find_region
from matching.places import get_region
from matching.region_changes import Abolished, abolished
from matching.sheets import Problem
from matching.text import normalise
from models.errors import ZhaohuoError
from services.exchange.guard import bare
from services.phones import PhoneRefusedError, e164

YES = frozenset({"1", "true", "yes", "y", "是", "有", "对"})
NO = frozenset({"0", "false", "no", "n", "否", "无", "不"})
MAX_YUAN = 1_000_000
MASK = "*"
OPEN_ENDED = frozenset({"", "不限", "无", "none", "any"})


@lru_cache(maxsize=4096)
def read_day(text: str) -> date | None:
    """A date as 2026-03-01, 2026/3/1 or 2026.3.1; None for what is none."""
    match = re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T].*)?", text, re.ASCII)
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


class RowRefusedError(ZhaohuoError):
    """This row cannot be taken; `column` says where it is wrong."""

    def __init__(self, column: str, why: str) -> None:
        super().__init__(why)
        self.column = column


class Row:
    """The cells of a row by column. `problems` collects what is wrong with it; `source` is who keeps the file."""

    def __init__(self, file: str, line: int, cells: Mapping[str, str], source: str = "") -> None:
        self.file, self.line, self.source = file, line, source
        self.cells = {name: cell and bare(cell) for name, cell in cells.items()}
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []

    def refuse(self, column: str, why: str) -> None:
        """Note what is wrong."""
        self.problems.append(Problem(self.file, self.line, column, why))

    def note(self, column: str, why: str) -> None:
        """Tell what was made of a cell."""
        self.notes.append(Problem(self.file, self.line, column, why))

    def text(self, column: str, most: int = 1000) -> str:
        """The cell, at most so many characters."""
        text = self.cells.get(column, "")
        if len(text) > most:
            self.refuse(column, f"longer than {most} characters")
        return text[:most]

    def required(self, column: str, most: int = 1000) -> str:
        """A cell that may not be empty."""
        text = self.text(column, most)
        if not text:
            self.refuse(column, "is empty")
        return text

    def whole(self, column: str, low: int = 0, high: int = 2**53) -> int | None:
        """A whole number between the bounds."""
        text = self.text(column)
        if not text:
            return None
        if not re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
            self.refuse(column, f"{text[:40]!r} is no whole number")
            return None
        if not low <= int(text) <= high:
            self.refuse(column, f"{text} is not between {low} and {high}")
            return None
        return int(text)

    def own_id(self) -> int:
        """The row's number if it is one of ours: an export says it; other systems' ids mean nothing here."""
        text = self.cells.get("id", "")
        return int(text) if re.fullmatch(r"\d{16,19}", text, re.ASCII) and int(text) < 2**63 else 0

    def number(self, column: str, low: float, high: float) -> float | None:
        """A number between the bounds."""
        text = self.text(column).replace(",", "")
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            self.refuse(column, f"{text[:40]!r} is no number")
            return None
        if not value.is_finite() or not low <= value <= high:
            self.refuse(column, f"{text[:40]} is not between {low:g} and {high:g}")
            return None
        return float(value)

    def fen(self, column: str) -> int | None:
        """Yuan as fen."""
        yuan = self.number(column, 1, MAX_YUAN)
        return None if yuan is None else round(yuan * 100)

    def day(self, column: str) -> date | None:
        """A date: 2026-03-01 or 2026/3/1."""
        text = self.text(column)
        day = read_day(text) if text else None
        if text and day is None:
            self.refuse(column, f"{text[:40]!r} is no date such as 2026-03-01")
        return day

    def region(self, column: str = "region", *, needed: bool = True) -> str:
        """The adcode of a code or name, that of its successor where it was abolished; '' when there is none."""
        text = self.required(column) if needed else self.text(column)
        if gone := abolished(text):
            return self.successor(column, gone)
        found = (get_region(text) or find_region(text)) if text else None
        if text and found is None:
            self.refuse(column, f"no one region is called {text[:40]!r}; give its adcode or its full name")
        return found.adcode if found else ""

    def successor(self, column: str, gone: Abolished) -> str:
        """The adcode of the one who took over; '' and a problem where several did."""
        if len(gone.successors) == 1:
            self.note(column, f"{gone.told}, which it is counted for")
            return gone.successors[0].adcode
        self.refuse(column, f"{gone.told}: give one of them")
        return ""

    def flag(self, column: str) -> bool | None:
        """Yes or no; None when it is not said."""
        text = self.text(column).lower()
        if text in YES or text in NO:
            return text in YES
        if text:
            self.refuse(column, f"{text[:40]!r} is neither yes nor no")
        return None

    def word(self, column: str, meanings: Mapping[str, str]) -> str | None:
        """One of the words allowed, or what it is called in Chinese."""
        text = self.text(column)
        if text and text not in meanings and text not in meanings.values():
            allowed = ", ".join(sorted({*meanings.values()}))
            self.refuse(column, f"{text[:40]!r} is not known; allowed: {allowed}")
        return meanings.get(text, text if text in meanings.values() else None)

    def words(self, column: str) -> tuple[str, ...]:
        """A list joined by |."""
        return tuple(word.strip() for word in re.split("[|\uff5c]", self.text(column)) if word.strip())

    def phone(self, column: str) -> str | None:
        """An E.164 number."""
        text = self.text(column)
        if MASK in text:
            self.refuse(column, "is masked; export --with-contacts gives the number")
            return None
        try:
            return e164(text) if text else None
        except PhoneRefusedError as refusal:
            self.refuse(column, str(refusal))
            return None

    def name(self, column: str, most: int) -> str:
        """A person's name."""
        text = self.text(column, most)
        if MASK in text:
            self.refuse(column, "is masked; export --with-contacts gives the name")
        return text

    def education(self, column: str = "education") -> str | None:
        """A level of schooling."""
        text = self.text(column)
        if text.lower() in OPEN_ENDED:
            return None
        level = text if text in EDUCATION_ORDER else education(find_phrases(normalise(text)))
        if level is None:
            self.refuse(column, f"{text[:40]!r} is no schooling; allowed: {', '.join(EDUCATION_ORDER)}")
        return level

    def occupations(self, column: str) -> list[tuple[str, float]]:
        """Codes of the classification, or names that mean one."""
        found = [(word, self._occupation(word)) for word in self.words(column)]
        for word, code in found:
            if code is None:
                self.refuse(column, f"no occupation is called {word[:40]!r}")
        return [(code, 1.0) for _, code in found if code is not None]

    def _occupation(self, word: str) -> str | None:
        if get_occupation(word):
            return word
        scored = find_occupations(word, 1)
        return scored[0].code if scored else None
