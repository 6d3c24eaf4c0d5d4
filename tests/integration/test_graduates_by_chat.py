"""The office looks after a graduate by sentences and buttons; the graduate sees it; who may not is told what to do."""

from __future__ import annotations

from datetime import date

import pytest
from families_house import entries, later, on_file, posted, rich, union
from house import add_employer, add_officer, add_person, add_seeker, add_vacancy
from sqlalchemy import func, select
from stage import Stage, spoken
from test_labour_export import road

from models.aid import GivenService, ReemploymentCard, Subsidy, WorkStudyOffer
from models.audit import AuditEntry
from models.database import Database
from models.graduates import Graduate, Internship
from models.ledger import LedgerEntry
from models.offices import Office, Role
from models.people import Person
from models.placements import Placement
from models.states import TravellerState
from services import exports
from services.file_applications import Member

PHONE = "13800138000"
LIST = f"毕业生 {PHONE} 2026-06 西安"


class Home:
    """A family on file with a grown child who has a phone, and who works at its office."""

    child: int
    office: Office
    officer: int
    colleague: int
    stage: Stage


async def home(database: Database, **given: object) -> Home:
    found = Home()
    async with database.write() as session:
        found.child = (await add_person(session, name="王小明", phone=f"+86{PHONE}")).id
    _, found.office, officer = await on_file(database, Member(person_id=found.child, relation="child"), **given)
    async with database.write() as session:
        found.colleague = (await add_officer(session, found.office)).id
    found.officer, found.stage = officer.id, Stage(database)
    return found


async def listed(database: Database) -> Home:
    found = await home(database)
    assert "上了毕业生名单" in spoken(await found.stage.say(found.officer, LIST))
    return found


async def ledger(database: Database, *kinds: str) -> list[LedgerEntry]:
    async with database.write() as session:
        return await entries(session, *kinds)


async def only(database: Database, table: type) -> object:
    async with database.read() as session:
        return (await session.scalars(select(table))).one()


async def number(database: Database, table: type) -> int:
    async with database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


def labels(replies: list) -> list[str]:
    return [choice.label for reply in replies for choice in reply.choices]


async def test_a_graduate_comes_on_the_list_and_the_second_time_the_card_is_shown(database: Database) -> None:
    at = await home(database)
    first = await at.stage.say(at.officer, f"毕业生 {PHONE} 2026年6月 西安 学校")
    for words in ("王** 138****8000：2026年6月毕业，在西安上的学", "还没找到工作；结对：还没有", "计划：还没有"):
        assert words in spoken(first), words
    (entry,) = await ledger(database, "graduate_registered")
    assert entry.facts == {"graduated_on": "2026-06-01", "home_region": "410100", "study_region": "610100"}
    assert (await only(database, Graduate)).listed_from == "school"
    assert "138****8000" in spoken(await at.stage.say(at.officer, f"毕业生 {PHONE}"))
    assert "已上" not in spoken(await at.stage.say(at.officer, LIST))
    assert len(await ledger(database, "graduate_registered")) == 1


async def test_the_card_names_a_helper_a_contact_and_a_status(database: Database) -> None:
    at = await listed(database)
    assert {"我来帮", "联系过了", "状态"} <= set(labels(await at.stage.say(at.officer, f"毕业生 {PHONE}")))
    shown = await at.stage.say(at.officer, "我来帮")
    assert "结对：您" in spoken(shown)
    assert "我来帮" not in labels(shown)
    assert "有专人帮您" in spoken(await at.stage.news(at.child))
    graduate = await only(database, Graduate)
    assert (graduate.helper_id, graduate.contacted_on) == (at.officer, None)
    await at.stage.say(at.officer, "联系过了")
    assert (await only(database, Graduate)).contacted_on is not None
    await at.stage.say(at.officer, "状态")
    assert "自己找到工作" in spoken(await at.stage.say(at.officer, "自己找到工作"))
    (entry,) = await ledger(database, "graduate_status")
    assert entry.facts == {"status": "self_found"}


