"""Vouchers: issued to a person, redeemed once for a course that has begun, settled with the institution, or expired."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import date

from sqlalchemy import or_, select

from models.audit import record
from models.database import ReadSession, Session
from models.errors import MoveRefusedError, ZhaohuoError
from models.money import yuan
from models.offices import Office
from models.regions import visible_to
from models.states import SEATED, EnrolmentState, VoucherState, move
from models.training import Course, Enrolment
from models.vouchers import CODE, Voucher
from services import funds
from services.casework import ensure_not_own, household_of
from services.classes import AFTER_COMPLETION, CourseNotStartedError
from services.courses import TYPES
from services.facts import kinds
from services.funds import Purse
from services.institutions import trained_for
from services.ledger import Fact, append_about
from services.notices import tell
from services.voucher_returns import redemptions

V = VoucherState
SOURCES = tuple(s for s in kinds()["fund_used"].facts["source"].one_of if s != "government")
DIGITS = 8
MOST_FEN = 10_000_000  # 100 000 yuan: more is a slip of the finger


class VoucherRefusedError(ZhaohuoError):
    """A voucher has a face value above zero, a last day to come, a source of money and a known type of course."""


class NoSuchVoucherError(ZhaohuoError):
    """No voucher has this code; ask the holder for the eight digits again."""


class VoucherUsedError(ZhaohuoError):
    """This voucher was redeemed before; each pays one course, once."""


class VoucherExpiredError(ZhaohuoError):
    """This voucher is past its last day; the office may issue a new one."""


class WrongCourseError(ZhaohuoError):
    """The holder has no seat in this course, or the voucher is for another type of course."""


class CoursePaidError(ZhaohuoError):
    """A voucher has paid this person's course already."""


async def issue(
    session: Session,
    person_id: int,
    *,
    face_fen: int,
    expires_on: date,
    source: str,
    office: Office,
    officer_id: int,
    course_type: str | None = None,
) -> Voucher:
    """Give the person a voucher of this face value and tell them its code. Raises VoucherRefusedError, OwnCaseError."""
    await ensure_not_own(session, officer_id, await household_of(session, person_id))
    wrong = source not in SOURCES or (course_type is not None and course_type not in TYPES)
    if wrong or not 0 < face_fen <= MOST_FEN or expires_on < session.today:
        raise VoucherRefusedError
    voucher = Voucher(id=session.new_id(), person_id=person_id, office_id=office.id, region=office.region)
    voucher.state, voucher.state_since = V.ISSUED, session.now
    voucher.face_fen, voucher.course_type, voucher.source = face_fen, course_type, source
    voucher.issued_on, voucher.expires_on, voucher.issued_by = session.today, expires_on, officer_id
    code = await _give_code(session, voucher)
    session.add(voucher)
    record(session, actor=officer_id, action="vouchers.issued", subject=f"vouchers:{voucher.id}")
    await session.flush()
    facts: dict[str, object] = {"voucher": voucher.id} | ({"course_type": course_type} if course_type else {})
    await _note(session, voucher, "voucher_issued", facts, face_fen)
    await tell(
        session, person_id, "notice.voucher", amount=yuan(face_fen), code=spaced(code), until=expires_on.isoformat()
    )
    return voucher


async def _give_code(session: Session, voucher: Voucher) -> str:
    while True:
        code = str(secrets.randbelow(9 * 10 ** (DIGITS - 1)) + 10 ** (DIGITS - 1))
        index = session.keys.index(code, CODE)
        if await session.scalar(select(Voucher.id).where(Voucher.code_index == index)) is None:
            break
    voucher.code_index, voucher.code_sealed = index, session.keys.seal(code, CODE, voucher.id)
    return code


def plain_code(text: str) -> str | None:
    """'4831 7720', '４８３１-７７２０': the eight digits; None for anything else."""
    plain = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))
    return plain if len(plain) == DIGITS and plain.isascii() and plain.isdecimal() else None


def spaced(code: str) -> str:
    """'4831 7720': easier to read out."""
    return f"{code[:4]} {code[4:]}"


async def _note(
    session: Session, voucher: Voucher, kind: str, facts: dict[str, object], amount: int, *, time: int = 1
) -> None:
    fact = Fact(
        key=f"{kind}:voucher:{voucher.id}" + (f":{time}" if time > 1 else ""),
        kind=kind,
        occurred_on=session.today,
        region=voucher.region,
        office_id=voucher.office_id,
        facts=facts,
        amount_fen=amount,
        source=f"vouchers:{voucher.id}",
    )
    await append_about(session, voucher.person_id, fact)


async def find(session: Session, code: str) -> Voucher:
    """The voucher of these digits, locked. Raises NoSuchVoucherError."""
    plain = plain_code(code)
    index = session.keys.index(plain or "", CODE)
    query = select(Voucher).where(Voucher.code_index == index).with_for_update()
    found = (await session.scalars(query, execution_options={"populate_existing": True})).first() if plain else None
    if found is None:
        raise NoSuchVoucherError
    return found


