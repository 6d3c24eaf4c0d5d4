"""Small loans: application, grant within the limit, repayment."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Select, select

from models.audit import record
from models.database import ReadSession, Session
from models.errors import MoveRefusedError, ZhaohuoError
from models.loans import Loan
from models.money import yuan
from models.offices import Office
from models.people import Person
from models.regions import visible_to
from models.startups import CreatedJobs
from models.states import LoanState, can_move, move
from services import funds
from services.casework import ensure_known, ensure_not_own, ensure_positive, family_of, lock, note, rules
from services.created_jobs import count_jobs
from services.facts import check_facts
from services.families import live_file_of
from services.funds import Purse
from services.instalments import owed_by, repayment_file, schedule
from services.notices import tell

L = LoanState


class OverLimitError(ZhaohuoError):
    """This is more than may be lent to one person; ask for less, or wait until the last loan is repaid."""


class MonthsRefusedError(ZhaohuoError):
    """A loan runs for at least a month and no longer than the rules allow."""


class OverpaidError(ZhaohuoError):
    """This is more than is still owed; enter what was really paid."""


async def apply_for_loan(
    session: Session,
    person_id: int,
    *,
    kind: str,
    amount_fen: int,
    months: int,
    office_id: int,
    officer_id: int,
    guaranteed: bool = False,
    source: str | None = None,
    use: str = "",
) -> Loan:
    """Somebody asks for a loan, borrowing or assisted; `source`: the union's own money, None: a bank's.

    `use`: what for, in their words.

    Raises OverLimitError, MonthsRefusedError, AmountRefusedError, UnknownWordError.
    """
    ensure_known("kind of loan", kind, rules()["loans"]["limits_fen"])
    ensure_positive(amount_fen)
    if not 1 <= months <= rules()["loans"]["longest_months"]:
        raise MonthsRefusedError(f"a loan runs for 1 to {rules()['loans']['longest_months']} months")
    if source is not None:
        facts = {"programme": "loan", "source": source, "purpose": "other"}
        check_facts("fund_used", facts, person=None, quantity=None, amount_fen=amount_fen)
    await _ensure_within_limit(session, person_id, kind, amount_fen)
    office = await session.get_one(Office, office_id)
    loan = Loan(
        id=session.new_id(),
        person_id=person_id,
        office_id=office.id,
        region=office.region,
        kind=kind,
        guaranteed=guaranteed,
        amount_fen=amount_fen,
        months=months,
        source=source,
        state=L.APPLIED,
        state_since=session.now,
        applied_on=session.today,
    )
    loan.set_use(session, use)
    session.add(loan)
    record(session, actor=officer_id, action="loans.applied", subject=f"loans:{loan.id}")
    await session.flush()
    return loan


async def room_of(session: ReadSession, person_id: int, kind: str) -> int:
    """How much more may be lent to the person, in fen."""
    return max(0, int(rules()["loans"]["limits_fen"][kind]) - await owed_by(session, person_id))


async def _ensure_within_limit(session: Session, person_id: int, kind: str, amount_fen: int) -> None:
    """What is still owed counts: two small loans are no way round the limit."""
    await session.get_one(Person, person_id, with_for_update=True)
    limit = rules()["loans"]["limits_fen"][kind]
    owed = await owed_by(session, person_id)
    if owed + amount_fen > limit:
        raise OverLimitError(
            f"the limit of a {kind} is {limit // 100} yuan and {owed // 100} are still owed; "
            f"ask for at most {max(0, limit - owed) // 100}"
        )


async def _ensure_not_own(session: Session, loan: Loan, officer_id: int) -> None:
    """Neither the officer's own, nor of somebody in the same family file."""
    family = await live_file_of(session, loan.person_id)
    await ensure_not_own(
        session, officer_id, [loan.person_id, *(await family_of(session, family.id) if family else ())]
    )


