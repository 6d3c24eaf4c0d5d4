"""Joining the union: by the seeker's own word or noted by the office, once a person whoever says it."""

from __future__ import annotations

import asyncio

import pytest
from families_house import entries, union
from house import add_officer, add_person, add_seeker
from sqlalchemy import func, select
from stage import Stage, spoken

from models.database import Database
from models.memberships import UnionMembership
from models.offices import Office, Role
from models.people import Group
from services import leaving, memberships, merges, people
from services.casework import OwnCaseError
from services.memberships import AlreadyMemberError, join_union
from services.offices import NoSeekerError, office_of_seeker


async def test_a_person_joins_once_and_the_entry_has_the_groups_of_the_day(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        seeker = await add_seeker(session)
        await people.join_group(session, seeker.id, Group.MIGRANT)
        row = await join_union(session, seeker.id, office, noted_by=officer.id)
        with pytest.raises(AlreadyMemberError):
            await join_union(session, seeker.id, office, noted_by=officer.id)
        (entry,) = await entries(session, "member_joined")
        assert (entry.person, entry.groups, entry.region) == (seeker.ledger_key, ["migrant"], "410100")
        assert (entry.key, entry.source) == (f"member_joined:{row.id}", f"union_memberships:{row.id}")
        with pytest.raises(NoSeekerError):
            await office_of_seeker(session, officer.id)


async def test_two_who_note_it_at_once_count_one(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        seeker = await add_seeker(session)

    async def note() -> bool:
        try:
            async with database.write() as session:
                await join_union(session, seeker.id, await session.get_one(Office, office.id), noted_by=officer.id)
        except AlreadyMemberError:
            return False
        return True

    assert sorted(await asyncio.gather(note(), note(), note())) == [False, False, True]


async def test_two_records_of_one_person_who_joined_are_one_member_and_do_not_join_again(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        one, two = await add_seeker(session), await add_seeker(session)
        await join_union(session, two.id, office, noted_by=officer.id)
        merge = await merges.merge(session, one.id, two.id, officer_id=officer.id, office=office, reason="同一人")
        with pytest.raises(AlreadyMemberError):
            await join_union(session, one.id, office, noted_by=officer.id)
        await merges.unmerge(session, merge.id, officer_id=officer.id, office=office, reason="不是")
        assert (await join_union(session, one.id, office, noted_by=officer.id)).person_id == one.id
        held = await memberships.membership_of(session, two.id)
        assert held is not None and held.person_id == two.id


async def test_who_leaves_is_no_longer_written_down_and_the_figure_stays(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        seeker = await add_seeker(session)
        await join_union(session, seeker.id, office, noted_by=officer.id)
        await leaving.forget(session, seeker.id)
        assert await session.scalar(select(func.count()).select_from(UnionMembership)) == 0
        assert len(await entries(session, "member_joined")) == 1


async def test_a_seeker_asks_and_the_office_admits(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        _, stranger = await union(session, "320500")
        auditor = await add_officer(session, office, Role.AUDITOR)
        seeker, nobody = await add_seeker(session), await add_person(session)
    stage = Stage(database)
    assert "哪个区县" in spoken(await stage.say(nobody.id, "我想入工会"))
    assert "要入会就回1" in spoken(await stage.say(nobody.id, "郑州"))
    assert "要入会就回1" in spoken(await stage.say(seeker.id, "入会"))
    assert "申请交给410100工会了" in spoken(await stage.say(seeker.id, "1"))
    assert "已经申请过" in spoken(await stage.say(seeker.id, "加入工会"))
    assert "入会申请" not in spoken(await stage.say(stranger.id, "早报"))
    for clerk, counted in ((auditor, 0), (officer, 1)):
        desk = (await stage.say(clerk.id, "早报"))[-1]
        assert "入会申请待核准1人" in desk.text
        await stage.say(clerk.id, next(choice.key for choice in desk.choices if "入会申请" in choice.label))
        await stage.say(clerk.id, "1")
        async with database.read() as session:
            assert len(await entries(session, "member_joined")) == counted
    assert "核准您入会了" in spoken(await stage.news(seeker.id))
    assert "已经入会了" in spoken(await stage.say(seeker.id, "加入工会"))
    assert "加入工会" in spoken(await stage.say(seeker.id, "我的资料"))


async def test_who_is_not_admitted_hears_it_and_may_ask_again(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        seeker = await add_seeker(session)
        held = await memberships.ask_to_join(session, seeker.id, office)
        with pytest.raises(AlreadyMemberError):
            await memberships.ask_to_join(session, seeker.id, office)
        await memberships.decline(session, held, officer_id=officer.id)
        again = await memberships.ask_to_join(session, seeker.id, office)
        assert await entries(session, "member_joined") == []
        await join_union(session, seeker.id, office, noted_by=officer.id)
        assert (again.joined_on, again.noted_by) == (session.today, officer.id)
    assert "没有核准" in spoken(await Stage(database).news(seeker.id))


async def test_nobody_admits_themselves(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        held = await memberships.ask_to_join(session, officer.id, office)
        for verb in (memberships.admit, memberships.decline):
            with pytest.raises(OwnCaseError):
                await verb(session, held, officer_id=officer.id)


async def test_staff_note_several_at_once_or_nobody(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        auditor = await add_officer(session, office, Role.AUDITOR)
        _, stranger = await union(session, "320500")
        await add_seeker(session, phone="+8613800138001")
        await add_seeker(session, phone="+8613800138002")
    stage = Stage(database)
    assert "谁入会了" in spoken(await stage.say(officer.id, "入会"))
    assert "没有记" in spoken(await stage.say(officer.id, "入会 13800138001 13900000000"))
    assert "没有记" in spoken(await stage.say(stranger.id, "入会 13800138001"))
    await stage.say(auditor.id, "入会 13800138001")
    async with database.read() as session:
        assert await entries(session, "member_joined") == []
    assert "新会员1人，之前已入会0人" in spoken(await stage.say(officer.id, "入会 13800138001"))
    assert "新会员1人，之前已入会1人" in spoken(await stage.say(officer.id, "入会13800138001、13800138002"))
    async with database.read() as session:
        assert len(await entries(session, "member_joined")) == 2
        assert {row.noted_by for row in await session.scalars(select(UnionMembership))} == {officer.id}
