"""Employers: known by credit code, else by name and region; a new one waits for an officer's check."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import select

from models.database import ReadSession, Session
from models.employers import Employer, Recruiter
from models.people import Person
from services.employers import CreditCodeRefusedError, credit_code, register_employer
from services.exchange.contacts import ensure_person, shown
from services.exchange.kind import in_any_order, nothing_to_finish, nothing_to_prepare
from services.exchange.rows import Row

IMPORTED: tuple[str, ...] = ("name", "credit_code", "region", "kind", "contact_name", "contact_phone")
EXPORTED: tuple[str, ...] = ("id", *IMPORTED, "state", "verified_until")
NEEDED: tuple[str, ...] = ("name",)
SAVEPOINT = True
comes_late, prepare, finish = in_any_order, nothing_to_prepare, nothing_to_finish
KINDS = {
    "国企": "soe",
    "国有企业": "soe",
    "劳模企业": "model_worker",
    "社会企业": "social",
    "公益性岗位": "public_post",
    "其他": "other",
}


async def take(session: Session, row: Row, _known: None) -> bool:
    """A new employer with its recruiter, or one that is there already."""
    name, code, region = row.required("name", 80), _code(row), row.region()
    if row.problems or await find_imported(session, name, code, region) is not None:
        return False
    kind = row.word("kind", KINDS)
    contact, phone = row.name("contact_name", 20), row.phone("contact_phone")
    if row.problems:
        return False
    recruiter = await ensure_person(session, contact, phone)
    employer = await register_employer(session, recruiter.id, name=name, region=region, code=code)
    employer.kind = kind or "other"
    return True


def _code(row: Row) -> str | None:
    text = row.text("credit_code")
    try:
        return credit_code(text) if text else None
    except CreditCodeRefusedError as refusal:
        row.refuse("credit_code", str(refusal))
        return None


async def find_imported(session: ReadSession, name: str, code: str | None, region: str) -> Employer | None:
    """By the code, else by name and, where it is told, region."""
    query = select(Employer).where(Employer.credit_code == code if code else Employer.name == name)
    if region and not code:
        query = query.where(Employer.region == region)
    return (await session.scalars(query.order_by(Employer.id).limit(1))).first()


async def give(session: ReadSession, *, contacts: bool) -> AsyncIterator[list[object]]:
    """Every employer with its first recruiter."""
    people = await _recruiters(session)
    for employer in await session.scalars(select(Employer).order_by(Employer.id)):
        name, phone = shown(session, people.get(employer.id), contacts=contacts)
        yield [
            employer.id,
            employer.name,
            employer.credit_code,
            employer.region,
            employer.kind,
            name,
            phone,
            employer.state,
            employer.verified_until,
        ]


async def _recruiters(session: ReadSession) -> dict[int, Person]:
    """Who writes for each employer; of several the one who came first."""
    rows = await session.execute(
        select(Recruiter.employer_id, Person)
        .join(Person, Person.id == Recruiter.person_id)
        .where(Recruiter.ended_at.is_(None), Person.deleted_at.is_(None))
        .order_by(Recruiter.id.desc())
    )
    return {row[0]: row[1] for row in rows}
