"""Turns rows of a file into profiles; what a column says wins over what the text says."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from matching.cell_words import PROMISED, certificates_of
from matching.cells import Cells
from matching.occupations import ScoredOccupation, find_occupations, occupation_name
from matching.phrases import certificates, find_phrases
from matching.places import NATION, get_required_region
from matching.posting import understand_posting
from matching.profiles import CourseProfile, SeekerProfile, VacancyProfile, Weighted
from matching.sheets import Problems
from matching.text import MAX_LENGTH, normalise
from matching.understand import Understanding, understand
from matching.wages import Wage

# The columns of the issue first; then those of our own exports, some of them read, none of them unknown.
SEEKER_COLUMNS = (
    *("id", "text", "occupations", "region", "wage_min", "education", "experience_years", "certificates", "groups"),
    *("home_region", "birth_year", "age", "active", "name", "phone", "consent_on", "registered_on"),
)
VACANCY_COLUMNS = (
    *("id", "title", "region", "wage_min", "wage_max", "headcount", "education", "experience_years", "certificates"),
    *("description", "employer", "expires_on", "applications", "posted_on", "occupations", "wage_text", "hired"),
    *("state", "board", "lodging", "hire_kind", "social_insurance", "hours", "pay_day", "credit_code"),
    *("contact_name", "contact_phone", "phone"),
)
COURSE_COLUMNS = (
    *(
        "id",
        "title",
        "region",
        "type",
        "gives_certificate",
        "starts_on",
        "seats",
        "free",
        "price",
        "days",
        "occupations",
    ),
    *("taken", "institution"),
)
TITLE, DESCRIPTION = 60, 300  # characters kept of a title, and understood of a description
OVERLAP = 20  # of the pieces of a long description: no certificate's name is cut in two
SURE = 0.45
UNDATED = timedelta(days=15)  # an advert of unknown date is neither new nor old
AT_LEAST = re.compile(r"起|以上|\+|保底|底薪|最低")
NOT_OPEN = frozenset({"draft", "checked", "full", "closed", "expired"})
HIRE_KINDS = {"直招": "direct", "直聘": "direct", "派遣": "dispatch", "劳务派遣": "dispatch", "中介": "agency"}


def seeker_of(
    cells: dict[str, str], file: str, line: int, problems: Problems, today: date | None = None
) -> tuple[SeekerProfile, Understanding] | None:
    """A seeker, and what was understood of text and columns; today turns an age into a year of birth."""
    row = Cells(cells, file, line, problems)
    text = row.text("text")
    if not text and not row.text("occupations"):
        row.fail("text", "neither text nor occupations")
        return None
    if row.plain("active") and row.flag("active") is False:
        row.note("active", "looks for nothing now; not matched", harmless=True)
        return None
    if len(text) > MAX_LENGTH:
        row.note("text", f"{len(text)} characters; only the first {MAX_LENGTH} are read")
    held = row.certificates("certificates")
    said = _told(row, understand(text), held or frozenset(), today)
    seeker = SeekerProfile.from_understanding(row.text("id"), said, today=today)
    if seeker == SeekerProfile(id=seeker.id):
        row.note("text", f"nothing understood of {text[:40]!r}: every vacancy suits alike")
    return replace(
        seeker,
        certificates=frozenset() if held == frozenset() else seeker.certificates,
        priority=1 if row.groups("groups") & PROMISED else 0,
    ), said


def _told(row: Cells, said: Understanding, held: frozenset[str], today: date | None) -> Understanding:
    """The understanding of the text, with what the columns tell instead."""
    region, home = row.region("region"), row.region("home_region")
    low, _ = row.pay("wage_min")
    told: dict[str, Any] = {
        "occupations": _scored(row.occupations("occupations")),
        "region": get_required_region(region) if region and region != NATION else None,
        "home_region": get_required_region(home) if home and home != NATION else None,
        "anywhere": region == NATION or None,
        "wage": _monthly(low, row.text("wage_min")) if low is not None else None,
        "education": row.education("education"),
        "experience_years": row.years("experience_years"),
        "certificates": tuple(sorted(held | {*said.certificates})),
        "birth_year": _birth_year(row, today),
    }
    if region and region != NATION:
        told |= {"region_candidates": (), "anywhere": False}
    changed = {name: value for name, value in told.items() if value not in (None, ()) or name == "region_candidates"}
    return replace(said, **changed)


def _scored(pairs: Weighted) -> tuple[ScoredOccupation, ...]:
    return tuple(ScoredOccupation(code, occupation_name(code), score) for code, score in pairs)


def _monthly(fen: int, original: str) -> Wage:
    return Wage(min_fen=fen, max_fen=None, period="month", original=original)


def _birth_year(row: Cells, today: date | None) -> int | None:
    """From a year or date of birth, else from an age; it only closes what the law forbids the young."""
    born = row.plain("birth_year")
    if born[:4].isdigit() and 1900 <= int(born[:4]) <= 2100:
        return int(born[:4])
    if born:
        row.note("birth_year", f"{born[:40]!r} is no year of birth; left empty")
    age = row.number("age", 0, 120)
    return today.year - int(age) if today and age is not None else None


def vacancy_of(cells: dict[str, str], file: str, line: int, problems: Problems, today: date) -> VacancyProfile | None:
    """A vacancy; title, pay, hours and description say what no column says."""
    row = Cells(cells, file, line, problems)
    title = row.text("title") or row.text("occupations")
    words = " ".join(row.text(column) for column in ("wage_text", "hours", "pay_day", "description"))
    posting = understand_posting(f"{title[:200]} {words[:DESCRIPTION]}")
    title = title or posting.title or ""
    if not title:
        row.fail("title", "no title")
        return None
    expires_on = row.day("expires_on")
    if _is_closed(row, expires_on, today):
        return None
    if len(title) > TITLE:
        row.note("title", f"{len(title)} characters; only the first {TITLE} are kept", harmless=True)
    region = row.region("region") or (posting.region.adcode if posting.region else None) or NATION
    vacancy = VacancyProfile.from_posting(
        row.text("id"), posting, region=region, posted_on=row.day("posted_on") or today - UNDATED
    )
    low, high = _pay(row, vacancy)
    years, applications = row.years("experience_years"), row.number("applications", 0, 1_000_000)
    return replace(
        vacancy,
        title=title[:TITLE],
        region=region,
        occupations=_trade_of(row, title) or vacancy.occupations,
        wage_min_fen=low,
        wage_max_fen=high,
        headcount=int(row.number("headcount", 1, 100_000) or vacancy.headcount),
        hired=int(row.number("hired", 0, 100_000) or 0),
        applications=int(applications or 0),
        education=row.education("education", lowest=True) or vacancy.education,
        experience_years=years if years is not None else vacancy.experience_years,
        certificates=(row.certificates("certificates") or frozenset()) | vacancy.certificates | _named_in(words),
        employer=row.text("employer"),
        expires_on=expires_on,
        **_offers(row, vacancy),
    )


def _named_in(words: str) -> frozenset[str]:
    """The certificates anywhere in a description: the law may demand what stands behind the part understood."""
    pieces = (normalise(words[at : at + DESCRIPTION]) for at in range(0, len(words), DESCRIPTION - OVERLAP))
    return frozenset(name for piece in pieces for name in certificates(piece, find_phrases(piece)))


def _is_closed(row: Cells, day: date | None, today: date) -> bool:
    """Said where a vacancy can be matched with nobody, so that nobody wonders."""
    state = row.plain("state")
    if state in NOT_OPEN:
        row.note("state", f"{state}, not open; not matched", harmless=True)
        return True
    if row.plain("headcount") == "0":
        row.fail("headcount", "nobody is wanted")
        return True
    if day is not None and day < today:
        row.note("expires_on", f"{day} is past; not matched", harmless=True)
    return day is not None and day < today


def _trade_of(row: Cells, title: str) -> Weighted:
    found = row.occupations("occupations") or _of_title(title)
    if not found:
        row.note("title", f"{title[:40]!r} names no trade known; only those who name none are matched", harmless=True)
    return found


def _of_title(title: str) -> Weighted:
    return tuple((found.code, found.score) for found in find_occupations(title, 3) if found.score >= SURE)[:1]


def _pay(row: Cells, vacancy: VacancyProfile) -> tuple[int | None, int | None]:
    """Lowest and highest, in fen a month: the two columns, else the one, else what the words say."""
    (low, top), (high, over) = row.pay("wage_min"), row.pay("wage_max")
    high = over or high or top
    if low is None and high is None:
        low, high = row.pay("wage_text")
        high = low if high is None and not AT_LEAST.search(row.plain("wage_text")) else high
    if low is None and high is None:
        return vacancy.wage_min_fen, vacancy.wage_max_fen
    if low is not None and high is not None and high < low:
        row.note("wage_max", "less than wage_min; the two are exchanged", harmless=True)
        return high, low
    return low, high


def _offers(row: Cells, vacancy: VacancyProfile) -> dict[str, Any]:
    board, lodging, insured = row.flag("board"), row.flag("lodging"), row.flag("social_insurance")
    kind = row.plain("hire_kind")
    return {
        "board": vacancy.board if board is None else board,
        "lodging": vacancy.lodging if lodging is None else lodging,
        "hire_kind": HIRE_KINDS.get(kind, kind if kind in HIRE_KINDS.values() else vacancy.hire_kind),
        "constraints": vacancy.constraints | ({"social_insurance"} if insured else set()),
    }


def _is_free(row: Cells) -> bool:
    """A union's course costs nothing unless the file says otherwise."""
    if row.plain("price"):
        return row.plain("price") in {"0", "0元", "免费", "无"}
    return row.flag("free") is not False


def course_of(cells: dict[str, str], file: str, line: int, problems: Problems) -> CourseProfile | None:
    """A course; without a certificate column, the one its title names. A union's course is free unless it says not."""
    row = Cells(cells, file, line, problems)
    title = row.text("title")
    if not title:
        row.fail("title", "no title")
        return None
    given = sorted(row.certificates("gives_certificate") or certificates_of(title))
    if len(given) > 1:
        row.note("gives_certificate", f"several; only {given[0]} is used")
    seats, days, taken = row.number("seats", 0, 100_000), row.number("days", 1, 2000), row.number("taken", 0, 100_000)
    return CourseProfile(
        id=row.text("id"),
        title=title[:TITLE],
        region=row.region("region") or NATION,
        occupations=row.occupations("occupations") or _of_title(title),
        gives_certificate=given[0] if given else None,
        starts_on=row.day("starts_on"),
        seats=None if seats is None else max(0, int(seats - (taken or 0))),
        free=_is_free(row),
        days=None if days is None else int(days),
    )
