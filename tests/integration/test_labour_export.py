"""Labour export: accepted before anybody leaves, checked on arrival, placed there; teams go together; bases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from families_house import entries, later, union
from house import add_employer, add_officer, add_person, add_seeker, add_vacancy, texts
from sqlalchemy import func, select
from stage import Stage, spoken

from jobs.casework import call_off_batches
from models.applications import Application
from models.database import Database, Session
from models.errors import MoveRefusedError, NotFoundError
from models.exports import LabourBatch, LabourTraveller
from models.offices import Office, Role
from models.people import Person
from models.states import BatchState, TravellerState
from models.vacancies import Vacancy
from services import applications, bases, batch_ends, exports, leaving, placements, teams
from services.outbox import Delivery

B, T = BatchState, TravellerState


class Road:
    """新郑 sends people to 苏州."""

    origin: Office
    sender: Person
    target: Office
    receiver: Person
    vacancy: Vacancy
    batch: LabourBatch


async def road(session: Session, *, people: int = 2) -> Road:
    found = Road()
    found.origin, found.sender = await union(session, "410184")
    found.target, found.receiver = await union(session, "320500")
    employer, boss = await add_employer(session, "320505")
    found.vacancy = await add_vacancy(session, employer, boss, headcount=2)
    going = [await add_seeker(session, "410184", name=f"王{n}") for n in range(people)]
    found.batch = await exports.plan_batch(
        session,
        found.origin,
        found.target,
        [person.id for person in going],
        leaves_on=session.today + timedelta(days=2),
        officer_id=found.sender.id,
        vacancy_id=found.vacancy.id,
    )
    await exports.offer(session, found.batch, officer_id=found.sender.id)
    return found


async def test_a_batch_counts_at_the_origin_when_it_leaves_and_at_the_destination_when_people_work(
    database: Database,
) -> None:
    async with database.write() as session:
        way = await road(session, people=3)
        with pytest.raises(MoveRefusedError):
            await exports.depart(session, way.batch, officer_id=way.sender.id)
        assert await entries(session, "labour_transferred") == []
        await exports.accept(session, way.batch, officer_id=way.receiver.id)
        assert await exports.depart(session, way.batch, officer_id=way.sender.id, stayed=(3,)) == 2
        moved = await entries(session, "labour_transferred")
        assert [(entry.region, entry.facts) for entry in moved] == [("410184", {"to_region": "320500"})] * 2
        given = await entries(session, "service_given")
        assert {entry.facts["service"] for entry in given} == {"labour_export"} and len(given) == 2
        absent = await exports.check_arrival(session, way.batch, officer_id=way.receiver.id, missing=(2,))
        one, two, three = await exports.travellers_of(session, way.batch.id)
        assert [traveller.id for traveller in absent] == [two.id]
        assert (one.state, two.state, three.state) == (T.ARRIVED, T.MISSING, T.STAYED)
        args = {"officer_id": way.receiver.id, "started_on": session.today, "evidence": "contract"}
        placement = await exports.place_arrived(session, way.batch, one, contract="fixed", months=12, **args)
        (entry,) = await entries(session, "placement_started")
        assert (entry.region, entry.facts["how"]) == ("320500", "labour_export")
        assert one.placement_id == placement.id and way.vacancy.hired == 1
        with pytest.raises(placements.AlreadyPlacedError):
            await exports.place_arrived(session, way.batch, one, contract=None, **args)
        with pytest.raises(MoveRefusedError):
            await exports.place_arrived(session, way.batch, two, contract=None, **args)
        assert len(await entries(session, "placement_started")) == 1
        await exports.check_arrival(session, way.batch, officer_id=way.receiver.id)
        assert two.state == T.ARRIVED, "who comes later is checked in"
    told = await texts(database, way.sender.id)
    assert any("没接到：王*" in text for text in told)


async def test_a_refused_handover_counts_nothing_and_may_be_offered_again(database: Database) -> None:
    async with database.write() as session:
        way = await road(session)
        await exports.refuse(session, way.batch, "住处没落实", officer_id=way.receiver.id)
        assert (way.batch.state, way.batch.reason) == (B.REFUSED, "住处没落实")
        with pytest.raises(MoveRefusedError):
            await exports.depart(session, way.batch, officer_id=way.sender.id)
        assert await entries(session, "labour_transferred", "service_given") == []
        await exports.offer(session, way.batch, officer_id=way.sender.id)
        assert way.batch.reason is None
    assert any("住处没落实" in text for text in await texts(database, way.sender.id))


async def test_a_refused_batch_is_not_offered_again_with_people_who_left_with_another(database: Database) -> None:
    async with database.write() as session:
        way = await road(session)
        by = {"officer_id": way.sender.id}
        await exports.refuse(session, way.batch, "满了", officer_id=way.receiver.id)
        going = [one.person_id for one in await exports.travellers_of(session, way.batch.id)]
        target, taker = await union(session, "440100")
        other = await exports.plan_batch(session, way.origin, target, going, leaves_on=session.today, **by)
        with pytest.raises(exports.AlreadyTravellingError):
            await exports.offer(session, way.batch, **by)
        await exports.offer(session, other, **by)
        await exports.accept(session, other, officer_id=taker.id)
        way.batch.state = B.ACCEPTED  # as one that was offered before this was checked
        with pytest.raises(exports.AlreadyTravellingError):
            await exports.depart(session, way.batch, **by)
        assert await exports.depart(session, way.batch, **by, stayed=(1, 2)) == 0
        assert await exports.depart(session, other, **by) == 2
        assert len(await entries(session, "labour_transferred")) == 2


@pytest.mark.parametrize("state", ["planned", "offered", "refused", "accepted"])
async def test_a_batch_that_does_not_go_is_called_off_and_frees_its_people(database: Database, state: str) -> None:
    async with database.write() as session:
        way = await road(session)
        going = [one.person_id for one in await exports.travellers_of(session, way.batch.id)]
        way.batch.state = state
        await batch_ends.cancel_batch(session, way.batch, officer_id=way.sender.id)
        await exports.plan_batch(
            session, way.origin, way.target, going, leaves_on=session.today, officer_id=way.sender.id
        )
        with pytest.raises(MoveRefusedError):
            await exports.accept(session, way.batch, officer_id=way.receiver.id)
        assert await entries(session, "labour_transferred") == []
    heard = [text for text in await texts(database, way.receiver.id) if "取消了" in text]
    assert len(heard) == (state in ("offered", "accepted"))


async def test_a_batch_that_left_is_not_called_off(database: Database) -> None:
    async with database.write() as session:
        way = await road(session)
        await exports.accept(session, way.batch, officer_id=way.receiver.id)
        await exports.depart(session, way.batch, officer_id=way.sender.id)
        with pytest.raises(MoveRefusedError):
            await batch_ends.cancel_batch(session, way.batch, officer_id=way.sender.id)


async def test_a_batch_that_never_left_is_called_off_a_week_later_and_both_offices_hear_it(database: Database) -> None:
    async with database.write() as session:
        way = await road(session)
        batch_id = way.batch.id
    for days, state in ((9, B.OFFERED), (1, B.CANCELLED)):
        later(database, days)
        async with database.write() as session:
            assert await call_off_batches(session) == {"called_off": int(state == B.CANCELLED)}
            assert (await session.get_one(LabourBatch, batch_id)).state == state
    for person in (way.sender, way.receiver):
        assert sum("一直没出发" in text for text in await texts(database, person.id)) == 1


async def test_nobody_travels_in_two_batches_and_a_plan_is_all_or_nothing(database: Database) -> None:
    async with database.write() as session:
        way = await road(session)
        busy = (await exports.travellers_of(session, way.batch.id))[0].person_id
        free = (await add_seeker(session, "410184")).id
        before = await session.scalar(select(func.count()).select_from(LabourBatch))
        plan = {"leaves_on": session.today, "officer_id": way.sender.id}
        with pytest.raises(exports.AlreadyTravellingError):
            await exports.plan_batch(session, way.origin, way.target, [free, busy], **plan)
        with pytest.raises(exports.BatchRefusedError):
            await exports.plan_batch(session, way.origin, way.origin, [free], **plan)
        with pytest.raises(exports.BatchRefusedError):
            await exports.plan_batch(session, way.origin, way.target, [], **plan)
        with pytest.raises(exports.BatchRefusedError):
            await exports.add_traveller(session, way.batch, free)
        assert await session.scalar(select(func.count()).select_from(LabourBatch)) == before
        assert await session.scalar(select(func.count()).where(LabourTraveller.person_id == free)) == 0


async def test_a_team_applies_together_or_not_at_all_and_travels_together(database: Database) -> None:
    async with database.write() as session:
        way = await road(session)
        crew = [await add_seeker(session, "410184", name=f"张{n}") for n in range(3)]
        team = await teams.form_team(session, way.origin, crew[0].id, "张师傅班", [p.id for p in crew[1:]])
        with pytest.raises(teams.TeamTooLargeError) as refusal:
            await teams.apply_together(session, team, way.vacancy.id)
        assert (refusal.value.openings, refusal.value.size) == (2, 3)
        assert await session.scalar(select(func.count()).select_from(Application)) == 0
        await teams.leave_team(session, crew[2].id)
        assert len(await teams.apply_together(session, team, way.vacancy.id)) == 2
        with pytest.raises(NotFoundError):
            await teams.apply_together(session, team, 1)
        batch = await exports.plan_batch(
            session,
            way.origin,
            way.target,
            [crew[2].id],
            leaves_on=session.today,
            officer_id=way.sender.id,
        )
        await exports.add_team(session, batch, team)
        going = await exports.travellers_of(session, batch.id)
        assert [one.team_id for one in going] == [None, team.id, team.id]


async def test_who_is_registered_elsewhere_is_sent_by_their_own_office(database: Database) -> None:
    async with database.write() as session:
        way = await road(session)
        crew = [await add_seeker(session, region) for region in ("410184", "440305")]
        team = await teams.form_team(session, way.origin, crew[0].id, "同乡", [crew[1].id])
        with pytest.raises(exports.TravellersElsewhereError) as refusal:
            await exports.plan_batch(
                session,
                way.origin,
                way.target,
                (),
                leaves_on=session.today,
                officer_id=way.sender.id,
                work_teams=[team],
            )
        assert refusal.value.number == 1


async def test_who_leaves_last_takes_the_team_along(database: Database) -> None:
    async with database.write() as session:
        way = await road(session)
        crew = [await add_seeker(session, "410184") for _ in range(2)]
        team = await teams.form_team(session, way.origin, crew[0].id, "张师傅班", [crew[1].id])
        code = team.code or ""
        await teams.leave_team(session, crew[0].id)
        assert (team.leader_id, team.code) == (crew[1].id, code)
        await teams.leave_team(session, crew[1].id)
        assert (team.title, team.code) == ("", None)
        with pytest.raises(NotFoundError):
            await teams.team_by_code(session, code)


async def test_a_leader_applies_for_all_by_one_word(database: Database) -> None:
    async with database.write() as session:
        way = await road(session)
        crew = [await add_seeker(session, "410184") for _ in range(2)]
        await teams.form_team(session, way.origin, crew[0].id, "张师傅班", [crew[1].id])
    stage = Stage(database)
    assert "先给自己报一个" in spoken(await stage.say(crew[0].id, "班组报名"))
    async with database.write() as session:
        await applications.apply(session, crew[0].id, way.vacancy.id)
    assert "想和同乡一起" in spoken(await stage.say(crew[1].id, "班组报名")), "who is led applies for nobody"
    assert "班组2人都报了" in spoken(await stage.say(crew[0].id, "班组报名"))
    assert "张师傅班的班长给您报名了" in spoken(await stage.news(crew[1].id))
    async with database.write() as session:
        assert await session.scalar(select(func.count()).select_from(Application)) == 2
        vacancy = await session.get_one(Vacancy, way.vacancy.id)
        vacancy.hired = vacancy.headcount - 1
    assert "只剩1个名额" in spoken(await stage.say(crew[0].id, "班组报名"))


async def test_a_full_post_takes_nobody_who_arrived(database: Database) -> None:
    async with database.write() as session:
        way = await road(session)
        await exports.accept(session, way.batch, officer_id=way.receiver.id)
        await exports.depart(session, way.batch, officer_id=way.sender.id)
        await exports.check_arrival(session, way.batch, officer_id=way.receiver.id)
        way.vacancy.headcount = 1
        one, two = await exports.travellers_of(session, way.batch.id)
        args = {"officer_id": way.receiver.id, "started_on": session.today, "evidence": "both", "contract": None}
        await exports.place_arrived(session, way.batch, one, **args)
        with pytest.raises(applications.VacancyGoneError):
            await exports.place_arrived(session, way.batch, two, **args)
        assert two.state == T.ARRIVED


async def test_a_base_is_established_once(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session, "120100")
        args = {"name": "铜川劳务基地", "region": "610200", "officer_id": officer.id}
        base = await bases.establish_base(session, office, kind="worker", **args)
        for kind in ("worker", "castle"):
            with pytest.raises(bases.BaseRefusedError):
                await bases.establish_base(session, office, kind=kind, **args)
        (entry,) = await entries(session, "base_established")
        assert (entry.region, entry.source) == ("120100", f"worker_bases:{base.id}")
        assert entry.facts == {"base": f"worker_bases:{base.id}"}
        with pytest.raises(bases.BaseRefusedError):
            await bases.establish_base(session, office, kind="worker", **{**args, "name": "二号", "honour": "star"})


async def test_staff_establish_a_base_with_its_national_title_by_one_sentence(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session, "410100")
        auditor = await add_officer(session, office, Role.AUDITOR)
    stage = Stage(database)
    assert "建基地 名称 地方" in spoken(await stage.say(officer.id, "建基地"))
    await stage.say(auditor.id, "建基地 样例技校 洛阳 培训")
    assert "没有建" in spoken(await stage.say(officer.id, "建基地 样例技校 火星 培训"))
    assert "没有建" in spoken(await stage.say(officer.id, "建基地 样例技校 洛阳 城堡"))
    said = spoken(await stage.say(officer.id, "建基地 样例技校 洛阳 培训 示范基地"))
    assert "样例技校，在洛阳，培训基地，全国工会技能培训示范基地" in said
    assert "没有建" in spoken(await stage.say(officer.id, "建基地 样例技校 洛阳 培训"))
    await stage.say(officer.id, "建基地 样例学院 郑州 培训基地 全国工会就业培训基地")
    await stage.say(officer.id, "建基地 样例缝纫 商城 务工")
    async with database.read() as session:
        found = await entries(session, "base_established")
        assert [entry.facts.get("title") for entry in found] == ["migrant_demo_base", "employment_base", None]
        assert {entry.region for entry in found} == {"410100"}


async def test_both_offices_do_it_by_chat(database: Database) -> None:
    async with database.write() as session:
        await union(session, "410184")
        _, sender = await union(session, "410100")
        _, receiver = await union(session, "320500")
        _, stranger = await union(session, "420100")
        await add_seeker(session, "410105", phone="+8613800138001", name="王一")
        await add_seeker(session, "410105", phone="+8613800138002", name="王二")
        day = session.today + timedelta(days=3)
    stage = Stage(database)
    plan = f"输出 苏州 {day.month}-{day.day} 13800138001 13800138002"
    assert "等对方接收" in spoken(await stage.say(sender.id, plan))
    assert "已经在另一批里" in spoken(await stage.say(sender.id, plan))
    assert "没有建" in spoken(await stage.say(sender.id, f"输出 苏州 {day.month}-{day.day} 13900000000"))
    assert "送2人过来" in spoken(await stage.news(receiver.id))
    await stage.say(stranger.id, "劳务输出")
    await stage.say(receiver.id, "劳务输出")
    heard = spoken(await stage.say(receiver.id, "1"))
    assert "2人 待接收" in heard and "1 王*" in heard
    await stage.say(receiver.id, "退回")
    assert "已退回" in spoken(await stage.say(receiver.id, "住处没落实"))
    assert "住处没落实" in spoken(await stage.news(sender.id))
    for who, word, said in (
        (sender, "报送", "已报送"),
        (receiver, "接收", "已接收"),
        (sender, "出发", "记入劳务输出"),
    ):
        await stage.say(who.id, "劳务输出")
        await stage.say(who.id, "1")
        assert said in spoken(await stage.say(who.id, word))
    await stage.say(receiver.id, "劳务输出")
    await stage.say(receiver.id, "1")
    await stage.say(receiver.id, "有人没到")
    assert "几号没到" in spoken(await stage.say(receiver.id, "7"))
    assert "没到的告诉对方了" in spoken(await stage.say(receiver.id, "2"))
    async with database.read() as session:
        assert len(await entries(session, "labour_transferred")) == 2
        states = [one.state for one in await session.scalars(select(LabourTraveller).order_by(LabourTraveller.id))]
        assert states == [T.ARRIVED, T.MISSING]
    await stage.news(sender.id)
    await stage.say(receiver.id, "劳务输出")
    await stage.say(receiver.id, "1")
    await stage.say(receiver.id, "有人后到")
    assert "几号" in spoken(await stage.say(receiver.id, "1")), "who arrived is not missing"
    assert "已告诉对方" in spoken(await stage.say(receiver.id, "2"))
    assert "接到了后到的王*" in spoken(await stage.news(sender.id))
    async with database.read() as session:
        assert set(await session.scalars(select(LabourTraveller.state))) == {T.ARRIVED}
    await stage.say(receiver.id, "劳务输出")
    assert "有人后到" not in str((await stage.say(receiver.id, "1"))[-1].choices)


async def test_the_origin_calls_a_batch_off_by_chat_and_the_destination_cannot(database: Database) -> None:
    async with database.write() as session:
        way = await road(session)
        batch_id = way.batch.id
    stage = Stage(database)
    await stage.say(way.receiver.id, "劳务输出")
    assert "取消这批" not in str((await stage.say(way.receiver.id, "1"))[-1].choices)
    await stage.say(way.sender.id, "劳务输出")
    await stage.say(way.sender.id, "1")
    assert "已取消" in spoken(await stage.say(way.sender.id, "取消这批"))
    async with database.read() as session:
        assert (await session.get_one(LabourBatch, batch_id)).state == B.CANCELLED


async def test_the_leader_hands_over_by_leaving_and_a_team_is_one_at_a_time(database: Database) -> None:
    async with database.write() as session:
        office, _ = await union(session)
        one, two, three = [await add_seeker(session) for _ in range(3)]
        team = await teams.form_team(session, office, one.id, "张师傅班", [two.id])
        other = await teams.form_team(session, office, three.id, "同乡班")
        assert team.code != other.code and len(team.code or "") == 6
        await teams.join_team(session, other, one.id)
        assert (team.leader_id, await teams.members_of(session, team.id)) == (two.id, [two.id])
        assert await teams.members_of(session, other.id) == [three.id, one.id]
        await teams.join_team(session, other, one.id)
        await leaving.forget(session, three.id)
        assert (other.leader_id, await teams.members_of(session, other.id)) == (one.id, [one.id])


async def test_seekers_form_a_team_and_staff_send_it_by_its_number(database: Database) -> None:
    async with database.write() as session:
        _, sender = await union(session, "410100")
        _, receiver = await union(session, "320500")
        _, stranger = await union(session, "420100")
        boss, hand = await add_seeker(session, name="张师傅"), await add_seeker(session, name="李小")
        await add_seeker(session, phone="+8613800138001", name="王一")
        nobody = await add_person(session)
        day = session.today + timedelta(days=3)
    stage = Stage(database)
    assert "先说一句" in spoken(await stage.say(nobody.id, "建班组 张师傅班"))
    assert "建班组 名字" in spoken(await stage.say(boss.id, "班组"))
    heard = spoken(await stage.say(boss.id, "建班组 张师傅班"))
    code = heard.split("班组号")[1][:6]
    assert "没有这个班组号" in spoken(await stage.say(hand.id, "入班组 000000"))
    assert "现在2人" in spoken(await stage.say(hand.id, f"入班组 {code}"))
    assert "有人加入张师傅班，现在2人" in spoken(await stage.news(boss.id))
    await stage.say(hand.id, f"入班组{code}")
    assert await stage.news(boss.id) == [], "joining twice is once"
    assert f"2人，班组号{code}" in spoken(await stage.say(hand.id, "我的班组"))
    when = f"{day.month}-{day.day}"
    assert "没有建" in spoken(await stage.say(stranger.id, f"输出 苏州 {when} 班组{code}")), "of another city"
    assert "没有建" in spoken(await stage.say(sender.id, f"输出 苏州 {when} 班组000000"))
    assert "1人，等对方接收" in spoken(await stage.say(sender.id, f"输出 苏州 {when} 13800138001"))
    for word in ("劳务输出", "1", "退回", "人少"):
        await stage.say(receiver.id, word)
    await stage.say(sender.id, "劳务输出")
    assert "加班组" in labels(await stage.say(sender.id, "1"))
    assert "六位数" in spoken(await stage.say(sender.id, "加班组"))
    assert "没有这个班组号" in spoken(await stage.say(sender.id, "000000"))
    for word in ("劳务输出", "1", "加班组"):
        await stage.say(sender.id, word)
    assert "班组加上了，2人" in spoken(await stage.say(sender.id, code))
    assert "已报送" in spoken(await stage.say(sender.id, "报送"))
    assert "已经在另一批里" in spoken(await stage.say(sender.id, f"输出 苏州 {when} 班组{code}"))
    assert "不在班组里" in spoken(await stage.say(hand.id, "退班组"))
    async with database.read() as session:
        going = (await session.scalars(select(LabourTraveller).order_by(LabourTraveller.id))).all()
        assert [one.team_id is not None for one in going] == [False, True, True]


async def test_a_plan_takes_people_and_a_whole_team_in_one_sentence(database: Database) -> None:
    async with database.write() as session:
        office, sender = await union(session, "410100")
        await union(session, "320500")
        crew = [await add_seeker(session, phone=f"+861380013800{n}") for n in range(3)]
        team = await teams.form_team(session, office, crew[0].id, "张师傅班", [crew[1].id])
        day = session.today + timedelta(days=3)
    stage = Stage(database)
    plan = f"输出 苏州 {day.month}-{day.day} 13800138000、13800138002 班组{team.code}"
    assert "3人，等对方接收" in spoken(await stage.say(sender.id, plan))
    async with database.read() as session:
        going = (await session.scalars(select(LabourTraveller).order_by(LabourTraveller.id))).all()
        assert {one.person_id: one.team_id for one in going} == {
            crew[0].id: team.id,
            crew[1].id: team.id,
            crew[2].id: None,
        }


def labels(replies: list[Delivery]) -> list[str]:
    """The buttons that were offered."""
    return [choice.label for reply in replies for choice in reply.choices]
