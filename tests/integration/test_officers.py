"""Information officers: several people in one message, a spoken consent with its witness, one list a day, a tally."""

from __future__ import annotations

from datetime import timedelta

import pytest
from families_house import entries, later, union
from house import add_employer, add_officer, add_person, add_seeker, add_vacancy, texts
from sqlalchemy import func, select
from stage import Stage, spoken

from bot.officer_words import Entry, read_answer, read_entries, read_for, read_witness
from models.applications import Application
from models.audit import AuditEntry
from models.database import Database, Session
from models.errors import NotFoundError
from models.messages import OutboxRow
from models.officers import OfficerNote, OfficerVillage, OralConsent, Represented
from models.offices import Office, Officer, Role
from models.people import Person, Seeker
from models.states import ApplicationState
from services import applications, leaving, officers, people
from services.officers import NotOfficerError

WITNESS = "赵村长"


async def village(session: Session) -> tuple[Office, Person, Person]:
    """An office, its staff, and an information officer of 样例村 in 新郑."""
    office, staff = await union(session)
    agent = await add_person(session, phone="+8613700137000", name="周信")
    await officers.appoint(session, agent.id, office, [("410184", "样例村")], by=staff.id)
    return office, staff, agent


async def registered(session: Session, agent: Person, name: str = "王小红") -> Person:
    person, _ = await officers.register_for(
        session, agent.id, name, {"region": "410105", "occupations": [["6-18-02-04", 1.0]]}, witness=WITNESS
    )
    return person


async def test_an_appointment_is_counted_once_and_takes_further_villages(database: Database) -> None:
    async with database.write() as session:
        office, staff, agent = await village(session)
        await officers.appoint(session, agent.id, office, [("410184", "样例村"), ("410184", "二村")], by=staff.id)
        (entry,) = await entries(session, "officer_appointed")
        assert (entry.person, entry.region) == (agent.ledger_key, "410100")
        held = list(await session.scalars(select(OfficerVillage.village).order_by(OfficerVillage.id)))
        assert held == ["样例村", "二村"]
        assert await session.scalar(select(func.count()).where(Officer.person_id == agent.id)) == 1


async def test_a_spoken_consent_says_who_took_it_when_and_who_stood_by(database: Database) -> None:
    async with database.write() as session:
        _, _, agent = await village(session)
        person = await registered(session, agent)
        (oral,) = await session.scalars(select(OralConsent))
        assert (oral.person_id, oral.taken_by, oral.given_at) == (person.id, agent.id, session.now)
        assert WITNESS.encode() not in oral.witness_sealed
        assert officers.witness_of(session, oral) == WITNESS
        assert await people.has_consent(session, person.id, people.KEEP_PROFILE)
        audit = (await session.scalars(select(AuditEntry).where(AuditEntry.action == "consent.keep_profile"))).one()
        assert audit.actor_id == agent.id, "the officer took it"
        (entry,) = await entries(session, "seeker_registered")
        assert entry.person == person.ledger_key
        again, fresh = await officers.register_for(session, agent.id, "王小红", {"wage_min": 500_000}, witness=WITNESS)
        assert (again.id, fresh) == (person.id, False)
        kept = await people.profile_of(session, person.id)
        assert kept is not None and kept["wage_min"] == 500_000 and kept["region"] == "410105"
        assert len(await entries(session, "seeker_registered")) == 1


async def test_nobody_is_registered_without_witness_age_or_appointment(database: Database) -> None:
    async with database.write() as session:
        office, _, agent = await village(session)
        before = await session.scalar(select(func.count()).select_from(Person))
        with pytest.raises(officers.WitnessMissingError):
            await officers.register_for(session, agent.id, "王小红", {}, witness=" ")
        with pytest.raises(officers.TooYoungError):
            await officers.register_for(
                session, agent.id, "王小红", {"birth_year": session.today.year - 15}, witness=WITNESS
            )
        with pytest.raises(NotOfficerError):
            await officers.register_for(session, (await add_seeker(session)).id, "王小红", {}, witness=WITNESS)
        auditor = await add_officer(session, office, Role.AUDITOR)
        with pytest.raises(NotOfficerError):
            await officers.register_for(session, auditor.id, "王小红", {}, witness=WITNESS)
        assert await session.scalar(select(func.count()).select_from(Represented)) == 0
        assert await session.scalar(select(func.count()).select_from(Person)) == (before or 0) + 2


