"""Asking for a family's file, for aid and for a loan in chat: short questions, written at once or not at all."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest
from families_house import LIST, applied, entries, later, on_file, rich
from house import add_office, add_person
from phones import Phones, phone_database
from sqlalchemy import select
from stage import Stage, spoken

from models.aid import AidGrant
from models.audit import AuditEntry
from models.database import Database
from models.families import FamilyFile, FamilyMember, Objection
from models.loans import Loan
from models.people import Person
from services import access, aid, families, leaving, loans, objections, people
from services import family_requests as requests
from services.family_requests import standing_of
from services.file_applications import Member
from services.graduates import register_graduate

PHONE = "+8613800138000"


async def somebody(database: Database) -> int:
    async with database.write() as session:
        await add_office(session, name="郑州市总工会")
        return (await add_person(session)).id


async def rows(database: Database, table: type) -> list:
    async with database.read() as session:
        return list(await session.scalars(select(table).order_by(table.id)))


async def test_a_family_asks_for_its_file_in_five_answers(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    assert "同意吗" in spoken(await stage.say(who, "申请帮扶"))
    assert "哪个区县" in spoken(await stage.say(who, "1"))
    assert "哪种情况" in spoken(await stage.say(who, "洛阳涧西"))
    assert "改成河南省郑州市金水区了" in spoken(await stage.say(who, "郑州金水区"))
    assert "姓名" in spoken(await stage.say(who, "2"))
    assert "孩子" in spoken(await stage.say(who, "王大山"))
    assert "什么事" in spoken(await stage.say(who, "王小明 2010-9；王小红 2013年"))
    assert await rows(database, FamilyFile) == [], "nothing before the last answer"
    done = spoken(await stage.say(who, "老伴生病，花了很多钱"))
    for words in ("郑州市总工会", "收入证明", "公示7天"):
        assert words in done
    async with database.read() as session:
        (family,) = await session.scalars(select(FamilyFile))
        assert (family.state, family.groups, family.applicant_id) == ("applied", ["hardship_migrant"], who)
        assert family.details(session) == "老伴生病，花了很多钱"
        members = await families.members_of(session, family.id)
        assert [member.relation for member in members] == ["self", "child", "child"]
        assert [member.born(session) for member in members] == [None, date(2010, 9, 28), date(2013, 12, 28)]
        names = [(await session.get_one(Person, member.person_id)).name(session) for member in members]
        assert names == ["王大山", "王小明", "王小红"]
        assert (await session.scalars(select(AuditEntry).where(AuditEntry.action == "consent.sensitive_group"))).all()
    assert "等郑州市总工会核对" in spoken(await stage.say(who, "我的帮扶"))
    again = spoken(await stage.say(who, "困难档案"))
    assert "等档案有效" in again
    assert len(await rows(database, FamilyFile)) == 1


@pytest.mark.parametrize("words", ["没有", "没有孩子", "没有，都毕业了", "不知道"])
async def test_who_has_no_children_in_school_says_so(database: Database, words: str) -> None:
    who, stage = await somebody(database), Stage(database)
    for said in ("建档", "1", "金水区", "1", "王大山"):
        await stage.say(who, said)
    assert "有孩子上学吗" in spoken(await stage.say(who, "两个孩子")), "that names nobody"
    assert "什么事" in spoken(await stage.say(who, words))
    assert "申请已交给" in spoken(await stage.say(who, "跳过"))
    assert [member.relation for member in await rows(database, FamilyMember)] == ["self"]


async def test_a_child_s_age_tells_its_year(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    for said in ("建档", "1", "金水区", "1", "王大山", "王小明，2010年；王小红 12岁", "跳过"):
        await stage.say(who, said)
    async with database.read() as session:
        (family,) = await session.scalars(select(FamilyFile))
        born = [member.born(session) for member in await families.members_of(session, family.id)]
        assert born == [None, date(2010, 12, 28), date(session.today.year - 12, 12, 28)]


async def test_every_question_can_be_skipped_and_undone(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    await stage.say(who, "建档")
    await stage.say(who, "同意")
    assert "要填" in spoken(await stage.say(who, "跳过")), "whose office would it be?"
    await stage.say(who, "金水区")
    assert "姓名" in spoken(await stage.say(who, "在外打工"))
    assert "哪种情况" in spoken(await stage.say(who, "返回"))
    await stage.say(who, "单亲妈妈带孩子")
    for _ in range(2):
        await stage.say(who, "跳过")
    assert "申请已交给" in spoken(await stage.say(who, "跳过"))
    (family,) = await rows(database, FamilyFile)
    assert (family.groups, family.details_sealed) == (["single_parent_mother"], None)


async def test_nothing_is_kept_of_who_does_not_agree_or_goes_back(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    await stage.say(who, "助学")
    await stage.say(who, "不说")
    await stage.say(who, "助学")
    await stage.say(who, "1")
    await stage.say(who, "金水区")
    await stage.say(who, "返回")
    await stage.say(who, "返回")
    await stage.say(who, "电焊 洛阳")
    assert await rows(database, FamilyFile) == []


async def test_another_wish_leaves_the_form_and_a_slip_is_asked_again(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    await stage.say(who, "申请帮扶")
    await stage.say(who, "1")
    await stage.say(who, "金水区")
    assert "哪种情况" in spoken(await stage.say(who, "嗯嗯啊啊"))
    assert "哪种情况" not in spoken(await stage.say(who, "保安 洛阳 4000"))
    assert await rows(database, FamilyFile) == []


@pytest.mark.parametrize("words", ["大病", "看病没钱", "生活困难", "家里困难", "没钱"])
async def test_trouble_in_command_words_is_the_answer(database: Database, words: str) -> None:
    who, stage = await somebody(database), Stage(database)
    for said in ("建档", "1", "金水区", "1", "王大山", "没有"):
        await stage.say(who, said)
    assert "申请已交给" in spoken(await stage.say(who, words))
    (family,) = await rows(database, FamilyFile)
    async with database.read() as session:
        assert family.details(session) == words


async def test_command_words_choose_among_the_kinds(database: Database) -> None:
    family, _, _ = await on_file(database)
    stage, who = Stage(database), family.applicant_id
    await stage.say(who, "申请帮扶")
    again = spoken(await stage.say(who, "救助"))
    assert "没看" in again
    assert "哪种帮扶" in again
    assert "多少元" in spoken(await stage.say(who, "生活困难"))
    assert "哪种贷款" in spoken(await stage.say(who, "贷款")), "no amount, and another form"
    assert "要多少元" in spoken(await stage.say(who, "借钱"))
    assert "哪种帮扶" in spoken(await stage.say(who, "帮扶"))


@pytest.mark.parametrize("words", ["取消", "帮助", "人工", "隐私", "公示"])
async def test_other_commands_leave_or_are_heard(database: Database, words: str) -> None:
    who, stage = await somebody(database), Stage(database)
    for said in ("建档", "1", "金水区", "1", "王大山", "没有"):
        await stage.say(who, said)
    await stage.say(who, words)
    assert await rows(database, FamilyFile) == [], "no answer to 什么事"


@pytest.mark.parametrize("steps", [[], ["金水区"], ["金水区", "1"], ["金水区", "1", "王大山", "没有"]])
async def test_a_wish_for_work_leaves_at_every_question(database: Database, steps: list[str]) -> None:
    who, stage = await somebody(database), Stage(database)
    for said in ("建档", "1", *steps):
        await stage.say(who, said)
    heard = spoken(await stage.say(who, "西安有电工的活吗"))
    for words in ("哪个区县", "哪种情况", "姓名", "孩子", "申请已交给"):
        assert words not in heard
    assert "现在没有合适的岗位" in heard
    assert await rows(database, FamilyFile) == []


async def test_a_wish_for_work_is_no_use_of_a_loan(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    for said in ("贷款", "1", "一万", "跳过", "帮我找个保洁的活"):
        await stage.say(who, said)
    assert await rows(database, Loan) == []


async def test_aid_is_asked_for_with_a_valid_file_once_at_a_time(database: Database) -> None:
    family, office, officer = await on_file(database)
    stage, who = Stage(database), family.applicant_id
    assert "哪种帮扶" in spoken(await stage.say(who, "申请帮扶"))
    assert "多少元" in spoken(await stage.say(who, "1"))
    assert "生活救助已申请：1000元" in spoken(await stage.say(who, "跳过"))
    (grant,) = await rows(database, AidGrant)
    assert (grant.kind, grant.amount_fen, grant.state, grant.applied_by) == ("living", 100_000, "applied", who)
    assert "多少元" in spoken(await stage.say(who, "医疗"))
    assert "医疗救助已申请：2500元" in spoken(await stage.say(who, "2500"))
    await stage.say(who, "医疗")
    refused = spoken(await stage.say(who, "1千"))
    assert "已经申请过" in refused
    assert len(await rows(database, AidGrant)) == 2
    assert "医疗救助2500元：等工会审批" in spoken(await stage.say(who, "我的帮扶"))
    async with database.write() as session:
        mine = await session.get_one(AidGrant, grant.id)
        await rich(session, office, "living_medical", 100_000)
        await aid.approve_aid(session, mine, officer_id=officer.id)
        await aid.pay_aid(session, mine, officer_id=officer.id)
    assert "生活救助1000元：已发放" in spoken(await stage.say(who, "我的帮扶"))


async def test_tuition_is_for_a_child_of_the_family_named_now_or_before(database: Database) -> None:
    family, _, _ = await on_file(database)
    stage, who = Stage(database), family.applicant_id
    assert "给哪个孩子" in spoken(await stage.say(who, "助学金"))
    assert "要填" in spoken(await stage.say(who, "跳过"))
    assert "给哪个孩子" in spoken(await stage.say(who, "王小明 2090-9")), "nobody is born in the future"
    assert "上什么学" in spoken(await stage.say(who, "王小明 2009-9"))
    assert "多少元" in spoken(await stage.say(who, "高二"))
    done = spoken(await stage.say(who, "2000元"))
    assert "助学金已申请：2000元" in done
    assert "在校证明" in done
    (grant,) = await rows(database, AidGrant)
    async with database.read() as session:
        assert (await session.get_one(Person, grant.person_id)).name(session) == "王小明"
        assert grant.stage == "secondary"
    for wish in ("助学", "助学"):
        assert "王小明" in [choice.label for reply in await stage.say(who, wish) for choice in reply.choices]
        await stage.say(who, "返回")
    await stage.say(who, "助学")
    await stage.say(who, "王小明")
    await stage.say(who, "2")
    assert "已经申请过" in spoken(await stage.say(who, "跳过")), "once a year and stage"
    assert len(await rows(database, AidGrant)) == 1
    assert len(await rows(database, FamilyMember)) == 2


async def test_an_expired_file_gives_no_aid_and_says_what_to_renew(database: Database) -> None:
    family, _, _ = await on_file(database, proof_until=date(2026, 12, 31))
    stage, who = Stage(database), family.applicant_id
    await stage.say(who, "医疗")
    later(database, 40)
    late = spoken(await stage.say(who, "1000"))
    assert "过期了" in late
    assert "新的收入证明去" in late
    assert "(income)" not in late
    assert "过期了" in spoken(await stage.say(who, "助学"))
    assert await rows(database, AidGrant) == []


async def test_a_loan_is_asked_for_within_the_limit_and_one_at_a_time(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    assert "哪种贷款" in spoken(await stage.say(who, "贷款"))
    assert "最多30000元" in spoken(await stage.say(who, "2"))
    assert "还能借30000元" in spoken(await stage.say(who, "5万"))
    assert await rows(database, Loan) == []
    assert "几个月" in spoken(await stage.say(who, "20000"))
    assert "最长36个月" in spoken(await stage.say(who, "48"))
    assert "做什么" in spoken(await stage.say(who, "24个月"))
    assert "哪个区县" in spoken(await stage.say(who, "开早餐店"))
    assert "姓名" in spoken(await stage.say(who, "金水区"))
    assert "20000元，分24个月还" in spoken(await stage.say(who, "王大山"))
    (loan,) = await rows(database, Loan)
    async with database.read() as session:
        assert (loan.kind, loan.source, loan.months, loan.use(session)) == ("borrowing", "union", 24, "开早餐店")
    assert "已经申请过" in spoken(await stage.say(who, "借钱"))
    assert "撤回了" in spoken(await stage.say(who, "撤回贷款申请"))
    assert "哪种贷款" in spoken(await stage.say(who, "贷款"))
    await stage.say(who, "创业贷款")
    await stage.say(who, "一万")
    await stage.say(who, "跳过")
    assert "哪个区县" in spoken(await stage.say(who, "跳过")), "the name is known now"
    assert "10000元" in spoken(await stage.say(who, "金水区"))
    async with database.write() as session:
        mine = (await loans.loans_of(session, who))[0]
        await loans.grant_loan(session, mine, officer_id=(await add_person(session)).id)
    assert "贷款10000元已经发放" in spoken(await stage.news(who))
    assert "前还833.33元" in spoken(await stage.say(who, "我的帮扶"))
    assert "最多40000元" in spoken([*(await stage.say(who, "贷款")), *(await stage.say(who, "1"))])


async def test_a_loan_goes_to_the_office_of_the_place_that_was_named(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    async with database.write() as session:
        near = (await add_office(session, region="410105", name="金水区总工会")).id
    for words in ("贷款", "1", "1万", "跳过", "开早餐店"):
        await stage.say(who, words)
    assert "要填" in spoken(await stage.say(who, "跳过"))
    await stage.say(who, "金水区")
    assert "金水区总工会" in spoken(await stage.say(who, "王大山"))
    (loan,) = await rows(database, Loan)
    assert loan.office_id == near
    async with database.read() as session:
        assert (await session.get_one(Person, who)).name(session) == "王大山"


async def test_what_was_asked_for_goes_with_who_leaves(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    for words in ("贷款", "1", "1万", "跳过", "开早餐店", "金水区", "王大山"):
        await stage.say(who, words)
    async with database.write() as session:
        await leaving.forget(session, who)
    (loan,) = await rows(database, Loan)
    assert (loan.state, loan.use_sealed) == ("withdrawn", None)


async def test_the_childrens_names_go_with_the_family_that_named_them(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    for words in ("建档", "1", "金水区", "1", "王大山", "王小明 2010-9", "老伴生病"):
        await stage.say(who, words)
    async with database.write() as session:
        await leaving.forget(session, who)
    (family,) = await rows(database, FamilyFile)
    assert (family.state, family.details_sealed) == ("refused", None)
    async with database.read() as session:
        for member in await families.members_of(session, family.id):
            assert member.born(session) is None
            assert not (await session.get_one(Person, member.person_id)).name(session)


@pytest.mark.parametrize("known", ["graduate", "seeker", "another file", "nobody"])
async def test_a_child_that_goes_its_own_way_stays_when_its_parent_leaves(database: Database, known: str) -> None:
    async with database.write() as session:
        grown = access.new_person(session)  # nobody writes from anywhere
        grown.set_name(session, "王小明")
        await session.flush()
        grown.set_id_number(session, "11010519491231002X")
        grown.set_phone(session, PHONE, proven=False)
        child = grown.id
    family, office, officer = await on_file(database, Member(person_id=child, relation="child"))
    async with database.write() as session:
        if known == "seeker":
            await people.give_consent(session, child, people.KEEP_PROFILE)
            await people.register_seeker(session, child, {"region": "410105"})
        if known == "graduate":
            await register_graduate(
                session,
                child,
                listed_from="family_file",
                graduated_on=date(2026, 6, 30),
                study_region="410105",
                officer_id=officer.id,
            )
        if known == "another file":
            await families.close_file(
                session, await session.get_one(FamilyFile, family.id), officer_id=officer.id, why="out_of_need"
            )
            await applied(session, office, officer, Member(person_id=child, relation="child"), name="李大河")
        await leaving.forget(session, family.applicant_id)
    async with database.read() as session:
        person = await session.get_one(Person, child)
        left = [person.name(session), person.phone(session), person.id_number(session)]
        assert left == ([None] * 3 if known == "nobody" else ["王小明", PHONE, "11010519491231002X"])
        assert (person.deleted_at is None, person.id_number_index is None) == (known != "nobody", known == "nobody")


async def test_what_was_said_against_a_childs_aid_goes_with_its_parent(database: Database) -> None:
    family, _, officer = await on_file(database)
    async with database.write() as session:
        grant = await requests.ask_for_aid(
            session, family.applicant_id, kind="tuition", stage="secondary", student=requests.Child("王小明")
        )
        await aid.post_students(session, [grant], officer_id=officer.id, **LIST)
        await objections.raise_objection(session, grant, "王大山家有两套房")
        await leaving.forget(session, family.applicant_id)
    (objection,) = await rows(database, Objection)
    assert objection.words_sealed == b""


async def test_aid_that_was_asked_for_ends_with_the_family_that_leaves(database: Database) -> None:
    family, _, _ = await on_file(database)
    async with database.write() as session:
        await requests.ask_for_aid(session, family.applicant_id, kind="living")
        await leaving.forget(session, family.applicant_id)
    (grant,) = await rows(database, AidGrant)
    assert grant.state == "refused"


async def test_nobody_answers_or_withdraws_for_somebody_else(database: Database) -> None:
    who, stage = await somebody(database), Stage(database)
    for words in ("贷款", "1", "1万", "跳过", "开早餐店", "金水区", "王大山"):
        await stage.say(who, words)
    async with database.write() as session:
        other = (await add_person(session)).id
    page = (await stage.say(who, "我的帮扶"))[-1]
    assert "没有帮扶档案" in spoken(await stage.say(other, "我的帮扶"))
    await stage.say(other, choice="撤回贷款申请", message=page.id)
    (loan,) = await rows(database, Loan)
    assert loan.state == "applied"
    async with database.read() as session:
        assert (await standing_of(session, other)).loans == ()
        assert await entries(session, "loan_granted") == []


@pytest.mark.parametrize("words", ["0", "零", "-500", "很多"])
async def test_no_amount_is_no_amount(database: Database, words: str) -> None:
    who, stage = await somebody(database), Stage(database)
    await stage.say(who, "贷款")
    await stage.say(who, "1")
    assert "要多少元" in spoken(await stage.say(who, words))
    assert await rows(database, Loan) == []


async def test_of_two_who_ask_for_the_same_at_once_one_is_told_that_it_is_asked_for(database: Database) -> None:
    async with database.write() as session:
        spouse = (await add_person(session, name="李大河")).id
    family, _, _ = await on_file(database, Member(person_id=spouse, relation="spouse"))

    async def ask(who: int) -> None:
        async with database.write() as session:
            await requests.ask_for_aid(session, who, kind="medical")

    answers = await asyncio.gather(*(ask(who) for who in (family.applicant_id, spouse)), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["AskedAlreadyError", "NoneType"]
    assert len(await rows(database, AidGrant)) == 1


async def test_tuition_is_for_nobody_of_another_family(database: Database) -> None:
    async with database.write() as session:
        child = (await add_person(session, name="李小明")).id
    family, office, officer = await on_file(database)
    async with database.write() as session:
        await applied(session, office, officer, Member(person_id=child, relation="child"), name="李大河")
        with pytest.raises(families.NoValidFileError):
            await requests.ask_for_aid(session, family.applicant_id, kind="tuition", stage="secondary", student=child)
    assert await rows(database, AidGrant) == []


async def test_on_a_shared_phone_nobody_answers_for_the_other(sqlite_url: str, clock: Any) -> None:
    phones = Phones(phone_database(sqlite_url, clock))
    async with phones.database.write() as session:
        await add_office(session, "410100", "郑州工会")
    assert "哪种贷款" in await phones.says(PHONE, "贷款")
    assert "要多少元" in await phones.says(PHONE, "1")
    wang = await phones.person(PHONE)
    async with phones.database.write() as session:
        await people.set_contact(session, wang, name="王强")
    await phones.says(PHONE, "换人")
    await phones.says(PHONE, "2")
    await phones.says(PHONE, "李梅")
    assert "几个月" not in await phones.says(PHONE, "20000"), "that was asked of 王强"
    assert "没有帮扶档案" in await phones.says(PHONE, "我的帮扶")
    await phones.says(PHONE, "换人")
    await phones.says(PHONE, "1")
    assert "几个月" in await phones.says(PHONE, "20000")
    await phones.says(PHONE, "12个月")
    await phones.says(PHONE, "开店")
    await phones.says(PHONE, "郑州")
    (loan,) = await rows(phones.database, Loan)
    assert loan.person_id == wang
    await phones.database.close()
