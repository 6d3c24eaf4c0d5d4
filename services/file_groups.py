"""The groups that a family file gives to its members, as long as it is valid."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select, update

from models.database import Session
from models.families import FamilyMember
from models.people import GroupMembership


async def hold_groups(session: Session, members: Sequence[FamilyMember], before: date | None, until: date) -> None:
    """Have the members be in their groups, with checked proof, until the file's last valid day."""
    for member in members:
        for group in member.groups:
            await hold_group(session, member.person_id, group, before, until)
    await session.flush()


async def hold_group(session: Session, person_id: int, group: str, before: date | None, until: date) -> None:
    """Extend the membership that ran until `before`; after a gap a new one begins today."""
    held = None
    if before is not None and before >= session.today:
        query = select(GroupMembership).where(
            GroupMembership.person_id == person_id,
            GroupMembership.group == group,
            GroupMembership.proof == "checked",
            GroupMembership.until == before,
        )
        held = (await session.scalars(query)).first()
    if held is not None:
        held.until = until
        return
    session.add(
        GroupMembership(
            id=session.new_id(), person_id=person_id, group=group, proof="checked", since=session.today, until=until
        )
    )


async def end_groups(session: Session, members: Sequence[FamilyMember], before: date, until: date) -> None:
    """The file is closed, or lasts less long than was thought: what would have run until `before` ends earlier."""
    for member in members:
        await session.execute(
            update(GroupMembership)
            .where(
                GroupMembership.person_id == member.person_id,
                GroupMembership.group.in_(member.groups),
                GroupMembership.proof == "checked",
                GroupMembership.until == before,
            )
            .values(until=until)
        )
