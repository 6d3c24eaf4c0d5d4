"""Everyday sentences on the real database: danger, yes and no, what is open, what is withdrawn."""

from __future__ import annotations

from typing import Any

import pytest
from house import add_office, add_officer, add_person, add_seeker, texts, town
from sqlalchemy import select
from stage import Stage, spoken

from models.applications import Application
from models.conversations import HelpRequest
from models.database import Database
from models.memberships import UnionMembership
from models.people import Person
from models.tickets import Ticket
from services import applications
from services.desk import words_of
from services.notices import tell


async def somebody(database: Database) -> int:
    async with database.write() as session:
        await add_office(session, name="郑州市总工会")
        return (await add_person(session)).id


async def rows(database: Database, table: type) -> list[Any]:
    async with database.read() as session:
        return list(await session.scalars(select(table).order_by(table.id)))


# ---- danger


async def test_who_is_in_danger_hears_the_numbers_and_the_office_hears_of_it_once(database: Database) -> None:
    async with database.write() as session:
        officer = (await add_officer(session, await add_office(session, name="郑州市总工会"))).id
        who = (await add_person(session)).id
    stage = Stage(database)
    said = spoken(await stage.say(who, "我不想活了"))
    for words in ("12356", "110", "120", "郑州市总工会"):
        assert words in said
    await stage.say(who, "老婆也走了，想死")
    assert "12338" in spoken(await stage.say(who, "我爸还打我"))
    async with database.read() as session:
        (request,) = await session.scalars(select(HelpRequest))
        assert "【紧急】我不想活了" in words_of(session, request)
        assert "想死" in words_of(session, request)
    assert sum("【紧急】" in text for text in await texts(database, officer)) == 1
    assert "【紧急】求助" in "".join(choice.label for choice in (await stage.say(officer, "早报"))[-1].choices)


