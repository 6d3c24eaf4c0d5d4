"""Aid hangs on a valid file; students are posted before anything is paid; what is paid was there."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from families_house import LIST, entries, later, on_file, rich, union
from house import add_employer, add_person
from sqlalchemy.exc import IntegrityError

from models.aid import AidGrant, Subsidy
from models.database import Database, Session
from models.errors import FactsRefusedError, MoveRefusedError
from models.families import FamilyFile, Objection, Publicity
from models.offices import Office
from models.people import Person
from models.states import AidState
from reports.report import compute
from services import advice, aid, families, funds, objections, posted_lists, proofs, publicity, work_study
from services.casework import AmountRefusedError
from services.families import NoValidFileError
from services.file_applications import Member
from services.funds import Purse
from services.ledger import groups_on
from services.tuition import AlreadyGrantedError

YUAN = 100


async def children(database: Database, *names: str) -> tuple[Member, ...]:
    async with database.write() as session:
        people = [await add_person(session, name=name) for name in names]
    return tuple(Member(person_id=child.id, relation="child", born=date(2010, 9, 1)) for child in people)


async def tuition(session: Session, student: int, officer: Person, **given: Any) -> AidGrant:
    usual = {"kind": "tuition", "amount_fen": 2000 * YUAN, "source": "union", "stage": "secondary"}
    return await aid.request_aid(session, student, officer_id=officer.id, **(usual | given))


async def two_students(database: Database) -> tuple[list[AidGrant], FamilyFile, Office, Person]:
    """A migrant family on file, its two children posted, money there; the clock stands on the day of posting."""
    members = await children(database, "王小明", "王小红")
    family, office, officer = await on_file(database, *members, groups=("hardship_migrant", "single_parent_mother"))
    async with database.write() as session:
        await rich(session, office, "tuition", 10_000 * YUAN)
        first = await tuition(session, members[0].person_id, officer, entered_on=date(2026, 9, 1))
        second = await tuition(session, members[1].person_id, officer, stage="compulsory", amount_fen=500 * YUAN)
        await aid.post_students(session, [first, second], officer_id=officer.id, **LIST)
    return [first, second], family, office, officer


async def stored(session: Session, grants: list[AidGrant]) -> list[AidGrant]:
    return [await session.get_one(AidGrant, grant.id) for grant in grants]


async def test_two_children_are_two_students_and_counted_at_payment_under_the_familys_groups(
    database: Database,
) -> None:
    grants, _, office, officer = await two_students(database)
    async with database.write() as session:
        assert await entries(session, "tuition_aid_granted", "student_advanced", "fund_used") == []
        list_ = await posted_lists.posted_list(session, await session.get_one(Publicity, grants[0].publicity_id))
        assert posted_lists.printed(list_, "zh_CN")[3:5] == ["1. 王某 高中和中职 2000元", "2. 王某 小学和初中 500元"]
        assert [(row.masked, row.stage, row.amount_fen) for row in list_.rows] == [
            ("王某", "secondary", 200_000),
            ("王某", "compulsory", 50_000),
        ]
    later(database, 8)
    async with database.write() as session:
        assert len(list(await session.scalars(aid.ready_for_payment(session.today, office.region)))) == 2
        for grant in await stored(session, grants):
            await aid.pay_aid(session, grant, officer_id=officer.id)
        paid = await entries(session, "tuition_aid_granted")
        assert [(entry.facts["stage"], entry.amount_fen) for entry in paid] == [
            ("secondary", 200_000),
            ("compulsory", 50_000),
        ]
        assert len({entry.person for entry in paid}) == 2
        assert {tuple(entry.groups) for entry in paid} == {("hardship_migrant", "single_parent_mother")}
        (advanced,) = await entries(session, "student_advanced")
        assert (advanced.facts["stage"], advanced.occurred_on) == ("secondary", date(2026, 9, 1))
        used = await entries(session, "fund_used")
        assert [(entry.amount_fen, entry.facts["programme"]) for entry in used] == [
            (200_000, "tuition"),
            (50_000, "tuition"),
        ]
        assert await funds.balance_of(session, Purse(office.id, "tuition", "union")) == 750_000
        assert list(await session.scalars(aid.ready_for_payment(session.today, office.region))) == []
        report = await compute(session, "form3-2014", "410000", "2027")
        assert {code: report.figures[code] for code in ("2", "3", "4", "5.persons", "6.persons", "6.amount")} == {
            "2": 250_000,
            "3": 1,
            "4": 2,
            "5.persons": 2,
            "6.persons": 2,
            "6.amount": 250_000,
        }


async def test_nothing_is_paid_before_the_days_are_over_or_with_an_open_objection(database: Database) -> None:
    grants, _, _, officer = await two_students(database)
    async with database.write() as session:
        first, second = await stored(session, grants)
        with pytest.raises(publicity.PublicityRunningError, match="posted until"):
            await aid.pay_aid(session, first, officer_id=officer.id)
        objection = await objections.raise_objection(session, second, "他家不困难")
    later(database, 8)
    async with database.write() as session:
        first, second = await stored(session, grants)
        await aid.pay_aid(session, first, officer_id=officer.id)
        with pytest.raises(publicity.OpenObjectionError):
            await aid.pay_aid(session, second, officer_id=officer.id)
        assert second.state == AidState.PUBLIC
        assert len(await entries(session, "tuition_aid_granted", "fund_used")) == 2
        raised = await session.get_one(Objection, objection.id)
        await objections.settle_objection(session, raised, upheld=True, officer_id=officer.id)
        assert second.state == AidState.REFUSED
        with pytest.raises(MoveRefusedError):
            await aid.pay_aid(session, second, officer_id=officer.id)


async def test_tuition_that_was_never_posted_is_not_paid(database: Database) -> None:
    members = await children(database, "王小明")
    _, office, officer = await on_file(database, *members)
    async with database.write() as session:
        await rich(session, office, "tuition", 10_000 * YUAN)
        grant = await tuition(session, members[0].person_id, officer)
        with pytest.raises(aid.NotApprovedError):
            await aid.approve_aid(session, grant, officer_id=officer.id)
        with pytest.raises(aid.NotApprovedError):
            await aid.pay_aid(session, grant, officer_id=officer.id)
        assert await entries(session, "tuition_aid_granted", "fund_used") == []


async def test_a_student_is_aided_once_a_year_and_stage(database: Database) -> None:
    members = await children(database, "王小明")
    _, _, officer = await on_file(database, *members)
    student = members[0].person_id
    async with database.write() as session:
        first = await tuition(session, student, officer, year=2026)
        with pytest.raises(AlreadyGrantedError):
            await tuition(session, student, officer, year=2026)
        await tuition(session, student, officer, year=2027)
        await tuition(session, student, officer, year=2026, stage="tertiary")
        await aid.refuse_aid(session, first, officer_id=officer.id, why="not_in_need")
        await session.flush()
        await tuition(session, student, officer, year=2026)


async def test_the_database_itself_refuses_a_second_grant_for_the_same_year_and_stage(database: Database) -> None:
    members = await children(database, "王小明")
    _, _, officer = await on_file(database, *members)
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            first = await tuition(session, members[0].person_id, officer)
            values = {c.name: getattr(first, c.name) for c in AidGrant.__table__.columns}
            session.add(AidGrant(**(values | {"id": session.new_id()})))


async def test_two_officers_at_once_grant_and_pay_once(database: Database) -> None:
    members = await children(database, "王小明")
    _, office, officer = await on_file(database, *members)

    async def ask() -> AidGrant:
        async with database.write() as session:
            return await tuition(session, members[0].person_id, officer)

    answers = await asyncio.gather(ask(), ask(), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["AidGrant", "AlreadyGrantedError"]
    grant = next(answer for answer in answers if isinstance(answer, AidGrant))
    async with database.write() as session:
        await rich(session, office, "tuition", 10_000 * YUAN)
        await aid.post_students(session, await stored(session, [grant]), officer_id=officer.id, **LIST)
    later(database, 8)

    async def pay() -> None:
        async with database.write() as session:
            (mine,) = await stored(session, [grant])
            await aid.pay_aid(session, mine, officer_id=officer.id)

    paid = await asyncio.gather(pay(), pay(), return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in paid) == ["MoveRefusedError", "NoneType"]
    async with database.write() as session:
        assert len(await entries(session, "tuition_aid_granted")) == 1
        assert await funds.balance_of(session, Purse(office.id, "tuition", "union")) == 8_000 * YUAN


async def test_entering_a_stage_is_counted_once(database: Database) -> None:
    members = await children(database, "王小明")
    _, office, officer = await on_file(database, *members)
    async with database.write() as session:
        await rich(session, office, "tuition", 10_000 * YUAN)
        both = [
            await tuition(session, members[0].person_id, officer, year=year, entered_on=date(2026, 9, 1))
            for year in (2026, 2027)
        ]
        await aid.post_students(session, both, officer_id=officer.id, **LIST)
    later(database, 8)
    async with database.write() as session:
        for grant in await stored(session, both):
            await aid.pay_aid(session, grant, officer_id=officer.id)
        assert len(await entries(session, "tuition_aid_granted")) == 2
        assert len(await entries(session, "student_advanced")) == 1


# ---- living and medical aid


@pytest.mark.parametrize("kind", ["living", "medical"])
async def test_living_and_medical_aid_is_a_service_and_uses_the_fund(database: Database, kind: str) -> None:
    family, office, officer = await on_file(database)
    async with database.write() as session:
        purse = await rich(session, office, "living_medical", 3_000 * YUAN)
        grant = await aid.request_aid(
            session, family.applicant_id, kind=kind, amount_fen=100_000, source="union", officer_id=officer.id
        )
        with pytest.raises(aid.NotApprovedError):
            await aid.pay_aid(session, grant, officer_id=officer.id)
        await aid.approve_aid(session, grant, officer_id=officer.id)
        assert list(await session.scalars(aid.approved(office.region))) == [grant]
        await aid.pay_aid(session, grant, officer_id=officer.id)
        (given,) = await entries(session, "service_given")
        assert (given.facts, given.groups) == ({"service": f"{kind}_aid"}, ["hardship_worker"])
        (used,) = await entries(session, "fund_used")
        assert used.facts == {"programme": "living_medical", "source": "union", "purpose": "other"}
        assert await funds.balance_of(session, purse) == 200_000
        with pytest.raises(MoveRefusedError):
            await aid.pay_aid(session, grant, officer_id=officer.id)


async def test_aid_is_not_paid_from_an_empty_fund_and_nothing_is_half_done(database: Database) -> None:
    family, office, officer = await on_file(database)
    async with database.write() as session:
        purse = await rich(session, office, "living_medical", 999 * YUAN)
        grant = await aid.request_aid(
            session, family.applicant_id, kind="living", amount_fen=100_000, source="union", officer_id=officer.id
        )
        await aid.approve_aid(session, grant, officer_id=officer.id)
        with pytest.raises(funds.FundBelowZeroError):
            await aid.pay_aid(session, grant, officer_id=officer.id)
        assert grant.state == AidState.APPROVED
        assert await entries(session, "service_given", "fund_used") == []
        assert await funds.balance_of(session, purse) == 99_900


async def test_aid_to_somebody_whose_proof_has_expired_is_refused_with_what_to_renew(database: Database) -> None:
    members = await children(database, "王小明")
    family, office, officer = await on_file(database, *members, proof_until=date(2026, 12, 10))
    async with database.write() as session:
        await rich(session, office, "living_medical", 3_000 * YUAN)
        grant = await aid.request_aid(
            session, family.applicant_id, kind="living", amount_fen=100_000, source="union", officer_id=officer.id
        )
        await aid.approve_aid(session, grant, officer_id=officer.id)
    later(database, 30)
    renew = r"renew 收入证明 \(income\), then re-check"
    async with database.write() as session:
        with pytest.raises(NoValidFileError, match=renew):
            await tuition(session, members[0].person_id, officer)
        (mine,) = await stored(session, [grant])
        with pytest.raises(NoValidFileError, match=renew):
            await aid.pay_aid(session, mine, officer_id=officer.id)
        with pytest.raises(NoValidFileError, match=renew):
            await advice.help_with_policy(
                session, family.applicant_id, "state_grant", office_id=office.id, officer_id=officer.id
            )
        assert await entries(session, "service_given", "fund_used") == []
        family = await session.get_one(FamilyFile, family.id)
        await proofs.note_proof(session, family, family.applicant_id, "income", expires_on=None, officer_id=officer.id)
        await families.recheck_file(session, family, officer_id=officer.id)
        await aid.pay_aid(session, mine, officer_id=officer.id)


async def test_a_proof_that_ends_sooner_than_the_file_ends_its_aid_and_its_groups(database: Database) -> None:
    family, office, officer = await on_file(database)
    async with database.write() as session:
        await rich(session, office, "living_medical", 3_000 * YUAN)
        family = await session.get_one(FamilyFile, family.id)
        ask = {"kind": "living", "amount_fen": 100_000, "source": "union", "officer_id": officer.id}
        grant = await aid.request_aid(session, family.applicant_id, **ask)
        await aid.approve_aid(session, grant, officer_id=officer.id)
        until = session.today + timedelta(days=5)
        await proofs.note_proof(session, family, family.applicant_id, "income", expires_on=until, officer_id=officer.id)
        assert family.expires_on == until
        assert await groups_on(session, family.applicant_id, until) == ("hardship_worker",)
        assert await groups_on(session, family.applicant_id, until + timedelta(days=1)) == ()
    later(database, 10)
    async with database.write() as session:
        (mine,) = await stored(session, [grant])
        with pytest.raises(NoValidFileError, match="income"):
            await aid.request_aid(session, family.applicant_id, **ask)
        with pytest.raises(NoValidFileError, match="income"):
            await aid.pay_aid(session, mine, officer_id=officer.id)
        family = await session.get_one(FamilyFile, family.id)
        await proofs.note_proof(session, family, family.applicant_id, "income", expires_on=None, officer_id=officer.id)
        await families.recheck_file(session, family, officer_id=officer.id)
        await aid.pay_aid(session, mine, officer_id=officer.id)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"amount_fen": 0}, AmountRefusedError),
        ({"amount_fen": -5}, AmountRefusedError),
        ({"source": "nobody"}, FactsRefusedError),
        ({"stage": None}, aid.StageMissingError),
        ({"stage": "kindergarten"}, aid.StageMissingError),
        ({"kind": "living"}, aid.StageMissingError),
        ({"year": 2014}, aid.YearRefusedError),
        ({"amount_fen": 10**18}, AmountRefusedError),
        ({"kind": "living", "stage": None, "source": "government"}, FactsRefusedError),
    ],
    ids=str,
)
async def test_what_is_no_proper_request_is_refused(
    database: Database, given: dict[str, Any], error: type[Exception]
) -> None:
    members = await children(database, "王小明")
    _, _, officer = await on_file(database, *members)
    async with database.write() as session:
        with pytest.raises(error):
            await tuition(session, members[0].person_id, officer, **given)
        assert await session.get(AidGrant, 0) is None
        assert await entries(session, "tuition_aid_granted") == []


async def test_somebody_without_a_file_is_told_to_apply(database: Database) -> None:
    _, _, officer = await on_file(database)
    async with database.write() as session:
        stranger = await add_person(session, name="李四")
        with pytest.raises(NoValidFileError, match="apply for one first"):
            await tuition(session, stranger.id, officer)


# ---- help with policies, cards and subsidies


async def test_a_school_place_needs_no_file_and_a_state_grant_does(database: Database) -> None:
    family, office, officer = await on_file(database)
    by: dict[str, int] = {"office_id": office.id, "officer_id": officer.id}
    async with database.write() as session:
        stranger = await add_person(session, name="李四")
        await advice.help_with_policy(session, stranger.id, "school_place", **by)
        with pytest.raises(NoValidFileError):
            await advice.help_with_policy(session, stranger.id, "student_loan", **by)
        given = await advice.help_with_policy(session, family.applicant_id, "state_grant", words="交了申请表", **by)
        assert (given.topic, given.service) == ("state_grant", "policy_help")
        assert "申请表".encode() not in (given.words_sealed or b"")
        kinds = [entry.facts["service"] for entry in await entries(session, "service_given")]
        assert kinds == ["policy_help", "policy_help"]


async def test_the_appraisal_subsidy_wants_a_card_or_a_file_and_is_paid_once(database: Database) -> None:
    family, office, officer = await on_file(database)
    by: dict[str, int] = {"office_id": office.id, "officer_id": officer.id}
    async with database.write() as session:
        await rich(session, office, "training_employment", 1_000 * YUAN)
        worker = await add_person(session, name="李四")
        with pytest.raises(advice.NoCardError):
            await advice.pay_subsidy(session, worker.id, "appraisal", 20_000, source="union", **by)
        days = {"issued_on": date(2026, 1, 1), "expires_on": date(2028, 12, 31)}
        await advice.note_card(session, worker.id, "豫0100001", **days, **by)
        paid = await advice.pay_subsidy(
            session, worker.id, "appraisal", 20_000, source="union", subject="certificates:1", **by
        )
        with pytest.raises(advice.AlreadyPaidError):
            await advice.pay_subsidy(
                session, worker.id, "appraisal", 20_000, source="union", subject="certificates:1", **by
            )
        await advice.pay_subsidy(session, family.applicant_id, "appraisal", 20_000, source="union", **by)
        rows = await entries(session, "subsidy_paid")
        assert [(row.facts["purpose"], row.amount_fen) for row in rows] == [("appraisal", 20_000)] * 2
        assert rows[0].source == f"subsidies:{paid.id}"
        assert {row.facts["purpose"] for row in await entries(session, "fund_used")} == {"training"}
        assert await funds.balance_of(session, Purse(office.id, "training_employment", "union")) == 60_000
        with pytest.raises(advice.CardTakenError):
            await advice.note_card(session, family.applicant_id, "豫0100001", **days, **by)


async def test_a_subsidy_that_the_fund_cannot_pay_is_not_noted(database: Database) -> None:
    family, office, officer = await on_file(database)
    async with database.write() as session:
        with pytest.raises(funds.FundBelowZeroError):
            await advice.pay_subsidy(
                session,
                family.applicant_id,
                "job_search",
                20_000,
                office_id=office.id,
                source="union",
                officer_id=officer.id,
            )
        await session.flush()
        assert await entries(session, "subsidy_paid", "fund_used") == []
        assert await session.get(Subsidy, 0) is None


async def test_posts_for_students_come_into_form_three(database: Database) -> None:
    async with database.write() as session:
        office, officer = await union(session)
        one, _ = await add_employer(session)
        two, _ = await add_employer(session)
        for employer, quantity in ((one, 5), (one, 3), (two, 2)):
            await work_study.offer_work_study(
                session, employer.id, quantity, office_id=office.id, officer_id=officer.id
            )
        with pytest.raises(AmountRefusedError):
            await work_study.offer_work_study(session, one.id, 0, office_id=office.id, officer_id=officer.id)
        report = await compute(session, "form3-2014", "410000", "2027")
        assert (report.figures["7.units"], report.figures["7.posts"]) == (2, 10)
