"""A fair's door: who comes in is counted once a day, somebody new is registered with one sentence."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from conftest import OpenDatabase
from fair_town import fair_town
from families_house import entries, later
from house import add_person, add_seeker
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from stage import Stage, spoken

from models.database import Database
from models.fairs import Fair, FairVisit
from models.people import Person, Seeker
from services import fair_report, fair_visits, fairs


async def test_a_visitor_is_counted_once_a_day_and_the_venue_is_held_once(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        town.fair.ends_on = session.today + timedelta(days=1)
        one, two = await add_seeker(session), await add_person(session)
        assert (await fair_visits.check_in(session, one.id, town.venue.code)).fresh
        assert not (await fair_visits.check_in(session, one.id, town.venue.code)).fresh
        assert (await fair_visits.check_in(session, two.id, town.venue.code)).fresh
        assert len(await entries(session, "visitor_received")) == 2
        (held,) = await entries(session, "event_held")
        assert held.facts == {"event": "fair", "for_graduates": False, "fair": town.fair.id}
        assert (held.source, held.region, held.person) == (f"fair_venues:{town.venue.id}", "410100", None)
    later(database, 1)
    async with database.write() as session:
        assert (await fair_visits.check_in(session, one.id, town.venue.code)).fresh, "another day"
        assert len(await entries(session, "visitor_received")) == 3
        assert len(await entries(session, "event_held")) == 1
        fair = await session.get_one(Fair, town.fair.id)
        figures = (await fair_report.report(session, fair)).total
        assert (figures.visits, figures.visitors) == (3, 2)


async def test_two_venues_are_two_events_and_one_person_is_one(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        far = await fairs.add_venue(session, town.fair, region="610200", place="铜川工人文化宫")
        one = await add_seeker(session)
        await fair_visits.check_in(session, one.id, town.venue.code)
        await fair_visits.check_in(session, one.id, far.code)
        assert len(await entries(session, "visitor_received")) == 1, "once a person and fair day"
        assert len(await entries(session, "event_held")) == 1, "nobody new came to the second"
        await fair_visits.check_in(session, (await add_seeker(session)).id, far.code)
        held = await entries(session, "event_held")
        assert {entry.region for entry in held} == {"410100"} and len(held) == 2, "both are the planning office's"


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_door_opens_on_its_days_only(database: Database, days: int) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        person = await add_person(session)
        town.fair.starts_on = town.fair.ends_on = session.today + timedelta(days=days)
        error = fairs.FairOverError if days < 0 else fairs.FairNotYetError
        with pytest.raises(error):
            await fair_visits.check_in(session, person.id, town.venue.code)
        with pytest.raises(fairs.NoSuchFairError):
            await fair_visits.check_in(session, person.id, "10001")
        assert await session.scalar(select(func.count()).select_from(FairVisit)) == 0
        assert await entries(session, "visitor_received", "event_held") == []


async def test_the_same_person_at_two_doors_at_the_same_moment_is_one_visit(open_database: OpenDatabase) -> None:
    one, two = open_database(), open_database()
    async with one.write() as session:
        town = await fair_town(session)
        seeker = await add_seeker(session)

    async def enter(database: Database) -> bool:
        try:
            async with database.write() as session:
                return (await fair_visits.check_in(session, seeker.id, town.venue.code)).fresh
        except IntegrityError:
            return False  # the turn is run again and finds the visit

    assert sorted(await asyncio.gather(enter(one), enter(two))) == [False, True]
    async with one.read() as session:
        assert len(await entries(session, "visitor_received")) == 1


async def test_somebody_new_is_in_and_registered_with_one_sentence(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        new = await add_person(session)
    stage = Stage(database)
    heard = spoken(await stage.say(new.id, f"/start fair_{town.venue.code}"))
    assert "已签到：春风行动（人民会堂）" in heard and "说一句" in heard and "随时可删" in heard
    async with database.read() as session:
        assert await session.get(Seeker, new.id) is None, "nothing is kept before the sentence"
    heard = spoken(await stage.say(new.id, "电焊工 5000"))
    assert "登记好了" in heard and "1. 12号展位 电焊工" in heard
    heard = spoken(await stage.say(new.id, "1"))
    assert "12号展位：您是1号，前面0人" in heard
    async with database.read() as session:
        assert len(await entries(session, "visitor_received")) == 1
        assert len(await entries(session, "seeker_received")) == 1
        (registered,) = await entries(session, "seeker_registered")
        assert registered.person == (await session.get_one(Person, new.id)).ledger_key
    assert "您今天已签到" in spoken(await stage.say(new.id, f"招聘会{town.venue.code}"))
    assert "取过号：1号" in spoken(await stage.say(new.id, "1"))
    assert "前面0人" in spoken(await stage.say(new.id, "我的号"))


async def test_bare_digits_are_a_door_only_where_one_has_them(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        seeker = await add_seeker(session)
    stage = Stage(database)
    assert "没有这个招聘会号码" in spoken(await stage.say(seeker.id, "招聘会10001"))
    assert "招聘会" not in spoken(await stage.say(seeker.id, "10001"))
    assert "已签到" in spoken(await stage.say(seeker.id, town.venue.code))
    assert "没有这个展位" in spoken(await stage.say(seeker.id, f"{town.venue.code}-99"))
