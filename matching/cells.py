"""The cells of one row read with care: every way people write money, numbers, dates, places and lists in a sheet."""

from __future__ import annotations

import re
from datetime import date, timedelta

from matching.cell_words import (
    ANYWHERE,
    EMPTY,
    ENDLESS,
    GROUPS,
    NO,
    NO_YEARS,
    OPEN,
    UNSAID,
    YES,
    certificates_of,
    regions_of,
    schooling_of,
)
from matching.facts import experience_years
from matching.numbers import parse_number
from matching.occupations import find_occupations, get_occupation
from matching.phrases import EDUCATION_ORDER
from matching.places import NATION, Region, contains, full_name, get_region
from matching.sheets import Problems
from matching.text import normalise
from matching.understand import prepare
from matching.wages import find_wage

MAX_YUAN = 1_000_000
LOW_YUAN = 800  # below it a month's pay is likelier a day's
DATE_ZERO = date(1899, 12, 30)  # day 0 of Excel
LIKELY = 0.3  # below it an occupation is a guess nobody would make

ONLY_CODE = re.compile(r"\d-\d\d-\d\d-\d\d")
LIST = re.compile(r"[|｜、;；,，\n]+")
ADCODE = re.compile(r"(\d{6})(?:0{6})?(?:\.0)?")
YUAN = re.compile(r"[¥￥]? ?(-?\d[\d, ]*(?:\.\d+)?) ?(?:元|块钱?|rmb)?(?: ?/ ?月|每月|一个月)?(?:起|以上|左右|\+)?")
NUMBER = re.compile(
    r"约?(-?[\d.]+|[一二两三四五六七八九十百千]+)(?:[-~至到]([\d.]+))?个?(?:人|名|位|年|天|日|次|期)?(?:及?以上|左右|以内|起)?"
    r"(?:工作)?(?:经[验历])?"
)
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ t].*)?|(\d{4})(\d\d)(\d\d)", re.ASCII)
SERIAL = re.compile(r"[3-7]\d{4}(?:\.\d+)?", re.ASCII)
GUARD = re.compile(r"^'(?=\s*[=+\-@|＝＋－＠｜−])")  # what an export puts before what a spreadsheet would compute
WRITTEN_DAY = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}")


