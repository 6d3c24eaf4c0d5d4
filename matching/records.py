"""Turns rows of a file into profiles; a cell that cannot be read is noted and left out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from matching.occupations import find_occupations, get_occupation
from matching.phrases import EDUCATION_ORDER, education, find_phrases
from matching.places import Region, find_region, get_region
from matching.profiles import CourseProfile, SeekerProfile, VacancyProfile
from matching.sheets import Problems
from matching.text import normalise
from matching.understand import Understanding, understand, understand_posting

SEEKER_COLUMNS = (
    "id",
    "text",
    "occupations",
    "region",
    "wage_min",
    "education",
    "experience_years",
    "certificates",
    "groups",
    "home_region",
)
VACANCY_COLUMNS = (
    "id",
    "title",
    "region",
    "wage_min",
    "wage_max",
    "headcount",
    "education",
    "experience_years",
    "certificates",
    "description",
    "employer",
    "expires_on",
    "applications",
    "posted_on",
    "occupations",
)
COURSE_COLUMNS = ("id", "title", "region", "type", "gives_certificate", "starts_on", "seats", "free", "days")
MAX_YUAN = 1_000_000
ONLY_CODE = re.compile(r"^\d-\d\d-\d\d-\d\d$")


class Cells:
    """The cells of one row, read with care."""

    def __init__(self, cells: dict[str, str], file: str, line: int, problems: Problems) -> None:
        self.cells, self.file, self.line, self.problems = cells, file, line, problems

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def note(self, column: str, why: str) -> None:
        self.problems.note(self.file, self.line, column, why)

    def number(self, column: str, low: float, high: float) -> float | None:
        text = self.text(column).replace(",", "")
        if not text:
            return None
        try:
            value = float(text)
        except ValueError:
            self.note(column, f"{text[:40]!r} is not a number; left empty")
            return None
        if not low <= value <= high:
            self.note(column, f"{text[:40]} is not between {low:g} and {high:g}; left empty")
            return None
        return value

    def fen(self, column: str) -> int | None:
        yuan = self.number(column, 1, MAX_YUAN)
        return None if yuan is None else round(yuan * 100)

    def day(self, column: str) -> date | None:
        text = self.text(column)
        if not text:
            return None
        try:
            return date.fromisoformat(text.replace("/", "-")[:10])
        except ValueError:
            self.note(column, f"{text[:40]!r} is not a date like 2026-03-01; left empty")
            return None

    def region(self, column: str) -> str | None:
        text = self.text(column)
        if not text:
            return None
        found: Region | None = get_region(text) or find_region(text)
        if found is None:
            self.note(column, f"no one region is called {text[:40]!r}; left empty")
        return found.adcode if found else None

    def words(self, column: str) -> tuple[str, ...]:
        return tuple(word.strip() for word in re.split(r"[|、;;]", self.text(column)) if word.strip())

    def education(self, column: str) -> str | None:
        text = self.text(column)
        if not text or text in {"不限", "无", "none", "any"}:
            return None
        level = text if text in EDUCATION_ORDER else education(find_phrases(normalise(text)))
        if level is None:
            self.note(column, f"{text[:40]!r} is no schooling; left empty")
        return level

    def certificates(self, column: str) -> frozenset[str]:
        named = set()
        for word in self.words(column):
            found = [phrase.code for phrase in find_phrases(normalise(word)) if phrase.kind == "certificate"]
            named.update(found or [word])
        return frozenset(named)

    def occupations(self, column: str) -> tuple[tuple[str, float], ...]:
        pairs: list[tuple[str, float]] = []
        for word in self.words(column):
            if ONLY_CODE.match(word) and get_occupation(word):
                pairs.append((word, 1.0))
            else:
                pairs += [(found.code, found.score) for found in find_occupations(word, 2)[:1]]
        return tuple(pairs)

    def fail(self, column: str, why: str) -> None:
        self.note(column, why + "; the row is left out")
        self.problems.bad += 1


def seeker_of(
    cells: dict[str, str], file: str, line: int, problems: Problems
) -> tuple[SeekerProfile, Understanding] | None:
    """A seeker; what a column says wins over the text."""
    row = Cells(cells, file, line, problems)
    if not row.text("text") and not row.text("occupations"):
        row.fail("text", "neither text nor occupations")
        return None
    said = understand(row.text("text"))
    seeker = SeekerProfile.from_understanding(row.text("id"), said)
    region, wage = row.region("region"), row.fen("wage_min")
    years = row.number("experience_years", 0, 60)
    held = row.certificates("certificates")
    return replace(
        seeker,
        occupations=row.occupations("occupations") or seeker.occupations,
        region=region or seeker.region,
        home_region=row.region("home_region") or seeker.home_region,
        wage_min_fen=wage if wage is not None else seeker.wage_min_fen,
        education=row.education("education") or seeker.education,
        experience_years=years if years is not None else seeker.experience_years,
        certificates=held | (seeker.certificates or frozenset()) if held else seeker.certificates,
        priority=1 if row.text("groups") else 0,
    ), said


def vacancy_of(cells: dict[str, str], file: str, line: int, problems: Problems, today: date) -> VacancyProfile | None:
    """A vacancy; the title and description say what no column says."""
    row = Cells(cells, file, line, problems)
    title = row.text("title")
    if not title:
        row.fail("title", "no title")
        return None
    posting = understand_posting(f"{title[:200]} {row.text('description')[:300]}")
    region = row.region("region") or (posting.region.adcode if posting.region else None) or "100000"
    vacancy = VacancyProfile.from_posting(
        row.text("id"), posting, region=region, posted_on=row.day("posted_on") or today
    )
    best = tuple((found.code, found.score) for found in find_occupations(title, 3) if found.score >= 0.45)[:1]
    low, high = row.fen("wage_min"), row.fen("wage_max")
    if low is not None and high is not None and high < low:
        row.note("wage_max", "less than wage_min; the two are exchanged")
        low, high = high, low
    years = row.number("experience_years", 0, 60)
    people = row.number("headcount", 1, 100_000)
    return replace(
        vacancy,
        title=title[:60],
        region=region,
        occupations=row.occupations("occupations") or best or vacancy.occupations,
        wage_min_fen=low if low is not None else vacancy.wage_min_fen if high is None else None,
        wage_max_fen=high if high is not None else vacancy.wage_max_fen if low is None else None,
        headcount=int(people) if people is not None else vacancy.headcount,
        applications=int(row.number("applications", 0, 1_000_000) or 0),
        education=row.education("education") or vacancy.education,
        experience_years=years if years is not None else vacancy.experience_years,
        certificates=row.certificates("certificates") | vacancy.certificates,
        employer=row.text("employer"),
        expires_on=row.day("expires_on"),
    )


def course_of(cells: dict[str, str], file: str, line: int, problems: Problems) -> CourseProfile | None:
    """A course; without a certificate column, the one its title names."""
    row = Cells(cells, file, line, problems)
    if not row.text("title"):
        row.fail("title", "no title")
        return None
    given = row.certificates("gives_certificate") or row.certificates("title") - {row.text("title")}
    seats, days = row.number("seats", 0, 100_000), row.number("days", 1, 2000)
    return CourseProfile(
        id=row.text("id"),
        title=row.text("title"),
        region=row.region("region") or "100000",
        occupations=tuple((found.code, found.score) for found in find_occupations(row.text("title"), 2)),
        gives_certificate=min(given) if given else None,
        starts_on=row.day("starts_on"),
        seats=None if seats is None else int(seats),
        free=row.text("free").lower() in {"1", "true", "yes", "是", "免费"},
        days=None if days is None else int(days),
    )