async def grant_loan(session: Session, loan: Loan, *, officer_id: int) -> None:
    """The money goes out: it is counted, a union's own leaves its fund, the repayment file begins.

    Raises OwnCaseError, OverLimitError, FundBelowZeroError, MoveRefusedError.
    """
    await _ensure_not_own(session, loan, officer_id)
    await lock(session, loan)
    if not can_move(L(loan.state), L.GRANTED):
        raise MoveRefusedError(loan.__tablename__, loan.state, L.GRANTED)
    await _ensure_within_limit(session, loan.person_id, loan.kind, loan.amount_fen)
    if loan.source is not None:
        await funds.use(
            session, _purse(loan), loan.amount_fen, purpose="other", person_id=loan.person_id, officer_id=officer_id
        )
    await move(session, loan, L.GRANTED, actor=officer_id)
    loan.granted_on = session.today
    session.add_all(schedule(session, loan))
    facts = {"loan": loan.kind, "guaranteed": loan.guaranteed}
    await note(session, loan.person_id, loan, "loan_granted", facts, amount_fen=loan.amount_fen)
    await session.flush()
    await _tell(session, loan, "notice.loan_granted")


async def _tell(session: Session, loan: Loan, key: str) -> None:
    office = await session.get_one(Office, loan.office_id)
    await tell(session, loan.person_id, key, office=office.name, yuan=yuan(loan.amount_fen), n=loan.months)


def _purse(loan: Loan) -> Purse:
    return Purse(loan.office_id, "loan", loan.source or "")


async def refuse_loan(session: Session, loan: Loan, *, officer_id: int, why: str) -> None:
    """No loan, for a reason in a word; the person hears it."""
    ensure_known("reason", why, rules()["refused_for"])
    await move(session, loan, L.REFUSED, actor=officer_id, why=why)
    await _tell(session, loan, "notice.loan_refused")


async def withdraw_loan(session: Session, loan: Loan, *, actor: int) -> None:
    """Who asked does not want it any more. Raises MoveRefusedError (granted before)."""
    await lock(session, loan)
    await move(session, loan, L.WITHDRAWN, actor=actor, why="own_wish")


async def repay(session: Session, loan: Loan, amount_fen: int, *, officer_id: int, on: date | None = None) -> int:
    """Money came back: the oldest parts are paid first; what is still owed, in fen.

    Raises OwnCaseError, OverpaidError, AmountRefusedError, MoveRefusedError (a loan that is not granted).
    """
    await _ensure_not_own(session, loan, officer_id)
    ensure_positive(amount_fen)
    await lock(session, loan)
    if loan.state != L.GRANTED:
        raise MoveRefusedError(loan.__tablename__, loan.state, L.REPAID)
    parts = await repayment_file(session, loan)
    owed = sum(part.due_fen - part.paid_fen for part in parts)
    if amount_fen > owed:
        raise OverpaidError
    left = amount_fen
    for part in parts:
        paid = min(left, part.due_fen - part.paid_fen)
        part.paid_fen += paid
        left -= paid
        if paid and part.paid_fen == part.due_fen:
            part.paid_on = on or session.today
    record(session, actor=officer_id, action="loans.paid_back", subject=f"loans:{loan.id}")
    if loan.source is not None:
        await funds.give_back(session, _purse(loan), amount_fen, officer_id=officer_id)
    if amount_fen == owed:
        await move(session, loan, L.REPAID, actor=officer_id)
    await session.flush()
    return owed - amount_fen


def read_use(session: Session, loan: Loan, *, officer_id: int) -> str:
    """What the money is for, for an officer who decides; that it was read is in the audit."""
    record(session, actor=officer_id, action="loans.read", subject=f"loans:{loan.id}")
    return loan.use(session)


async def loans_of(session: ReadSession, person_id: int) -> list[Loan]:
    """What the person has asked for or still owes, the newest first."""
    live = select(Loan).where(Loan.person_id == person_id, Loan.state.in_((L.APPLIED, L.GRANTED)))
    return list(await session.scalars(live.order_by(Loan.id.desc())))


def asked(region: str) -> Select[Loan]:
    """Loans that wait for a yes or no, the oldest first."""
    query = select(Loan).where(Loan.state == L.APPLIED)
    return visible_to(query, Loan.region, region).order_by(Loan.id)


async def note_jobs(session: Session, loan: Loan, quantity: int, *, officer_id: int) -> CreatedJobs:
    """Jobs that the loan made, without the owner's. Raises MoveRefusedError (not granted), AmountRefusedError."""
    if loan.state not in (L.GRANTED, L.REPAID):
        raise MoveRefusedError(loan.__tablename__, loan.state, "jobs")
    return await count_jobs(session, loan.person_id, loan, quantity, via="loan", officer_id=officer_id)
