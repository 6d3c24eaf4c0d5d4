"""An office enters its money by a sentence, read back first; it is there for vouchers and counts in the forms once."""

from __future__ import annotations

import pytest
from house import add_office, add_officer
from sqlalchemy import select
from stage import Stage, spoken

from models.database import Database
from models.ledger import LedgerEntry
from models.offices import Role
from services.funds import Purse, balance_of


@pytest.fixture
async def offices(database: Database) -> tuple[int, int, int, int]:
    """Zhengzhou's office and its clerk, 金水's office, an auditor."""
    async with database.write() as session:
        city, county = [await add_office(session, code) for code in ("410100", "410105")]
        clerk, auditor = [(await add_officer(session, city, role)).id for role in (Role.STAFF, Role.AUDITOR)]
    return city.id, clerk, county.id, auditor


async def left(database: Database, office: int, programme: str, source: str) -> int:
    async with database.read() as session:
        return await balance_of(session, Purse(office, programme, source))


async def told(database: Database) -> list[tuple[str, int | None]]:
    async with database.read() as session:
        rows = await session.scalars(select(LedgerEntry).order_by(LedgerEntry.id))
        return [(row.kind, row.amount_fen) for row in rows]


async def test_money_is_raised_once_however_often_it_is_pressed(
    database: Database, offices: tuple[int, int, int, int]
) -> None:
    city, clerk, _, _ = offices
    stage = Stage(database)
    assert "还没有登记资金" in spoken(await stage.say(clerk, "资金"))
    asked = (await stage.say(clerk, "筹资 培训 工会 ５万元"))[-1]
    assert "50000元，计入报表" in asked.text
    assert await left(database, city, "training_employment", "union") == 0, "nothing before it is confirmed"
    assert "现在余额 50000元" in spoken(await stage.say(clerk, "1"))
    again = await stage.say(clerk, choice="1", message=asked.id)
    assert "已经处理过" in spoken(again)
    assert await left(database, city, "training_employment", "union") == 5_000_000
    assert await told(database) == [("fund_raised", 5_000_000)]
    assert "培训就业 工会 50000元" in spoken(await stage.say(clerk, "资金"))


async def test_money_is_handed_down_to_an_office_below_and_never_more_than_there_is(
    database: Database, offices: tuple[int, int, int, int]
) -> None:
    city, clerk, county, _ = offices
    stage = Stage(database)
    await stage.say(clerk, "筹资 培训 中央 100元")
    await stage.say(clerk, "1")
    assert "拨给哪个下级" in spoken(await stage.say(clerk, "拨款 培训 中央 50元 到 洛阳"))
    assert "给410105工会" in spoken(await stage.say(clerk, "拨款 培训 中央 60.5元 到 金水"))
    assert "余额 39.50元" in spoken(await stage.say(clerk, "对，记上"))
    assert await left(database, county, "training_employment", "central") == 6_050
    await stage.say(clerk, "拨款 培训 中央 40元 到 金水")
    assert "余额不够" in spoken(await stage.say(clerk, "1"))
    assert await left(database, city, "training_employment", "central") == 3_950


@pytest.mark.parametrize("words", ["筹资 培训 工会", "筹资 旅游 工会 5元", "筹资 培训 彩票 5元", "筹资 培训 工会 -5元"])
async def test_half_a_sentence_changes_nothing_and_says_how(
    database: Database, offices: tuple[int, int, int, int], words: str
) -> None:
    assert "筹到钱写" in spoken(await Stage(database).say(offices[1], words))
    assert await told(database) == []


async def test_government_money_is_for_tuition_and_an_auditor_enters_none(
    database: Database, offices: tuple[int, int, int, int]
) -> None:
    _, clerk, _, auditor = offices
    stage = Stage(database)
    await stage.say(clerk, "筹资 培训 政府 5元")
    assert "只用于助学" in spoken(await stage.say(clerk, "1"))
    await stage.say(clerk, "筹资 助学 政府 0元")
    assert "大于 0" in spoken(await stage.say(clerk, "1"))
    assert "只能查看" in spoken(await stage.say(auditor, "筹资 培训 工会 5元"))
    assert await told(database) == []