async def test_news_for_their_people_is_one_list_a_day_and_they_answer_it(database: Database) -> None:
    async with database.write() as session:
        _, _, agent = await village(session)
        employer, boss = await add_employer(session, name="样例机械厂")
        vacancy = await add_vacancy(session, employer, boss, headcount=2)
        one, two = await registered(session, agent), await registered(session, agent, "李强")
        for person in (one, two):
            application = await officers.apply_for(session, agent.id, person.id, vacancy.id)
            await applications.candidates(session, vacancy, recruiter_id=boss.id)
            assert await applications.invite(session, application, recruiter_id=boss.id)
        assert await session.scalar(select(func.count()).where(OutboxRow.person_id.in_([one.id, two.id]))) == 0
    stage = Stage(database)
    assert await stage.news(agent.id) == [], "no message a person"
    async with database.write() as session:
        assert await officers.send_lists(session) == 1
        assert await officers.send_lists(session) == 0, "once"
    told = spoken(await stage.news(agent.id))
    assert (
        "2条消息" in told
        and "1 王小红：好消息：样例机械厂想约您谈" in told
        and "2 李强" in told
        and "回“1 同意/" in told
    )
    assert "替本人答复好了" in spoken(await stage.say(agent.id, "1 同意"))
    async with database.read() as session:
        states = {
            row.seeker_id: row.state for row in await session.scalars(select(Application).order_by(Application.id))
        }
        assert states == {one.id: ApplicationState.INTERVIEW, two.id: ApplicationState.REFERRED}
    heard = await texts(database, boss.id)
    assert any("王小红" in text and "13700137000" in text for text in heard), "the officer's number stands for theirs"
    async with database.read() as session:
        (mine,) = await officers.tally(session, session.today, agent_id=agent.id)
        assert mine.acts == {"registered": 2, "applied": 2, "answered": 1}
        assert await officers.tally(session, session.today, region="420000") == []
        (row,) = await officers.tally(session, session.today, region="410000")
        assert row == mine
        earlier = session.today.replace(day=1) - timedelta(days=1)
        assert await officers.tally(session, earlier, agent_id=agent.id) == []


async def test_an_officer_speaks_for_nobody_elses_people(database: Database) -> None:
    async with database.write() as session:
        office, staff, agent = await village(session)
        employer, boss = await add_employer(session)
        vacancy = await add_vacancy(session, employer, boss)
        person = await registered(session, agent)
        other = await add_person(session, name="吴员")
        appointment = await officers.appoint(session, other.id, office, [("410184", "三村")], by=staff.id)
        with pytest.raises(NotFoundError):
            await officers.apply_for(session, other.id, person.id, vacancy.id)
        application = await officers.apply_for(session, agent.id, person.id, vacancy.id)
        await applications.candidates(session, vacancy, recruiter_id=boss.id)
        await applications.invite(session, application, recruiter_id=boss.id)
        (note,) = await officers.open_notes(session, agent.id)
        with pytest.raises(NotFoundError):
            await officers.answer_note(session, other.id, note, f"inv:yes:{application.id}")
        with pytest.raises(officers.AnswerByOfficeError):
            await officers.answer_note(session, agent.id, note, "fup:71:1")
        await officers.end_appointment(session, appointment, by=staff.id, successor_id=agent.id)
        mine = (await session.scalars(select(Officer).where(Officer.person_id == agent.id))).one()
        await officers.appoint(session, other.id, office, [], by=staff.id)
        await officers.end_appointment(session, mine, by=staff.id, successor_id=other.id)
        assert await officers.find_mine(session, other.id, "王小红") is not None
        assert [note.person_id for note in await officers.open_notes(session, other.id)] == [person.id]


