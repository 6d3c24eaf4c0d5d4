"""Nobody decides about themselves or their family, not under an older record either; asking goes on working."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from families_house import LIST, later, rich, union
from house import add_employer, add_officer, add_person, add_vacancy
from sqlalchemy import select
from stage import Stage, spoken
from test_applications import hired_one

from models.aid import AidGrant
from models.applications import Application
from models.database import Database, Session
from models.families import FamilyFile
from models.loans import Loan
from models.offices import Office
from models.people import Person
from services import (
    aid,
    call_tasks,
    evidence,
    families,
    family_requests,
    file_applications,
    follow_up_answers,
    leaving,
    loans,
    objections,
    placements,
    proofs,
)
from services.casework import OwnCaseError
from services.file_applications import Member
from services.people import KEEP_PROFILE, SENSITIVE_GROUP, give_consent, register_seeker

Verb = Callable[[Session, int], Awaitable[object]]


async def refused(session: Session, officer_id: int, verb: Verb) -> None:
    """An officer of the family may not; the colleague may."""
    with pytest.raises(OwnCaseError):
        await verb(session, officer_id)


async def own_family(session: Session) -> tuple[FamilyFile, Office, Person, Person]:
    """A family in which the officer is the spouse; and a colleague."""
    office, colleague = await union(session)
    officer, applicant = await add_officer(session, office), await add_person(session, name="王大山")
    await give_consent(session, applicant.id, SENSITIVE_GROUP)
    family = await file_applications.apply_for_file(
        session,
        Member(person_id=applicant.id, relation="self"),
        office_id=office.id,
        groups=("hardship_worker",),
        details="样例",
        members=(Member(person_id=officer.id, relation="spouse"),),
        officer_id=officer.id,
    )
    return family, office, officer, colleague


async def test_a_file_is_never_decided_by_one_of_the_family(database: Database) -> None:
    async with database.write() as session:
        family, _, officer, colleague = await own_family(session)
        family_id, applicant = family.id, family.applicant_id

        async def note(session: Session, by: int) -> None:
            await proofs.note_proof(session, family, applicant, "income", expires_on=None, officer_id=by)

        async def post(session: Session, by: int) -> None:
            await families.post_families(session, [family], officer_id=by, **LIST)

        steps: list[Verb] = [
            lambda session, by: families.correct_groups(session, family, ["hardship_migrant"], officer_id=by),
            note,
            lambda session, by: families.check_file(session, family, officer_id=by),
            post,
        ]
        for step in steps:
            await refused(session, officer.id, step)
            await step(session, colleague.id)
        objection = await objections.raise_objection(session, family, "他家有车")
        await refused(
            session, officer.id, lambda s, by: objections.settle_objection(s, objection, upheld=False, officer_id=by)
        )
        await objections.settle_objection(session, objection, upheld=False, officer_id=colleague.id)
    later(database, 8)
    async with database.write() as session:
        family = await session.get_one(FamilyFile, family_id)
        for verb in (families.put_on_file, families.recheck_file):
            with pytest.raises(OwnCaseError):
                await verb(session, family, officer_id=officer.id)
            await verb(session, family, officer_id=colleague.id)


async def file_of(database: Database) -> tuple[FamilyFile, Office, Person, Person]:
    """The same family, put on file by the colleague."""
    async with database.write() as session:
        family, office, officer, colleague = await own_family(session)
        by = {"officer_id": colleague.id}
        await proofs.note_proof(session, family, family.applicant_id, "income", expires_on=None, **by)
        await families.check_file(session, family, **by)
        await families.post_families(session, [family], **by, **LIST)
    later(database, 8)
    async with database.write() as session:
        await families.put_on_file(session, await session.get_one(FamilyFile, family.id), **by)
    return family, office, officer, colleague


async def test_aid_to_the_family_is_asked_for_but_decided_by_a_colleague(database: Database) -> None:
    family, office, officer, colleague = await file_of(database)
    async with database.write() as session:
        await rich(session, office, "living_medical", 1000_00)
        grant = await family_requests.ask_for_aid(session, officer.id, kind="living", amount_fen=900_00)
        student = await family_requests.ask_for_aid(
            session, officer.id, kind="tuition", stage="secondary", student=family_requests.Child("王小明")
        )
        with pytest.raises(OwnCaseError):
            await aid.post_students(session, [student], officer_id=officer.id, **LIST)
        await refused(session, officer.id, lambda s, by: aid.correct_aid(s, grant, amount_fen=800_00, officer_id=by))
        for verb in (aid.approve_aid, aid.pay_aid):
            with pytest.raises(OwnCaseError):
                await verb(session, grant, officer_id=officer.id)
            await verb(session, grant, officer_id=colleague.id)
        assert (grant.state, grant.amount_fen, student.state) == ("paid", 900_00, "applied")
        await leaving.forget(session, family.applicant_id)


async def test_a_loan_is_granted_and_taken_back_by_a_colleague_whatever_record_asked(database: Database) -> None:
    async with database.write() as session:
        office, colleague = await union(session)
        await rich(session, office, "loan", 2000_00)
        officer, older = await add_officer(session, office), await add_person(session)
        loan = await family_requests.ask_for_loan(
            session, officer.id, kind="borrowing", amount_fen=1000_00, months=10, use="样例"
        )
        for verb in (loans.grant_loan, lambda s, row, officer_id: loans.repay(s, row, 100_00, officer_id=officer_id)):
            with pytest.raises(OwnCaseError):
                await verb(session, loan, officer_id=officer.id)
            await verb(session, loan, officer_id=colleague.id)
        other = await family_requests.ask_for_loan(session, older.id, kind="loan", amount_fen=100_00, months=2, use="")
        older.merged_into = officer.id  # its loan stays under it here, and it still speaks
        await session.flush()
        for row, by in ((other, officer), (loan, older)):
            with pytest.raises(OwnCaseError):
                await loans.repay(session, row, 100_00, officer_id=by.id)


async def test_a_loan_to_the_spouse_is_the_familys_too(database: Database) -> None:
    family, _, officer, _ = await file_of(database)
    async with database.write() as session:
        loan = await family_requests.ask_for_loan(
            session, family.applicant_id, kind="loan", amount_fen=1000_00, months=10, use="样例"
        )
        with pytest.raises(OwnCaseError):
            await loans.grant_loan(session, loan, officer_id=officer.id)


async def own_hire(database: Database) -> tuple[Application, Office, Person, Person]:
    """Somebody of the officer's family is hired; and a colleague."""
    async with database.write() as session:
        family, office, officer, colleague = await own_family(session)
        await give_consent(session, family.applicant_id, KEEP_PROFILE)
        await register_seeker(session, family.applicant_id, {"region": "410105"})
        employer, boss = await add_employer(session)
        post = await add_vacancy(session, employer, boss)
        return (
            await hired_one(session, post, boss, await session.get_one(Person, family.applicant_id)),
            office,
            officer,
            colleague,
        )


