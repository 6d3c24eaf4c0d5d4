"""Money of an office: raised, handed down, used; two who spend the last of it at once do not both succeed."""

from __future__ import annotations

import asyncio

import pytest
from families_house import entries, rich, union

from models.database import Database
from models.errors import FactsRefusedError
from services import funds
from services.casework import AmountRefusedError
from services.funds import Purse

TUITION = "tuition"


async def test_raised_handed_down_and_used_by_programme_source_and_purpose(database: Database) -> None:
    async with database.write() as session:
        province, officer = await union(session, "410000")
        city, _ = await union(session, "410100")
        top = await rich(session, province, TUITION, 500_00, "donation")
        await funds.allocate(session, top, 300_00, to_office_id=city.id, officer_id=officer.id)
        below = Purse(city.id, TUITION, "donation")
        await funds.use(session, below, 120_00, purpose="other", officer_id=officer.id)
        assert await funds.balance_of(session, top) == 200_00
        assert await funds.balance_of(session, below) == 180_00
        assert await funds.balance_of(session, Purse(city.id, TUITION, "union")) == 0
        raised, given, used = await entries(session, "fund_raised", "fund_allocated", "fund_used")
        assert (raised.kind, raised.region, raised.amount_fen) == ("fund_raised", "410000", 500_00)
        assert (given.kind, given.region, given.amount_fen) == ("fund_allocated", "410000", 300_00)
        assert (used.kind, used.region, used.amount_fen) == ("fund_used", "410100", 120_00)
        assert used.facts == {"programme": TUITION, "source": "donation", "purpose": "other"}
        seen = [fund.balance_fen for fund in await session.scalars(funds.funds_of("410100"))]
        assert seen == [180_00], "the city does not see the province's"


async def test_a_balance_is_the_sum_of_its_moves(database: Database) -> None:
    from sqlalchemy import select

    from models.funds import Fund, FundMove

    async with database.write() as session:
        office, officer = await union(session)
        purse = await rich(session, office, "loan", 100_00)
        await funds.use(session, purse, 70_00, purpose="other", officer_id=officer.id)
        await funds.give_back(session, purse, 20_00, officer_id=officer.id)
        fund = (await session.scalars(select(Fund))).one()
        moves = (await session.scalars(select(FundMove))).all()
        assert sum(funds.SIGN[move.kind] * move.amount_fen for move in moves) == fund.balance_fen == 50_00
        assert len(await entries(session, "fund_raised")) == 1, "what comes back was raised before"


@pytest.mark.parametrize("spend", ["use", "allocate"])
async def test_never_below_zero(database: Database, spend: str) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        other, _ = await union(session, "410200")
        purse = await rich(session, office, TUITION, 100_00)
        with pytest.raises(funds.FundBelowZeroError):
            if spend == "use":
                await funds.use(session, purse, 100_01, purpose="other", officer_id=officer.id)
            else:
                await funds.allocate(session, purse, 100_01, to_office_id=other.id, officer_id=officer.id)
        assert await funds.balance_of(session, purse) == 100_00
        assert await entries(session, "fund_used", "fund_allocated") == []
        await funds.use(session, purse, 100_00, purpose="other", officer_id=officer.id)
        assert await funds.balance_of(session, purse) == 0


async def test_two_at_once_do_not_both_spend_the_last_of_it(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        purse = await rich(session, office, TUITION, 100_00)

    async def spend() -> None:
        async with database.write() as session:
            await funds.use(session, purse, 30_00, purpose="other", officer_id=officer.id)
            await asyncio.sleep(0.01)

    answers = await asyncio.gather(*(spend() for _ in range(8)), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["FundBelowZeroError"] * 5 + ["NoneType"] * 3
    async with database.write() as session:
        assert await funds.balance_of(session, purse) == 10_00
        assert len(await entries(session, "fund_used")) == 3


async def test_two_at_once_raise_the_first_money_of_one_fund(database: Database) -> None:
    async with database.write() as session:
        office, _ = await union(session)
    purse = Purse(office.id, TUITION, "central")

    async def give() -> None:
        async with database.write() as session:
            await funds.raise_fund(session, purse, 1_00, officer_id=None)

    await asyncio.gather(*(give() for _ in range(5)))
    async with database.read() as session:
        assert await funds.balance_of(session, purse) == 5_00


async def test_unknown_money_is_refused_before_anything_changes(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        for purse in (Purse(office.id, "nothing", "union"), Purse(office.id, "loan", "government")):
            with pytest.raises(FactsRefusedError):
                await funds.raise_fund(session, purse, 100, officer_id=None)
            assert await funds.balance_of(session, purse) == 0
        purse = await rich(session, office, TUITION, 100)
        with pytest.raises(FactsRefusedError):
            await funds.use(session, purse, 50, purpose="party", officer_id=officer.id)
        for amount in (0, -1, 10**18, True):
            with pytest.raises(AmountRefusedError):
                await funds.raise_fund(session, purse, amount, officer_id=None)
        with pytest.raises(funds.SameOfficeError):
            await funds.allocate(session, purse, 50, to_office_id=office.id, officer_id=officer.id)
        assert await funds.balance_of(session, purse) == 100
