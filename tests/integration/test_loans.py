"""Small loans: within the limit, out of the fund, repaid by a file; jobs that the money made."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from families_house import entries, later, rich, union
from house import add_person

from models.database import Database, Session
from models.errors import FactsRefusedError, MoveRefusedError
from models.loans import Loan
from models.offices import Office
from models.people import Person
from models.states import LoanState
from services import funds, instalments, loans
from services.casework import AmountRefusedError, UnknownWordError
from services.funds import Purse
from services.people import Group, join_group

YUAN = 100


async def asked(session: Session, office: Office, officer: Person, person: Person, **given: Any) -> Loan:
    usual = {"kind": "loan", "amount_fen": 30_000 * YUAN, "months": 12}
    return await loans.apply_for_loan(session, person.id, office_id=office.id, officer_id=officer.id, **(usual | given))


async def town(session: Session) -> tuple[Office, Person, Person]:
    office, officer = await union(session)
    person = await add_person(session, name="王大山")
    await join_group(session, person.id, Group.MIGRANT)
    await session.flush()
    return office, officer, person


async def test_a_loan_is_counted_when_it_is_granted_and_its_file_begins(database: Database) -> None:
    async with database.write() as session:
        office, officer, person = await town(session)
        loan = await asked(session, office, officer, person, months=7, guaranteed=True)
        assert await entries(session, "loan_granted") == []
        await loans.grant_loan(session, loan, officer_id=officer.id)
        (entry,) = await entries(session, "loan_granted")
        assert (entry.facts, entry.amount_fen, entry.groups) == (
            {"loan": "loan", "guaranteed": True},
            3_000_000,
            ["migrant"],
        )
        parts = await instalments.repayment_file(session, loan)
        assert sum(part.due_fen for part in parts) == 3_000_000, "not a fen is lost by dividing"
        assert [part.due_on.month for part in parts] == [12, 1, 2, 3, 4, 5, 6]
        with pytest.raises(MoveRefusedError):
            await loans.grant_loan(session, loan, officer_id=officer.id)
        assert len(await entries(session, "loan_granted")) == 1


async def test_over_the_limit_is_refused_with_what_is_possible(database: Database) -> None:
    async with database.write() as session:
        office, officer, person = await town(session)
        with pytest.raises(loans.OverLimitError, match=r"limit of a loan is 50000 yuan.*at most 50000"):
            await asked(session, office, officer, person, amount_fen=50_000 * YUAN + 1)
        first = await asked(session, office, officer, person)
        await loans.grant_loan(session, first, officer_id=officer.id)
        with pytest.raises(loans.OverLimitError, match="30000 are still owed; ask for at most 20000"):
            await asked(session, office, officer, person, amount_fen=20_001 * YUAN)
        await loans.repay(session, first, 10_000 * YUAN, officer_id=officer.id)
        await asked(session, office, officer, person, amount_fen=30_000 * YUAN)
        with pytest.raises(loans.OverLimitError):
            await asked(session, office, officer, person, kind="borrowing", amount_fen=30_000 * YUAN)


async def test_two_applications_within_the_limit_are_not_both_granted_over_it(database: Database) -> None:
    async with database.write() as session:
        office, officer, person = await town(session)
        both = [await asked(session, office, officer, person) for _ in range(2)]

    async def grant(loan_id: int) -> None:
        async with database.write() as session:
            await loans.grant_loan(session, await session.get_one(Loan, loan_id), officer_id=officer.id)

    answers = await asyncio.gather(*(grant(loan.id) for loan in both), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "OverLimitError"]
    async with database.write() as session:
        assert len(await entries(session, "loan_granted")) == 1
        assert await instalments.owed_by(session, person.id) == 30_000 * YUAN


async def test_the_unions_own_money_leaves_its_fund_and_comes_back(database: Database) -> None:
    async with database.write() as session:
        office, officer, person = await town(session)
        purse = await rich(session, office, "loan", 25_000 * YUAN)
        big = await asked(session, office, officer, person, kind="borrowing", source="union")
        with pytest.raises(funds.FundBelowZeroError):
            await loans.grant_loan(session, big, officer_id=officer.id)
        assert big.state == LoanState.APPLIED
        assert await entries(session, "loan_granted", "fund_used") == []
        small = await asked(session, office, officer, person, kind="borrowing", source="union", amount_fen=2_000_000)
        await loans.grant_loan(session, small, officer_id=officer.id)
        assert await funds.balance_of(session, purse) == 5_000 * YUAN
        await loans.repay(session, small, 2_000 * YUAN, officer_id=officer.id)
        assert await funds.balance_of(session, Purse(office.id, "loan", "union")) == 7_000 * YUAN
        assert len(await entries(session, "fund_raised")) == 1


async def test_the_oldest_part_is_repaid_first_and_the_last_ends_the_loan(database: Database) -> None:
    async with database.write() as session:
        office, officer, person = await town(session)
        loan = await asked(session, office, officer, person, amount_fen=30_000, months=3)
        await loans.grant_loan(session, loan, officer_id=officer.id)
        assert await loans.repay(session, loan, 15_000, officer_id=officer.id) == 15_000
        parts = await instalments.repayment_file(session, loan)
        assert [(part.paid_fen, part.paid_on) for part in parts] == [(10_000, session.today), (5_000, None), (0, None)]
        with pytest.raises(loans.OverpaidError):
            await loans.repay(session, loan, 15_001, officer_id=officer.id)
        assert await loans.repay(session, loan, 15_000, officer_id=officer.id) == 0
        assert loan.state == LoanState.REPAID
        with pytest.raises(MoveRefusedError):
            await loans.repay(session, loan, 1, officer_id=officer.id)


async def test_a_part_past_its_day_is_overdue_at_the_desk_of_its_region(database: Database) -> None:
    async with database.write() as session:
        office, officer, person = await town(session)
        loan = await asked(session, office, officer, person, amount_fen=30_000, months=3)
        await loans.grant_loan(session, loan, officer_id=officer.id)
        assert list(await session.scalars(instalments.overdue(session.today, "410000"))) == []
    later(database, 32)
    async with database.write() as session:
        assert [row.id for row in await session.scalars(instalments.overdue(session.today, "410000"))] == [loan.id]
        assert list(await session.scalars(instalments.overdue(session.today, "420000"))) == []
        await loans.repay(session, await session.get_one(Loan, loan.id), 10_000, officer_id=officer.id)
        assert list(await session.scalars(instalments.overdue(session.today, "410000"))) == []


async def test_jobs_by_a_loan_are_counted_without_a_loan_they_are_not(database: Database) -> None:
    async with database.write() as session:
        office, officer, person = await town(session)
        loan = await asked(session, office, officer, person)
        with pytest.raises(MoveRefusedError):
            await loans.note_jobs(session, loan, 3, officer_id=officer.id)
        await loans.grant_loan(session, loan, officer_id=officer.id)
        await loans.note_jobs(session, loan, 3, officer_id=officer.id)
        with pytest.raises(AmountRefusedError):
            await loans.note_jobs(session, loan, 0, officer_id=officer.id)
        (entry,) = await entries(session, "jobs_created")
        assert (entry.quantity, entry.facts) == (3, {"via": "loan"})


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"amount_fen": 0}, AmountRefusedError),
        ({"months": 0}, loans.MonthsRefusedError),
        ({"months": 37}, loans.MonthsRefusedError),
        ({"kind": "gift"}, UnknownWordError),
        ({"source": "government"}, FactsRefusedError),
    ],
    ids=str,
)
async def test_what_is_no_proper_application_is_refused(
    database: Database, given: dict[str, Any], error: type[Exception]
) -> None:
    async with database.write() as session:
        office, officer, person = await town(session)
        with pytest.raises(error):
            await asked(session, office, officer, person, **given)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 11, 30), 1, date(2026, 12, 30)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
        (date(2026, 10, 31), 3, date(2027, 1, 31)),
    ],
)
def test_months_after_a_day(day: date, months: int, expected: date) -> None:
    assert instalments.months_after(day, months) == expected