async def test_a_start_in_the_family_is_confirmed_and_called_about_by_a_colleague(database: Database) -> None:
    hire, office, officer, colleague = await own_hire(database)
    async with database.write() as session:
        application = await session.get_one(Application, hire.id)
        told = {"office_id": office.id, "started_on": session.today, "evidence": "seeker", "contract": None}
        for by in (officer.id, application.seeker_id):
            with pytest.raises(OwnCaseError):
                await placements.confirm_start(session, application, officer_id=by, **told)
        assert application.state == "hired"
        placement = await placements.confirm_start(session, application, officer_id=colleague.id, **told)
        with pytest.raises(OwnCaseError):
            await evidence.raise_evidence(session, placement, "contract", by=officer.id)
        await evidence.agree(session, placement, "employer", by=application.seeker_id)
        assert placement.evidence == "both", "what the person says is no decision"
        task = await call_tasks.add_call(session, placement, reason="asked")
        await session.flush()
        with pytest.raises(OwnCaseError):
            await follow_up_answers.staff_heard(session, task, "here", officer_id=officer.id)
        assert (placement.evidence, task.done_at) == ("both", None)
        await follow_up_answers.staff_heard(session, task, "here", officer_id=colleague.id)
        assert placement.evidence == "staff_call"


async def test_in_chat_the_own_start_waits_for_a_colleague(database: Database) -> None:
    hire, _, officer, colleague = await own_hire(database)
    stage, words = Stage(database), "这是您自己或家人的事，请同事来办"
    for who, said in ((officer, words), (colleague, "哪天")):
        choices = [choice for reply in await stage.say(who.id, "早报") for choice in reply.choices]
        key = next(choice.key for choice in choices if choice.data == f"start:{hire.id}")
        assert said in spoken(await stage.say(who.id, key))
    assert (await one(database, Application)).state == "hired"


async def one(database: Database, table: type) -> object:
    async with database.read() as session:
        return (await session.scalars(select(table).order_by(table.id.desc()).limit(1))).one()


async def test_in_chat_a_colleague_is_asked_for(database: Database) -> None:
    _, _, officer, _ = await file_of(database)
    async with database.write() as session:
        await family_requests.ask_for_aid(session, officer.id, kind="living", amount_fen=900_00)
        await family_requests.ask_for_loan(
            session, officer.id, kind="loan", amount_fen=1000_00, months=10, use="样例：买车"
        )
    stage, words = Stage(database), "这是您自己或家人的事，请同事来办"
    for page, button in (("待审：", "通过"), ("贷款1000元", "已放款")):
        waiting = [choice.label for reply in await stage.say(officer.id, "帮扶") for choice in reply.choices]
        label = next(label for label in waiting if page in label)
        await stage.say(officer.id, label)
        assert words in spoken(await stage.say(officer.id, button)), label
    assert (await one(database, AidGrant)).state == "applied"
    assert (await one(database, Loan)).state == "applied"


async def test_in_chat_the_own_file_waits_for_a_colleague(database: Database) -> None:
    async with database.write() as session:
        family, _, officer, colleague = await own_family(session)
        family_id = family.id
    stage, words = Stage(database), "这是您自己或家人的事，请同事来办"
    await stage.say(officer.id, "帮扶")
    await stage.say(officer.id, "1")
    assert words in spoken(await stage.say(officer.id, "核对通过"))
    async with database.write() as session:
        family = await session.get_one(FamilyFile, family_id)
        await proofs.note_proof(
            session, family, family.applicant_id, "income", expires_on=None, officer_id=colleague.id
        )
        await families.check_file(session, family, officer_id=colleague.id)
    await stage.say(officer.id, "帮扶")
    await stage.say(officer.id, "1")
    await stage.say(officer.id, "公示")
    await stage.say(officer.id, "单位")
    await stage.say(officer.id, "样例厂")
    assert words in spoken(await stage.say(officer.id, "公示"))
    assert (await one(database, FamilyFile)).state == "checked"
