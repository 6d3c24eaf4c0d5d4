"""Tuition aid (助学): once a student, year and stage of school; counted when it is paid, entering a stage once."""

from __future__ import annotations

from sqlalchemy import select

from models.aid import AidGrant
from models.database import Session
from models.errors import ZhaohuoError
from models.families import FamilyFile
from models.people import Person
from models.states import AidState
from services.casework import note


class AlreadyGrantedError(ZhaohuoError):
    """This student has tuition aid for this year and stage already; nobody is aided twice for the same."""


async def ensure_first(session: Session, person_id: int, year: int, stage: str) -> None:
    """Nothing was asked for before for this year and stage. Raises AlreadyGrantedError."""
    await session.get_one(Person, person_id, with_for_update=True)  # two officers at once: the second waits here
    query = select(AidGrant.id).where(
        AidGrant.person_id == person_id,
        AidGrant.kind == "tuition",
        AidGrant.year == year,
        AidGrant.stage == stage,
        AidGrant.state != AidState.REFUSED,
    )
    if await session.scalar(query.limit(1)) is not None:
        raise AlreadyGrantedError


async def count_student(session: Session, grant: AidGrant, family: FamilyFile) -> None:
    """Under the groups of the family's valid file (`statistics.md` §1); entering a stage counts once."""
    groups = tuple(sorted(family.groups))
    await note(
        session,
        grant.person_id,
        grant,
        "tuition_aid_granted",
        {"stage": grant.stage},
        amount_fen=grant.amount_fen,
        groups=groups,
    )
    if grant.entered_on is not None and not await _has_advanced(session, grant):
        await note(
            session,
            grant.person_id,
            grant,
            "student_advanced",
            {"stage": grant.stage},
            on=min(grant.entered_on, session.today),  # admitted and aided in August, at school in September
            groups=groups,
        )


async def _has_advanced(session: Session, grant: AidGrant) -> bool:
    """Whether an earlier grant has counted that the student entered this stage."""
    query = select(AidGrant.id).where(
        AidGrant.person_id == grant.person_id,
        AidGrant.stage == grant.stage,
        AidGrant.state == AidState.PAID,
        AidGrant.entered_on.is_not(None),
        AidGrant.id != grant.id,
    )
    return await session.scalar(query.limit(1)) is not None