async def test_who_waits_for_help_is_listed_by_one_word_and_opens_the_card(database: Database) -> None:
    at = await listed(database)
    listing = await at.stage.say(at.officer, "毕业生帮扶")
    assert "1个毕业生还没人结对" in spoken(listing)
    assert "结对：还没有" in spoken(await at.stage.say(at.officer, "1"))
    await at.stage.say(at.officer, "我来帮")
    await at.stage.say(at.officer, f"帮扶计划 {PHONE} 先考会计证")
    assert "都有人帮" in spoken(await at.stage.say(at.officer, "毕业生"))
    later(database, 31)
    assert "1个毕业生" in spoken(await at.stage.say(at.officer, "毕业生"))
    await at.stage.say(at.officer, "早报")
    assert "计划（" in spoken(await at.stage.say(at.officer, "该联系：王**")), "the digest opens the card too"


async def test_a_plan_is_sealed_told_and_read_by_who_decides(database: Database) -> None:
    at = await listed(database)
    plan = "先考Excel证，三月前投20份简历"
    assert "已发给本人" in spoken(await at.stage.say(at.officer, f"帮扶计划 {PHONE} {plan}"))
    assert plan in spoken(await at.stage.news(at.child)), "as it was typed"
    (entry,) = await ledger(database, "service_given")
    assert entry.facts == {"service": "personal_plan"}
    assert b"Excel" not in ((await only(database, GivenService)).words_sealed or b"")
    assert plan in spoken(await at.stage.say(at.officer, f"毕业生 {PHONE}"))
    async with database.write() as session:
        office = await session.get_one(Office, at.office.id)
        auditor = (await add_officer(session, office, Role.AUDITOR)).id
        read = await session.scalars(select(AuditEntry.actor_id).where(AuditEntry.action == "services_given.read"))
        assert list(read) == [at.officer]
    await at.stage.say(auditor, "毕业生帮扶")
    assert plan not in spoken(await at.stage.say(auditor, "1"))
    assert "只能查看" in spoken(await at.stage.say(auditor, "我来帮"))
    assert "只能查看" in spoken(await at.stage.say(auditor, f"帮扶计划 {PHONE} 别的"))


async def test_an_internship_is_noted_once_with_its_days(database: Database) -> None:
    at = await listed(database)
    async with database.write() as session:
        employer, _ = await add_employer(session, name="样例重工ABC公司")
        await add_employer(session, name="样例重工二厂")
    assert "有几个单位" in spoken(await at.stage.say(at.officer, f"实习 {PHONE} 样例重工 3个月"))
    assert "没有核对过的单位" in spoken(await at.stage.say(at.officer, f"实习 {PHONE} 无名厂 3个月"))
    assert "实习这样写" in spoken(await at.stage.say(at.officer, f"实习 {PHONE} 样例重工"))
    assert await ledger(database, "internship_given") == []
    order = f"实习 {PHONE} 样例重工abc公司 三个月 12-10起"
    assert "12月10日到3月9日" in spoken(await at.stage.say(at.officer, order))
    assert "样例重工ABC公司" in spoken(await at.stage.news(at.child))
    row = await only(database, Internship)
    assert row.employer_id == employer.id
    assert (row.starts_on.month, row.starts_on.day) == (12, 10)
    assert "没有再记" in spoken(await at.stage.say(at.officer, order))
    assert "工会联系的单位" in spoken(await at.stage.say(at.officer, f"实习 {PHONE} 半年"))
    assert len(await ledger(database, "internship_given")) == 2


async def test_help_with_a_policy_is_counted_and_is_a_contact(database: Database) -> None:
    at = await listed(database)
    assert "（助学贷款）" in spoken(await at.stage.say(at.officer, f"政策帮助 {PHONE} 助学贷款 帮着填了表"))
    assert (await only(database, Graduate)).contacted_on is not None
    (entry,) = await ledger(database, "service_given")
    assert entry.facts == {"service": "policy_help"}
    assert (await only(database, GivenService)).topic == "student_loan"
    assert "政策帮助这样写" in spoken(await at.stage.say(at.officer, f"政策帮助 {PHONE} 买房"))
    async with database.write() as session:
        await add_seeker(session, phone="+8613900139000", name="李四")
    assert "还没有帮扶档案" in spoken(await at.stage.say(at.officer, "政策帮助 13900139000 国家助学金"))
    assert "（孩子入学）" in spoken(await at.stage.say(at.officer, "政策帮助 13900139000 孩子入学"))


