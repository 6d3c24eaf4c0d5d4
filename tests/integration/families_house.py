"""Families for the stories: a file with its proof, its posted list and its day on file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from house import add_office, add_officer, add_person
from sqlalchemy import select

from models.database import Database, Session
from models.families import FamilyFile
from models.ledger import LedgerEntry
from models.offices import Office
from models.people import Person
from services import families, file_applications, funds, proofs
from services.file_applications import Member
from services.funds import Purse
from services.people import SENSITIVE_GROUP, give_consent

LIST: dict[str, Any] = {
    "place": "village",
    "place_name": "样例村",
    "content": "生活救助和助学",
    "standard": "每户每年1000元，高中每人2000元",
}


async def union(session: Session, region: str = "410100") -> tuple[Office, Person]:
    """An office with an officer."""
    office = await add_office(session, region)
    return office, await add_officer(session, office)


async def applied(
    session: Session, office: Office, officer: Person, *members: Member, name: str = "王大山", **given: Any
) -> FamilyFile:
    """A family has asked for a file; consent given."""
    applicant = await add_person(session, name=name)
    await give_consent(session, applicant.id, SENSITIVE_GROUP)
    usual = {"groups": ("hardship_worker",), "details": "样例：一人生病，一人上学"}
    return await file_applications.apply_for_file(
        session,
        Member(person_id=applicant.id, relation="self", born=date(1975, 5, 1)),
        office_id=office.id,
        members=members,
        officer_id=officer.id,
        **(usual | given),
    )


async def posted(session: Session, office: Office, officer: Person, *members: Member, **given: Any) -> FamilyFile:
    """The same, checked and posted."""
    until = given.pop("proof_until", None)
    family = await applied(session, office, officer, *members, **given)
    await proofs.note_proof(session, family, family.applicant_id, "income", expires_on=until, officer_id=officer.id)
    await families.check_file(session, family, officer_id=officer.id)
    await families.post_families(session, [family], officer_id=officer.id, **LIST)
    return family


def later(database: Database, days: int) -> None:
    """The database's clock goes on."""
    before: Callable[[], datetime] = database.clock
    moment = before() + timedelta(days=days)
    database.clock = lambda: moment


async def on_file(database: Database, *members: Member, **given: Any) -> tuple[FamilyFile, Office, Person]:
    """The same, eight days later on file; the clock stays there."""
    async with database.write() as session:
        office, officer = await union(session)
        family = await posted(session, office, officer, *members, **given)
    later(database, 8)
    async with database.write() as session:
        family = await session.get_one(FamilyFile, family.id)
        await families.put_on_file(session, family, officer_id=officer.id)
    return family, office, officer


async def rich(session: Session, office: Office, programme: str, amount_fen: int, source: str = "union") -> Purse:
    """Money of the office's own for a programme."""
    purse = Purse(office.id, programme, source)
    await funds.raise_fund(session, purse, amount_fen, officer_id=None)
    return purse


async def entries(session: Session, *kinds: str) -> list[LedgerEntry]:
    """What the ledger has of these kinds."""
    await session.flush()
    return list(await session.scalars(select(LedgerEntry).where(LedgerEntry.kind.in_(kinds)).order_by(LedgerEntry.id)))