class Cells:
    """The cells of one row; what cannot be read is noted and left empty."""

    def __init__(self, cells: dict[str, str], file: str, line: int, problems: Problems) -> None:
        self.cells, self.file, self.line, self.problems = cells, file, line, problems

    def text(self, column: str) -> str:
        """The cell as it stands."""
        return GUARD.sub("", self.cells.get(column, ""))

    def plain(self, column: str) -> str:
        """The cell in plain form; '' for what only means that nothing is said."""
        text = self.cells.get(column)
        plain = normalise(GUARD.sub("", text)) if text else ""
        return "" if plain in EMPTY else plain

    def note(self, column: str, why: str, *, harmless: bool = False) -> None:
        self.problems.note(self.file, self.line, column, why, harmless=harmless)

    def fail(self, column: str, why: str) -> None:
        """Give the row up."""
        self.note(column, why + "; the row is left out")
        self.problems.bad += 1

    def number(self, column: str, low: float, high: float) -> float | None:
        """A number between the bounds: 3, 三年, 5人; of 3-5 the larger."""
        plain = self.plain(column)
        if plain in OPEN | UNSAID | {""}:
            return None
        match = NUMBER.fullmatch(plain.replace(",", "").replace(" ", ""))
        value = parse_number(match[2] or match[1].removeprefix("-")) if match else None
        if match is None or value is None or match[1].count(".") > 1:
            self.note(column, f"{plain[:40]!r} is not a number; left empty")
            return None
        value = -value if match[1].startswith("-") else value
        if not low <= value <= high:
            self.note(column, f"{plain[:40]} is not between {low:g} and {high:g}; left empty")
            return None
        return value

    def years(self, column: str) -> float | None:
        """Years of work; of 1-3年 the smaller, none for 应届."""
        plain = self.plain(column)
        if plain in NO_YEARS:
            return 0.0
        pair = re.fullmatch(r"(\d+(?:\.\d+)?) ?[-~至到] ?\d+(?:\.\d+)? ?年?.*", plain)
        said = float(pair[1]) if pair else experience_years(plain)
        return said if said is not None and said <= 60 else self.number(column, 0, 60)

    def pay(self, column: str) -> tuple[int | None, int | None]:
        """Fen a month, lowest and highest: 6000, 6,000元, 6k, 5000-8000, 200/天."""
        plain = self.plain(column)
        if plain in OPEN | UNSAID | {""}:
            return None, None
        if WRITTEN_DAY.fullmatch(plain):
            self.note(column, f"{plain} is a day, not pay (Excel makes one of 5-8); left empty")
            return None, None
        match = YUAN.fullmatch(plain)
        if match:
            return self._yuan(column, float(match[1].replace(",", "").replace(" ", ""))), None
        wage = find_wage(plain)
        if wage is None:
            self.note(column, f"{plain[:40]!r} is no pay such as 6000 or 200/天; left empty")
            return None, None
        return wage.monthly_min_fen, wage.monthly_max_fen

    def _yuan(self, column: str, yuan: float) -> int | None:
        if not 1 <= yuan <= MAX_YUAN:
            self.note(column, f"{yuan:.12g} yuan a month cannot be (1 to {MAX_YUAN}); left empty")
            return None
        if yuan < LOW_YUAN:
            self.note(column, f"{yuan:g} is little for a month; if it is a day's pay, write {yuan:g}/天", harmless=True)
        return round(yuan * 100)

    def day(self, column: str) -> date | None:
        """A date: 2026-03-01, 2026/3/1, 2026年3月1日, 20260301, or the number Excel keeps."""
        plain = self.plain(column)
        if plain in ENDLESS | OPEN | {""}:
            return None
        match = DAY.fullmatch(plain)
        try:
            if match:
                return date(*(int(part) for part in match.groups() if part))
        except ValueError:
            pass
        if SERIAL.fullmatch(plain):
            return DATE_ZERO + timedelta(days=int(float(plain)))
        self.note(column, f"{plain[:40]!r} is not a date like 2026-03-01; left empty")
        return None

    def flag(self, column: str) -> bool | None:
        """Yes or no; None where it is not said."""
        plain = self.plain(column)
        if plain in YES or plain in NO:
            return plain in YES
        if plain:
            self.note(column, f"{plain[:40]!r} is neither 是 nor 否; left empty")
        return None

    def words(self, column: str) -> tuple[str, ...]:
        """A list joined by | or what people use for it."""
        words = (word.strip() for word in LIST.split(self.text(column)))
        return tuple(dict.fromkeys(word for word in words if normalise(word) not in EMPTY))

    def region(self, column: str) -> str | None:
        """The adcode of a code, a name, a path of names or an address; of several the widest, else the first."""
        if self.plain(column) in OPEN | ANYWHERE:
            return NATION
        found = [code for word in self.words(column) if (code := self._region(column, word))]
        widest = [code for code in found if not any(contains(other, code) for other in found if other != code)]
        if len(set(widest)) > 1:
            self.note(column, f"several regions; {full_name(widest[0])} is used", harmless=True)
        return widest[0] if widest else None

    def _region(self, column: str, word: str) -> str | None:
        plain = prepare(word)
        code = ADCODE.fullmatch(plain)
        if code:
            region = get_region(code[1])
            if region is None:
                self.note(column, f"no region has the code {plain}; left empty")
            return region.adcode if region else None
        meant = regions_of(plain)
        if len(meant) == 1:
            return meant[0].adcode
        self.note(column, _unclear(word, meant))
        return None

    def education(self, column: str, *, lowest: bool = False) -> str | None:
        """The highest schooling named; the lowest of 高中/中专 where it is a demand."""
        plain = self.plain(column)
        if plain in OPEN | {"", "学历不限", "不限学历"}:
            return None
        levels = schooling_of(plain)
        if not levels:
            self.note(column, f"{plain[:40]!r} is no schooling; left empty")
            return None
        return (min if lowest else max)(levels, key=EDUCATION_ORDER.index)

    def certificates(self, column: str) -> frozenset[str] | None:
        """The certificates named, an unknown one as it is written; empty for 无, None where nothing is said."""
        if self.plain(column) in OPEN:
            return frozenset()
        named: set[str] = set()
        for word in self.words(column):
            known = certificates_of(word) or certificates_of(word + "证")
            if not known:
                self.note(column, f"no certificate known is called {word[:40]!r}; kept as it is", harmless=True)
            named.update(known or [word[:32]])
        return frozenset(named) or None

    def groups(self, column: str) -> frozenset[str]:
        """The groups of the official forms, by code or by name."""
        if self.plain(column) in OPEN:
            return frozenset()
        known: set[str] = set()
        for word in self.words(column):
            codes = {code for code, names in GROUPS.items() if word in (code, *names)}
            if not codes:
                self.note(column, f"no group is called {word[:40]!r}; known are {', '.join(GROUPS)}; left out")
            known |= codes
        return frozenset(known)

    def occupations(self, column: str) -> tuple[tuple[str, float], ...]:
        """Codes of the classification, or names that mean one."""
        pairs: dict[str, float] = {}
        for word in (part.strip() for listed in self.words(column) for part in listed.split("/")):
            best = next(iter(find_occupations(word, 1)), None)
            if ONLY_CODE.fullmatch(word) and get_occupation(word):
                pairs[word] = 1.0
            elif best is None or best.score < LIKELY:
                self.note(column, f"no occupation is called {word[:40]!r}; left out")
            else:
                pairs.setdefault(best.code, best.score)
        return tuple(pairs.items())


def _unclear(word: str, meant: tuple[Region, ...]) -> str:
    if not meant:
        return f"no region is called {word[:40]!r}; left empty"
    names = ", ".join(f"{full_name(region.adcode)} {region.adcode}" for region in meant[:8])
    return f"{word[:40]!r} may be {names}; say which; left empty"
