"""Training by chat: a seeker joins, waits and looks; staff keep the class by sentences and buttons; vouchers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from families_house import rich
from house import add_employer, add_officer, add_person, add_seeker, add_vacancy
from school import fill, new_course, noted, open_school
from sqlalchemy import select
from stage import REACHES, Stage, bots, spoken, the_dispatcher

from bot.wakeups import Wakeups
from bot.worker import Worker
from models.channels import Channels
from models.database import Database
from models.offices import Office, Role
from models.people import Person
from models.states import EnrolmentState
from models.training import Course, Enrolment
from models.vouchers import Voucher
from services import training, vouchers
from services.matches import VacancyCache
from services.outbox import Delivery

S = EnrolmentState


def label(replies: list[Delivery], words: str) -> str:
    """What to type for the button with these words."""
    return next(choice.key for reply in replies for choice in reply.choices if words in choice.label)


async def a_class(
    database: Database, *, begun: int = 1, number: int = 3, **more: Any
) -> tuple[Course, Person, list[Person]]:
    """(course, officer, the people in it)."""
    async with database.write() as session:
        school, _, officer = await open_school(session)
        course = await new_course(session, school, begun=begun, **more)
        return course, officer, [person for person, _ in await fill(session, course, number)]


async def states(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(select(Enrolment.state).order_by(Enrolment.number)))


async def test_a_full_course_is_waited_for_and_the_seat_accepted_by_its_number(database: Database) -> None:
    course, _, (holder,) = await a_class(database, begun=-3, number=1, seats=1, held="night")
    async with database.write() as session:
        seeker = await add_seeker(session)
    stage = Stage(database)
    listed = await stage.say(seeker.id, "培训")
    assert "晚上上课，满了可排队" in spoken(listed)
    told = spoken(await stage.say(seeker.id, label(listed, "排队")))
    assert "您是第1位" in told
    assert "排队第1位" in spoken(await stage.say(seeker.id, "我的培训"))

    mine = await stage.say(holder.id, "我的培训")
    assert "- 焊工班：已报名" in spoken(mine)
    assert "退了“焊工班”" in spoken(await stage.say(holder.id, label(mine, "退出")))
    offer = await stage.news(seeker.id)
    assert "空出一个名额" in spoken(offer)
    key = label(offer, "要这个名额")
    assert 81 <= int(key) <= 89
    assert "名额是您的了" in spoken(await stage.say(seeker.id, key))
    async with database.read() as session:
        assert (await session.get_one(Course, course.id)).taken == 1


async def test_one_seat_and_an_older_list(database: Database) -> None:
    course, _, _ = await a_class(database, begun=-3, number=0, seats=1)
    async with database.write() as session:
        early, late = await add_seeker(session), await add_seeker(session)
    stage = Stage(database)
    for person in (early, late):
        await stage.say(person.id, "培训")
    assert "报上了" in spoken(await stage.say(early.id, "1"))
    assert "刚满。要排队吗" in spoken(await stage.say(late.id, "1"))
    assert "第1位" in spoken(await stage.say(late.id, "1"))
    assert course.id


async def test_the_offer_of_a_seat_is_not_for_somebody_else(database: Database) -> None:
    await a_class(database, begun=-3, number=1, seats=1)
    async with database.write() as session:
        waiting, stranger = await add_seeker(session), await add_seeker(session)
        course = (await session.scalars(select(Course))).one()
        held = (await session.scalars(select(Enrolment))).one()
        await training.wait(session, waiting.id, course.id)
        await training.leave(session, held, actor=None)
    stage = Stage(database)
    key = label(await stage.news(waiting.id), "要这个名额")
    await stage.say(stranger.id, key)
    async with database.read() as session:
        mine = await training.enrolment_of(session, course.id, waiting.id)
        assert mine and mine.state == S.WAITING
        assert await training.enrolment_of(session, course.id, stranger.id) is None
    assert "名额给下一位" in spoken(await stage.say(waiting.id, str(int(key) + 1)))
    async with database.read() as session:
        assert (await session.get_one(Course, course.id)).taken == 0


async def test_everybody_passes_but_one(database: Database) -> None:
    course, officer, people = await a_class(database)
    async with database.write() as session:
        await add_vacancy(session, *await add_employer(session), title="电焊工")
        row = (await session.scalars(select(Course))).one()
        row.occupations = ["6-18-02-04"]
    stage = Stage(database)
    told = spoken(await stage.say(officer.id, f"课程 {course.number} 全部合格 除了 3"))
    assert "合格2人" in told
    assert await states(database) == [S.PASSED, S.PASSED, S.APPLIED]
    said = await stage.news(people[0].id)
    assert "合格了！这些活适合您：\n1. 电焊工" in spoken(said)
    assert "报名好了：电焊工" in spoken(await stage.say(people[0].id, label(said, "报名1")))
    assert await stage.news(people[2].id) == []


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("课程 1 9 合格", "9号不在名单上"),
        ("课程 1 全部合格 除了 9", "9号不在名单上"),
        ("课程 1 全部合格 除了", "什么都没改"),
        ("课程 1 胡说八道", "什么都没改"),
        ("课程 77 全部合格", "没有这个课程号"),
        ("课程 1 证书 劳动 初级 1 A001", "1号不在名单上"),
        ("课程 1 证书 劳动 初级 1", "什么都没改"),
    ],
)
async def test_a_sentence_that_cannot_be_is_refused_and_changes_nothing(
    database: Database, sentence: str, answer: str
) -> None:
    _, officer, _ = await a_class(database)
    assert answer in spoken(await Stage(database).say(officer.id, sentence))
    assert set(await states(database)) == {S.APPLIED}


async def test_a_class_that_has_not_begun(database: Database) -> None:
    _, officer, people = await a_class(database, begun=-2)
    stage = Stage(database)
    for sentence in ("课程 1 全部合格", "课程 1 今天全到", "课程 1 全部结业"):
        assert "还没开班" in spoken(await stage.say(officer.id, sentence))
    assert "录取3人" in spoken(await stage.say(officer.id, "课程 1 全部录取"))
    assert "录取您了" in spoken(await stage.news(people[0].id))
    assert set(await states(database)) == {S.ADMITTED}


async def test_the_whole_class_by_buttons_and_sentences(database: Database) -> None:
    course, officer, people = await a_class(database, gives_certificate="焊工证")
    stage = Stage(database)
    listed = await stage.say(officer.id, "班级")
    shown = await stage.say(officer.id, label(listed, "焊工班"))
    assert "1 王** 已报名" in spoken(shown) and "3/3人" in spoken(shown)
    assert "到课登记了3人" in spoken(await stage.say(officer.id, label(shown, "今天全到")))
    assert "到课登记了1人" in spoken(await stage.say(officer.id, "课程1 昨天 2号 到课"))
    assert "3人免收：学费、鉴定费" in spoken(await stage.say(officer.id, "课程 1 免学费 鉴定费 全部"))
    shown = await stage.say(officer.id, "课程 1")
    assert "2 王** 在学，到课2天" in spoken(shown)
    sure = await stage.say(officer.id, label(shown, "全部合格"))
    assert "课程1 全部合格？" in spoken(sure)
    assert "合格3人" in spoken(await stage.say(officer.id, label(sure, "确定")))
    assert "登记证书2本" in spoken(await stage.say(officer.id, "课程 1 证书 劳动 中级 1 A001, 3 A003"))
    assert "尾号A003的证书号已经登记过" in spoken(await stage.say(officer.id, "课程 1 证书 劳动 初级 2 a003"))
    assert await states(database) == [S.CERTIFIED, S.PASSED, S.CERTIFIED]
    assert "证书：焊工证 中级 编号 A001" in spoken(await stage.say(people[0].id, "我的培训"))

    due = await stage.say(officer.id, "课程 1 补贴")
    assert "合格 3/3人，每人400元，未付3人共1200元" in spoken(due)
    assert "取证 2/3人" in spoken(due)
    assert "余额不够：先筹资" in spoken(await stage.say(officer.id, label(due, "地方")))
    async with database.write() as session:
        office = (await session.scalars(select(Office))).one()
        await rich(session, office, "training_employment", 5_000_00, source="local")
    due = await stage.say(officer.id, "课程 1 补贴")
    assert "补贴付了" in spoken(await stage.say(officer.id, label(due, "地方")))
    assert "没有要付的补贴" in spoken(await stage.say(officer.id, "课程 1 补贴"))
    shown = await stage.say(officer.id, "课程 1")
    card = spoken(await stage.say(officer.id, label(shown, "机构考核")))
    assert "合格率 100.0% (3/3)" in card and "取证率 66.7% (2/3)" in card and "培训后就业率 0.0% (0/3)" in card
    assert "计划完成 —" in card
    assert course.id


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INFORMATION_OFFICER])
async def test_who_only_looks_changes_nothing(database: Database, role: Role) -> None:
    await a_class(database)
    async with database.write() as session:
        looker = await add_officer(session, (await session.scalars(select(Office))).one(), role)
    stage = Stage(database)
    shown = await stage.say(looker.id, "课程 1")
    assert "1 王**" in spoken(shown)
    assert "全部合格" in spoken(shown)
    await stage.say(looker.id, "课程 1 全部合格")
    await stage.say(looker.id, "发券 13800138000 300元 工会 30天")
    assert set(await states(database)) == {S.APPLIED}
    async with database.read() as session:
        assert list(await session.scalars(select(Voucher.id))) == []


async def test_a_seeker_saying_the_staff_sentences_changes_nothing(database: Database) -> None:
    _, _, people = await a_class(database)
    stage = Stage(database)
    for sentence in ("课程 1 全部合格", "班级", "发券 13800138000 300元 工会 30天", "券 12345678"):
        assert spoken(await stage.say(people[0].id, sentence))
    assert set(await states(database)) == {S.APPLIED}


async def test_a_class_without_results_is_in_the_digest(database: Database) -> None:
    course, officer, _ = await a_class(database, begun=30)
    stage = Stage(database)
    digest = await stage.say(officer.id, "早报")
    assert "登记成绩：课程1 焊工班" in "".join(choice.label for reply in digest for choice in reply.choices)
    await stage.say(officer.id, "课程 1 全部合格")
    digest = await stage.say(officer.id, "早报")
    assert "登记成绩" not in "".join(choice.label for reply in digest for choice in reply.choices)
    assert course.id


# ---- vouchers


async def test_a_voucher_from_its_issue_to_its_settlement(database: Database) -> None:
    _, officer, _ = await a_class(database, number=0)
    async with database.write() as session:
        holder = await add_seeker(session, phone="+8613800138000", name="李四")
        course = (await session.scalars(select(Course))).one()
        course.starts_on += timedelta(days=3)
        trainer = await add_person(session, phone="+8613900139000")
    stage = Stage(database)
    assert "30天" in spoken(await stage.say(officer.id, "发券"))
    assert "没有用这个手机号" in spoken(await stage.say(officer.id, "发券 13700137000 300元 工会 30天"))
    assert "金额要大于0" in spoken(await stage.say(officer.id, "发券 13800138000 0元 工会 30天"))
    assert "发好了：300元" in spoken(await stage.say(officer.id, "发券 138-0013-8000 300元 工会 30天"))
    assert "培训券，券码" in spoken(await stage.news(holder.id))
    async with database.read() as session:
        voucher = (await session.scalars(select(Voucher))).one()
        code = vouchers.spaced(voucher.code(session) or "")
    assert f"券码 {code}" in spoken(await stage.say(holder.id, "我的培训"))

    assert "可以为样例技校登记" in spoken(await stage.say(officer.id, "经办 13900139000 课程 1"))
    assert "没有报你们的班" in spoken(await stage.say(trainer.id, f"券 {code}"))
    await stage.say(holder.id, "培训")
    assert "报上了" in spoken(await stage.say(holder.id, "1"))
    assert "还没开班" in spoken(await stage.say(trainer.id, f"券 {code}"))
    async with database.write() as session:
        (await session.scalars(select(Course))).one().starts_on -= timedelta(days=3)
    assert "没有这个券码" in spoken(await stage.say(trainer.id, "券 12345678"))
    assert "把券码报给培训机构的人" in spoken(await stage.say(holder.id, f"券 {code}"))
    assert "登记好了：300元，用于“焊工班”" in spoken(await stage.say(trainer.id, f"培训券：{code.replace(' ', '')}"))
    assert "用于“焊工班”了" in spoken(await stage.news(holder.id))
    assert "已经用过" in spoken(await stage.say(officer.id, f"/start voucher_{code.replace(' ', '')}"))
    assert "培训券300元：已使用" in spoken(await stage.say(holder.id, "我的培训"))

    shown = await stage.say(officer.id, "课程 1")
    assert "没有要结算的券" in spoken(await stage.say(officer.id, label(shown, "结算培训券")))
    await stage.say(officer.id, "课程 1 全部结业")
    shown = await stage.say(officer.id, "课程 1")
    short = spoken(await stage.say(officer.id, label(shown, "结算培训券")))
    assert "还有1张没结算" in short and "先筹资" in short and "结算1张券" not in short
    async with database.write() as session:
        await rich(session, (await session.scalars(select(Office))).one(), "training_employment", 300_00)
    shown = await stage.say(officer.id, "课程 1")
    assert "结算1张券，共300元" in spoken(await stage.say(officer.id, label(shown, "结算培训券")))
    async with database.read() as session:
        (used,) = await noted(session, "fund_used")
        assert used.amount_fen == 30000


async def test_an_expired_voucher_by_chat(database: Database) -> None:
    _, officer, people = await a_class(database, number=1)
    async with database.write() as session:
        office = (await session.scalars(select(Office))).one()
        voucher = await vouchers.issue(
            session,
            people[0].id,
            face_fen=100,
            expires_on=session.today,
            source="union",
            office=office,
            officer_id=officer.id,
        )
        voucher.expires_on -= timedelta(days=1)
        code = voucher.code(session)
    stage = Stage(database)
    assert "过期了" in spoken(await stage.say(officer.id, f"券 {code}"))
    assert "已过期" in spoken(await stage.say(people[0].id, "我的培训"))


async def test_the_code_is_a_picture_where_pictures_are_shown(database: Database, tmp_path: Path) -> None:
    database.channels = Channels(web_url="https://work.example.org", files=tmp_path)
    _, officer, people = await a_class(database, number=1)
    async with database.write() as session:
        office = (await session.scalars(select(Office))).one()
        more = {"source": "union", "office": office, "officer_id": officer.id, "expires_on": session.today}
        voucher = await vouchers.issue(session, people[0].id, face_fen=100, **more)  # type: ignore[arg-type]
    stage = Stage(database)
    reaches = {**REACHES, "webchat": replace(REACHES["webchat"], files=True)}
    stage.worker = Worker(database, the_dispatcher(), bots(), reaches, VacancyCache(), Wakeups())
    mine = await stage.say(people[0].id, "我的培训")
    await stage.say(people[0].id, label(mine, "券码图"))
    assert (tmp_path / f"voucher-{voucher.id}.png").exists()


async def test_the_home_service_rate_for_staff(database: Database) -> None:
    _, officer, _ = await a_class(database, course_type="home_service")
    stage = Stage(database)
    await stage.say(officer.id, "课程 1 1-2 合格")
    told = spoken(await stage.say(officer.id, "家政一条龙"))
    assert "学完2人，上岗0.0% (0/2)，目标80%" in told


async def test_who_wants_to_learn_hears_of_that_trades_courses_first(database: Database) -> None:
    async with database.write() as session:
        school, _, _ = await open_school(session)
        await new_course(session, school, begun=-3, title="焊工班", occupations=["6-18-02-04"])
        await new_course(session, school, begun=-9, title="月嫂班", occupations=["4-10-01-06"])
        who = (await add_person(session)).id
    stage = Stage(database)
    assert "1. 月嫂班" in spoken(await stage.say(who, "想学月嫂，没钱交学费"))
    assert "1. 焊工班" in spoken(await stage.say(who, "学电焊要钱不"))
    told = spoken(await stage.say(who, "考个叉车证在哪里"))
    assert "现在没有这个班" in told
    assert "焊工班" in told
