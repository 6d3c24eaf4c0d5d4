"""Joining the union: said by the person or noted by the office, once a person."""

from __future__ import annotations

from sqlalchemy import select

from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from models.memberships import UnionMembership
from models.offices import Office
from models.people import Person
from services.ledger import Fact, append_about
from services.merged import all_of


class AlreadyMemberError(ZhaohuoError):
    """This person has joined already; it counts once."""


async def membership_of(session: ReadSession, person_id: int) -> UnionMembership | None:
    """Whether the person has joined, under this record or one that was merged into it."""
    ids = [person.id for person in await all_of(session, person_id)]
    query = select(UnionMembership).where(UnionMembership.person_id.in_(ids)).order_by(UnionMembership.id)
    return (await session.scalars(query.limit(1))).first()


async def join_union(
    session: Session, person_id: int, office: Office, *, noted_by: int | None = None
) -> UnionMembership:
    """The person joins today; writes `member_joined`. `noted_by`: the officer who says so.

    Raises AlreadyMemberError.
    """
    await session.get_one(Person, person_id, with_for_update=True)
    if await membership_of(session, person_id) is not None:
        raise AlreadyMemberError
    membership = UnionMembership(
        id=session.new_id(),
        person_id=person_id,
        office_id=office.id,
        region=office.region,
        joined_on=session.today,
        noted_by=noted_by,
    )
    session.add(membership)
    await session.flush()
    fact = Fact(
        key=f"member_joined:{membership.id}",
        kind="member_joined",
        occurred_on=session.today,
        region=office.region,
        office_id=office.id,
        source=f"union_memberships:{membership.id}",
    )
    await append_about(session, person_id, fact)
    return membership
