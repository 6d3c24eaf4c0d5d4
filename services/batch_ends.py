"""Labour export, beside the usual way: a batch that does not go, and who arrives after the others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select

from models.database import Session
from models.errors import NotFoundError
from models.exports import LabourBatch
from models.offices import Office
from models.people import Person
from models.states import BatchState, TravellerState, move
from services import exports
from services.notices import tell
from services.phones import masked_name

B, T = BatchState, TravellerState
WAITS = timedelta(days=7)  # after the day on which it was to leave; decided
NEVER_LEFT = (B.PLANNED, B.OFFERED, B.REFUSED, B.ACCEPTED)
KNOWN_THERE = (B.OFFERED, B.ACCEPTED)


async def cancel_batch(session: Session, batch: LabourBatch, *, officer_id: int) -> None:
    """The origin calls it off before it leaves; its people are free again. Raises MoveRefusedError once it left."""
    known = batch.state in KNOWN_THERE
    await move(session, batch, B.CANCELLED, actor=officer_id, why="origin")
    if known:
        origin = await session.get_one(Office, batch.office_id)
        await exports.tell_office(session, batch, batch.to_office_id, "notice.batch_cancelled", office=origin.name)
    await session.flush()


async def expire_batches(session: Session) -> int:
    """Batches that never left are called off some days after their day, and both offices hear it; returns how many."""
    query = select(LabourBatch).where(LabourBatch.state.in_(NEVER_LEFT), LabourBatch.leaves_on < session.today - WAITS)
    found = (await session.scalars(query.order_by(LabourBatch.id))).all()
    for batch in found:
        await move(session, batch, B.CANCELLED, actor=None, why="never_left")
        sides = [await session.get_one(Office, office_id) for office_id in (batch.office_id, batch.to_office_id)]
        names = {"origin": sides[0].name, "to": sides[1].name}
        for office in sides:
            await exports.tell_office(session, batch, office.id, "notice.batch_expired", **names)
    return len(found)


async def check_in_late(session: Session, batch: LabourBatch, numbers: Collection[int], *, officer_id: int) -> None:
    """Somebody who was missing (numbers of the list) has come after all; the origin hears it.

    Raises NotFoundError for a number of nobody missing: nobody is checked in then.
    """
    listed = dict(enumerate(await exports.travellers_of(session, batch.id), 1))
    late = [listed[number] for number in sorted(set(numbers)) if number in listed]
    if len(late) < len(set(numbers)) or not late or any(one.state != T.MISSING for one in late):
        raise NotFoundError
    for one in late:
        await move(session, one, T.ARRIVED, actor=officer_id, why="late")
    people = [await session.get_one(Person, one.person_id) for one in late]
    office = await session.get_one(Office, batch.to_office_id)
    names = ", ".join(masked_name(person.name(session)) for person in people)
    await tell(session, batch.planned_by, "notice.batch_came", office=office.name, names=names)
    await session.flush()
