"""Joining the union: asked for by the person and admitted by the office, or noted by it; once a person."""

from __future__ import annotations

from sqlalchemy import Select, select

from models.audit import record
from models.database import ReadSession, Session
from models.errors import NotFoundError, ZhaohuoError
from models.memberships import UnionMembership
from models.messages import Kind
from models.offices import Office
from models.people import Person
from models.regions import visible_to
from services.casework import ensure_not_own, lock, note
from services.merged import all_of
from services.notices import tell


class AlreadyMemberError(ZhaohuoError):
    """This person has joined already, or has asked; it counts once."""


async def membership_of(session: ReadSession, person_id: int) -> UnionMembership | None:
    """Whether the person has joined or asked to, under this record or one that was merged into it."""
    ids = [person.id for person in await all_of(session, person_id)]
    query = select(UnionMembership).where(UnionMembership.person_id.in_(ids)).order_by(UnionMembership.id)
    return (await session.scalars(query.limit(1))).first()


def waiting(region: str) -> Select[UnionMembership]:
    """Who has asked and was not answered, the oldest first."""
    query = select(UnionMembership).where(UnionMembership.joined_on.is_(None))
    return visible_to(query, UnionMembership.region, region).order_by(UnionMembership.id)


async def ask_to_join(session: Session, person_id: int, office: Office) -> UnionMembership:
    """The person wants to join; the office says yes or no, and nothing counts before. Raises AlreadyMemberError."""
    await session.get_one(Person, person_id, with_for_update=True)
    if await membership_of(session, person_id) is not None:
        raise AlreadyMemberError
    membership = UnionMembership(
        id=session.new_id(), person_id=person_id, office_id=office.id, region=office.region, joined_on=None
    )
    session.add(membership)
    record(session, actor=person_id, action="union_memberships.asked", subject=f"union_memberships:{membership.id}")
    await session.flush()
    return membership


async def join_union(session: Session, person_id: int, office: Office, *, noted_by: int) -> UnionMembership:
    """The office says that the person joins today, asked or not; writes `member_joined`.

    Raises AlreadyMemberError, OwnCaseError.
    """
    await session.get_one(Person, person_id, with_for_update=True)
    held = await membership_of(session, person_id)
    if held is not None and held.joined_on is not None:
        raise AlreadyMemberError
    membership = held or await ask_to_join(session, person_id, office)
    return await admit(session, membership, officer_id=noted_by)


async def admit(session: Session, membership: UnionMembership, *, officer_id: int) -> UnionMembership:
    """Yes: a member from today on; writes `member_joined`. Raises AlreadyMemberError, OwnCaseError."""
    await ensure_not_own(session, officer_id, [membership.person_id])
    await lock(session, membership)
    if membership.joined_on is not None:
        raise AlreadyMemberError
    membership.joined_on, membership.noted_by = session.today, officer_id
    record(session, actor=officer_id, action="union_memberships.joined", subject=f"union_memberships:{membership.id}")
    await session.flush()
    await note(session, membership.person_id, membership, "member_joined")
    return membership


async def decline(session: Session, membership: UnionMembership, *, officer_id: int) -> None:
    """No, and the person hears it; they may ask again. Raises AlreadyMemberError, OwnCaseError."""
    await ensure_not_own(session, officer_id, [membership.person_id])
    await lock(session, membership)
    if membership.joined_on is not None:
        raise AlreadyMemberError
    record(session, actor=officer_id, action="union_memberships.declined", subject=f"union_memberships:{membership.id}")
    office = await session.get_one(Office, membership.office_id)
    await tell(session, membership.person_id, "notice.member_declined", kind=Kind.REPLY, office=office.name)
    await session.delete(membership)
    await session.flush()


async def waiting_one(session: ReadSession, membership_id: int, region: str) -> UnionMembership:
    """One of those who wait, if an office of the region has them. Raises NotFoundError."""
    found = (await session.scalars(waiting(region).where(UnionMembership.id == membership_id))).first()
    if found is None:
        raise NotFoundError
    return found