async def test_whose_appointment_ended_hears_no_names_and_the_office_answers(database: Database) -> None:
    async with database.write() as session:
        _, staff, agent = await village(session)
        employer, boss = await add_employer(session, name="样例机械厂")
        vacancy = await add_vacancy(session, employer, boss)
        person = await registered(session, agent)
        application = await officers.apply_for(session, agent.id, person.id, vacancy.id)
        mine = (await session.scalars(select(Officer).where(Officer.person_id == agent.id))).one()
        own = (await session.scalars(select(Officer).where(Officer.person_id == staff.id))).one()
        await officers.end_appointment(session, mine, by=staff.id)
        await applications.candidates(session, vacancy, recruiter_id=boss.id)
        await applications.invite(session, application, recruiter_id=boss.id)
        own.ended_at = session.now
    async with database.write() as session:
        assert await officers.send_lists(session) == 0, "held: there is nobody"
        (await session.get_one(Officer, own.id)).ended_at = None
    async with database.write() as session:
        assert await officers.send_lists(session) == 1
    stage = Stage(database)
    assert await texts(database, agent.id) == []
    assert "1 王小红" in spoken(await stage.news(staff.id))
    assert "替本人答复好了" in spoken(await stage.say(staff.id, "1 同意"))


async def test_another_year_of_birth_is_another_person_of_that_name(database: Database) -> None:
    async with database.write() as session:
        _, _, agent = await village(session)

        async def said(**wish: int) -> tuple[int, bool]:
            person, fresh = await officers.register_for(session, agent.id, "张伟", dict(wish), witness=WITNESS)
            return person.id, fresh

        one, fresh = await said(birth_year=1970)
        assert fresh
        assert await said() == (one, False), "the one of that name"
        two, fresh = await said(birth_year=1995)
        assert fresh and two != one
        assert await said(birth_year=1970) == (one, False)
        assert (await people.profile_of(session, one) or {})["birth_year"] == 1970
        with pytest.raises(officers.WhichOneError):
            await said()
        three, _ = await officers.register_for(session, agent.id, "李强", {}, witness=WITNESS)
        again, fresh = await officers.register_for(session, agent.id, "李强", {"birth_year": 1980}, witness=WITNESS)
        assert (again.id, fresh) == (three.id, False), "who never said it"
        year = session.today.year
    stage = Stage(database)
    assert "有几个张伟" in spoken(await stage.say(agent.id, "看 张伟"))
    assert "几个张伟" not in spoken(await stage.say(agent.id, f"看 张伟 {year - 1970}岁"))


async def test_villages_of_one_name_in_two_counties_are_two(database: Database) -> None:
    async with database.write() as session:
        office, staff, agent = await village(session)
        for _ in range(2):
            await officers.appoint(
                session, agent.id, office, [("410184", "王庄"), ("410181", "王庄"), ("410181", "王庄")], by=staff.id
            )
        held = await session.execute(select(OfficerVillage.region, OfficerVillage.village))
        assert sorted(map(tuple, held)) == [("410181", "王庄"), ("410184", "样例村"), ("410184", "王庄")]


async def test_a_list_forgets_after_two_weeks_and_with_the_person(database: Database) -> None:
    async with database.write() as session:
        _, _, agent = await village(session)
        employer, boss = await add_employer(session)
        vacancy = await add_vacancy(session, employer, boss)
        person = await registered(session, agent)
        application = await officers.apply_for(session, agent.id, person.id, vacancy.id)
        await applications.candidates(session, vacancy, recruiter_id=boss.id)
        await applications.invite(session, application, recruiter_id=boss.id)
    later(database, 15)
    async with database.write() as session:
        assert await officers.open_notes(session, agent.id) == []
        assert await officers.send_lists(session) == 0
        assert (await session.scalars(select(OfficerNote.text_sealed))).one() is None
        await leaving.forget(session, person.id)
        assert await officers.people_of(session, agent.id) == []
        assert (await session.scalars(select(OfficerNote))).first() is None
        assert officers.witness_of(session, (await session.scalars(select(OralConsent))).one()) == ""


# ---- in the chat


