"""Publicity (公示): rows of one office are posted for some days, in which anybody may object."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, String, cast, exists, literal, select

from models.aid import AidGrant
from models.audit import record
from models.database import ReadSession, Session
from models.errors import MoveRefusedError, ZhaohuoError
from models.families import FamilyFile, Objection, Publicity
from models.offices import Office
from models.states import AidState, FamilyState, ObjectionState, PublicityState, can_move, move
from services.casework import ensure_fits, ensure_known, rules
from services.objections import open_about


class PublicityRunningError(ZhaohuoError):
    """The list is still posted; wait until its last day for objections is over."""


class OpenObjectionError(ZhaohuoError):
    """Somebody objected and that is not settled; look into it and settle the objection first."""


class ListRefusedError(ZhaohuoError):
    """A list has at least one row, and all rows are of one office; make a list for each office."""


async def post_list(
    session: Session,
    rows: Sequence[FamilyFile] | Sequence[AidGrant],
    target: FamilyState | AidState,
    *,
    place: str,
    place_name: str,
    content: str,
    standard: str,
    officer_id: int,
) -> Publicity:
    """Post rows of one office at a workplace, village or school from today, with what the aid is and its standard.

    All of them or none. Raises ListRefusedError, MoveRefusedError.
    """
    _ensure_listable(rows, target)
    ensure_known("place", place, rules()["publicity"]["places"])
    for text, most in ((place_name, 80), (content, 200), (standard, 200)):
        ensure_fits(text, most)
    office = await session.get_one(Office, rows[0].office_id)
    publicity = Publicity(
        id=session.new_id(),
        office_id=office.id,
        region=office.region,
        place=place,
        place_name=place_name,
        content=content,
        standard=standard,
        posted_on=session.today,
        until=session.today + timedelta(days=rules()["publicity"]["days"]),
        state=PublicityState.POSTED,
        state_since=session.now,
        posted_by=officer_id,
    )
    session.add(publicity)
    record(session, actor=officer_id, action="publicities.posted", subject=f"publicities:{publicity.id}")
    await session.flush()
    for row in rows:
        await move(session, row, target, actor=officer_id)
        row.publicity_id = publicity.id
    await session.flush()
    return publicity


def _ensure_listable(rows: Sequence[FamilyFile] | Sequence[AidGrant], target: FamilyState | AidState) -> None:
    if len({row.office_id for row in rows}) != 1:
        raise ListRefusedError
    for row in rows:
        if not can_move(type(target)(row.state), target):
            raise MoveRefusedError(row.__tablename__, row.state, target)


async def ensure_over(session: ReadSession, row: FamilyFile | AidGrant) -> None:
    """The days for objections have passed and none is open.

    Raises PublicityRunningError, OpenObjectionError.
    """
    publicity = await session.get_one(Publicity, row.publicity_id)
    if publicity.until >= session.today:
        raise PublicityRunningError(
            f"the list is posted until {publicity.until}; come back the day after, when nobody has objected"
        )
    if await session.scalar(open_about(row)) is not None:
        raise OpenObjectionError


def is_over(query: Select[*tuple[Any, ...]], table: Any, today: date) -> Select[*tuple[Any, ...]]:
    """Narrow a query of posted rows to those whose days have passed without an open objection."""
    about = literal(f"{table.__tablename__}:") + cast(table.id, String)
    objected = exists().where(Objection.about == about, Objection.state == ObjectionState.OPEN)
    return query.join(Publicity, Publicity.id == table.publicity_id).where(Publicity.until < today, ~objected)


async def take_down_ended(session: Session) -> int:
    """Take down every list whose days are over; returns how many."""
    ended = await session.scalars(
        select(Publicity).where(Publicity.state == PublicityState.POSTED, Publicity.until < session.today)
    )
    found = ended.all()
    for publicity in found:
        await move(session, publicity, PublicityState.TAKEN_DOWN, actor=None, why="days_over")
    return len(found)
