"""Aid in money: living, medical and tuition aid; all of it hangs on a valid family file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, select

from models.aid import AidGrant
from models.audit import record
from models.database import ReadSession, Session
from models.errors import MoveRefusedError, ZhaohuoError
from models.families import FamilyFile, Publicity
from models.money import yuan
from models.offices import Office
from models.people import Person
from models.regions import visible_to
from models.states import AidState, can_move, move
from services import funds, publicity
from services.casework import ensure_known, ensure_not_own, ensure_positive, family_of, lock, note, rules
from services.facts import check_facts
from services.families import valid_file
from services.funds import Purse
from services.notices import tell
from services.publicity import ListRefusedError
from services.texts import say
from services.tuition import count_student, ensure_first

A = AidState
KINDS = ("living", "medical", "tuition")
STAGES = ("compulsory", "secondary", "tertiary")
PROGRAMMES = {"living": "living_medical", "medical": "living_medical", "tuition": "tuition"}


class NotApprovedError(ZhaohuoError):
    """This aid is not approved yet: living and medical aid by an officer, tuition aid by its posted list."""


class YearRefusedError(ZhaohuoError):
    """Tuition aid is for this school year, the one before or the next; look at the year again."""


class StageMissingError(ZhaohuoError):
    """Tuition aid names the stage of school; other aid has none."""


async def request_aid(
    session: Session,
    person_id: int,
    *,
    kind: str,
    amount_fen: int,
    source: str,
    officer_id: int,
    stage: str | None = None,
    year: int | None = None,
    entered_on: date | None = None,
) -> AidGrant:
    """Aid is asked for; for tuition the person is the student, `year` the school year's, `entered_on` when 升学.

    Raises NoValidFileError (what to renew), AlreadyGrantedError, StageMissingError, YearRefusedError,
    AmountRefusedError, FactsRefusedError (a source that this aid cannot have).
    """
    ensure_known("kind of aid", kind, KINDS)
    ensure_positive(amount_fen)
    if (kind == "tuition") != (stage in STAGES):
        raise StageMissingError
    facts = {"programme": PROGRAMMES[kind], "source": source, "purpose": "other"}
    check_facts("fund_used", facts, person=None, quantity=None, amount_fen=amount_fen)
    family = await valid_file(session, person_id)
    year = session.today.year if year is None else year
    if abs(year - session.today.year) > 1:
        raise YearRefusedError
    if stage is not None:
        await ensure_first(session, person_id, year, stage)
    grant = AidGrant(
        id=session.new_id(),
        kind=kind,
        family_id=family.id,
        person_id=person_id,
        office_id=family.office_id,
        region=family.region,
        amount_fen=amount_fen,
        source=source,
        year=year,
        stage=stage,
        entered_on=entered_on if stage else None,
        state=A.APPLIED,
        state_since=session.now,
        applied_by=officer_id,
    )
    session.add(grant)
    record(session, actor=officer_id, action="aid_grants.applied", subject=f"aid_grants:{grant.id}")
    await session.flush()
    return grant


async def post_students(session: Session, grants: Sequence[AidGrant], *, officer_id: int, **posting: str) -> Publicity:
    """Post students on one list before anything is paid; `posting` as of `publicity.post_list`.

    Raises OwnCaseError, ListRefusedError, NoValidFileError, MoveRefusedError.
    """
    for grant in grants:
        await _ensure_not_own(session, grant, officer_id)
        await valid_file(session, grant.person_id)
    if any(grant.kind != "tuition" for grant in grants):
        raise ListRefusedError
    return await publicity.post_list(session, grants, A.PUBLIC, officer_id=officer_id, **posting)


async def _ensure_not_own(session: Session, grant: AidGrant, officer_id: int) -> None:
    """Neither the officer's own, nor for their family."""
    await ensure_not_own(session, officer_id, [grant.person_id, *await family_of(session, grant.family_id)])


async def approve_aid(session: Session, grant: AidGrant, *, officer_id: int) -> None:
    """Living and medical aid by an officer's word; tuition aid when nobody objected in time.

    Raises OwnCaseError, NoValidFileError, PublicityRunningError, OpenObjectionError, NotApprovedError (tuition that
    was never posted).
    """
    await _ensure_not_own(session, grant, officer_id)
    await valid_file(session, grant.person_id)
    if grant.kind == "tuition":
        if grant.publicity_id is None:
            raise NotApprovedError
        await publicity.ensure_over(session, grant)
    await move(session, grant, A.APPROVED, actor=officer_id)


