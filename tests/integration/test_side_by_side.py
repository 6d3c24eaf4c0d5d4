"""A region beside those below it, and a period beside another: what differs, and why."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from house import add_person

from models.database import Database
from models.filings import Filing
from models.states import FilingState
from reports.children import Family, Why, compute_children
from reports.comparison import compare, render_comparison
from reports.errors import ReportRefusedError
from reports.report import compute
from reports.side_by_side import render_children
from services.ledger import Fact, append

CITY, JINSHUI, GUANCHENG = "410100", "410105", "410104"
T = {"course_type": "skill"}
WORK = {"how": "introduced", "evidence": "both"}


@pytest.fixture
async def filled(database: Database) -> Database:
    """王 was trained in two counties and placed in the other one; 李 in one; 赵 by the city itself; money twice."""
    async with database.write() as session:
        for number, (kind, region, person, facts, amount) in enumerate(
            [
                ("training_completed", JINSHUI, "wang", T, None),
                ("training_completed", GUANCHENG, "wang", T, None),
                ("training_completed", JINSHUI, "li", T, None),
                ("training_completed", CITY, "zhao", T, None),
                ("placement_started", CITY, "li", WORK, None),
                ("fund_raised", JINSHUI, None, {"programme": "training_employment", "source": "union"}, 300),
                ("fund_raised", CITY, None, {"programme": "training_employment", "source": "union"}, 50),
                ("event_held", GUANCHENG, None, {"event": "fair"}, None),
            ]
        ):
            await append(session, fact(f"k{number}", kind, region, person, facts, amount))
    return database


def fact(
    key: str, kind: str, region: str, person: str | None, facts: dict[str, Any], amount: int | None, year: int = 2014
) -> Fact:
    day = date(year, 3, 1)
    source = f"records:{key}"
    return Fact(
        key=key, kind=kind, occurred_on=day, region=region, source=source, person=person, facts=facts, amount_fen=amount
    )


async def family(database: Database, region: str = CITY, period: str = "2014-annual") -> Family:
    async with database.read() as session:
        return await compute_children(session, "form1-2014", region, period)


async def test_why_the_parent_is_not_the_sum_of_its_children(filled: Database) -> None:
    found = await family(filled)
    assert (found.own["1"], found.figures[JINSHUI]["1"], found.figures[GUANCHENG]["1"]) == (3, 2, 1)
    assert found.why["1"] == Why(total=3, repeated=1, only_here=1)
    assert found.own["1.7"] == 1, "trained in the county, placed by the city: true only for the city"
    assert found.figures[JINSHUI]["1.7"] is None, "no placement was ever recorded there"
    assert found.why["1.7"] == Why(total=0, repeated=0, only_here=1)
    assert found.why["5"] == Why(total=300, repeated=0, only_here=50)


async def test_one_person_in_two_counties_is_repeated_in_a_sum_too(database: Database) -> None:
    async with database.write() as session:
        for key, region in (("a", JINSHUI), ("b", GUANCHENG)):
            await append(session, fact(key, "service_given", region, "wang", {"service": "rights"}, None))
        found = await compute_children(session, "form1-2014", CITY, "2014-annual")
    assert found.own["4"] == 1
    assert found.why["4"] == Why(total=2, repeated=1, only_here=0)


async def test_each_child_has_the_figures_and_the_nulls_of_its_own_report(filled: Database) -> None:
    found = await family(filled)
    async with filled.read() as session:
        for place in found.places:
            alone = await compute(session, "form1-2014", place.adcode, "2014-annual")
            assert found.figures[place.adcode] == alone.figures, place.name
        assert found.own == (await compute(session, "form1-2014", CITY, "2014-annual")).figures
    assert found.figures[GUANCHENG]["5"] is None


async def test_the_stock_of_form_two_is_counted_where_the_graduate_is_at_home(database: Database) -> None:
    graduate = {"graduated_on": "2014-07-01", "home_region": GUANCHENG, "study_region": JINSHUI}
    async with database.write() as session:
        entry = fact("g", "graduate_registered", JINSHUI, "gao", graduate, None)
        values = {name: getattr(entry, name) for name in Fact.__dataclass_fields__}
        await append(session, Fact(**{**values, "groups": ("hardship_graduate",)}))
        found = await compute_children(session, "form2-2014", CITY, "2014")
        for place in found.places:
            alone = await compute(session, "form2-2014", place.adcode, "2014")
            assert found.figures[place.adcode] == alone.figures, place.name
    assert (found.own["1"], found.own["10"]) == (1, 1)


async def test_a_county_that_has_filed_is_counted_as_reported(filled: Database) -> None:
    moment = datetime(2014, 12, 1, tzinfo=UTC)
    async with filled.write() as session:
        for number, (region, state) in enumerate(
            [(JINSHUI, FilingState.SUBMITTED), (GUANCHENG, FilingState.RETURNED)], 1
        ):
            filing = Filing(id=number, form="form1-2014", region=region, period="2014-annual", revision=1, state=state)
            filing.by_hand, filing.figures, filing.confirmed, filing.explained, filing.checks = False, {}, {}, {}, []
            filing.entries, filing.narrative, filing.recorded_until, filing.submitted_at = 0, "", moment, moment
            filing.state_since = moment
            filing.before_hash = filing.hash = bytes(32)
            filing.submitted_by = (await add_person(session)).id
            session.add(filing)
    found = await family(filled)
    assert found.reported == {JINSHUI}
    told = render_children(found, "txt", "郑州市")
    assert "已报送 1 个" in told
    assert "管城回族区*" in told


async def test_side_by_side_for_machines(filled: Database) -> None:
    found = await family(filled)
    data = json.loads(render_children(found, "json", ""))
    assert data["why"]["1"] == {"sum": 3, "repeated": 1, "only_here": 1}
    assert data["children"][GUANCHENG]["5"] is None
    rows = list(csv.reader(io.StringIO(render_children(found, "csv", ""))))
    assert rows[1][:6] == ["1", "已开展职业技能培训（人）", "3", "3", "1", "1"]


async def test_a_county_has_nothing_below(filled: Database) -> None:
    with pytest.raises(ReportRefusedError, match="no region below"):
        await family(filled, JINSHUI)


async def test_two_periods_side_by_side(filled: Database) -> None:
    async with filled.write() as session:
        for number in range(2):
            await append(session, fact(f"old{number}", "training_completed", CITY, f"p{number}", T, None, year=2013))
    async with filled.read() as session:
        now = await compute(session, "form1-2014", CITY, "2014-annual")
        then = await compute(session, "form1-2014", CITY, "2013-annual")
    changes = {change.item.code: change for change in compare(now, then)}
    one, money = changes["1"], changes["5"]
    assert (one.now, one.then, one.difference, one.percent, one.is_jump) == (3, 2, 1, 50.0, False)
    assert (money.now, money.then, money.difference, money.percent, money.is_jump) == (350, None, None, None, False)
    assert changes["1.4"].difference == 0
    told = render_comparison(now, then, "txt", "郑州市")
    assert "尚未登记" in told
    data = json.loads(render_comparison(now, then, "json", ""))
    assert data["items"]["1"] == {"now": 3, "then": 2, "difference": 1, "percent": 50.0, "explain": False}


async def test_more_than_half_wants_a_word(filled: Database) -> None:
    async with filled.write() as session:
        await append(session, fact("old", "training_completed", CITY, "p", T, None, year=2013))
    async with filled.read() as session:
        now = await compute(session, "form1-2014", CITY, "2014-annual")
        then = await compute(session, "form1-2014", CITY, "2013-annual")
        stage = await compute(session, "form1-2014", JINSHUI, "2014-stage")
    assert {change.item.code for change in compare(now, then) if change.is_jump} == {"1", "4"}
    assert "须说明" in render_comparison(now, then, "txt", "郑州市")
    with pytest.raises(ReportRefusedError, match="one form and region"):
        compare(now, stage)
