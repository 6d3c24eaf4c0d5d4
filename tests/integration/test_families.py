"""A family's file, from the application to its end; groups hold as long as the file does."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from families_house import LIST, applied, later, on_file, posted, union
from house import add_person, texts
from sqlalchemy import select

from jobs.casework import keep_files
from models.audit import AuditEntry
from models.database import Database
from models.errors import MoveRefusedError
from models.families import FamilyFile, Objection, Publicity
from models.people import Group, GroupMembership
from models.states import FamilyState, PublicityState
from services import families, file_applications, leaving, objections, posted_lists, proofs, publicity
from services.casework import UnknownWordError
from services.file_applications import Member
from services.ledger import groups_on
from services.objections import ObjectionLateError
from services.people import ConsentMissingError
from services.posted_lists import PublicityOverError
from services.publicity import OpenObjectionError, PublicityRunningError


async def test_a_family_on_file_gives_its_members_their_groups_until_its_last_day(database: Database) -> None:
    async with database.write() as session:
        child = await add_person(session, name="王小丫")
    member = Member(person_id=child.id, relation="child", groups=("hardship_graduate",), born=date(1990, 1, 1))
    family, _, _ = await on_file(
        database, member, groups=("hardship_migrant", "single_parent_mother"), proof_until=date(2027, 3, 31)
    )
    async with database.read() as session:
        today = session.today
        assert family.state == FamilyState.ON_FILE
        assert family.expires_on == date(2027, 3, 31), "the first proof that ends ends the file"
        mother = ("hardship_migrant", "single_parent_mother")
        assert await groups_on(session, family.applicant_id, today) == mother
        assert await groups_on(session, family.applicant_id, date(2027, 3, 31)) == mother
        assert await groups_on(session, family.applicant_id, date(2027, 4, 1)) == ()
        assert await groups_on(session, family.applicant_id, today - timedelta(days=1)) == (), "posted is not on file"
        assert await groups_on(session, child.id, today) == ("hardship_graduate",)


async def test_a_proof_without_end_makes_a_file_for_a_year(database: Database) -> None:
    family, _, _ = await on_file(database)
    async with database.read() as session:
        assert family.expires_on == session.today.replace(year=session.today.year + 1) - timedelta(days=1)
        assert family.on_file_since == session.today


async def test_every_step_in_its_order_and_by_somebody(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        family = await applied(session, office, officer)
        with pytest.raises(proofs.ProofMissingError):
            await families.check_file(session, family, officer_id=officer.id)
        with pytest.raises(MoveRefusedError):
            await families.post_families(session, [family], officer_id=officer.id, **LIST)
        assert list(await session.scalars(select(Publicity))) == [], "nothing half done"
        await proofs.note_proof(session, family, family.applicant_id, "income", expires_on=None, officer_id=officer.id)
        await families.check_file(session, family, officer_id=officer.id)
        with pytest.raises(MoveRefusedError):
            await families.put_on_file(session, family, officer_id=officer.id)
        await families.post_families(session, [family], officer_id=officer.id, **LIST)
        with pytest.raises(PublicityRunningError, match="2026"):
            await families.put_on_file(session, family, officer_id=officer.id)
        assert family.state == FamilyState.PUBLIC
    later(database, 8)
    async with database.write() as session:
        stored = await session.get_one(FamilyFile, family.id)
        await families.put_on_file(session, stored, officer_id=officer.id)
        await families.close_file(session, stored, officer_id=officer.id, why="out_of_need")
        await session.flush()
        done = await session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.subject == f"family_files:{family.id}", AuditEntry.actor_id == officer.id)
            .order_by(AuditEntry.id)
        )
        steps = ["applied", "checked", "public", "on_file", "closed"]
        assert [act.removeprefix("family_files.") for act in done if "proofs" not in act] == steps


async def test_the_last_day_for_objections_still_counts(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        family = await posted(session, office, officer)
    later(database, 7)
    async with database.write() as session:
        stored = await session.get_one(FamilyFile, family.id)
        with pytest.raises(PublicityRunningError):
            await families.put_on_file(session, stored, officer_id=officer.id)


async def test_an_open_objection_holds_the_file_up_and_an_upheld_one_refuses_it(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        calm, doubted = await posted(session, office, officer), await posted(session, office, officer, name="赵大河")
        first = await objections.raise_objection(session, calm, "听说他家有车")
        second = await objections.raise_objection(session, doubted, "他家开了厂")
    later(database, 8)
    async with database.write() as session:
        calm, doubted = await session.get_one(FamilyFile, calm.id), await session.get_one(FamilyFile, doubted.id)
        with pytest.raises(OpenObjectionError):
            await families.put_on_file(session, calm, officer_id=officer.id)
        assert list(await session.scalars(families.ready_for_file(session.today, "410000"))) == []
        one, two = await session.get_one(Objection, first.id), await session.get_one(Objection, second.id)
        await objections.settle_objection(session, one, upheld=False, officer_id=officer.id)
        await objections.settle_objection(session, two, upheld=True, officer_id=officer.id)
        assert list(await session.scalars(families.ready_for_file(session.today, "410000"))) == [calm]
        assert list(await session.scalars(families.ready_for_file(session.today, "420000"))) == [], "another province"
        await families.put_on_file(session, calm, officer_id=officer.id)
        assert doubted.state == FamilyState.REFUSED
        with pytest.raises(MoveRefusedError):
            await families.put_on_file(session, doubted, officer_id=officer.id)
        assert await groups_on(session, doubted.applicant_id, session.today) == ()
        with pytest.raises(ObjectionLateError):
            await objections.raise_objection(session, calm, "太晚了")


# ---- the yearly check


async def test_more_words_against_a_family_join_the_open_objection(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        family = await posted(session, office, officer)
        family_id = family.id

    async def objects(words: str) -> int:
        async with database.write() as session:
            row = await session.get_one(FamilyFile, family_id)
            return (await objections.raise_objection(session, row, words)).id

    first, second = await asyncio.gather(objects("他家有车"), objects("他家有两套房"))
    assert first == second
    for _ in range(9):
        assert await objects("样" * 500) == first
    async with database.write() as session:
        objection = (await session.scalars(select(Objection))).one()
        said = objections.read_words(session, objection, officer_id=officer.id)
        assert {*said.split("\n")[:2]} == {"他家有车", "他家有两套房"}
        assert len(said) == 3000
        await objections.settle_objection(session, objection, upheld=False, officer_id=officer.id)
    assert await objects("还有一处房子") != first, "what was settled stays settled"


async def test_a_file_that_is_checked_in_time_holds_its_groups_without_a_gap(database: Database) -> None:
    family, office, officer = await on_file(database, proof_until=date(2026, 12, 20))
    later(database, 5)
    async with database.write() as session:
        stored = await session.get_one(FamilyFile, family.id)
        assert list(await session.scalars(families.due_for_recheck(session.today, office.region))) == [stored]
        await proofs.note_proof(
            session, stored, stored.applicant_id, "income", expires_on=date(2027, 12, 20), officer_id=officer.id
        )
        await families.recheck_file(session, stored, officer_id=officer.id)
        assert stored.expires_on == session.today.replace(year=session.today.year + 1) - timedelta(days=1)
        held = (
            await session.scalars(select(GroupMembership).where(GroupMembership.person_id == stored.applicant_id))
        ).all()
        assert [(row.since, row.until, row.proof) for row in held] == [
            (family.on_file_since, stored.expires_on, "checked")
        ]
        assert list(await session.scalars(families.due_for_recheck(session.today, office.region))) == []


async def test_an_expired_file_says_what_to_renew_and_the_gap_stays_a_gap(database: Database) -> None:
    family, _, officer = await on_file(database, proof_until=date(2026, 12, 10))
    later(database, 30)
    async with database.write() as session:
        stored = await session.get_one(FamilyFile, family.id)
        with pytest.raises(families.NoValidFileError, match=r"expired on 2026-12-10: renew 收入证明 \(income\)"):
            await families.valid_file(session, stored.applicant_id)
        with pytest.raises(proofs.ProofExpiredError, match="收入证明"):
            await families.recheck_file(session, stored, officer_id=officer.id)
        assert stored.expires_on == date(2026, 12, 10), "nothing half done"
        await proofs.note_proof(session, stored, stored.applicant_id, "income", expires_on=None, officer_id=officer.id)
        await families.recheck_file(session, stored, officer_id=officer.id)
        assert await families.valid_file(session, stored.applicant_id) is stored
        gap = date(2026, 12, 11)
        assert await groups_on(session, stored.applicant_id, gap) == (), "a later check proves nothing about the gap"
        assert await groups_on(session, stored.applicant_id, session.today) == ("hardship_worker",)


async def test_a_proof_that_is_not_needed_any_more_is_dropped(database: Database) -> None:
    family, _, officer = await on_file(database)
    async with database.write() as session:
        stored = await session.get_one(FamilyFile, family.id)
        await proofs.note_proof(
            session, stored, stored.applicant_id, "illness", expires_on=date(2026, 12, 30), officer_id=officer.id
        )
    later(database, 60)
    async with database.write() as session:
        stored = await session.get_one(FamilyFile, family.id)
        with pytest.raises(proofs.ProofExpiredError, match="illness"):
            await families.recheck_file(session, stored, officer_id=officer.id)
        await proofs.drop_proofs(session, stored, "illness", officer_id=officer.id)
        await families.recheck_file(session, stored, officer_id=officer.id)


async def test_a_closed_file_ends_its_groups_today(database: Database) -> None:
    family, _, officer = await on_file(database)
    async with database.write() as session:
        stored = await session.get_one(FamilyFile, family.id)
        with pytest.raises(UnknownWordError, match="out_of_need"):
            await families.close_file(session, stored, officer_id=officer.id, why="rich")
        await families.close_file(session, stored, officer_id=officer.id, why="out_of_need")
        assert await groups_on(session, stored.applicant_id, session.today + timedelta(days=1)) == ()
        with pytest.raises(families.NoValidFileError, match="apply for one first"):
            await families.valid_file(session, stored.applicant_id)
        with pytest.raises(MoveRefusedError):
            await families.close_file(session, stored, officer_id=officer.id, why="out_of_need")


# ---- refused


async def test_hardship_wants_a_consent_of_its_own(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        person = await add_person(session, name="王大山")
        with pytest.raises(ConsentMissingError):
            await file_applications.apply_for_file(
                session,
                Member(person_id=person.id, relation="self"),
                office_id=office.id,
                groups=("hardship_worker",),
                details="样例",
                officer_id=officer.id,
            )
        assert list(await session.scalars(select(FamilyFile))) == []


async def test_nobody_is_in_two_files_at_once(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        child = await add_person(session, name="王小丫")
        member = Member(person_id=child.id, relation="child")
        await applied(session, office, officer, member)
        with pytest.raises(file_applications.InAnotherFileError):
            await applied(session, office, officer, member, name="李四")
        await session.flush()
        assert len(list(await session.scalars(select(FamilyFile)))) == 1, "the second family has no half a file"


async def test_only_known_groups_proofs_relations_and_places(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        with pytest.raises(UnknownWordError, match="hardship_worker"):
            await applied(session, office, officer, groups=("laid_off",))
        family = await applied(session, office, officer)
        with pytest.raises(UnknownWordError, match="income"):
            await proofs.note_proof(
                session, family, family.applicant_id, "tale", expires_on=None, officer_id=officer.id
            )
        with pytest.raises(proofs.ProofExpiredError):
            await proofs.note_proof(
                session, family, family.applicant_id, "income", expires_on=date(2020, 1, 1), officer_id=officer.id
            )


async def test_a_group_given_later_holds_from_that_day(database: Database) -> None:
    family, _, officer = await on_file(database)
    later(database, 3)
    async with database.write() as session:
        stored = await session.get_one(FamilyFile, family.id)
        await families.give_group(session, stored, stored.applicant_id, Group.HARDSHIP_GRADUATE, officer_id=officer.id)
        await families.give_group(session, stored, stored.applicant_id, Group.HARDSHIP_GRADUATE, officer_id=officer.id)
        assert await groups_on(session, stored.applicant_id, session.today) == ("hardship_graduate", "hardship_worker")
        assert await groups_on(session, stored.applicant_id, session.today - timedelta(days=1)) == ("hardship_worker",)


async def test_a_family_hears_once_in_time_that_its_proofs_want_renewing(database: Database) -> None:
    family, _, officer = await on_file(database, proof_until=date(2027, 2, 10))
    assert "有效到2027年2月10日" in (await texts(database, family.applicant_id))[-1]
    async with database.write() as session:
        assert await families.remind(session) == 0, "it is too early"
    later(database, 45)
    for _ in range(2):
        async with database.write() as session:
            await keep_files(session)
    told = await texts(database, family.applicant_id)
    assert len(told) == 2
    assert "到2027年2月10日到期" in told[-1]
    async with database.write() as session:
        stored = await session.get_one(FamilyFile, family.id)
        await proofs.note_proof(
            session, stored, stored.applicant_id, "income", expires_on=date(2027, 2, 12), officer_id=officer.id
        )
        await families.recheck_file(session, stored, officer_id=officer.id)
        assert await families.remind(session) == 1, "another day is another reminder"


async def test_a_family_whose_applicant_leaves_is_closed_and_what_was_told_is_deleted(database: Database) -> None:
    async with database.write() as session:
        child = await add_person(session, name="王小丫")
    member = Member(person_id=child.id, relation="child", groups=("hardship_graduate",))
    family, _, _ = await on_file(database, member)
    async with database.write() as session:
        await leaving.forget(session, family.applicant_id)
        stored = await session.get_one(FamilyFile, family.id)
        assert (stored.state, stored.closed_for, stored.details_sealed) == (FamilyState.CLOSED, "person_left", None)
        applicant, _ = await families.members_of(session, family.id)
        assert applicant.born_sealed is None
        tomorrow = session.today + timedelta(days=1)
        assert await groups_on(session, family.applicant_id, tomorrow) == ()
        assert await groups_on(session, child.id, tomorrow) == ()


# ---- the list on the wall


async def test_the_printed_list_has_masked_names_content_and_standard_and_nothing_else(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        family = await posted(session, office, officer)
        listed = await posted_lists.posted_list(session, await session.get_one(Publicity, family.publicity_id))
    assert [(row.number, row.masked) for row in listed.rows] == [(1, "王**")]
    assert (listed.content, listed.standard) == (LIST["content"], LIST["standard"])
    assert listed.place_name == "样例村"
    lines = posted_lists.printed(listed, "zh_CN")
    assert lines[:4] == [
        "410100工会帮扶公示（样例村）",
        f"内容：{LIST['content']}",
        f"标准：{LIST['standard']}",
        "1. 王**",
    ]
    assert lines[4].startswith("公示时间：11月23日至11月30日。有意见请告诉410100工会")
    assert "大山" not in repr(listed)
    assert "生病" not in repr(listed)


async def test_the_list_is_taken_down_after_its_days(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        family = await posted(session, office, officer)
        await keep_files(session)
        assert (await session.get_one(Publicity, family.publicity_id)).state == PublicityState.POSTED
    later(database, 8)
    async with database.write() as session:
        list_ = await session.get_one(Publicity, family.publicity_id)
        with pytest.raises(PublicityOverError):
            await posted_lists.posted_list(session, list_)
        await keep_files(session)
        assert list_.state == PublicityState.TAKEN_DOWN
        with pytest.raises(PublicityOverError):
            await posted_lists.posted_list(session, list_)


async def test_a_list_is_of_one_office_and_not_empty(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        other, colleague = await union(session, "410200")
        mine, theirs = await applied(session, office, officer), await applied(session, other, colleague, name="李四")
        for family in (mine, theirs):
            await proofs.note_proof(
                session, family, family.applicant_id, "income", expires_on=None, officer_id=officer.id
            )
            await families.check_file(session, family, officer_id=officer.id)
        for rows in ([mine, theirs], []):
            with pytest.raises(publicity.ListRefusedError):
                await families.post_families(session, rows, officer_id=officer.id, **LIST)
        assert list(await session.scalars(select(Publicity))) == []


async def test_what_is_known_of_a_family_is_sealed(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        family = await applied(session, office, officer)
        assert "生病".encode() not in (family.details_sealed or b"")
        (member,) = await families.members_of(session, family.id)
        assert member.born(session) == date(1975, 5, 1)
        assert b"1975" not in (member.born_sealed or b"")
