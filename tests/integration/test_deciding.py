"""The office decides from its desk: a family from the application to its yearly check, aid, loans, objections."""

from __future__ import annotations

from datetime import date

import pytest
from families_house import LIST, applied, entries, later, on_file, posted, rich, union
from house import add_office, add_officer, add_person
from sqlalchemy import select
from stage import Stage, spoken

from models.aid import AidGrant
from models.audit import AuditEntry
from models.database import Database
from models.families import FamilyFile, FamilyProof, Objection, Publicity
from models.loans import Loan
from models.offices import Office, Role
from models.people import GroupMembership
from services import aid, families, family_requests, funds, instalments, loans, objections, proofs
from services.family_requests import Child
from services.file_applications import Member
from services.funds import Purse


async def one(database: Database, table: type) -> object:
    async with database.read() as session:
        return (await session.scalars(select(table).order_by(table.id))).one()


async def all_of(database: Database, table: type) -> list:
    async with database.read() as session:
        return list(await session.scalars(select(table).order_by(table.id)))


def labels(replies: list) -> list[str]:
    return [choice.label for reply in replies for choice in reply.choices]


async def test_a_family_goes_all_the_way_by_buttons(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        family = await applied(session, office, officer)
    stage, clerk = Stage(database), officer.id
    digest = await stage.say(clerk, "早报")
    assert "帮扶档案待办1份" in spoken(digest)
    assert "帮扶待办1件" in labels(digest)
    await stage.say(clerk, "帮扶待办1件")
    page = spoken(await stage.say(clerk, "待核对：王**家"))
    for words in ("样例：一人生病，一人上学", "在本地单位上班", "看过的证明：还没有"):
        assert words in page
    await stage.say(clerk, "改类别")
    assert "记好了" in spoken(await stage.say(clerk, "外出务工"))
    await stage.say(clerk, "看这家")
    assert "先点“看过证明”" in spoken(await stage.say(clerk, "核对通过"))
    assert (await one(database, FamilyFile)).state == "applied"
    await stage.say(clerk, "帮扶")
    await stage.say(clerk, "待核对：王**家")
    await stage.say(clerk, "看过证明")
    await stage.say(clerk, "收入证明")
    assert "过期的证明不能登记" in spoken(await stage.say(clerk, "2020-1-1"))
    assert await all_of(database, FamilyProof) == []
    assert "记好了" in spoken(await stage.say(clerk, "2027年3月1日"))
    assert (await one(database, FamilyProof)).expires_on == date(2027, 3, 1)
    await stage.say(clerk, "看这家")
    await stage.say(clerk, "核对通过")
    await stage.say(clerk, "看这家")
    await stage.say(clerk, "公示")
    assert "写地点" in spoken(await stage.say(clerk, "村或社区"))
    assert "电话" in spoken(await stage.say(clerk, "样例村；生活救助；找李主任13800138000"))
    assert "帮扶待办" in spoken(await stage.say(clerk, "帮扶")), "a command is no place"
    for press in ("待公示：王**家", "公示", "村或社区"):
        await stage.say(clerk, press)
    await stage.say(clerk, "样例存；生活救助")
    shown = spoken(await stage.say(clerk, "样例村；生活救助；每户每年1000元"))
    for words in ("地点：样例村", "内容：生活救助", "标准：每户每年1000元"):
        assert words in shown
    assert "样例存" not in shown
    assert (await one(database, FamilyFile)).state == "checked", "nothing hangs before the yes"
    done = await stage.say(clerk, "公示")
    assert "已公示1个，到11月30日" in spoken(done)
    wall = spoken(await stage.say(clerk, "看名单"))
    for words in ("样例村", "1. 王**", "每户每年1000元"):
        assert words in wall
    later(database, 8)
    await stage.say(clerk, "早报")
    await stage.say(clerk, "可入档：王**")
    assert "记好了" in spoken(await stage.say(clerk, "入档"))
    assert "有效到2027年3月1日" in spoken(await stage.news(family.applicant_id))
    async with database.read() as session:
        (held,) = await session.scalars(select(GroupMembership))
        assert (held.group, held.proof) == ("hardship_migrant", "checked")
    later(database, 80)
    await stage.say(clerk, "帮扶")
    page = await stage.say(clerk, "该年检：王**家")
    assert "年检通过" in labels(page)
    later(database, 20)
    renew = spoken(await stage.say(clerk, "年检通过"))
    assert "请补新的收入证明" in renew
    await stage.say(clerk, "看这家")
    await stage.say(clerk, "看过证明")
    await stage.say(clerk, "收入证明")
    await stage.say(clerk, "一年")
    await stage.say(clerk, "看这家")
    assert "记好了" in spoken(await stage.say(clerk, "年检通过"))
    assert (await one(database, FamilyFile)).expires_on > date(2027, 12, 1)


async def test_who_is_refused_hears_why_and_twice_is_once(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        family = await applied(session, office, officer)
        auditor = await add_officer(session, office, Role.AUDITOR)
        stranger = await add_officer(session, await add_office(session, "420100"))
    stage, clerk = Stage(database), officer.id
    assert "没有要办的" in spoken(await stage.say(stranger.id, "帮扶"))
    await stage.say(auditor.id, "帮扶")
    await stage.say(auditor.id, "待核对：王**家")
    assert "只能查看" in spoken(await stage.say(auditor.id, "退回"))
    await stage.say(clerk, "帮扶")
    await stage.say(clerk, "待核对：王**家")
    reasons = (await stage.say(clerk, "退回"))[-1]
    assert "公示异议成立" not in labels([reasons])
    assert "记好了" in spoken(await stage.say(clerk, "材料不齐"))
    assert "没办成：材料不齐" in spoken(await stage.news(family.applicant_id))
    again = await stage.say(clerk, choice="材料不齐", message=reasons.id)
    assert "已经处理过" in spoken(again)
    assert await stage.news(family.applicant_id) == []


async def test_several_checked_families_hang_on_one_list(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        for name in ("王大山", "李大河"):
            family = await applied(session, office, officer, name=name)
            await proofs.note_proof(
                session, family, family.applicant_id, "income", expires_on=None, officer_id=officer.id
            )
            await families.check_file(session, family, officer_id=officer.id)
    stage, clerk = Stage(database), officer.id
    await stage.say(clerk, "帮扶")
    await stage.say(clerk, "待公示：李**家")
    await stage.say(clerk, "一起公示2个")
    await stage.say(clerk, "单位")
    assert "太长了" in spoken(await stage.say(clerk, "样" * 81))
    assert await all_of(database, Publicity) == []
    assert "地点：样例厂" in spoken(await stage.say(clerk, "样例厂"))
    assert "已公示2个" in spoken(await stage.say(clerk, "1"))
    listed = await one(database, Publicity)
    assert (listed.place, listed.place_name, listed.content) == ("workplace", "样例厂", "工会帮扶家庭")
    assert {family.publicity_id for family in await all_of(database, FamilyFile)} == {listed.id}


async def test_aid_is_corrected_approved_and_paid_by_buttons(database: Database) -> None:
    family, office, officer = await on_file(database)
    async with database.write() as session:
        await rich(session, office, "living_medical", 800_00, "donation")
        await family_requests.ask_for_aid(session, family.applicant_id, kind="medical")
    stage, clerk = Stage(database), officer.id
    assert "帮扶金申请待审1笔" in spoken(await stage.say(clerk, "早报"))
    await stage.say(clerk, "帮扶")
    page = await stage.say(clerk, "待审：王** 医疗救助2000元")
    assert "资金：工会（余额0元）" in spoken(page)
    await stage.say(clerk, "改金额")
    assert "写个数" in spoken(await stage.say(clerk, "随便"))
    assert "800元" in spoken(await stage.say(clerk, "800"))
    moved = await stage.say(clerk, "改用捐赠（800元）")
    assert "资金：捐赠（余额800元）" in spoken(moved)
    assert "已批准" in spoken(await stage.say(clerk, "通过"))
    await stage.say(clerk, "发放")
    assert "记好了" in spoken(await stage.say(clerk, "已发放"))
    async with database.write() as session:
        assert await funds.balance_of(session, Purse(office.id, "living_medical", "donation")) == 0
        (used,) = await entries(session, "fund_used")
        assert used.amount_fen == 800_00


async def test_aid_that_is_refused_is_told_and_never_paid(database: Database) -> None:
    family, _, officer = await on_file(database)
    async with database.write() as session:
        await family_requests.ask_for_aid(session, family.applicant_id, kind="living", amount_fen=900_00)
    stage, clerk = Stage(database), officer.id
    await stage.news(family.applicant_id)
    await stage.say(clerk, "帮扶")
    await stage.say(clerk, "待审：王** 生活救助900元")
    await stage.say(clerk, "退回")
    await stage.say(clerk, "已经办过同样的")
    assert "已经办过同样的" in spoken(await stage.news(family.applicant_id))
    assert (await one(database, AidGrant)).state == "refused"
    assert "没有要办的" in spoken(await stage.say(clerk, "帮扶"))


@pytest.mark.parametrize("kind", ["living", "tuition"])
async def test_aid_is_neither_approved_nor_posted_once_a_proof_has_expired(database: Database, kind: str) -> None:
    family, _, officer = await on_file(database, proof_until=date(2026, 12, 31))
    given = {"stage": "secondary", "student": Child("王小明", date(2010, 9, 28))} if kind == "tuition" else {}
    async with database.write() as session:
        await family_requests.ask_for_aid(session, family.applicant_id, kind=kind, **given)
    later(database, 40)
    stage, clerk = Stage(database), officer.id
    page = await stage.say(clerk, next(label for label in labels(await stage.say(clerk, "帮扶")) if "待审" in label))
    refused = await stage.say(clerk, "公示" if kind == "tuition" else "通过")
    assert "请补新的收入证明" in spoken(refused), spoken(page)
    assert (await one(database, AidGrant)).state == "applied"
    assert "年检通过" in labels(await stage.say(clerk, "看这家"))


async def test_a_list_of_students_leaves_out_who_has_no_valid_file_any_more(database: Database) -> None:
    family, office, officer = await on_file(database)
    async with database.write() as session:
        ending = await posted(session, office, officer, name="李大河", proof_until=date(2026, 12, 31))
    later(database, 8)
    async with database.write() as session:
        await families.put_on_file(session, await session.get_one(FamilyFile, ending.id), officer_id=officer.id)
        for of, name in ((family, "王小明"), (family, "王小红"), (ending, "李小明")):
            child = Child(name, date(2010, 9, 28))
            await family_requests.ask_for_aid(
                session, of.applicant_id, kind="tuition", stage="secondary", student=child
            )
    later(database, 40)
    async with database.write() as session:
        late = (await aid.aid_of(session, ending.id))[0]
        with pytest.raises(families.NoValidFileError):
            await aid.post_students(session, [late], officer_id=officer.id, **LIST)
    stage, clerk = Stage(database), officer.id
    await stage.say(clerk, "帮扶")
    await stage.say(clerk, "待审：王** 助学金2000元")
    await stage.say(clerk, "一起公示2个")
    await stage.say(clerk, "学校")
    await stage.say(clerk, "样例中学")
    assert "已公示2个" in spoken(await stage.say(clerk, "公示"))
    assert sorted(grant.state for grant in await all_of(database, AidGrant)) == ["applied", "public", "public"]


async def test_aid_is_not_approved_by_anybody_without_a_valid_file(database: Database) -> None:
    family, _, officer = await on_file(database, proof_until=date(2026, 12, 31))
    async with database.write() as session:
        await family_requests.ask_for_aid(session, family.applicant_id, kind="living")
    later(database, 40)
    async with database.write() as session:
        (grant,) = await aid.aid_of(session, family.id)
        with pytest.raises(families.NoValidFileError, match="收入证明"):
            await aid.approve_aid(session, grant, officer_id=officer.id)


async def test_students_are_posted_objected_to_and_settled(database: Database) -> None:
    family, office, officer = await on_file(database)
    async with database.write() as session:
        await rich(session, office, "tuition", 10_000_00)
        for name in ("王小明", "王小红"):
            await family_requests.ask_for_aid(
                session,
                family.applicant_id,
                kind="tuition",
                stage="secondary",
                student=Child(name, date(2010, 9, 28)),
            )
        neighbour = await add_person(session)
    stage, clerk = Stage(database), officer.id
    await stage.say(clerk, "帮扶")
    page = await stage.say(clerk, "1")
    assert "通过" not in labels(page), "students are posted first"
    await stage.say(clerk, "一起公示2个")
    await stage.say(clerk, "学校")
    assert "标准：" in spoken(await stage.say(clerk, "样例中学"))
    assert "已公示2个" in spoken(await stage.say(clerk, "1"))
    assert "样例中学：助学金" in str(labels(await stage.say(neighbour.id, "公示")))
    wall = spoken(await stage.say(neighbour.id, "1"))
    assert "1. 王某 高中和中职 2000元" in wall
    assert "小明" not in wall
    assert "核实以前不会发钱" in spoken(await stage.say(neighbour.id, "异议 2 他家有两套房"))
    raised = await one(database, Objection)
    async with database.read() as session:
        trail = await session.scalars(select(AuditEntry).where(AuditEntry.action == "objections.open"))
        assert [entry.actor_id for entry in trail] == [None], "nobody knows who objected"
    await stage.say(clerk, "帮扶")
    day = raised.raised_on
    shown = spoken(await stage.say(clerk, f"公示异议（{day.month}月{day.day}日）"))
    assert "他家有两套房" in shown
    await stage.news(family.applicant_id)
    asked = (await stage.say(clerk, "异议成立，取消"))[-1]
    assert "记好了" in asked.text
    assert "提出异议" in spoken(await stage.news(family.applicant_id))
    states = {grant.state for grant in await all_of(database, AidGrant)}
    assert states == {"public", "refused"}
    assert "王某 高中" in spoken([*(await stage.say(neighbour.id, "公示")), *(await stage.say(neighbour.id, "1"))])
    later(database, 8)
    late = spoken(await stage.say(neighbour.id, "异议 1 他家有三套房"))
    assert "公示期已过" in late
    assert len(await all_of(database, Objection)) == 1


async def test_an_objection_by_buttons_can_be_taken_back_before_it_is_said(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        family = await posted(session, office, officer)
        neighbour = (await add_person(session)).id
    stage = Stage(database)
    assert "看哪一份" in spoken(await stage.say(neighbour, "异议 他家有车"))
    await stage.say(neighbour, "1")
    assert "具体一点" in spoken(await stage.say(neighbour, "1"))
    await stage.say(neighbour, "返回")
    assert await all_of(database, Objection) == []
    await stage.say(neighbour, "1")
    await stage.say(neighbour, "1 王**")
    assert "记下了" not in spoken(await stage.say(neighbour, "西安有电工的活吗")), "a wish for work is no objection"
    assert await all_of(database, Objection) == []
    for advert in ("Objective: warehouse job", "Object detection engineer", "object 3d artist"):
        assert "看哪一份" not in spoken(await stage.say(neighbour, advert))
    assert "看哪一份" in spoken(await stage.say(neighbour, "objection: 3 they own a car")), "there is no third row"
    await stage.say(neighbour, "1")
    await stage.say(neighbour, "1 王**")
    assert "记下了" in spoken(await stage.say(neighbour, "他家有车"))
    assert (await one(database, Objection)).about == f"family_files:{family.id}"
    await stage.say(officer.id, "帮扶")
    await stage.say(officer.id, "1")
    assert "记好了" in spoken(await stage.say(officer.id, "不成立"))
    assert (await one(database, FamilyFile)).state == "public"


async def lent(database: Database, kind: str = "borrowing", amount: int = 1_200_00) -> tuple[int, int]:
    async with database.write() as session:
        _, officer = await union(session)
        person = await add_person(session, name="王大山")
        await family_requests.ask_for_loan(
            session, person.id, kind=kind, amount_fen=amount, months=12, use="样例：开早餐店"
        )
    return officer.id, person.id


async def test_a_loan_is_granted_once_the_money_is_there_and_repaid_part_by_part(database: Database) -> None:
    clerk, borrower = await lent(database)
    stage = Stage(database)
    assert "贷款申请待审1笔" in spoken(await stage.say(clerk, "早报"))
    await stage.say(clerk, "贷款")
    page = (await stage.say(clerk, "待审：王** 贷款1200元"))[-1]
    assert "样例：开早餐店" in page.text
    assert "余额不够" in spoken(await stage.say(clerk, "已放款"))
    assert (await one(database, Loan)).state == "applied"
    async with database.write() as session:
        loan = (await loans.loans_of(session, borrower))[0]
        await funds.raise_fund(session, Purse(loan.office_id, "loan", "union"), 1_200_00, officer_id=clerk)
    await stage.say(clerk, choice="已放款", message=page.id)
    assert "1200元已经发放" in spoken(await stage.news(borrower))
    await stage.say(clerk, "贷款")
    due = (await stage.say(clerk, "收还款：王**"))[-1]
    assert "第1期" in due.text
    assert "还欠1100元" in spoken(await stage.say(clerk, "收到100元"))
    assert "已经处理过" in spoken(await stage.say(clerk, choice="收到100元", message=due.id))
    async with database.read() as session:
        assert await instalments.owed_by(session, borrower) == 1_100_00, "pressed twice is once"
    await stage.say(clerk, choice="收到别的数", message=due.id)
    assert "比还欠的多" in spoken(await stage.say(clerk, "1101"))
    await stage.say(clerk, choice="收到别的数", message=due.id)
    assert "全部还清" in spoken(await stage.say(clerk, "1100"))
    assert (await one(database, Loan)).state == "repaid"


async def test_a_loan_that_another_made_too_much_is_not_granted(database: Database) -> None:
    clerk, borrower = await lent(database, "loan", 30_000_00)
    async with database.write() as session:
        office = (await loans.loans_of(session, borrower))[0].office_id
        other = await loans.apply_for_loan(
            session, borrower, kind="loan", amount_fen=30_000_00, months=12, office_id=office, officer_id=clerk
        )
        await loans.grant_loan(session, other, officer_id=clerk)
    stage = Stage(database)
    await stage.say(clerk, "贷款")
    assert "还欠30000元" in spoken(await stage.say(clerk, "待审：王** 贷款30000元"))
    assert "最多再放20000元" in spoken(await stage.say(clerk, "已放款"))
    await stage.say(clerk, "贷款")
    await stage.say(clerk, "待审：王** 贷款30000元")
    await stage.say(clerk, "退回")
    await stage.say(clerk, "不符合帮扶条件")
    assert "没批您的30000元贷款" in spoken(await stage.news(borrower))
    async with database.read() as session:
        assert len(await entries(session, "loan_granted")) == 1


async def actions(database: Database, *names: str) -> list[tuple[str, int | None]]:
    async with database.read() as session:
        found = await session.scalars(select(AuditEntry).where(AuditEntry.action.in_(names)).order_by(AuditEntry.id))
        return [(entry.action, entry.actor_id) for entry in found]


async def test_what_a_loan_is_for_is_read_by_who_decides_and_noted(database: Database) -> None:
    clerk, borrower = await lent(database)
    async with database.write() as session:
        office = await session.get_one(Office, (await loans.loans_of(session, borrower))[0].office_id)
        auditor = (await add_officer(session, office, Role.AUDITOR)).id
    stage = Stage(database)
    for who, seen in ((auditor, False), (clerk, True)):
        await stage.say(who, "贷款")
        assert ("样例：开早餐店" in spoken(await stage.say(who, "待审：王** 贷款1200元"))) is seen
    assert await actions(database, "loans.read") == [("loans.read", clerk)]


async def test_an_objection_is_read_by_who_decides_and_noted(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        spouse = await add_officer(session, office)
        family = await posted(session, office, officer, Member(person_id=spouse.id, relation="spouse"))
        await objections.raise_objection(session, family, "他家有车")
        auditor = await add_officer(session, office, Role.AUDITOR)
    stage = Stage(database)
    for who, seen in ((auditor, False), (spouse, False), (officer, True)):
        await stage.say(who.id, "帮扶")
        page = await stage.say(who.id, "1")
        assert "异议" in spoken(page)
        assert ("他家有车" in spoken(page), "不成立" in labels(page)) == (seen, seen)
        assert ("请同事来办" in spoken(page)) is (who is spouse)
    assert await actions(database, "objections.read") == [("objections.read", officer.id)]


@pytest.mark.parametrize("words", ["公示", "异议 3 他家有车"])
async def test_where_no_list_hangs_it_is_said(database: Database, words: str) -> None:
    async with database.write() as session:
        await union(session)
        somebody = (await add_person(session)).id
    assert "现在没有公示" in spoken(await Stage(database).say(somebody, words))
