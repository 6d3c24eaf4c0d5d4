"""A business of one's own, by chat: what helps, guidance, the opening, whether it is open, the jobs that it made."""

from __future__ import annotations

import pytest
from families_house import entries, later, union
from house import add_officer, add_seeker
from stage import Stage, spoken

from jobs.casework import ask_owners
from models.database import Database
from models.offices import Role
from models.people import Person
from services import startups

PHONE = "+8613800138000"


@pytest.fixture
async def people(database: Database) -> tuple[Person, Person]:
    """The owner to be and an officer of Zhengzhou."""
    async with database.write() as session:
        office, officer = await union(session)
        owner = await add_seeker(session, "410100", phone=PHONE, name="王大山")
        project = {"title": "早餐铺", "trade": "餐饮", "capital_fen": 2_000_000, "summary": "街边小铺"}
        await startups.add_project(session, office_id=office.id, officer_id=officer.id, **project)
    return owner, officer


async def test_a_project_is_chosen_and_the_office_guides(database: Database, people: tuple[Person, Person]) -> None:
    owner, officer = people
    stage = Stage(database)
    assert "选项目" in spoken(await stage.say(owner.id, "想开店"))
    assert "早餐铺（餐饮）本钱20000元" in spoken(await stage.say(owner.id, "看项目"))
    assert "街边小铺" in spoken(await stage.say(owner.id, "1"))
    assert "创业指导" in spoken(await stage.say(owner.id, "1"))
    assert "看项目" not in spoken(await stage.say(owner.id, "开店")), "an answer here, no new beginning"
    desk = (await stage.say(officer.id, "早报"))[-1]
    assert "创业指导" in desk.text + "".join(choice.label for choice in desk.choices)
    key = next(choice.key for choice in desk.choices if "创业指导" in choice.label)
    shown = spoken(await stage.say(officer.id, key))
    assert "早餐铺" in shown
    assert "开店" in shown
    asked = (await stage.say(officer.id, "先去市场看看，周一来办公室谈"))[-1]
    assert [choice.label for choice in asked.choices] == ["指导好了", "返回"], "no outcome of a question about wages"
    await stage.say(officer.id, "1")
    assert "周一来办公室谈" in spoken(await stage.news(owner.id))
    async with database.read() as session:
        assert [e.facts["service"] for e in await entries(session, "service_given")] == ["entrepreneurship_advice"]


async def test_from_the_opening_to_what_the_owner_says(database: Database, people: tuple[Person, Person]) -> None:
    owner, officer = people
    stage = Stage(database)
    assert "没登记过这个号码" in spoken(await stage.say(officer.id, "开业 13900000000 面馆"))
    assert "日子不对" in spoken(await stage.say(officer.id, "开业 13800138000 面馆 2099-12-01"))
    assert "日子不对" in spoken(await stage.say(officer.id, "开业 13800138000 面馆 13-41"))
    async with database.read() as session:
        assert await startups.planned_of(session, owner.id) is None, "nothing half done"
    assert "先记：开业" in spoken(await stage.say(officer.id, "带动 13800138000 3人"))
    assert "这样写" in spoken(await stage.say(officer.id, "开业 面馆"))
    assert "面馆" in spoken(await stage.say(officer.id, "开业 13800138000 面馆"))
    assert "记好了" in spoken(await stage.say(officer.id, "指导 13800138000 办执照"))
    assert "记好了" in spoken(await stage.say(officer.id, "带动 13800138000 3人"))
    later(database, 93)
    async with database.write() as session:
        await ask_owners(session)
        await ask_owners(session)
    news = await stage.news(owner.id)
    assert [reply.text for reply in news].count("您好，您的面馆还在开吗？") == 1, "asked once"
    yes = next(choice for choice in news[-1].choices if choice.label.endswith("还在开"))
    other = await stage.say(officer.id, choice=yes.key, message=str(news[-1].id))
    assert "祝生意红火" not in spoken(other), "nobody answers for the owner"
    assert "祝生意红火" in spoken(await stage.say(owner.id, yes.key))
    async with database.read() as session:
        kinds = [(e.kind, e.facts, e.quantity) for e in await entries(session, "startup_operating", "jobs_created")]
    assert kinds == [("jobs_created", {"via": "startup"}, 3), ("startup_operating", {"months": 3}, None)]


async def test_silence_is_for_the_office_to_call(database: Database, people: tuple[Person, Person]) -> None:
    _, officer = people
    stage = Stage(database)
    await stage.say(officer.id, "开业 13800138000 面馆")
    later(database, 93)
    desk = (await stage.say(officer.id, "早报"))[-1]
    key = next(choice.key for choice in desk.choices if "创业回访" in choice.label)
    card = (await stage.say(officer.id, key))[-1]
    assert "满3个月：还在开吗" in card.text
    assert "记好了" in spoken(await stage.say(officer.id, "关了"))
    async with database.read() as session:
        assert [e.facts for e in await entries(session, "startup_closed")] == [{"months": 3}]


async def test_another_office_sees_neither_owner_nor_business(
    database: Database, people: tuple[Person, Person]
) -> None:
    async with database.write() as session:
        _, stranger = await union(session, "420100")
    stage = Stage(database)
    assert "没登记过这个号码" in spoken(await stage.say(stranger.id, "指导 13800138000 办执照"))


async def test_who_may_only_look_enters_nothing(database: Database, people: tuple[Person, Person]) -> None:
    async with database.write() as session:
        office, _ = await union(session, "410100")
        auditor = await add_officer(session, office, Role.AUDITOR)
    stage = Stage(database)
    await stage.say(auditor.id, "开业 13800138000 面馆")
    async with database.read() as session:
        assert await entries(session, "startup_opened") == []