async def test_the_job_search_subsidy_is_read_back_and_paid_once(database: Database) -> None:
    at = await listed(database)
    order = f"求职补贴 {PHONE} 1000元 工会"
    assert "王** 138****8000：求职补贴1000元，工会资金" in spoken(await at.stage.say(at.officer, order))
    assert await ledger(database, "subsidy_paid") == []
    assert "余额不够" in spoken(await at.stage.say(at.officer, "已发放"))
    assert await number(database, Subsidy) == 0
    async with database.write() as session:
        await rich(session, at.office, "training_employment", 3000_00)
    asked = (await at.stage.say(at.officer, order))[-1]
    assert "已告诉本人" in spoken(await at.stage.say(at.officer, "已发放"))
    assert "发了求职补贴1000元" in spoken(await at.stage.news(at.child))
    assert "没有再记" in spoken(await at.stage.say(at.officer, choice="已发放", message=asked.id))
    (entry,) = await ledger(database, "subsidy_paid")
    assert (entry.facts, entry.amount_fen) == ({"purpose": "job_search"}, 1000_00)
    (used,) = await ledger(database, "fund_used")
    assert used.facts == {"programme": "training_employment", "purpose": "introduction", "source": "union"}
    assert "求职补贴这样写" in spoken(await at.stage.say(at.officer, f"求职补贴 {PHONE} 1000 政府"))
    assert "求职补贴这样写" in spoken(await at.stage.say(at.officer, f"求职补贴 {PHONE} 0元 工会"))


async def test_the_appraisal_subsidy_wants_a_card_of_ones_own(database: Database) -> None:
    at = await home(database)
    async with database.write() as session:
        await rich(session, at.office, "training_employment", 3000_00)
        for phone in ("13900139000", "13900139001"):
            await add_seeker(session, "410100", phone=f"+86{phone}", name="李四")
    order = "鉴定补贴 13900139000 300元 工会"
    await at.stage.say(at.officer, order)
    assert "先记证" in spoken(await at.stage.say(at.officer, "已发放"))
    for words, answer in (
        ("优惠证 13900139000 A0001 2020-12", "已经到期"),
        ("优惠证 13900139000 A0001", "优惠证这样写"),
        ("优惠证 13900139000 A0001 2025-12 2028-12", "2028-12-31有效"),
        ("优惠证 13900139001 a0001 2028-12", "别人名下"),
    ):
        assert answer in spoken(await at.stage.say(at.officer, words)), words
    card = await only(database, ReemploymentCard)
    assert (card.issued_on, card.expires_on) == (date(2025, 12, 1), date(2028, 12, 31))
    assert await ledger(database, "subsidy_paid") == []
    await at.stage.say(at.officer, order)
    assert "鉴定补贴300元" in spoken(await at.stage.say(at.officer, "已发放"))
    (entry,) = await ledger(database, "subsidy_paid")
    assert (entry.facts, entry.amount_fen) == ({"purpose": "appraisal"}, 300_00)
    (used,) = await ledger(database, "fund_used")
    assert used.facts["purpose"] == "training"


async def test_posts_beside_studies_are_noted_once_a_day(database: Database) -> None:
    at = await home(database)
    async with database.write() as session:
        employer, _ = await add_employer(session, name="样例超市")
        await add_employer(session, "310101", name="样例书店")
        await add_employer(session, name="样例网吧", verified=False)
    for words, answer in (
        ("勤工俭学 样例超市", "勤工俭学这样写"),
        ("勤工俭学 样例超市 0个", "勤工俭学这样写"),
        ("勤工俭学 样例书店 5个", "没有核对过的单位"),
        ("勤工俭学 样例网吧 5个", "没有核对过的单位"),
    ):
        assert answer in spoken(await at.stage.say(at.officer, words)), words
    assert await number(database, WorkStudyOffer) == 0
    assert "样例超市提供勤工俭学岗位5个" in spoken(await at.stage.say(at.officer, "勤工俭学 样例超市 5个"))
    assert "没有再记" in spoken(await at.stage.say(at.officer, "勤工俭学 样例超市 5个"))
    (entry,) = await ledger(database, "work_study_offered")
    assert (entry.facts, entry.quantity, entry.region) == ({"employer": employer.id}, 5, "410100")


