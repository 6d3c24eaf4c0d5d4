"""The repayment file of a loan: its parts, what is due, what is still owed."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Select, func, select

from models.database import ReadSession, Session
from models.loans import Instalment, Loan
from models.regions import visible_to
from models.states import LoanState


def schedule(session: Session, loan: Loan) -> list[Instalment]:
    """Equal parts, each month on the day of the grant; the last takes what does not divide."""
    part, rest = divmod(loan.amount_fen, loan.months)
    return [
        Instalment(
            id=session.new_id(),
            loan_id=loan.id,
            number=number,
            due_on=months_after(session.today, number),
            due_fen=part + (rest if number == loan.months else 0),
            paid_fen=0,
        )
        for number in range(1, loan.months + 1)
    ]


def months_after(day: date, months: int) -> date:
    """The same day some months on; where that month is shorter, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - date(year, month + 1, 1)).days
    return date(year, month + 1, min(day.day, last))


async def repayment_file(session: ReadSession, loan: Loan) -> list[Instalment]:
    """The parts of the loan, the oldest first."""
    query = select(Instalment).where(Instalment.loan_id == loan.id).order_by(Instalment.number)
    return list(await session.scalars(query))


async def next_part(session: ReadSession, loan: Loan) -> Instalment | None:
    """The oldest part that is not paid in full."""
    return next((part for part in await repayment_file(session, loan) if part.paid_fen < part.due_fen), None)


async def owed_by(session: ReadSession, person_id: int) -> int:
    """What the person still owes of all loans, in fen."""
    query = (
        select(func.sum(Instalment.due_fen - Instalment.paid_fen))
        .join(Loan, Loan.id == Instalment.loan_id)
        .where(Loan.person_id == person_id, Loan.state == LoanState.GRANTED)
    )
    return int(await session.scalar(query) or 0)


def overdue(today: date, region: str) -> Select[Loan]:
    """Loans of which a part is past its day."""
    return due_by(today - timedelta(days=1), region)


def due_by(day: date, region: str) -> Select[Loan]:
    """Loans of which a part is due until this day and not paid in full."""
    due = select(Instalment.loan_id).where(Instalment.due_on <= day, Instalment.paid_fen < Instalment.due_fen)
    query = visible_to(select(Loan).where(Loan.state == LoanState.GRANTED, Loan.id.in_(due)), Loan.region, region)
    return query.order_by(Loan.id)
