"""A programme's progress from a real ledger: its own region has the target, a region in it its own figures."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from app.commands.programme_ import _data, _told
from models.database import Database
from reports.errors import ReportRefusedError
from reports.programme_files import UnknownProgrammeError, load_programme
from reports.programmes import progress
from services.ledger import Fact, append

FAIRS = load_programme("shanghai-2009-fairs")


@pytest.fixture
async def filled(database: Database) -> Database:
    """Two venues, two received, one of them with an intent."""
    async with database.write() as session:
        for number, (kind, region, person, facts) in enumerate(
            [
                ("event_held", "310115", None, {"event": "fair"}),
                ("event_held", "310104", None, {"event": "fair"}),
                ("seeker_received", "310115", "wang", {}),
                ("seeker_received", "310115", "li", {}),
                ("intent_made", "310104", "wang", {}),
            ]
        ):
            day, source = date(2009, 3, 1 + number), f"fairs:{number}"
            await append(
                session,
                Fact(
                    key=f"k{number}",
                    kind=kind,
                    occurred_on=day,
                    region=region,
                    source=source,
                    person=person,
                    facts=facts,
                ),
            )
    return database


async def figures(database: Database, region: str, day: date = date(2009, 6, 30)) -> Any:
    async with database.read() as session:
        return await progress(session, FAIRS, region, day)


async def test_the_programmes_own_region_has_the_targets(filled: Database) -> None:
    found = await figures(filled, "310000")
    venues = next(one for one in found.standings if one.item.code == "venues")
    assert (venues.figure, venues.target, venues.percent) == (2, 5, 40.0)
    assert [(one.part, one.whole, one.value) for one in found.rates] == [(1, 2, 50.0)]
    assert round(found.pace, 2) == 0.5
    told = _told(found)
    assert "40.0%" in told
    assert "尚未登记" in told, "no posts were ever recorded"
    assert json.loads(json.dumps(_data(found)))["indicators"]["posts"]["figure"] is None


async def test_a_region_in_it_has_its_own_figures_and_no_target(filled: Database) -> None:
    found = await figures(filled, "310115")
    venues = next(one for one in found.standings if one.item.code == "venues")
    assert (venues.figure, venues.target) == (1, None)
    assert [(one.part, one.whole) for one in found.rates] == [(0, 2)], "the intent was made elsewhere"
    assert "0.0%" in _told(found)


async def test_a_rate_of_nothing_is_no_number(filled: Database) -> None:
    found = await figures(filled, "310104")
    assert [(one.whole, one.value) for one in found.rates] == [(0, None)]


async def test_what_lies_elsewhere_or_before_is_refused(filled: Database) -> None:
    with pytest.raises(ReportRefusedError, match="does not lie"):
        await figures(filled, "410000")
    with pytest.raises(ReportRefusedError, match="begins on"):
        await figures(filled, "310000", date(2008, 12, 31))
    with pytest.raises(UnknownProgrammeError, match="programme list"):
        load_programme("shanghai-1909")


async def test_a_programme_that_is_over_stays_as_it_was_on_its_last_day(filled: Database) -> None:
    found = await figures(filled, "310000", date(2020, 1, 1))
    assert (found.day, found.pace) == (date(2009, 12, 31), 1.0)
    assert all(one.forecast is None for one in found.standings)
