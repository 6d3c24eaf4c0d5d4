"""Objections (异议) to a row of a posted list: raised, read and settled by an officer."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select

from models.aid import AidGrant
from models.audit import record
from models.database import ReadSession, Session
from models.errors import NotFoundError, ZhaohuoError
from models.families import FamilyFile, Objection, Publicity
from models.offices import Office
from models.regions import visible_to
from models.states import AidState, FamilyState, ObjectionState, can_move, move
from services.casework import ensure_not_own, family_of, lock
from services.notices import tell

WORDS = "objections.words"
MOST_WORDS = 3000  # of one objection: an officer reads them in one message


class ObjectionLateError(ZhaohuoError):
    """The days for objections are over and the list is down; take it up with the office as a complaint."""


async def raise_objection(session: Session, row: FamilyFile | AidGrant, words: str) -> Objection:
    """Somebody objects to a row of a posted list; nothing is paid before it is settled.

    While an objection to the row is open, more words join it, as far as there is room. Raises ObjectionLateError.
    """
    await lock(session, row)
    publicity = await session.get(Publicity, row.publicity_id) if row.publicity_id else None
    if publicity is None or publicity.until < session.today or row.state != "public":
        raise ObjectionLateError
    if (open_one := (await session.scalars(open_about(row))).first()) is not None:
        said = f"{_words_of(session, open_one)}\n{words}".strip()[:MOST_WORDS]
        open_one.words_sealed = session.keys.seal(said, WORDS, open_one.id)
        record(session, actor=None, action="objections.more", subject=f"objections:{open_one.id}")
        await session.flush()
        return open_one
    row_id = session.new_id()
    objection = Objection(
        id=row_id,
        publicity_id=publicity.id,
        about=subject_of(row),
        raised_on=session.today,
        words_sealed=session.keys.seal(words, WORDS, row_id),
        state=ObjectionState.OPEN,
        state_since=session.now,
    )
    session.add(objection)
    record(session, actor=None, action="objections.open", subject=f"objections:{row_id}")
    await session.flush()
    return objection


def open_about(row: FamilyFile | AidGrant) -> Select[Objection]:
    """The objection to a row that is not settled; there is at most one."""
    about = select(Objection).where(Objection.about == subject_of(row), Objection.state == ObjectionState.OPEN)
    return about.order_by(Objection.id).limit(1)


async def settle_objection(session: Session, objection: Objection, *, upheld: bool, officer_id: int) -> None:
    """An officer has looked into it; what an upheld objection is about is refused in the same step.

    Raises OwnCaseError, MoveRefusedError.
    """
    row = await row_of(session, objection)
    await ensure_not_own(session, officer_id, await people_of(session, row))
    state = ObjectionState.UPHELD if upheld else ObjectionState.DISMISSED
    await move(session, objection, state, actor=officer_id)
    objection.settled_by = officer_id
    if upheld:
        refused = FamilyState.REFUSED if isinstance(row, FamilyFile) else AidState.REFUSED
        if can_move(type(refused)(row.state), refused):
            await move(session, row, refused, actor=officer_id, why="objection_upheld")
            await _tell_refused(session, row)
    await session.flush()


async def _tell_refused(session: Session, row: FamilyFile | AidGrant) -> None:
    """The family hears that somebody's objection was found right, and where to ask."""
    family = row if isinstance(row, FamilyFile) else await session.get_one(FamilyFile, row.family_id)
    office = await session.get_one(Office, row.office_id)
    await tell(session, family.applicant_id, "notice.objection_upheld", office=office.name)


async def row_of(session: ReadSession, objection: Objection) -> Any:
    """The file or the aid that somebody objects to."""
    table, _, row_id = objection.about.partition(":")
    return await session.get_one(FamilyFile if table == "family_files" else AidGrant, int(row_id))


async def people_of(session: ReadSession, row: FamilyFile | AidGrant) -> list[int]:
    """Whom a file or aid is for: everybody of the family."""
    return await family_of(session, row.id if isinstance(row, FamilyFile) else row.family_id)


def open_objections(region: str) -> Select[Objection]:
    """Objections that nobody has settled, the oldest first."""
    query = (
        select(Objection)
        .join(Publicity, Publicity.id == Objection.publicity_id)
        .where(Objection.state == ObjectionState.OPEN)
    )
    return visible_to(query, Publicity.region, region).order_by(Objection.id)


async def objection_for(session: ReadSession, objection_id: int, region: str) -> Objection:
    """The objection, if nobody has settled it and the officer's region has it. Raises NotFoundError."""
    found = (await session.scalars(open_objections(region).where(Objection.id == objection_id))).first()
    if found is None:
        raise NotFoundError
    return found


def read_words(session: Session, objection: Objection, *, officer_id: int) -> str:
    """What was said against it, for an officer who decides; that it was read is in the audit."""
    record(session, actor=officer_id, action="objections.read", subject=f"objections:{objection.id}")
    return _words_of(session, objection)


def _words_of(session: ReadSession, objection: Objection) -> str:
    """Nothing where the person it is about had everything deleted."""
    if not objection.words_sealed:
        return ""
    return session.keys.open(objection.words_sealed, WORDS, objection.id)


def subject_of(row: FamilyFile | AidGrant) -> str:
    """How an objection names the row it is about."""
    return f"{row.__tablename__}:{row.id}"