async def test_danger_leaves_the_open_form_where_it_was(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    await stage.say(who, "申请帮扶")
    await stage.say(who, "1")
    await stage.say(who, "郑州金水区")
    assert "12338" in spoken(await stage.say(who, "老公打我，家里过不下去了"))
    assert "姓名" in spoken(await stage.say(who, "2")), "the menu of the question is still open"
    assert len(await rows(database, HelpRequest)) == 1


async def test_without_any_office_the_numbers_are_told_all_the_same(database: Database) -> None:
    async with database.write() as session:
        who = (await add_person(session)).id
    assert "12351" in spoken(await Stage(database).say(who, "工头打我"))


@pytest.mark.parametrize("said", ["我不想活了", "老公打我"])
async def test_who_answers_for_an_office_may_quote_it(database: Database, said: str) -> None:
    async with database.write() as session:
        office = await add_office(session)
        officer, who = (await add_officer(session, office)).id, (await add_person(session)).id
    stage = Stage(database)
    await stage.say(who, "人工")
    choices = (await stage.say(officer, "早报"))[-1].choices
    await stage.say(officer, next(choice.key for choice in choices if choice.data.startswith("helpme")))
    assert "12356" not in spoken(await stage.say(officer, f"您说“{said}”，我们马上来"))
    assert any(said in text for text in await texts(database, who))


# ---- yes and no


async def test_a_yes_in_ones_own_words_answers_a_consent(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    await stage.say(who, "申请帮扶")
    assert "哪个区县" in spoken(await stage.say(who, "好的"))


async def test_deleting_wants_a_clear_yes(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    await stage.say(who, "删除我的资料")
    assert "没有删除" in spoken(await stage.say(who, "嗯"))
    await stage.say(who, "删除我的资料")
    assert "已经全部删除" in spoken(await stage.say(who, "删吧"))


async def test_a_good_answers_the_invitation_just_heard_and_no_older_one(database: Database) -> None:
    async with database.write() as session:
        vacancy, recruiter, first = await town(session, headcount=2)
        second = await add_seeker(session)
        asked = [await applications.apply(session, person.id, vacancy.id) for person in (first, second)]
        for application in asked:
            await applications.refer(session, application, vacancy, recruiter.id)
            await applications.invite(session, application, recruiter_id=recruiter.id)
    stage = Stage(database)
    await stage.say(first.id, "我的资料")
    await stage.say(first.id, "好的")
    await stage.say(second.id, "好的")
    states = [application.state for application in await rows(database, Application)]
    assert states == ["referred", "interview"], "between the first invitation and the answer something else was said"


# ---- rights


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("一个月了老板没给我发工资", "欠薪"),
        ("被辞退了不给补偿", "裁员补偿"),
        ("社保咋交", "社保接续"),
        ("没签合同", "其他"),
    ],
)
async def test_a_sentence_about_a_right_opens_its_ticket(database: Database, said: str, topic: str) -> None:
    who, stage = await somebody(database), Stage(database)
    assert f"已登记：{topic}" in spoken(await stage.say(who, said))


async def test_who_is_asked_for_money_hears_never_to_pay_even_at_an_optional_question(database: Database) -> None:
    async with database.write() as session:
        _, _, seeker = await town(session)
    stage = Stage(database)
    await stage.say(seeker.id, "电焊工 郑州")
    assert "跳过" in "".join(choice.label for choice in (await stage.say(seeker.id, "1"))[-1].choices)
    told = await stage.say(seeker.id, "中介让交钱")
    assert "都别交" in spoken(told)
    assert [choice.data for choice in told[-1].choices] == ["rights", "human"]


# ---- out, how far, back


@pytest.mark.parametrize("said", ["不要再给我发短信了", "别给我发了"])
async def test_no_more_messages_in_ones_own_words_at_any_question(database: Database, said: str) -> None:
    who, stage = await somebody(database), Stage(database)
    await stage.say(who, "申请帮扶")
    await stage.say(who, "好")
    assert "不再主动给您发消息" in spoken(await stage.say(who, said))
    assert (await rows(database, Person))[-1].opted_out_at is not None


async def test_the_warning_names_what_ends_and_a_bare_delete_asks_what(database: Database) -> None:
    async with database.write() as session:
        vacancy, _, seeker = await town(session)
        await applications.apply(session, seeker.id, vacancy.id)
    stage = Stage(database)
    await stage.say(seeker.id, "老板没给我发工资")
    await stage.say(seeker.id, "返回")
    which = await stage.say(seeker.id, "删除")
    assert [choice.data for choice in which[-1].choices[:2]] == ["forget", "takeback"]
    asked = spoken(await stage.say(seeker.id, "把我的信息都删掉"))
    assert "欠薪求助" in asked
    assert "1个报名" in asked
    assert "没有删除" not in spoken(await stage.say(seeker.id, "不删"))
    assert (await rows(database, Ticket))[0].state == "open"


async def test_progress_is_one_answer_and_what_is_taken_back_is_chosen(database: Database) -> None:
    async with database.write() as session:
        vacancy, _, seeker = await town(session)
        await applications.apply(session, seeker.id, vacancy.id)
    who, stage = seeker.id, Stage(database)
    await stage.say(who, "老板没给我发工资")
    await stage.say(who, "返回")
    told = spoken(await stage.say(who, "我的事办得咋样了"))
    for words in ("电焊工：已报名", "欠薪求助：", "日前答复"):
        assert words in told
    back = await stage.say(who, "把报名撤了")
    assert [choice.data.partition(":")[0] for choice in back[-1].choices] == ["withdraw", "noticket", "human"]
    assert "已经撤回" in spoken(await stage.say(who, "2"))
    assert (await rows(database, Ticket))[0].state == "withdrawn"
    rest = await stage.say(who, "不找了")
    assert [choice.data.partition(":")[0] for choice in rest[-1].choices] == ["stop", "withdraw", "home"]
    assert "不再主动给您发消息" in spoken(await stage.say(who, "1"))


async def test_nobody_takes_back_anothers_ticket(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    await stage.say(who, "老板没给我发工资")
    (ticket,) = await rows(database, Ticket)
    async with database.write() as session:
        other = (await add_person(session)).id
        stranger = await session.get_one(Person, other)
        await tell(session, stranger.id, "home", questions=(("button.take_back", f"noticket:{ticket.id}"),))
    assert "过期" in spoken(await stage.say(other, "81"))
    assert (await rows(database, Ticket))[0].state == "open"


async def test_who_has_nothing_open_hears_that(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    for said in ("进度", "撤回", "我不申请了"):
        assert "没有在办的事" in spoken(await stage.say(who, said))


async def test_who_found_work_is_congratulated_and_the_office_hears_where(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    told = await stage.say(who, "我找到活了")
    assert "恭喜" in spoken(told)
    assert "报名" not in spoken(told)
    await stage.say(who, "在富士康，昨天上的班")
    async with database.read() as session:
        (request,) = await session.scalars(select(HelpRequest))
        assert words_of(session, request).split("\n") == ["我找到活了", "在富士康，昨天上的班"]


# ---- wishes and small talk


async def test_who_is_no_seeker_joins_the_union_with_one_question(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    assert "哪个区县" in spoken(await stage.say(who, "怎么加入工会"))
    assert "要入会" not in spoken(await stage.say(who, "随便"))
    assert "要入会就回1" in spoken(await stage.say(who, "郑州金水区"))
    assert "申请交给郑州市总工会" in spoken(await stage.say(who, "好的"))
    assert "已经申请过" in spoken(await stage.say(who, "我想入工会"))
    assert "申请过入会" in spoken(await stage.say(who, "进度"))
    assert len(await rows(database, UnionMembership)) == 1


async def test_who_is_asked_where_and_wants_work_gets_work(database: Database) -> None:
    async with database.write() as session:
        await town(session)
        who = (await add_person(session)).id
    stage = Stage(database)
    await stage.say(who, "入会")
    assert "报名" in spoken(await stage.say(who, "电焊工 郑州"))


async def test_a_loan_for_a_shop_begins_its_form(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    asked = await stage.say(who, "我想贷款开个小店")
    assert any(choice.data.startswith("form:loan") for choice in asked[-1].choices)


@pytest.mark.parametrize("said", ["打电话给我", "老板给我打电话了没"])
async def test_who_wants_a_call_gets_a_person(database: Database, said: str) -> None:
    who, stage = await somebody(database), Stage(database)
    assert "郑州市总工会" in spoken(await stage.say(who, said))
    assert len(await rows(database, HelpRequest)) == 1


async def test_thanks_are_answered_shortly_and_the_list_stays(database: Database) -> None:
    async with database.write() as session:
        await town(session)
        who = (await add_person(session)).id
    stage = Stage(database)
    await stage.say(who, "电焊工 郑州")
    assert spoken(await stage.say(who, "谢谢")).startswith("不客气")
    assert "报名好了" in spoken(await stage.say(who, "1"))


@pytest.mark.parametrize("said", ["儿子尿毒症", "带着三个娃，老公没了", "金秋助学咋报名"])
async def test_a_need_begins_the_family_file(database: Database, said: str) -> None:
    who, stage = await somebody(database), Stage(database)
    assert "同意吗" in spoken(await stage.say(who, said))
