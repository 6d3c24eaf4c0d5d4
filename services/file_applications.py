"""A family applies for a file (困难职工档案): who belongs to it, and nobody to two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.audit import record
from models.database import Session
from models.errors import ZhaohuoError
from models.families import FamilyFile, FamilyMember
from models.offices import Office
from models.people import Group, Person
from models.states import FamilyState
from services.casework import ensure_known, rules
from services.families import live_file_of
from services.file_groups import hold_groups
from services.people import SENSITIVE_GROUP, ConsentMissingError, has_consent

SELF = "self"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of the family: the relation to the applicant, and the groups that the file gives to them."""

    person_id: int
    relation: str
    groups: tuple[str, ...] = ()
    born: date | None = None


class InAnotherFileError(ZhaohuoError):
    """Somebody of this family is in a file already; re-check or close that one instead of beginning another."""


async def apply_for_file(
    session: Session,
    applicant: Member,
    *,
    office_id: int,
    groups: Sequence[str],
    details: str,
    members: Sequence[Member] = (),
    officer_id: int,
) -> FamilyFile:
    """A family asks for a file; `groups` is what the family is to the form, the applicant's own come with them.

    Raises ConsentMissingError (hardship wants a consent of its own), InAnotherFileError, UnknownWordError.
    """
    if not await has_consent(session, applicant.person_id, SENSITIVE_GROUP):
        raise ConsentMissingError
    for group in groups:
        ensure_known("group", group, rules()["families"]["groups"])
    own = Member(
        person_id=applicant.person_id, relation=SELF, groups=tuple({*groups, *applicant.groups}), born=applicant.born
    )
    for member in (own, *members):
        await _ensure_free(session, member)
    office = await session.get_one(Office, office_id)
    family = FamilyFile(
        id=session.new_id(),
        applicant_id=applicant.person_id,
        office_id=office.id,
        region=office.region,
        groups=list(groups),
        state=FamilyState.APPLIED,
        state_since=session.now,
        applied_on=session.today,
    )
    family.set_details(session, details)
    session.add(family)
    await session.flush()
    for member in (own, *members):
        await add_member(session, family, member, officer_id=officer_id)
    record(session, actor=officer_id, action="family_files.applied", subject=f"family_files:{family.id}")
    return family


async def add_member(session: Session, family: FamilyFile, member: Member, *, officer_id: int) -> FamilyMember:
    """Somebody more of the family; on a valid file their groups hold from today. Raises InAnotherFileError."""
    await _ensure_free(session, member)
    row = FamilyMember(
        id=session.new_id(),
        family_id=family.id,
        person_id=member.person_id,
        relation=member.relation,
        groups=sorted(member.groups),
    )
    row.set_born(session, member.born)
    session.add(row)
    record(session, actor=officer_id, action="family_members.added", subject=f"family_members:{row.id}")
    if family.state == FamilyState.ON_FILE and family.expires_on:
        await hold_groups(session, [row], None, family.expires_on)
    await session.flush()
    return row


async def _ensure_free(session: Session, member: Member) -> None:
    ensure_known("relation", member.relation, rules()["families"]["relations"])
    for group in member.groups:
        ensure_known("group", group, (*rules()["families"]["groups"], Group.HARDSHIP_GRADUATE))
    await session.get_one(Person, member.person_id, with_for_update=True)  # one file a person, under concurrency too
    if await live_file_of(session, member.person_id) is not None:
        raise InAnotherFileError