async def refuse_aid(session: Session, grant: AidGrant, *, officer_id: int, why: str) -> None:
    """The aid is not given, for a reason in a word; the family hears it."""
    ensure_known("reason", why, rules()["refused_for"])
    await move(session, grant, A.REFUSED, actor=officer_id, why=why)
    family = await session.get_one(FamilyFile, grant.family_id)
    applicant = await session.get_one(Person, family.applicant_id)
    words = say(applicant.language, f"refused.{why}")
    office = await session.get_one(Office, grant.office_id)
    if why != "person_left":
        await tell(session, applicant.id, "notice.aid_refused", office=office.name, why=words)


async def correct_aid(
    session: Session, grant: AidGrant, *, officer_id: int, amount_fen: int | None = None, source: str | None = None
) -> None:
    """The office says how much, and from where the money is, before it decides.

    Raises OwnCaseError, MoveRefusedError (decided before), AmountRefusedError, FactsRefusedError.
    """
    await _ensure_not_own(session, grant, officer_id)
    await lock(session, grant)
    if grant.state != A.APPLIED:
        raise MoveRefusedError(grant.__tablename__, grant.state, "corrected")
    amount_fen, source = amount_fen or grant.amount_fen, source or grant.source
    ensure_positive(amount_fen)
    facts = {"programme": PROGRAMMES[grant.kind], "source": source, "purpose": "other"}
    check_facts("fund_used", facts, person=None, quantity=None, amount_fen=amount_fen)
    grant.amount_fen, grant.source = amount_fen, source
    record(session, actor=officer_id, action="aid_grants.corrected", subject=f"aid_grants:{grant.id}")
    await session.flush()


async def pay_aid(session: Session, grant: AidGrant, *, officer_id: int) -> None:
    """The money is paid: only now is it counted, and the fund has it no more.

    Raises OwnCaseError, NoValidFileError, PublicityRunningError, OpenObjectionError, NotApprovedError,
    FundBelowZeroError.
    """
    await _ensure_not_own(session, grant, officer_id)
    await lock(session, grant)
    family = await valid_file(session, grant.person_id)
    if grant.state == A.PUBLIC:
        await approve_aid(session, grant, officer_id=officer_id)
    if grant.state == A.APPLIED:
        raise NotApprovedError
    if not can_move(A(grant.state), A.PAID):
        raise MoveRefusedError(grant.__tablename__, grant.state, A.PAID)
    purse = Purse(grant.office_id, PROGRAMMES[grant.kind], grant.source)
    await funds.use(session, purse, grant.amount_fen, purpose="other", person_id=grant.person_id, officer_id=officer_id)
    await move(session, grant, A.PAID, actor=officer_id)
    grant.paid_on = session.today
    if grant.kind == "tuition":
        await count_student(session, grant, family)
    else:
        await note(session, grant.person_id, grant, "service_given", {"service": f"{grant.kind}_aid"})
    await session.flush()
    await _tell_family(session, grant, family)


async def _tell_family(session: Session, grant: AidGrant, family: FamilyFile) -> None:
    """The applicant hears it: a student may have no phone."""
    office = await session.get_one(Office, grant.office_id)
    await tell(session, family.applicant_id, "notice.aid_paid", office=office.name, yuan=yuan(grant.amount_fen))


async def aid_of(session: ReadSession, family_id: int) -> list[AidGrant]:
    """What a family has asked for and got, the newest first."""
    query = select(AidGrant).where(AidGrant.family_id == family_id)
    return list(await session.scalars(query.order_by(AidGrant.id.desc())))


def asked(region: str) -> Select[AidGrant]:
    """Aid that an officer has not looked at yet, the oldest first."""
    query = select(AidGrant).where(AidGrant.state == A.APPLIED)
    return visible_to(query, AidGrant.region, region).order_by(AidGrant.id)


def ready_for_payment(today: date, region: str) -> Select[AidGrant]:
    """Posted students whose days for objections are over, and what an officer has approved: for the desk."""
    posted = publicity.is_over(select(AidGrant).where(AidGrant.state == A.PUBLIC), AidGrant, today)
    return visible_to(posted, AidGrant.region, region)


def approved(region: str) -> Select[AidGrant]:
    """Approved aid that is not paid yet."""
    return visible_to(select(AidGrant).where(AidGrant.state == A.APPROVED), AidGrant.region, region)
