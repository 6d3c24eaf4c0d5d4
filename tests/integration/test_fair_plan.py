"""A fair is planned: its days, venues, booths and links; cancelled, past, and planned in the chat."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fair_town import fair_town
from families_house import later, union
from house import add_employer, add_officer, add_seeker
from sqlalchemy import select
from stage import Stage, spoken

from models.channels import Channels
from models.database import Database, Session
from models.fairs import Fair, FairVenue
from models.offices import Office
from models.states import FairState
from services import fairs, qr


async def test_a_fair_is_not_planned_for_yesterday_and_a_booth_has_one_employer(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        for first, last in ((-1, -1), (2, 1), (0, 40)):
            with pytest.raises(fairs.FairRefusedError):
                await fairs.plan(
                    session,
                    town.office,
                    officer_id=town.officer.id,
                    title="x",
                    starts_on=session.today + timedelta(days=first),
                    ends_on=session.today + timedelta(days=last),
                )
        other, _ = await add_employer(session)
        with pytest.raises(fairs.BoothTakenError):
            await fairs.add_booth(session, town.venue, other.id, number=12)
        with pytest.raises(fairs.BoothTakenError):
            await fairs.add_booth(session, town.venue, town.employer.id, number=13)
        assert (await fairs.add_booth(session, town.venue, other.id)).number == 13
        again = await fairs.add_booth(session, town.venue, town.employer.id, posts=30)
        assert (again.id, again.number, again.posts) == (town.booth.id, 12, 30)


async def test_a_cancelled_fair_opens_no_door_and_a_past_one_is_over(database: Database) -> None:
    async with database.write() as session:
        town = await fair_town(session)
        other = await fairs.plan(
            session, town.office, officer_id=town.officer.id, title="取消的", starts_on=session.today
        )
        venue = await fairs.add_venue(session, other, region="410105", place="体育馆")
        await fairs.cancel(session, other, officer_id=town.officer.id, why="weather")
        with pytest.raises(fairs.FairOverError):
            await fairs.door(session, venue.code)
        assert await fairs.close_past(session) == 0
    later(database, 1)
    async with database.write() as session:
        assert await fairs.close_past(session) == 1
        assert (await session.get_one(Fair, town.fair.id)).state == FairState.OVER
        assert (await session.get_one(Fair, other.id)).state == FairState.CANCELLED


async def test_staff_plan_a_fair_by_sentences_and_read_its_report(database: Database) -> None:
    database.channels.web_url = "https://work.example.org"
    async with database.write() as session:
        _, officer = await union(session)
        await add_employer(session, name="样例机械厂")
        outsider = await add_officer(session, await another_office(session))
    stage = Stage(database)
    async with database.read() as session:
        day = session.today
    heard = spoken(await stage.say(officer.id, f"办招聘会 春风行动 {day.month}月{day.day}日 郑州金水 人民会堂"))
    async with database.read() as session:
        venue = (await session.scalars(select(FairVenue))).one()
    assert venue.code in heard and f"https://work.example.org/chat?start=fair_{venue.code}" in heard
    assert venue.region == "410105"
    assert "没有这个招聘会号码" in spoken(await stage.say(outsider.id, f"加会场 {venue.code} 武汉洪山 体育馆"))
    assert "体育馆" in spoken(await stage.say(officer.id, f"加会场 {venue.code} 郑州中原 体育馆"))
    assert "没有这个单位" in spoken(await stage.say(officer.id, f"展位 {venue.code} 样例没有厂 3号"))
    assert "3号展位：样例机械厂" in spoken(await stage.say(officer.id, f"展位 {venue.code} 样例机械厂 3号 岗位20"))
    await stage.say(officer.id, "招聘会")
    heard = spoken(await stage.say(officer.id, "1"))
    assert "春风行动：已办0场" in heard and "用人单位1家，岗位20个" in heard and "意向率—" in heard
    assert "春风行动" in spoken(await stage.say(await a_seeker(database), "招聘会"))


async def another_office(session: Session) -> Office:
    office, _ = await union(session, "420100")
    return office


async def a_seeker(database: Database) -> int:
    async with database.write() as session:
        return (await add_seeker(session)).id


def test_links_of_doors_and_booths() -> None:
    channels = Channels(web_url="https://work.example.org")
    assert qr.fair_link(channels, "31415") == "https://work.example.org/chat?start=fair_31415"
    assert qr.fair_link(channels, "31415", 12) == "https://work.example.org/chat?start=fair_31415-12"