async def test_who_has_no_phone_comes_on_the_list_from_the_familys_file_and_is_helped_by_buttons(
    database: Database,
) -> None:
    async with database.write() as session:
        child = (await add_person(session, name="王小明")).id
    _, office, officer = await on_file(database, Member(person_id=child, relation="child"))
    async with database.write() as session:
        await rich(session, office, "training_employment", 3000_00)
    stage, clerk = Stage(database), officer.id
    await stage.say(clerk, "毕业生")
    await stage.say(clerk, "从档案里加")
    await stage.say(clerk, "1")
    assert "哪年哪月毕业" in spoken(await stage.say(clerk, "2"))
    assert "哪年哪月毕业" in spoken(await stage.say(clerk, "去年夏天"))
    assert "上了毕业生名单" in spoken(await stage.say(clerk, "2026-06 西安 学校"))
    assert (await only(database, Graduate)).person_id == child
    for press, wrong, words, answer in (
        ("写计划", "字" * 301, "先考会计证", "计划记好了"),
        ("记实习", "样例重工", "3个月 12-10起", "12月10日到3月9日"),
        ("政策帮助", "买房", "就业政策", "（就业政策）"),
        ("发求职补贴", "一千块", "1000元 工会", "求职补贴1000元，工会资金"),
    ):
        await stage.say(clerk, "毕业生帮扶")
        opened = await _card(stage, clerk)
        assert "办事" in labels(opened), press
        await stage.say(clerk, "办事")
        await stage.say(clerk, press)
        assert answer not in spoken(await stage.say(clerk, wrong)), press
        assert answer in spoken(await stage.say(clerk, words)), press
    assert "已告诉本人" in spoken(await stage.say(clerk, "已发放"))
    kinds = ("service_given", "internship_given", "subsidy_paid")
    assert len(await ledger(database, *kinds)) == 4


async def _card(stage: Stage, clerk: int) -> list:
    """The card of the only child of the only family, from its file."""
    await stage.say(clerk, "从档案里加")
    await stage.say(clerk, "1")
    return await stage.say(clerk, "2")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("毕业生 王小明 2026-06 西安", "记毕业生：毕业生 手机号"),
        (f"毕业生 {PHONE} 2026-13 西安", "记毕业生：毕业生 手机号"),
        (f"毕业生 {PHONE} 2006-06 西安", "记毕业生：毕业生 手机号"),
        (f"毕业生 {PHONE} 2026-06 某地", "记毕业生：毕业生 手机号"),
        ("毕业生 13700000000 2026-06 西安", "本地区没有这个手机号登记的人"),
        ("毕业生 1234567 2026-06 西安", "本地区没有这个手机号登记的人"),
        (f"帮扶计划 {PHONE}", "帮扶计划这样写"),
        (f"帮扶计划 {PHONE} 先考证", "先记：毕业生 手机号"),
        (f"实习 {PHONE} 3个月", "先记：毕业生 手机号"),
        (f"求职补贴 {PHONE} 500元 工会", "先记：毕业生 手机号"),
        ("求职补贴 王小明", "求职补贴这样写"),
        ("求职补贴", "求职补贴这样写"),
        ("实习", "实习这样写"),
        ("鉴定补贴 王小明", "鉴定补贴这样写"),
    ],
)
async def test_what_cannot_be_done_is_answered_by_what_to_do(database: Database, words: str, answer: str) -> None:
    at = await home(database)
    before = await number(database, LedgerEntry)
    assert answer in spoken(await at.stage.say(at.officer, words))
    assert await number(database, LedgerEntry) == before


