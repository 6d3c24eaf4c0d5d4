"""What people ask for by themselves: a family's file, aid, a loan; the office decides how much and from where."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from models.aid import AidGrant
from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from models.families import FamilyFile, FamilyMember
from models.loans import Instalment, Loan
from models.offices import Office
from models.people import Person, Seeker
from models.states import AidState, FamilyState
from services import access, aid, families, file_applications, instalments, loans
from services.casework import lock, rules
from services.file_applications import SELF, Member
from services.offices import office_for
from services.proofs import expired_proofs

OPEN_AID = (AidState.APPLIED, AidState.PUBLIC, AidState.APPROVED)
_CODE = re.compile(r" \(\w+\)")  # the word of a proof that only staff type
FIRST_SOURCE = "union"  # until an officer says from where the money is


class AskedAlreadyError(ZhaohuoError):
    """This is asked for already and not settled; wait for the office's answer before asking again."""


@dataclass(frozen=True, slots=True)
class Child:
    """A child of the family, as its parent names it."""

    name: str
    born: date | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How far everything is: the file (with the proofs to renew), aid with whom it is for, loans with what is due."""

    family: FamilyFile | None
    office: Office | None
    renew: str
    aid: tuple[tuple[AidGrant, str], ...]
    loans: tuple[tuple[Loan, Instalment | None], ...]

    def is_valid(self, today: date) -> bool:
        """Whether aid can be asked for."""
        file = self.family
        on_file = file is not None and file.state == FamilyState.ON_FILE
        return on_file and file is not None and file.expires_on is not None and file.expires_on >= today


async def standing_of(session: ReadSession, person_id: int) -> Standing:
    """What somebody has asked the office for, and where it stands."""
    family = await families.live_file_of(session, person_id)
    grants = (await aid.aid_of(session, family.id))[:4] if family else []
    named = [(grant, (await session.get_one(Person, grant.person_id)).name(session) or "") for grant in grants]
    owed = [(loan, await instalments.next_part(session, loan)) for loan in await loans.loans_of(session, person_id)]
    return Standing(
        family=family,
        office=await session.get_one(Office, family.office_id) if family else None,
        renew=_CODE.sub("", await expired_proofs(session, family.id)) if family else "",
        aid=tuple(named),
        loans=tuple(owed),
    )


async def ask_for_file(
    session: Session,
    person_id: int,
    *,
    region: str | None,
    group: str,
    details: str,
    children: Sequence[Child] = (),
) -> FamilyFile:
    """Somebody asks for their family's file in chat; the children become members of it.

    Raises ConsentMissingError, InAnotherFileError, UnknownWordError, NoOfficeError.
    """
    office = await office_for(session, region or await _home(session, person_id))
    await session.get_one(Person, person_id, with_for_update=True)
    if await families.live_file_of(session, person_id) is not None:
        raise file_applications.InAnotherFileError  # before anybody is entered as a child
    members = [await _member(session, child) for child in children]
    return await file_applications.apply_for_file(
        session,
        Member(person_id=person_id, relation=SELF),
        office_id=office.id,
        groups=(group,),
        details=details,
        members=members,
        officer_id=person_id,
    )


async def _member(session: Session, child: Child) -> Member:
    person = access.new_person(session)
    person.set_name(session, child.name)
    await session.flush()
    return Member(person_id=person.id, relation="child", born=child.born)


async def _home(session: ReadSession, person_id: int) -> str | None:
    return await session.scalar(select(Seeker.region).where(Seeker.person_id == person_id))


async def children_of(session: ReadSession, family_id: int) -> list[tuple[FamilyMember, str]]:
    """The children of a family, with their names."""
    members = [member for member in await families.members_of(session, family_id) if member.relation == "child"]
    return [(child, (await session.get_one(Person, child.person_id)).name(session) or "") for child in members]


async def ask_for_aid(
    session: Session,
    person_id: int,
    *,
    kind: str,
    amount_fen: int | None = None,
    stage: str | None = None,
    student: int | Child | None = None,
) -> AidGrant:
    """Living or medical aid for the one who asks, tuition for a child of the family, one that is named now too.

    `amount_fen` None: the usual one. Raises NoValidFileError, AskedAlreadyError, AlreadyGrantedError,
    StageMissingError, AmountRefusedError.
    """
    family = await families.valid_file(session, person_id)
    await lock(session, family)
    usual = rules()["aid"]["usual_fen"]
    if kind != "tuition" and any(
        grant.kind == kind and grant.state in OPEN_AID for grant in await aid.aid_of(session, family.id)
    ):
        raise AskedAlreadyError
    who = await _student(session, family, student, asked_by=person_id) if kind == "tuition" else person_id
    return await aid.request_aid(
        session,
        who,
        kind=kind,
        amount_fen=usual[stage or kind] if amount_fen is None else amount_fen,
        source=FIRST_SOURCE,
        stage=stage,
        officer_id=person_id,
    )


async def _student(session: Session, family: FamilyFile, student: int | Child | None, *, asked_by: int) -> int:
    """A child that is in the file already is not entered twice; nobody of another family is aided here."""
    children = await children_of(session, family.id)
    if isinstance(student, Child):
        known = [child.person_id for child, name in children if name == student.name]
        if not known:
            member = await _member(session, student)
            await file_applications.add_member(session, family, member, officer_id=asked_by)
        return known[0] if known else member.person_id
    if student not in [child.person_id for child, _ in children]:
        raise families.NoValidFileError
    return student


async def ask_for_loan(
    session: Session, person_id: int, *, kind: str, amount_fen: int, months: int, use: str, region: str | None = None
) -> Loan:
    """A loan, a bank's (assisted too) or a borrowing from the union's own money; one application at a time.

    Raises AskedAlreadyError, OverLimitError, MonthsRefusedError, AmountRefusedError, NoOfficeError.
    """
    await session.get_one(Person, person_id, with_for_update=True)
    if any(loan.state == "applied" for loan in await loans.loans_of(session, person_id)):
        raise AskedAlreadyError
    office = await office_for(session, region or await _home(session, person_id))
    return await loans.apply_for_loan(
        session,
        person_id,
        kind=kind,
        amount_fen=amount_fen,
        months=months,
        office_id=office.id,
        officer_id=person_id,
        source="union" if kind == "borrowing" else None,
        use=use,
    )