async def test_two_people_in_one_message_are_read_back_witnessed_and_registered(database: Database) -> None:
    async with database.write() as session:
        _, staff, agent = await village(session)
        employer, boss = await add_employer(session)
        await add_vacancy(session, employer, boss, title="电焊工")
        stranger = await add_seeker(session)
    stage = Stage(database)
    heard = spoken(await stage.say(agent.id, "帮 王小红 35 家政 郑州; 李强 焊工 新郑"))
    assert "1 王小红" in heard and "35岁" in heard and "2 李强" in heard and "见证人" in heard
    async with database.read() as session:
        assert await session.scalar(select(func.count()).select_from(Represented)) == 0, "nothing before the yes"
    assert "不能是本人" in spoken(await stage.say(agent.id, "见证人 李强"))
    heard = spoken(await stage.say(agent.id, f"都同意，见证人 {WITNESS}"))
    assert "王小红登记好了" in heard and "李强登记好了。最合适：电焊工" in heard
    async with database.read() as session:
        seekers = {
            (await session.get_one(Person, row.person_id)).name(session): row.region
            for row in await session.scalars(
                select(Seeker).join(Represented, Represented.person_id == Seeker.person_id)
            )
        }
        assert seekers == {"王小红": "410100", "李强": "410184"}
    assert "您代办2人" in spoken(await stage.say(agent.id, "我的人"))
    assert "给李强看的岗位" in spoken(await stage.say(agent.id, "看 李强"))
    assert "替本人报名好了" in spoken(await stage.say(agent.id, "1"))
    heard = spoken(await stage.say(staff.id, "信息员"))
    assert "周信：登记2人次" in heard and "报名1" in heard
    assert "见证人" not in spoken(await stage.say(stranger.id, "帮 王小红 35 家政 郑州"))


async def test_staff_appoint_by_a_sentence(database: Database) -> None:
    async with database.write() as session:
        office, staff = await union(session)
        agent = await add_person(session, phone="+8613700137000", name="周信")
        officer = await add_officer(session, office, Role.INFORMATION_OFFICER)
    stage = Stage(database)
    assert "不能" in spoken(await stage.say(officer.id, "任命信息员 13700137000 王村"))
    assert "还没有登记过" in spoken(await stage.say(staff.id, "任命信息员 13900139000 王村"))
    assert "任命好了：王村" in spoken(await stage.say(staff.id, "任命信息员 13700137000 王村 李村"))
    async with database.read() as session:
        role = (await session.scalars(select(Officer).where(Officer.person_id == agent.id))).one()
        assert role.role == Role.INFORMATION_OFFICER


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "帮 王小红 35 家政 郑州; 李强 焊工 新郑",
            [Entry("王小红", "35岁 家政 郑州"), Entry("李强", "焊工 新郑")],
        ),
        ("替 王小红，女 42岁 保洁；", [Entry("王小红", "42岁 保洁")]),
        ("登记：王小红 家政\n李强 焊工", [Entry("王小红", "家政"), Entry("李强", "焊工")]),
        ("替王老汉登记 找看门的 中牟", [Entry("王老汉", "找看门的 中牟")]),
        ("替张老汉 58 保安 中牟", [Entry("张老汉", "58岁 保安 中牟")]),
        ("帮别人报名", []),
        ("帮忙看看 郑州的活", []),
        ("帮我找工作", []),
        ("帮 王小红 家政; 13800138000", []),
        ("电焊工 郑州 5000", []),
    ],
)
def test_who_is_spoken_for(text: str, found: list[Entry]) -> None:
    assert read_entries(text) == found


def test_witnesses_and_answers_are_read() -> None:
    assert read_witness("见证人 赵村长") == read_witness("都同意，在场：赵村长。") == read_witness("赵村长") == "赵村长"
    assert read_witness("他们都说好的没问题") is None
    assert read_answer("1 同意") == read_answer("1同意") == (1, "同意")
    assert read_answer("同意") is None
    assert read_for("看 王小红") == ("王小红", None)
    assert read_for("给王小红 35岁 找活") == read_for("看 王小红35") == ("王小红", 35)
