"""实名制花名册: who stands behind a figure, once where persons are counted, masked unless contacts are asked for."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from house import add_office, add_person

from app.roster import Line, NobodyBehindError, as_workbook, roster_of
from models.database import Database
from reports.explain import explain
from services.ledger import Fact, append, append_about

WORK = {"how": "introduced", "evidence": "both"}
NAMES = ("=王小明", "李梅")


@pytest.fixture
async def filled(database: Database) -> Database:
    """=王小明 placed twice in two counties, 李梅 once, one whom nobody knows any more, and money raised."""
    async with database.write() as session:
        office = await add_office(session, "410105")
        people = [await add_person(session, name=name, phone=f"1380013800{n}") for n, name in enumerate(NAMES)]
        for number, (person, region) in enumerate([(0, "410105"), (0, "410102"), (1, "410105")]):
            await append_about(
                session,
                people[person].id,
                fact(f"k{number}", "placement_started", region, day=1 + number, office=office.id, facts=WORK),
                groups=("migrant",),
            )
        await append(session, fact("gone", "placement_started", "410105", day=9, person="f" * 32, facts=WORK))
        source = {"programme": "training_employment", "source": "union"}
        await append(session, fact("money", "fund_raised", "410105", facts=source, amount=5))
    return database


def fact(key: str, kind: str, region: str, *, day: int = 1, office: int | None = None, **more: Any) -> Fact:
    return Fact(
        key=key,
        kind=kind,
        occurred_on=date(2014, 3, day),
        region=region,
        source=f"records:{key}",
        office_id=office,
        person=more.get("person"),
        facts=more["facts"],
        amount_fen=more.get("amount"),
    )


async def lines(database: Database, item: str, region: str = "410100", *, contacts: bool = False) -> list[Line]:
    async with database.read() as session:
        found = await explain(session, "form1-2014", region, "2014-annual", item)
        return await roster_of(session, found, contacts=contacts)


async def test_a_person_stands_once_in_the_subtree_with_the_first_of_their_entries(filled: Database) -> None:
    found = await lines(filled, "2")
    assert [(line.day.day, line.region) for line in found] == [(1, "410105"), (3, "410105"), (9, "410105")]
    assert [line.region for line in await lines(filled, "2", "410102")] == ["410102"]


async def test_names_and_phones_are_masked_unless_they_are_asked_for(filled: Database) -> None:
    assert [(line.name, line.phone) for line in await lines(filled, "2.1")] == [
        ("=***", "138****8000"),
        ("李*", "138****8001"),
    ]
    clear = await lines(filled, "2.1", contacts=True)
    assert [(line.name, line.phone) for line in clear] == [("=王小明", "13800138000"), ("李梅", "13800138001")]


async def test_who_had_everything_deleted_still_counts_and_has_no_name(filled: Database) -> None:
    assert [(line.name, line.phone) for line in await lines(filled, "2")][-1] == ("（已删除）", "")


async def test_money_has_nobody_behind_it(filled: Database) -> None:
    with pytest.raises(NobodyBehindError, match="5"):
        await lines(filled, "5")


async def test_the_sheet_computes_nothing_and_words_the_groups_as_the_form(filled: Database) -> None:
    async with filled.read() as session:
        found = await explain(session, "form1-2014", "410100", "2014-annual", "2.1")
    written = openpyxl.load_workbook(BytesIO(as_workbook(found, await lines(filled, "2.1", contacts=True))))
    rows = [[cell.value for cell in row] for row in written.worksheets[0].iter_rows()]
    assert rows[2][:4] == ["序号", "姓名", "联系电话", "人员类别"]
    assert rows[3][:5] == ["1", "=王小明", "13800138000", "农民工", "2014-03-01"]
    assert all(cell.data_type != "f" for row in written.worksheets[0].iter_rows() for cell in row)
    assert "共2行" in rows[1][0]
