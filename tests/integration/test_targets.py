"""Targets are handed down: to regions below, the latest counts, and too little or too much is shown."""

from __future__ import annotations

from datetime import date

import pytest

from models.database import Database
from reports.errors import ReportRefusedError
from reports.programme_files import load_programme
from reports.programmes import progress
from reports.targets import handed_down, set_target

HENAN = load_programme("henan-2009")
AIDED = 1_000_000


async def hand_down(database: Database, region: str, target: int | None, indicator: str = "aided") -> None:
    async with database.write() as session:
        await set_target(session, HENAN, indicator, region, target, by=None)


async def told(database: Database, region: str = "410000") -> tuple[int | None, dict[str, int], int | None]:
    async with database.read() as session:
        found = {one.indicator: one for one in await handed_down(session, HENAN, region)}["aided"]
    return found.own, dict(found.below), found.difference


async def test_the_sum_of_what_was_handed_down_beside_the_target(database: Database) -> None:
    assert await told(database) == (AIDED, {}, None)
    await hand_down(database, "410100", 600_000)
    assert await told(database) == (AIDED, {"410100": 600_000}, -400_000)
    await hand_down(database, "410300", 500_000)
    assert await told(database) == (AIDED, {"410100": 600_000, "410300": 500_000}, 100_000)


async def test_the_latest_counts_and_one_that_was_taken_back_does_not(database: Database) -> None:
    await hand_down(database, "410100", 1)
    await hand_down(database, "410100", 2)
    await hand_down(database, "410300", 3)
    await hand_down(database, "410300", None)
    assert await told(database) == (AIDED, {"410100": 2}, 2 - AIDED)


async def test_a_city_hands_down_its_own_and_its_progress_has_its_target(database: Database) -> None:
    await hand_down(database, "410100", 100)
    await hand_down(database, "410105", 40)
    assert await told(database, "410100") == (100, {"410105": 40}, -60)
    async with database.read() as session:
        found = await progress(session, HENAN, "410105", date(2009, 6, 30))
    assert {one.item.code: one.target for one in found.standings if one.target is not None} == {"aided": 40}


@pytest.mark.parametrize(
    ("region", "indicator", "target", "why"),
    [
        ("410000", "aided", 1, "below 410000"),
        ("110000", "aided", 1, "below 410000"),
        ("41", "aided", 1, "unknown region"),
        ("410100", "helped", 1, "no indicator"),
        ("410100", "aided", -1, "neither negative"),
        ("410100", "aided", 10**30, "nor larger"),
    ],
)
async def test_what_cannot_be_handed_down_is_refused(
    database: Database, region: str, indicator: str, target: int, why: str
) -> None:
    with pytest.raises(ReportRefusedError, match=why):
        await hand_down(database, region, target, indicator)
