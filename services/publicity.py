"""Posted lists (公示): content and standard of aid, names masked, days in which anybody may object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, String, cast, exists, literal, select

from models.aid import AidGrant
from models.audit import record
from models.database import ReadSession, Session
from models.errors import MoveRefusedError, NotFoundError, ZhaohuoError
from models.families import FamilyFile, FamilyMember, Objection, Publicity
from models.money import yuan
from models.offices import Office
from models.people import Person
from models.regions import visible_to
from models.states import AidState, FamilyState, ObjectionState, PublicityState, can_move, move
from services.casework import ensure_fits, ensure_known, ensure_not_own, family_of, lock, rules
from services.notices import tell
from services.phones import masked_name
from services.texts import say

WORDS = "objections.words"
MOST_WORDS = 3000  # of one objection: an officer reads them in one message
ADULT = 18


class PublicityRunningError(ZhaohuoError):
    """The list is still posted; wait until its last day for objections is over."""


class OpenObjectionError(ZhaohuoError):
    """Somebody objected and that is not settled; look into it and settle the objection first."""


class ObjectionLateError(ZhaohuoError):
    """The days for objections are over and the list is down; take it up with the office as a complaint."""


class ListRefusedError(ZhaohuoError):
    """A list has at least one row, and all rows are of one office; make a list for each office."""


class PublicityOverError(ZhaohuoError):
    """This list has been taken down; names are shown only while it is posted."""


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


async def raise_objection(session: Session, row: FamilyFile | AidGrant, words: str) -> Objection:
    """Somebody objects to a row of a posted list; nothing is paid before it is settled.

    While an objection to the row is open, more words join it, as far as there is room. Raises ObjectionLateError.
    """
    await lock(session, row)
    publicity = await session.get(Publicity, row.publicity_id) if row.publicity_id else None
    if publicity is None or publicity.until < session.today or row.state != "public":
        raise ObjectionLateError
    if (open_one := (await session.scalars(_open_about(row))).first()) is not None:
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


def _open_about(row: FamilyFile | AidGrant) -> Select[Objection]:
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


async def row_of(session: ReadSession, objection: Objection) -> Any:
    """The file or the aid that somebody objects to."""
    table, _, row_id = objection.about.partition(":")
    return await session.get_one(FamilyFile if table == "family_files" else AidGrant, int(row_id))


async def people_of(session: ReadSession, row: FamilyFile | AidGrant) -> list[int]:
    """Whom a file or aid is for: everybody of the family."""
    return await family_of(session, row.id if isinstance(row, FamilyFile) else row.family_id)


async def _tell_refused(session: Session, row: FamilyFile | AidGrant) -> None:
    """The family hears that somebody's objection was found right, and where to ask."""
    family = row if isinstance(row, FamilyFile) else await session.get_one(FamilyFile, row.family_id)
    office = await session.get_one(Office, row.office_id)
    await tell(session, family.applicant_id, "notice.objection_upheld", office=office.name)


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


async def ensure_over(session: ReadSession, row: FamilyFile | AidGrant) -> None:
    """The days for objections have passed and none is open.

    Raises PublicityRunningError, OpenObjectionError.
    """
    publicity = await session.get_one(Publicity, row.publicity_id)
    if publicity.until >= session.today:
        raise PublicityRunningError(
            f"the list is posted until {publicity.until}; come back the day after, when nobody has objected"
        )
    if await session.scalar(_open_about(row)) is not None:
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


# ---- the list as it is printed


@dataclass(frozen=True, slots=True)
class ListRow:
    """One masked line: who, in which stage of school (tuition), how much in fen (tuition)."""

    number: int
    masked: str
    stage: str | None = None
    amount_fen: int | None = None


@dataclass(frozen=True, slots=True)
class PostedList:
    """What hangs on the wall, and nothing more: no numbers, no address, no reason of the need."""

    office: str
    office_phone: str | None
    place_name: str
    content: str
    standard: str
    posted_on: date
    until: date
    rows: tuple[ListRow, ...]


async def posted_list(session: ReadSession, publicity: Publicity) -> PostedList:
    """The list to print, while it is posted. Raises PublicityOverError."""
    if publicity.state != PublicityState.POSTED or publicity.until < session.today:
        raise PublicityOverError
    office = await session.get_one(Office, publicity.office_id)
    day = publicity.posted_on
    lines: list[tuple[str, str | None, int | None]] = []
    for row in await posted_rows(session, publicity):
        if isinstance(row, FamilyFile):
            lines.append((await _masked(session, row.id, row.applicant_id, day), None, None))
        else:
            masked = await _masked(session, row.family_id, row.person_id, day)
            lines.append((masked, row.stage, row.amount_fen))
    rows = tuple(ListRow(number, *line) for number, line in enumerate(lines, 1))
    return PostedList(
        office=office.name,
        office_phone=office.phone,
        place_name=publicity.place_name,
        content=publicity.content,
        standard=publicity.standard,
        posted_on=publicity.posted_on,
        until=publicity.until,
        rows=rows,
    )


async def posted_rows(session: ReadSession, publicity: Publicity) -> list[FamilyFile | AidGrant]:
    """What stands on the list, in its order: families, then students; what was refused stands there no more."""
    families = select(FamilyFile).where(FamilyFile.publicity_id == publicity.id, FamilyFile.state == FamilyState.PUBLIC)
    grants = select(AidGrant).where(AidGrant.publicity_id == publicity.id, AidGrant.state == AidState.PUBLIC)
    return [
        *(await session.scalars(families.order_by(FamilyFile.id))),
        *(await session.scalars(grants.order_by(AidGrant.id))),
    ]


def posted_now(today: date, region: str) -> Select[Publicity]:
    """The lists that hang in the region today, the newest first."""
    query = select(Publicity).where(Publicity.state == PublicityState.POSTED, Publicity.until >= today)
    return visible_to(query, Publicity.region, region).order_by(Publicity.id.desc())


def printed(listed: PostedList, language: str) -> list[str]:
    """The lines to print and hang up."""
    days = {"month": listed.posted_on.month, "day": listed.posted_on.day}
    days |= {"last_month": listed.until.month, "last_day": listed.until.day}
    return [
        say(language, "publicity.title", office=listed.office, place=listed.place_name),
        say(language, "publicity.content", text=listed.content),
        say(language, "publicity.standard", text=listed.standard),
        *(_printed_row(row, language) for row in listed.rows),
        say(language, "publicity.days", office=listed.office, phone=listed.office_phone or "", **days).rstrip(),
    ]


def _printed_row(row: ListRow, language: str) -> str:
    line = f"{row.number}. {row.masked}"
    if row.stage is None or row.amount_fen is None:
        return line
    return say(
        language, "publicity.student", line=line, stage=say(language, f"stage.{row.stage}"), yuan=yuan(row.amount_fen)
    )


async def _masked(session: ReadSession, family_id: int, person_id: int, on: date) -> str:
    """王小明 → 王**; who is under 18, or a child whose age nobody knows, is 王某."""
    person = await session.get_one(Person, person_id)
    member = (
        await session.scalars(
            select(FamilyMember).where(FamilyMember.family_id == family_id, FamilyMember.person_id == person_id)
        )
    ).one()
    born, name = member.born(session), person.name(session)
    is_minor = member.relation == "child" if born is None else _years(born, on) < ADULT
    return f"{name[0]}某" if is_minor and name else masked_name(name)


def _years(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