async def redeem(
    session: Session, code: str, *, by: int, region: str | None, course: Course | None = None
) -> tuple[Voucher, Course]:
    """Somebody of the institution, or staff of `region`, takes the voucher for the holder's course that has begun.

    Without a course it is the holder's latest one where the person who takes it answers for the institution. Raises
    NoSuchVoucherError, VoucherUsedError, VoucherExpiredError, WrongCourseError, CourseNotStartedError, CoursePaidError.
    """
    voucher = await find(session, code)
    _check_good(session, voucher)
    institutions = await trained_for(session, by)
    enrolment, course = await _paid_course(session, voucher, institutions, region, course)
    paid = select(Voucher.id).where(Voucher.enrolment_id == enrolment.id)
    if await session.scalar(paid) is not None:
        raise CoursePaidError
    try:
        await move(session, voucher, V.REDEEMED, actor=by)
    except MoveRefusedError as error:
        raise VoucherUsedError from error
    voucher.enrolment_id, voucher.institution_id, voucher.redeemed_by = enrolment.id, course.institution_id, by
    await session.flush()
    facts: dict[str, object] = {
        "voucher": voucher.id,
        "course_type": course.course_type,
        "institution": course.institution_id,
    }
    before = len((await session.scalars(redemptions(voucher))).all())  # for a course that the holder left
    await _note(session, voucher, "voucher_redeemed", facts, voucher.face_fen, time=before + 1)
    await tell(session, voucher.person_id, "notice.voucher_redeemed", amount=yuan(voucher.face_fen), title=course.title)
    return voucher, course


def _check_good(session: ReadSession, voucher: Voucher) -> None:
    if voucher.state == V.EXPIRED or (voucher.state == V.ISSUED and voucher.expires_on < session.today):
        raise VoucherExpiredError
    if voucher.state == V.CANCELLED:
        raise NoSuchVoucherError
    if voucher.state != V.ISSUED:
        raise VoucherUsedError


async def _paid_course(
    session: Session, voucher: Voucher, institutions: frozenset[int], region: str | None, course: Course | None
) -> tuple[Enrolment, Course]:
    """The holder's seat that the voucher pays; locked, so that two vouchers never pay one."""
    query = (
        select(Enrolment, Course)
        .join(Course, Course.id == Enrolment.course_id)
        .where(Enrolment.person_id == voucher.person_id, Enrolment.state.in_(tuple(SEATED)))
        .order_by(Course.starts_on.desc())
        .with_for_update(of=Enrolment)
    )
    if course is not None:
        query = query.where(Course.id == course.id)
    if voucher.course_type is not None:
        query = query.where(Course.course_type == voucher.course_type)
    mine = query.where(Course.institution_id.in_(institutions))
    rows = (await session.execute(mine if region is None else visible_to(query, Course.region, region))).all()
    if not rows:
        raise WrongCourseError
    for enrolment, found in rows:
        if found.starts_on <= session.today:
            return enrolment, found
    raise CourseNotStartedError


async def to_settle(session: ReadSession, institution_id: int, region: str) -> list[Voucher]:
    """The region's redeemed vouchers whose holder has completed the course, or has left us since."""
    query = (
        select(Voucher)
        .outerjoin(Enrolment, Enrolment.id == Voucher.enrolment_id)
        .where(Voucher.institution_id == institution_id, Voucher.state == V.REDEEMED)
        .where(
            or_(
                Enrolment.id.is_(None),
                Enrolment.completed_on.is_not(None),
                Enrolment.state.in_(tuple(AFTER_COMPLETION)),
            )
        )
    )
    return list(await session.scalars(visible_to(query, Voucher.region, region).order_by(Voucher.id)))


async def settle(session: Session, voucher: Voucher, *, officer_id: int) -> int:
    """Pay the institution the face value, or the price where that is less; fen. It leaves the issuing office's fund.

    Raises OwnCaseError, VoucherRefusedError where the holder has not completed the course, MoveRefusedError where it
    is settled, FundBelowZeroError: nothing is settled then.
    """
    await ensure_not_own(session, officer_id, await household_of(session, voucher.person_id))
    enrolment = await session.get(Enrolment, voucher.enrolment_id) if voucher.enrolment_id else None
    if enrolment and not enrolment.completed_on and EnrolmentState(enrolment.state) not in AFTER_COMPLETION:
        raise VoucherRefusedError("The holder has not completed the course yet; settle the voucher after that.")
    course = await session.get_one(Course, enrolment.course_id) if enrolment else None
    price = course.price_fen if course else None
    owed = voucher.face_fen if price is None else min(voucher.face_fen, price)
    await session.flush()
    await session.refresh(voucher, with_for_update=True)
    if voucher.state != V.REDEEMED:
        raise MoveRefusedError("vouchers", voucher.state, V.SETTLED)
    if owed:  # a free course costs the fund nothing
        purse, holder = Purse(voucher.office_id, "training_employment", voucher.source), voucher.person_id
        await funds.use(session, purse, owed, purpose="training", person_id=holder, officer_id=officer_id)
    await move(session, voucher, V.SETTLED, actor=officer_id)
    voucher.settled_fen = owed
    return owed


async def cancel(session: Session, voucher: Voucher, *, officer_id: int | None, why: str) -> None:
    """It is not good any more, before anybody took it. Raises MoveRefusedError."""
    await move(session, voucher, V.CANCELLED, actor=officer_id, why=why)


async def expire(session: Session) -> int:
    """Close what is past its last day, and say so; returns how many."""
    late = select(Voucher).where(Voucher.state == V.ISSUED, Voucher.expires_on < session.today)
    found = list(await session.scalars(late))
    for voucher in found:
        await move(session, voucher, V.EXPIRED, actor=None, why="last_day")
        await tell(session, voucher.person_id, "notice.voucher_expired", amount=yuan(voucher.face_fen))
    return len(found)


async def vouchers_of(session: ReadSession, person_id: int) -> list[Voucher]:
    """The person's vouchers, newest first."""
    query = select(Voucher).where(Voucher.person_id == person_id).order_by(Voucher.id.desc())
    return list(await session.scalars(query.limit(10)))


def link(session: ReadSession, voucher: Voucher) -> str:
    """What the QR picture of a voucher says: the web chat with the code, for whoever takes it."""
    return f"{session.channels.web_url}/chat?start=voucher_{voucher.code(session)}"