async def test_without_a_valid_file_nobody_comes_on_the_list(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        await add_seeker(session, "410100", phone="+8613900139000")
        family = await posted(session, office, officer)
        applicant = await session.get_one(Person, family.applicant_id)
        applicant.set_phone(session, "+8613900139001")
    stage = Stage(database)
    assert "申请帮扶" in spoken(await stage.say(officer.id, "毕业生 13900139000 2026-06 西安"))
    assert "公示" in spoken(await stage.say(officer.id, "毕业生 13900139001 2026-06 西安")), (
        "asked for a file, no seeker"
    )
    assert await number(database, Graduate) == 0


async def test_an_expired_file_is_renewed_first(database: Database) -> None:
    at = await home(database, proof_until=date(2026, 12, 31))
    later(database, 60)
    assert "请补新的收入证明" in spoken(await at.stage.say(at.officer, LIST))
    assert await number(database, Graduate) == 0


async def test_nobody_of_another_region_is_found_and_the_own_family_is_a_colleagues(database: Database) -> None:
    async with database.write() as session:
        office, colleague = await union(session)
        relative = await add_officer(session, office)
        child = await add_person(session, name="王小明", phone=f"+86{PHONE}")
        stranger = await add_officer(session, (await union(session, "420100"))[0])
    members = [Member(person_id=child.id, relation="child"), Member(person_id=relative.id, relation="child")]
    _, own, _ = await on_file(database, *members)
    stage, mine = Stage(database), "这是您自己或家人的事，请同事来办"
    assert "没有这个手机号登记" in spoken(await stage.say(stranger.id, LIST))
    assert mine in spoken(await stage.say(relative.id, LIST))
    assert "上了毕业生名单" in spoken(await stage.say(colleague.id, LIST))
    async with database.write() as session:
        await rich(session, own, "training_employment", 3000_00)
    for words in ("帮扶计划 {} 先考证", "实习 {} 3个月", "求职补贴 {} 500元 工会", "优惠证 {} A0001 2028-12"):
        assert mine in spoken(await stage.say(relative.id, words.format(PHONE))), words
    await stage.say(relative.id, "毕业生帮扶")
    await stage.say(relative.id, "1")
    assert mine in spoken(await stage.say(relative.id, "我来帮"))
    assert await ledger(database, "internship_given", "subsidy_paid", "service_given") == []


async def test_the_graduate_sees_who_helps_the_plan_and_what_can_be_given(database: Database) -> None:
    at = await listed(database)
    async with database.write() as session:
        office = await session.get_one(Office, at.office.id)
        office.phone, office.hours = "0371-12345", "9:00-17:00"
        await rich(session, office, "training_employment", 3000_00)
        (await session.get_one(Person, at.officer)).set_name(session, "李梅")
    empty = spoken(await at.stage.say(at.child, "求职补贴"))
    for words in ("马上安排专人", "电话 0371-12345 9:00-17:00", "计划还没定", "还能帮：求职补贴、实习"):
        assert words in empty, words
    await at.stage.say(at.officer, f"毕业生 {PHONE}")
    await at.stage.say(at.officer, "我来帮")
    await at.stage.say(at.officer, f"帮扶计划 {PHONE} 先考会计证")
    await at.stage.say(at.officer, f"实习 {PHONE} 3个月")
    await at.stage.say(at.officer, f"求职补贴 {PHONE} 800元 工会")
    await at.stage.say(at.officer, "已发放")
    full = spoken(await at.stage.say(at.child, "我的帮扶计划"))
    for words in ("410100工会李梅", "您的计划：先考会计证", "实习：工会联系的单位", "求职补贴800元", "还能帮：实习"):
        assert words in full, words


async def test_who_is_not_on_the_list_hears_two_ways_and_a_sentence_still_finds_work(database: Database) -> None:
    async with database.write() as session:
        await union(session)
        employer, boss = await add_employer(session)
        await add_vacancy(session, employer, boss)
        somebody = (await add_person(session)).id
    stage = Stage(database)
    heard = await stage.say(somebody, "毕业生帮扶")
    assert "申请帮扶" in spoken(heard)
    assert {"找工作", "申请帮扶"} <= set(labels(heard))
    for sentence in ("我是困难家庭的毕业生能帮我找工作吗", "实习 电焊工 郑州", "毕业生 电焊工 郑州 5000"):
        found = spoken(await stage.say(somebody, sentence))
        assert "毕业生帮扶名单" not in found, sentence
        assert "记毕业生" not in found, sentence
    assert "电焊工" in found


async def test_who_arrived_is_placed_by_buttons_several_at_once(database: Database) -> None:
    async with database.write() as session:
        way = await road(session, people=3)
        way.vacancy.headcount = 2
        await exports.accept(session, way.batch, officer_id=way.receiver.id)
        await exports.depart(session, way.batch, officer_id=way.sender.id)
        await exports.check_arrival(session, way.batch, officer_id=way.receiver.id, missing=())
    stage, clerk = Stage(database), way.receiver.id
    await stage.say(way.sender.id, "劳务输出")
    assert "安置" not in labels(await stage.say(way.sender.id, "1")), "the origin does not place"
    await stage.say(clerk, "劳务输出")
    assert "安置" in labels(await stage.say(clerk, "1"))
    await stage.say(clerk, "安置")
    assert "没看懂" in spoken(await stage.say(clerk, "7"))
    assert "哪天上班" in spoken(await stage.say(clerk, "1-3"))
    assert "凭什么" in spoken(await stage.say(clerk, "今天"))
    await stage.say(clerk, "看到合同")
    await stage.say(clerk, "固定期限")
    done = spoken(await stage.say(clerk, "18"))
    assert "2人上岗" in done
    assert "3号没记：岗位满了" in done
    started = await ledger(database, "placement_started")
    assert [(e.region, e.facts["how"], e.facts["evidence"]) for e in started] == [
        ("320500", "labour_export", "contract")
    ] * 2
    assert [e.facts["months"] for e in await ledger(database, "contract_signed")] == [18, 18]
    async with database.read() as session:
        states = [one.state for one in await exports.travellers_of(session, way.batch.id)]
    assert states == [TravellerState.PLACED, TravellerState.PLACED, TravellerState.ARRIVED]
    for words in ("劳务输出", "1", "安置"):
        await stage.say(clerk, words)
    assert "没有这样在招的岗位" in spoken(await stage.say(clerk, "3")), "the planned one is full: which else?"


async def test_a_batch_without_a_post_asks_which(database: Database) -> None:
    async with database.write() as session:
        way = await road(session, people=1)
        way.batch.vacancy_id = None
        await exports.accept(session, way.batch, officer_id=way.receiver.id)
        await exports.depart(session, way.batch, officer_id=way.sender.id)
        await exports.check_arrival(session, way.batch, officer_id=way.receiver.id)
        auditor = (await add_officer(session, await session.get_one(Office, way.target.id), Role.AUDITOR)).id
    stage, clerk = Stage(database), way.receiver.id
    for words in ("劳务输出", "1"):
        await stage.say(auditor, words)
        await stage.say(clerk, words)
    assert "只能查看" in spoken(await stage.say(auditor, "安置"))
    old = (await stage.say(clerk, "安置"))[-1]
    assert "去哪个岗位" in spoken(await stage.say(clerk, "1"))
    assert "没有这样在招的岗位" in spoken(await stage.say(clerk, "会计"))
    await stage.say(clerk, "电焊")
    await stage.say(clerk, "1")
    assert "没看明白" in spoken(await stage.say(clerk, "明年"))
    await stage.say(clerk, "今天")
    await stage.say(clerk, "双方都说上班了")
    assert "1人上岗" in spoken(await stage.say(clerk, "没有合同"))
    assert (await only(database, Placement)).how == "labour_export"
    assert "处理过" in spoken(await stage.say(clerk, choice=old.choices[0].label, message=old.id))
    await stage.say(clerk, "劳务输出")
    await stage.say(clerk, "1")
    assert "都上岗了" in spoken(await stage.say(clerk, "安置"))
    assert len(await ledger(database, "placement_started")) == 1
