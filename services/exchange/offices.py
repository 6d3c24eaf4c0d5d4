"""Union offices: known by region and name."""

from __future__ import annotations

from collections.abc import AsyncIterator

from sqlalchemy import select

from models.audit import record
from models.database import ReadSession, Session
from models.offices import Office
from services.exchange.kind import in_any_order, nothing_to_finish, nothing_to_prepare
from services.exchange.rows import Row

IMPORTED: tuple[str, ...] = ("region", "name", "phone", "hours")
EXPORTED: tuple[str, ...] = ("id", *IMPORTED)
NEEDED: tuple[str, ...] = ("region", "name")
SAVEPOINT = False
comes_late, prepare, finish = in_any_order, nothing_to_prepare, nothing_to_finish


async def take(session: Session, row: Row, _known: None) -> bool:
    """A new office, or one that is there already."""
    region, name = row.region(), row.required("name", 80)
    phone, hours = row.text("phone", 32), row.text("hours", 80)
    if row.problems:
        return False
    await session.flush()
    query = select(Office.id).where(Office.region == region, Office.name == name)
    if await session.scalar(query.limit(1)) is not None:
        return False
    office = Office(id=session.new_id(), region=region, name=name, phone=phone or None, hours=hours or None)
    session.add(office)
    record(session, actor=None, action="offices.imported", subject=f"offices:{office.id}")
    return True


async def give(session: ReadSession, *, contacts: bool) -> AsyncIterator[list[object]]:
    """Every office; its number is public."""
    for office in await session.scalars(select(Office).order_by(Office.region, Office.id)):
        yield [office.id, office.region, office.name, office.phone, office.hours]
