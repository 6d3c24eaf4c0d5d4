"""Vacancies of employers that are entered already; the same open advert twice is one."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import select

from matching.posting import Posting, understand_posting
from models.database import ReadSession, Session
from models.employers import Employer
from models.states import VacancyState
from models.vacancies import Vacancy
from services.employers import CreditCodeRefusedError, credit_code, recruiters_of
from services.exchange.cells import yuan
from services.exchange.employers import find_imported
from services.exchange.kind import in_any_order, nothing_to_finish, nothing_to_prepare
from services.exchange.rows import Row, RowRefusedError
from services.phones import masked_name
from services.vacancies import AdvertRefusedError, post

IMPORTED: tuple[str, ...] = (
    "title",
    "employer",
    "credit_code",
    "region",
    "occupations",
    "headcount",
    "wage_min",
    "wage_max",
    "wage_text",
    "education",
    "experience_years",
    "certificates",
    "board",
    "lodging",
    "hire_kind",
    "pay_day",
    "social_insurance",
    "hours",
    "contact_name",
    "description",
)
EXPORTED: tuple[str, ...] = ("id", *IMPORTED, "state", "hired", "posted_on", "expires_on")
NEEDED: tuple[str, ...] = ("title",)
SAVEPOINT = True
comes_late, prepare, finish = in_any_order, nothing_to_prepare, nothing_to_finish
HIRE_KINDS = {"直招": "direct", "派遣": "dispatch", "劳务派遣": "dispatch", "中介": "agency"}
LIVE = (VacancyState.DRAFT, VacancyState.CHECKED, VacancyState.OPEN, VacancyState.FULL)
SAME = ("title", "region", "wage_min", "wage_max", "headcount")
MOBILE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)", re.ASCII)


async def take(session: Session, row: Row, _known: None) -> bool:
    """Post the advert for its employer; what no column says is read from title and description."""
    if await session.get(Vacancy, row.own_id()) is not None:
        return False  # a row of our own export
    draft = draft_of(row)
    employer = await _employer(session, row)
    if employer is None or row.problems:
        return False
    recruiters = await recruiters_of(session, employer.id)
    return await _post(session, employer.id, recruiters[0] if recruiters else None, draft)


async def _post(session: Session, employer_id: int, recruiter_id: int | None, draft: dict[str, Any]) -> bool:
    if await _is_there(session, employer_id, draft):
        return False
    try:
        await post(session, employer_id, recruiter_id, draft)
    except AdvertRefusedError as refusal:
        raise RowRefusedError("title, description", f"no advert may say this: {refusal}") from refusal
    return True


class OwnVacancies:
    """The same table from a recruiter's own hand: whatever it says of employers, the adverts are of this one."""

    IMPORTED, EXPORTED, NEEDED, SAVEPOINT = IMPORTED, EXPORTED, NEEDED, SAVEPOINT

    def __init__(self, employer_id: int, recruiter_id: int) -> None:
        self._employer_id, self._recruiter_id = employer_id, recruiter_id

    def comes_late(self, row: Row) -> bool:
        """In any order."""
        return in_any_order(row)

    async def prepare(self, session: Session, rows: Sequence[Row]) -> None:
        """Nothing is looked up."""
        await nothing_to_prepare(session, rows)

    async def finish(self, session: Session, known: None) -> None:
        """Nothing is left to be written."""
        await nothing_to_finish(session, known)

    async def take(self, session: Session, row: Row, _known: None) -> bool:
        """Post the advert."""
        draft = draft_of(row)
        return not row.problems and await _post(session, self._employer_id, self._recruiter_id, draft)


async def _employer(session: Session, row: Row) -> Employer | None:
    name, text = row.text("employer", 80), row.text("credit_code")
    try:
        code = credit_code(text) if text else None
    except CreditCodeRefusedError as refusal:
        row.refuse("credit_code", str(refusal))
        return None
    if not name and not code:
        row.refuse("employer", "is empty; name the employer or give its credit_code")
        return None
    found = await find_imported(session, name, code, "")
    if found is None:
        row.refuse("employer", f"{(name or text)!r} is not entered; import employers first")
    return found


