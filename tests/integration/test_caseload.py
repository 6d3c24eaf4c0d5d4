"""What waits for an office, as the morning digest shows it: one line for what waits, none for what does not."""

from __future__ import annotations

from datetime import date

from families_house import LIST, entries, later, on_file, posted, rich
from house import add_office, add_officer, add_person
from stage import Stage, spoken

from jobs.digest import send_digests
from models.database import Database
from models.offices import Role
from services import aid, graduates, loans, objections, startups
from services.file_applications import Member


async def test_the_digest_names_everything_that_waits_and_nothing_else(database: Database) -> None:
    async with database.write() as session:
        people = [await add_person(session, name=name) for name in ("王小明", "王小红")]
    members = [Member(person_id=person.id, relation="child", born=date(2003, 1, 1)) for person in people]
    _, office, officer = await on_file(database, *members, proof_until=date(2026, 12, 31))
    stage = Stage(database)
    async with database.write() as session:
        await rich(session, office, "tuition", 10_000_00)
        by = {"officer_id": officer.id}
        await graduates.register_graduate(
            session,
            people[1].id,
            listed_from="school",
            graduated_on=date(2026, 7, 1),
            study_region="410100",
            **by,
        )
        grant = await aid.request_aid(
            session, people[0].id, kind="tuition", stage="tertiary", amount_fen=2_000_00, source="union", **by
        )
        await aid.post_students(session, [grant], **LIST, **by)
        await posted(session, office, officer, name="李大河")
        doubted = await posted(session, office, officer, name="赵大河")
        await objections.raise_objection(session, doubted, "样例")
        loan = await loans.apply_for_loan(
            session, people[0].id, kind="loan", amount_fen=100_00, months=1, office_id=office.id, **by
        )
        await loans.grant_loan(session, loan, **by)
        startup = await startups.plan_startup(session, people[0].id, office_id=office.id, **by)
        await startups.open_startup(session, startup, opened_on=date(2026, 9, 1), **by)
    early = spoken(await stage.say(officer.id, "早报"))
    for line in ("公示期满可入档", "可以发放的帮扶", "毕业生", "还款逾期", "维权求助"):
        assert line not in early
    assert "家庭档案该年检1份" in early
    assert "公示异议待处理1件" in early
    later(database, 33)
    late = spoken(await stage.say(officer.id, "早报"))
    for line in (
        "家庭档案该年检1份",
        "公示期满可入档1份",
        "公示异议待处理1件",
        "可以发放的帮扶1笔",
        "30天没人联系的毕业生1人",
        "创业回访到期1家",
        "还款逾期1笔",
    ):
        assert line in late
    for label, done in (("可入档：李**", "入档"), ("可发放：王** 2000元", "已发放"), ("该联系：王**", "联系过了")):
        await stage.say(officer.id, label)
        heard = spoken(await stage.say(officer.id, done))
        assert ("档案过期了：请补新的收入证明" if done == "已发放" else "记好了") in heard, label
        late = spoken(await stage.say(officer.id, "早报"))
    assert "公示期满可入档" not in late
    assert "毕业生" not in late
    async with database.write() as session:
        await send_digests(session)
    assert "可以发放的帮扶1笔" in spoken(await stage.news(officer.id))


async def test_aid_is_paid_from_the_desk_once_the_money_is_there(database: Database) -> None:
    family, office, officer = await on_file(database)
    async with database.write() as session:
        grant = await aid.request_aid(
            session, family.applicant_id, kind="living", amount_fen=800_00, source="union", officer_id=officer.id
        )
        await aid.approve_aid(session, grant, officer_id=officer.id)
        auditor = await add_officer(session, office, Role.AUDITOR)
        stranger = await add_officer(session, await add_office(session, "420100"))
    stage = Stage(database)
    label = "可发放：王** 800元"
    assert label not in [choice.label for reply in await stage.say(stranger.id, "早报") for choice in reply.choices]
    await stage.say(auditor.id, "早报")
    await stage.say(auditor.id, label)
    assert "只能查看" in spoken(await stage.say(auditor.id, "已发放"))
    await stage.say(officer.id, "早报")
    assert "生活救助800元" in spoken(await stage.say(officer.id, label))
    assert "余额不够" in spoken(await stage.say(officer.id, "已发放"))
    async with database.write() as session:
        assert await entries(session, "service_given", "fund_used") == []
        await rich(session, office, "living_medical", 800_00)
    await stage.say(officer.id, "早报")
    await stage.say(officer.id, label)
    assert "记好了" in spoken(await stage.say(officer.id, "已发放"))
    assert "帮扶金800元已经发放" in spoken(await stage.news(family.applicant_id))
    async with database.write() as session:
        assert len(await entries(session, "service_given", "fund_used")) == 2
