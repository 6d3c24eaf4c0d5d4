"""A posted list as it hangs on the wall: masked names, content and standard, the days for objections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from models.aid import AidGrant
from models.database import ReadSession
from models.errors import ZhaohuoError
from models.families import FamilyFile, FamilyMember, Publicity
from models.money import yuan
from models.offices import Office
from models.people import Person
from models.regions import visible_to
from models.states import AidState, FamilyState, PublicityState
from services.phones import masked_name
from services.texts import say

ADULT = 18


class PublicityOverError(ZhaohuoError):
    """This list has been taken down; names are shown only while it is posted."""


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
