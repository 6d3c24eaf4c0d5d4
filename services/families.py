"""Family files (困难职工档案): check, publicity, on file, yearly re-check, closed; and what a valid one is good for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, or_, select

from models.audit import record
from models.database import ReadSession, Session
from models.errors import MoveRefusedError, ZhaohuoError
from models.families import FamilyFile, FamilyMember, Publicity
from models.offices import Office
from models.people import Group, Person
from models.regions import visible_to
from models.states import FamilyState, move
from services import proofs, publicity
from services.casework import ensure_known, ensure_not_own, family_of, rules
from services.file_groups import end_groups, hold_group, hold_groups
from services.notices import tell
from services.texts import say

F = FamilyState
LIVE = (F.APPLIED, F.CHECKED, F.PUBLIC, F.ON_FILE)


class NoValidFileError(ZhaohuoError):
    """There is no valid family file; apply for one first: all aid hangs on it."""


# ---- from the check to the end


async def correct_groups(session: Session, family: FamilyFile, groups: Sequence[str], *, officer_id: int) -> None:
    """The papers show another group than the family said; before its list is posted.

    Raises MoveRefusedError, OwnCaseError.
    """
    await ensure_not_own(session, officer_id, await family_of(session, family.id))
    if family.state not in (F.APPLIED, F.CHECKED):
        raise MoveRefusedError(family.__tablename__, family.state, "corrected")
    for group in groups:
        ensure_known("group", group, rules()["families"]["groups"])
    for member in await members_of(session, family.id):
        if member.person_id == family.applicant_id:
            member.groups = sorted({*member.groups} - {*family.groups} | {*groups})
    family.groups = list(groups)
    record(session, actor=officer_id, action="family_files.groups", subject=f"family_files:{family.id}")
    await session.flush()


async def check_file(session: Session, family: FamilyFile, *, officer_id: int) -> None:
    """The application and its proofs are in order.

    Raises OwnCaseError, ProofMissingError, ProofExpiredError, MoveRefusedError.
    """
    await ensure_not_own(session, officer_id, await family_of(session, family.id))
    await proofs.last_valid_day(session, family.id)
    await move(session, family, F.CHECKED, actor=officer_id)


async def refuse_file(session: Session, family: FamilyFile, *, officer_id: int, why: str) -> None:
    """The family gets no file, for a reason in a word, and hears it. Raises UnknownWordError, MoveRefusedError."""
    ensure_known("reason", why, rules()["refused_for"])
    await move(session, family, F.REFUSED, actor=officer_id, why=why)
    family.closed_for = why
    if why != "person_left":
        await _tell(session, family, "notice.file_refused", f"refused.{why}")


async def post_families(
    session: Session, families: Sequence[FamilyFile], *, officer_id: int, **posting: str
) -> Publicity:
    """Post checked families on one list, with what they would get; `posting` as of `publicity.post_list`.

    Raises OwnCaseError, ListRefusedError, MoveRefusedError.
    """
    for family in families:
        await ensure_not_own(session, officer_id, await family_of(session, family.id))
    return await publicity.post_list(session, families, F.PUBLIC, officer_id=officer_id, **posting)


async def put_on_file(session: Session, family: FamilyFile, *, officer_id: int) -> None:
    """Nobody objected: the family is on file and its members are in their groups until its last valid day.

    Raises OwnCaseError, PublicityRunningError, OpenObjectionError, ProofExpiredError, MoveRefusedError.
    """
    await ensure_not_own(session, officer_id, await family_of(session, family.id))
    if family.state == F.PUBLIC:
        await publicity.ensure_over(session, family)
    until = await proofs.last_valid_day(session, family.id)
    if family.state == F.ON_FILE:
        raise AlreadyOnFileError
    await move(session, family, F.ON_FILE, actor=officer_id)
    family.on_file_since, family.expires_on = session.today, until
    await hold_groups(session, await members_of(session, family.id), None, until)
    await _tell(session, family, "notice.file_valid")


class AlreadyOnFileError(ZhaohuoError):
    """The family is on file; the yearly check goes through `recheck_file`."""


async def recheck_file(session: Session, family: FamilyFile, *, officer_id: int) -> None:
    """The yearly check: proofs are renewed, the file and the groups hold on. Raises OwnCaseError, ProofExpiredError."""
    await ensure_not_own(session, officer_id, await family_of(session, family.id))
    if family.state != F.ON_FILE:
        raise NoValidFileError("only a file that is on file is checked again; finish its publicity first")
    before, until = family.expires_on, await proofs.last_valid_day(session, family.id)
    await move(session, family, F.ON_FILE, actor=officer_id, why="recheck")
    family.expires_on = until
    await hold_groups(session, await members_of(session, family.id), before, until)
    await _tell(session, family, "notice.file_valid")


async def remind(session: Session) -> int:
    """Tell each family once, a month before, that its proofs want renewing; returns how many were told."""
    soon = session.today + timedelta(days=rules()["families"]["recheck_days"])
    rows = await session.scalars(
        select(FamilyFile).where(
            FamilyFile.state == F.ON_FILE,
            FamilyFile.expires_on.between(session.today, soon),
            or_(FamilyFile.reminded_for.is_(None), FamilyFile.reminded_for != FamilyFile.expires_on),
        )
    )
    told = 0
    for family in rows.all():
        told += await _tell(session, family, "notice.file_expires")
        family.reminded_for = family.expires_on
    return told


async def _tell(session: Session, family: FamilyFile, key: str, why: str = "") -> bool:
    """Tell the applicant; `why` is the key of a reason."""
    office = await session.get_one(Office, family.office_id)
    day = family.expires_on or session.today
    values: dict[str, Any] = {"office": office.name, "year": day.year, "month": day.month, "day": day.day}
    if why:
        person = await session.get_one(Person, family.applicant_id)
        values["why"] = say(person.language, why)
    return await tell(session, family.applicant_id, key, **values)


async def close_file(session: Session, family: FamilyFile, *, officer_id: int, why: str) -> None:
    """The family needs it no more (or should never have had it): its groups end today, and it hears why."""
    ensure_known("reason", why, rules()["families"]["closed_for"])
    await move(session, family, F.CLOSED, actor=officer_id, why=why)
    family.closed_for = why
    before = family.expires_on
    if before is not None and before > session.today:
        await end_groups(session, await members_of(session, family.id), before, session.today)
        family.expires_on = session.today
    if why not in ("person_left", "merged"):
        await _tell(session, family, "notice.file_closed", f"closed.{why}")


def read_details(session: Session, family: FamilyFile, *, officer_id: int) -> str:
    """Why the family is in need, for an officer who decides; that it was read is in the audit."""
    record(session, actor=officer_id, action="family_files.read", subject=f"family_files:{family.id}")
    return family.details(session)


# ---- what a file is good for


async def valid_file(session: ReadSession, person_id: int) -> FamilyFile:
    """The file on which aid to this person hangs today. Raises NoValidFileError, which says what to renew."""
    family = await live_file_of(session, person_id)
    if family is None:
        raise NoValidFileError
    if family.state != F.ON_FILE or family.expires_on is None:
        raise NoValidFileError(f"the family file is {family.state!r}; finish its check and publicity first")
    if family.expires_on < session.today:
        raise NoValidFileError(await _what_to_renew(session, family, family.expires_on))
    return family


async def _what_to_renew(session: ReadSession, family: FamilyFile, ended: date) -> str:
    renew = await proofs.expired_proofs(session, family.id) or "the yearly re-check (年检)"
    return f"the family file expired on {ended}: renew {renew}, then re-check the file; aid waits until then"


async def members_of(session: ReadSession, family_id: int) -> list[FamilyMember]:
    """The family, the applicant first."""
    query = select(FamilyMember).where(FamilyMember.family_id == family_id).order_by(FamilyMember.id)
    return list(await session.scalars(query))


async def give_group(session: Session, family: FamilyFile, person_id: int, group: Group, *, officer_id: int) -> None:
    """A member of a valid file comes into one more group, such as a graduate; twice is once."""
    for member in await members_of(session, family.id):
        if member.person_id == person_id and group.value not in member.groups and family.expires_on:
            member.groups = sorted([*member.groups, group.value])
            await hold_group(session, person_id, group.value, None, family.expires_on)
            record(session, actor=officer_id, action="family_members.group", subject=f"family_members:{member.id}")
    await session.flush()


def due_for_recheck(today: date, region: str) -> Select[FamilyFile]:
    """Files whose last valid day is near or past, the oldest first: for the desk."""
    soon = today + timedelta(days=rules()["families"]["recheck_days"])
    query = select(FamilyFile).where(FamilyFile.state == F.ON_FILE, FamilyFile.expires_on <= soon)
    return visible_to(query, FamilyFile.region, region).order_by(FamilyFile.expires_on, FamilyFile.id)


def undecided(region: str) -> Select[FamilyFile]:
    """Files that wait for their check, or for their list to be posted, the oldest first."""
    query = select(FamilyFile).where(FamilyFile.state.in_((F.APPLIED, F.CHECKED)))
    return visible_to(query, FamilyFile.region, region).order_by(FamilyFile.id)


def ready_for_file(today: date, region: str) -> Select[FamilyFile]:
    """Posted files whose days are over without an open objection."""
    query = select(FamilyFile).where(FamilyFile.state == F.PUBLIC)
    return visible_to(publicity.is_over(query, FamilyFile, today), FamilyFile.region, region)


def on_file_in(region: str) -> Select[FamilyFile]:
    """Families on file, the newest first."""
    query = select(FamilyFile).where(FamilyFile.state == F.ON_FILE)
    return visible_to(query, FamilyFile.region, region).order_by(FamilyFile.id.desc())


async def live_file_of(session: ReadSession, person_id: int) -> FamilyFile | None:
    """The file in which the person is, from the application to the day it is closed; past its last day too."""
    query = (
        select(FamilyFile)
        .join(FamilyMember, FamilyMember.family_id == FamilyFile.id)
        .where(FamilyMember.person_id == person_id, FamilyFile.state.in_(LIVE))
        .order_by(FamilyFile.id.desc())
        .limit(1)
    )
    return (await session.scalars(query)).first()
