"""Our open vacancies for others: no number and no name of a person stands in them, the office's hotline does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from matching.places import full_name, get_required_region, province_of
from models.database import ReadSession
from models.employers import Employer
from models.offices import Office
from models.regions import visible_to
from models.sources import VacancySource
from models.states import VacancyState
from models.vacancies import Vacancy
from services.feeds.postings import as_posting
from services.offices import office_for
from services.phones import without_numbers
from services.qr import vacancy_link

SOURCE = "zhaohuo"
COLUMNS = (
    "id",
    "title",
    "employer",
    "credit_code",
    "region",
    "occupations",
    "headcount",
    "wage_min",
    "wage_max",
    "education",
    "experience_years",
    "certificates",
    "board",
    "lodging",
    "hire_kind",
    "hours",
    "description",
    "posted_on",
    "expires_on",
    "source",
)


async def open_vacancies(
    session: ReadSession, region: str, *, after: int = 0, limit: int = 1000, own_only: bool = True
) -> list[tuple[Vacancy, Employer]]:
    """Open vacancies of the region by record number. `own_only`: without those of others, or they would come back."""
    query = (
        select(Vacancy, Employer)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .where(Vacancy.state == VacancyState.OPEN, Vacancy.expires_on >= session.today, Vacancy.id > after)
        .order_by(Vacancy.id)
        .limit(limit)
    )
    if own_only:
        brought = select(VacancySource.vacancy_id).where(VacancySource.brought)
        query = query.where(Vacancy.id.not_in(brought))
    rows = await session.execute(visible_to(query, Vacancy.region, region))
    return [(row[0], row[1]) for row in rows]


async def postings(session: ReadSession, found: Sequence[tuple[Vacancy, Employer]]) -> list[dict[str, Any]]:
    """These vacancies as JobPostings."""
    offices: dict[str, Office] = {}
    made = []
    for vacancy, employer in found:
        if vacancy.region not in offices:
            offices[vacancy.region] = await office_for(session, vacancy.region)
        made.append(as_posting(_values(session, vacancy, employer, offices[vacancy.region])))
    return made


def _values(session: ReadSession, vacancy: Vacancy, employer: Employer, office: Office) -> dict[str, Any]:
    province = province_of(vacancy.region)
    whole, above = full_name(vacancy.region), full_name(province)
    contact = {"name": office.name, "telephone": office.phone}
    return {
        "id": str(vacancy.id),
        "source": SOURCE,
        "url": vacancy_link(session.channels, vacancy.id) if session.channels.web_url else "",
        "title": without_numbers(vacancy.title),
        "description": public_words(session, vacancy),
        "employer": employer.name,
        "credit_code": employer.credit_code,
        "region": vacancy.region,
        "province": above,
        "place": whole.removeprefix(above) or get_required_region(vacancy.region).name,
        "wage_min": _yuan(vacancy.wage_min),
        "wage_max": _yuan(vacancy.wage_max),
        "headcount": max(1, vacancy.headcount - vacancy.hired),
        "occupation": vacancy.occupation,
        "experience_years": vacancy.experience_years,
        "education": vacancy.education,
        "posted_on": vacancy.posted_on,
        "expires_on": vacancy.expires_on,
        "contact": {name: value for name, value in contact.items() if value},
    }


def public_words(session: ReadSession, vacancy: Vacancy) -> str:
    """The recruiter's words without numbers and without the name of who answers."""
    words, name = vacancy.description(session), vacancy.contact_name(session)
    return without_numbers(words.replace(name, "") if name else words)


def _yuan(fen: int | None) -> float | int | None:
    if fen is None:
        return None
    return fen // 100 if fen % 100 == 0 else fen / 100


async def rows_of(session: ReadSession, found: Sequence[tuple[Vacancy, Employer]]) -> list[list[object]]:
    """These vacancies as lines under COLUMNS, as `import vacancies --source` reads them."""
    return [_row(session, vacancy, employer) for vacancy, employer in found]


def _row(session: ReadSession, vacancy: Vacancy, employer: Employer) -> list[object]:
    values: Mapping[str, object] = {
        "title": without_numbers(vacancy.title),
        "employer": employer.name,
        "credit_code": employer.credit_code,
        "occupations": vacancy.occupation,
        "headcount": max(1, vacancy.headcount - vacancy.hired),
        "wage_min": _yuan(vacancy.wage_min),
        "wage_max": _yuan(vacancy.wage_max),
        "description": public_words(session, vacancy),
        "source": SOURCE,
    }
    return [values[name] if name in values else getattr(vacancy, name) for name in COLUMNS]


def is_live(day: date | None, today: date) -> bool:
    """Whether a posting with this last day is still to be shown."""
    return day is None or day >= today