def draft_of(row: Row) -> dict[str, Any]:
    """The advert that a row tells of; what no column says is read from its words. Problems are noted in the row."""
    title = row.required("title", 60)
    said = understand_posting(f"{title} {row.text('description', 1000)[:300]}")
    low, high = row.fen("wage_min"), row.fen("wage_max")
    if low is not None and high is not None and high < low:
        row.refuse("wage_max", "less than wage_min")
    if not row.text("region") and said.region is None:
        row.refuse("region", "is empty, and the title names no place")
    words = {name: row.text(name, most) for name, most in (("description", 1000), ("wage_text", 40))}
    values = {**_said(said, asks_wage=low is None and high is None), **_told(row), **words}
    values |= {"title": title, "wage_min": low or values.get("wage_min"), "wage_max": high or values.get("wage_max")}
    values["headcount"] = values.get("headcount") or 1
    return {name: value for name, value in values.items() if value not in (None, "")}


def _said(said: Posting, *, asks_wage: bool) -> dict[str, Any]:
    """What title and description say."""
    wage = said.wage if asks_wage else None
    values = {
        "occupation": said.occupation.code if said.occupation else None,
        "region": said.region.adcode if said.region else None,
        "headcount": said.headcount,
        "wage_min": wage.monthly_min_fen if wage else None,
        "wage_max": wage.monthly_max_fen if wage else None,
        "board": said.board,
        "lodging": said.lodging,
        "hire_kind": said.hire_kind,
        "hours": said.hours,
        "pay_day": said.pay_day,
        "social_insurance": said.social_insurance,
        "experience_years": said.experience_years,
        "education": said.education,
        "certificates": list(said.certificates),
    }
    return {name: value for name, value in values.items() if value is not None}


def _told(row: Row) -> dict[str, Any]:
    """What the columns say; it wins."""
    occupations = row.occupations("occupations")
    values = {
        "occupation": occupations[0][0] if occupations else None,
        "region": row.region(needed=False) or None,
        "headcount": row.whole("headcount", 1, 100_000),
        "education": row.education(),
        "experience_years": row.number("experience_years", 0, 60),
        "certificates": [name[:32] for name in row.words("certificates")] or None,
        "board": row.flag("board"),
        "lodging": row.flag("lodging"),
        "hire_kind": row.word("hire_kind", HIRE_KINDS),
        "pay_day": row.text("pay_day", 40) or None,
        "social_insurance": row.flag("social_insurance"),
        "hours": row.text("hours", 40) or None,
        "contact_name": row.name("contact_name", 20) or None,
    }
    return {name: value for name, value in values.items() if value is not None}


async def _is_there(session: Session, employer_id: int, draft: dict[str, Any]) -> bool:
    """Whether the employer has this very advert out, or waiting for its check."""
    await session.flush()
    query = select(Vacancy.id).where(Vacancy.employer_id == employer_id, Vacancy.state.in_(LIVE))
    for name in SAME:
        query = query.where(getattr(Vacancy, name) == draft.get(name))
    return await session.scalar(query.limit(1)) is not None


async def give(session: ReadSession, *, contacts: bool) -> AsyncIterator[list[object]]:
    """Every vacancy; the recruiter's own words without name and number unless those are asked for."""
    query = select(Vacancy, Employer).join(Employer, Employer.id == Vacancy.employer_id).order_by(Vacancy.id)
    result = await session.stream(query.execution_options(yield_per=1000))
    async for vacancy, employer in result:
        values = {name: getattr(vacancy, name, None) for name in EXPORTED}
        values |= {"employer": employer.name, "credit_code": employer.credit_code, "occupations": vacancy.occupation}
        values |= {"wage_min": yuan(vacancy.wage_min), "wage_max": yuan(vacancy.wage_max)}
        values |= _words(session, vacancy, contacts=contacts)
        yield [values[name] for name in EXPORTED]


def _words(session: ReadSession, vacancy: Vacancy, *, contacts: bool) -> dict[str, str]:
    name, words = vacancy.contact_name(session), vacancy.description(session)
    if not contacts:
        name, words = masked_name(name) if name else "", MOBILE.sub(r"\1****\2", words)
    return {"contact_name": name or "", "description": words}
