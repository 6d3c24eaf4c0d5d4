"""Vouchers: redeemed once whoever comes at the same moment, settled into the fund, expired; subsidies from results."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from conftest import OpenDatabase
from families_house import rich
from house import add_employer, add_person, add_seeker, add_vacancy, texts
from school import CITY, fill, new_course, noted, open_school
from sqlalchemy import func, select
from stage import Stage, spoken
from test_applications import hired_one

from jobs.training import expire_vouchers
from models.database import Database, Session
from models.errors import MoveRefusedError
from models.offices import Office, Officer, Role
from models.people import Person
from models.states import VoucherState
from models.training import Course, Enrolment, Institution, TrainingSubsidy
from models.vouchers import Voucher
from services import classes, funds, institutions, placements, training, training_subsidies, vouchers
from services.casework import OwnCaseError
from services.funds import FundBelowZeroError
from services.leaving import forget

V = VoucherState
PROGRAMME = "training_employment"


class Town:
    """A school, a course that has begun with one person in it, who holds a voucher."""

    def __init__(self, school: Institution, office: Office, officer: Person, course: Course, found: Any) -> None:
        self.school, self.office, self.officer, self.course = school, office, officer, course
        self.holder: Person
        self.enrolment: Enrolment
        self.holder, self.enrolment = found

    async def voucher(self, session: Session, **more: Any) -> tuple[Voucher, str]:
        usual: dict[str, Any] = {
            "face_fen": 30000,
            "expires_on": session.today + timedelta(days=30),
            "source": "union",
            "office": self.office,
            "officer_id": self.officer.id,
        }
        holder = more.pop("holder", self.holder)
        voucher = await vouchers.issue(session, holder.id, **(usual | more))
        return voucher, voucher.code(session) or ""

    async def redeem(self, session: Session, code: str, **more: Any) -> tuple[Voucher, Course]:
        return await vouchers.redeem(session, code, **({"by": self.officer.id, "region": CITY} | more))


async def a_town(session: Session, *, begun: int = 2, **course: Any) -> Town:
    school, office, officer = await open_school(session)
    held = await new_course(session, school, begun=begun, **course)
    return Town(school, office, officer, held, (await fill(session, held, 1))[0])


async def test_issued_redeemed_settled_and_the_ledger_of_each(database: Database) -> None:
    async with database.write() as session:
        town = await a_town(session, price_fen=25000)
        voucher, code = await town.voucher(session, course_type="skill")
        assert len(code) == 8
        await town.redeem(session, f"{code[:4]}-{code[4:]}")
        assert (voucher.state, voucher.enrolment_id) == (V.REDEEMED, town.enrolment.id)
        with pytest.raises(vouchers.VoucherRefusedError):
            await vouchers.settle(session, voucher, officer_id=town.officer.id)
        assert await vouchers.to_settle(session, town.school.id, CITY) == []
        await classes.complete(session, town.course, [town.enrolment], session.today, officer_id=town.officer.id)
        assert await vouchers.to_settle(session, town.school.id, "420000") == []
        assert await vouchers.to_settle(session, town.school.id, CITY) == [voucher]
        purse = await rich(session, town.office, PROGRAMME, 40000)
        assert await vouchers.settle(session, voucher, officer_id=town.officer.id) == 25000
        with pytest.raises(MoveRefusedError):
            await vouchers.settle(session, voucher, officer_id=town.officer.id)
        assert await funds.balance_of(session, purse) == 15000
        issued, redeemed, used = await noted(session, "voucher_issued", "voucher_redeemed", "fund_used")
        assert (issued.amount_fen, redeemed.amount_fen, used.amount_fen) == (30000, 30000, 25000)
        assert redeemed.facts == {"voucher": voucher.id, "course_type": "skill", "institution": town.school.id}
        assert used.facts == {"programme": "training_employment", "purpose": "training", "source": "union"}
        assert {e.person for e in (issued, redeemed, used)} == {town.holder.ledger_key}
    said = "".join(await texts(database, town.holder.id))
    assert f"券码 {vouchers.spaced(code)}" in said
    assert "用于“焊工班”" in said


async def test_a_code_is_in_no_row_in_clear(database: Database) -> None:
    async with database.write() as session:
        town = await a_town(session)
        voucher, code = await town.voucher(session)
        assert code.encode() not in (voucher.code_sealed or b"")
        for entry in await noted(session, "voucher_issued"):
            assert code not in str(entry.facts) + entry.source + entry.key


async def test_twice_is_refused_and_nothing_more_is_written(database: Database) -> None:
    async with database.write() as session:
        town = await a_town(session)
        _, code = await town.voucher(session)
        await town.redeem(session, code)
        with pytest.raises(vouchers.VoucherUsedError):
            await town.redeem(session, code)
        other, second = await town.voucher(session)
        with pytest.raises(vouchers.CoursePaidError):
            await town.redeem(session, second)
        assert other.state == V.ISSUED
        assert len(await noted(session, "voucher_redeemed")) == 1


@pytest.mark.parametrize("same", [True, False], ids=["one voucher", "two vouchers for one seat"])
async def test_redeemed_by_two_at_the_same_moment_is_redeemed_once(open_database: OpenDatabase, same: bool) -> None:
    one, two = open_database(), open_database()
    async with one.write() as session:
        town = await a_town(session)
        codes = [(await town.voucher(session))[1]]
        codes.append(codes[0] if same else (await town.voucher(session))[1])

    async def take(database: Database, code: str) -> str:
        try:
            async with database.write() as session:
                await town.redeem(session, code)
        except (vouchers.VoucherUsedError, vouchers.CoursePaidError):
            return "refused"
        return "taken"

    outcomes = await asyncio.gather(take(one, codes[0]), take(two, codes[1]))
    assert sorted(outcomes) == ["refused", "taken"]
    async with one.read() as session:
        assert len(await noted(session, "voucher_redeemed")) == 1
        states = list(await session.scalars(select(Voucher.state)))
        assert states.count(V.REDEEMED) == 1


async def test_who_may_take_it_where(database: Database) -> None:
    async with database.write() as session:
        town = await a_town(session)
        _, code = await town.voucher(session)
        trainer, stranger = await add_person(session), await add_person(session)
        await institutions.add_trainer(session, town.school, trainer.id, officer_id=town.officer.id)
        elsewhere = await institutions.add_institution(session, name="样例二校", region=CITY)
        await institutions.add_trainer(session, elsewhere, stranger.id, officer_id=town.officer.id)
        for wrong in ({"by": stranger.id, "region": None}, {"region": "420000"}):
            with pytest.raises(vouchers.WrongCourseError):
                await town.redeem(session, code, **wrong)
        await institutions.end_trainer(session, town.school, trainer.id, officer_id=None)
        with pytest.raises(vouchers.WrongCourseError):
            await town.redeem(session, code, by=trainer.id, region=None)
        await institutions.add_trainer(session, town.school, trainer.id, officer_id=town.officer.id)
        voucher, course = await town.redeem(session, code, by=trainer.id, region=None)
        assert (course.id, voucher.redeemed_by, voucher.institution_id) == (town.course.id, trainer.id, town.school.id)


async def test_not_before_the_course_has_begun(database: Database) -> None:
    async with database.write() as session:
        town = await a_town(session, begun=-1)
        voucher, code = await town.voucher(session)
        with pytest.raises(classes.CourseNotStartedError):
            await town.redeem(session, code)
        assert voucher.state == V.ISSUED
        assert await noted(session, "voucher_redeemed") == []


@pytest.mark.parametrize("more", [{"course_type": "home_service"}, {"holder": True}], ids=["other type", "no seat"])
async def test_only_for_a_course_of_the_holder(database: Database, more: dict[str, Any]) -> None:
    async with database.write() as session:
        town = await a_town(session)
        if "holder" in more:
            more = {"holder": await add_seeker(session)}
        _, code = await town.voucher(session, **more)
        with pytest.raises(vouchers.WrongCourseError):
            await town.redeem(session, code)


@pytest.mark.parametrize("code", ["", "1234", "00000000", "券"])
async def test_a_code_that_is_none(database: Database, code: str) -> None:
    async with database.write() as session:
        town = await a_town(session)
        with pytest.raises(vouchers.NoSuchVoucherError):
            await town.redeem(session, code)


async def test_past_its_last_day_it_is_refused_and_then_expired(database: Database) -> None:
    async with database.write() as session:
        town = await a_town(session)
        last, code = await town.voucher(session, expires_on=session.today)
        late, late_code = await town.voucher(session)
        late.expires_on = session.today - timedelta(days=1)
        with pytest.raises(vouchers.VoucherExpiredError):
            await town.redeem(session, late_code)
        await expire_vouchers(session)
        assert (late.state, last.state) == (V.EXPIRED, V.ISSUED)
        with pytest.raises(vouchers.VoucherExpiredError):
            await town.redeem(session, late_code)
        await town.redeem(session, code)  # on its last day it is good
        await expire_vouchers(session)
        assert last.state == V.REDEEMED
    assert "到期了" in "".join(await texts(database, town.holder.id))


@pytest.mark.parametrize(
    "wrong",
    [
        {"face_fen": 0},
        {"face_fen": -1},
        {"face_fen": 10_000_001},
        {"days": -1},
        {"source": "government"},
        {"course_type": "x"},
    ],
    ids=str,
)
async def test_a_voucher_that_cannot_be_is_not_issued(database: Database, wrong: dict[str, Any]) -> None:
    async with database.write() as session:
        town = await a_town(session)
        if "days" in wrong:
            wrong = {"expires_on": session.today + timedelta(days=wrong["days"])}
        with pytest.raises(vouchers.VoucherRefusedError):
            await town.voucher(session, **wrong)
        assert list(await session.scalars(select(Voucher.id))) == []


async def test_who_is_forgotten_has_no_code_any_more_and_the_institution_is_still_paid(database: Database) -> None:
    async with database.write() as session:
        town = await a_town(session)
        taken, code = await town.voucher(session)
        fresh, _ = await town.voucher(session)
        await town.redeem(session, code)
        await forget(session, town.holder.id)
        await session.refresh(taken)
        assert (fresh.state, fresh.code_sealed, taken.state, taken.code_index) == (V.CANCELLED, None, V.REDEEMED, None)
        assert await vouchers.to_settle(session, town.school.id, CITY) == [taken]
        await rich(session, town.office, PROGRAMME, 30000)
        assert await vouchers.settle(session, taken, officer_id=town.officer.id) == 30000


async def test_who_leaves_the_course_has_the_voucher_again_until_its_last_day(database: Database) -> None:
    async with database.write() as session:
        town = await a_town(session)
        voucher, code = await town.voucher(session)
        for _ in range(2):
            await town.redeem(session, code)
            await training.leave(session, town.enrolment, actor=town.holder.id)
            assert (voucher.state, voucher.enrolment_id, voucher.institution_id) == (V.ISSUED, None, None)
            town.enrolment.state = "attending"  # and comes again
            await session.flush()
        await town.redeem(session, code)
        kept = [entry.reverses for entry in await noted(session, "voucher_redeemed")]
        assert [reverses is not None for reverses in kept] == [False, True, False, True, False]
        voucher.expires_on = session.today - timedelta(days=1)
        await training.leave(session, town.enrolment, actor=town.holder.id)
        assert voucher.state == V.EXPIRED
        assert await vouchers.to_settle(session, town.school.id, CITY) == []
    said = await texts(database, town.holder.id)
    assert [sum(words in text for text in said) for words in ("退回来了", "到期了")] == [2, 1]


async def test_who_leaves_after_completing_has_used_the_voucher(database: Database) -> None:
    async with database.write() as session:
        town = await a_town(session)
        voucher, code = await town.voucher(session)
        await town.redeem(session, code)
        await classes.complete(session, town.course, [town.enrolment], session.today, officer_id=town.officer.id)
        await training.leave(session, town.enrolment, actor=town.holder.id)
        assert await vouchers.to_settle(session, town.school.id, CITY) == [voucher]
        await rich(session, town.office, PROGRAMME, 30000)
        assert await vouchers.settle(session, voucher, officer_id=town.officer.id) == 30000


async def test_nobody_settles_their_own_voucher(database: Database) -> None:
    async with database.write() as session:
        town = await a_town(session)
        (voucher,) = await completed(session, town, 1)
        await rich(session, town.office, PROGRAMME, 30000)
        role = Officer(
            id=session.new_id(),
            person_id=town.holder.id,
            office_id=town.office.id,
            role=Role.STAFF,
            since=session.now,
        )
        session.add(role)
        with pytest.raises(OwnCaseError):
            await vouchers.settle(session, voucher, officer_id=town.holder.id)
        assert voucher.state == V.REDEEMED
    stage = Stage(database)
    own = await settling(stage, town, town.holder)
    assert spoken(await stage.say(town.holder.id, own)) == "这是您自己或家人的事，请同事来办。"
    assert "结算1张券" in spoken(await stage.say(town.officer.id, await settling(stage, town, town.officer)))


async def settling(stage: Stage, town: Town, who: Person) -> str:
    """The key of the button on the page of the class."""
    shown = await stage.say(who.id, f"课程 {town.course.number}")
    return next(one.key for reply in shown for one in reply.choices if one.label == "结算培训券")


async def completed(session: Session, town: Town, number: int) -> list[Voucher]:
    """So many vouchers, each taken for a seat of its own whose holder has completed the course."""
    seats = [(town.holder, town.enrolment), *await fill(session, town.course, number - 1)]
    found = []
    for holder, _ in seats:
        voucher, code = await town.voucher(session, holder=holder)
        await town.redeem(session, code)
        found.append(voucher)
    enrolments = [enrolment for _, enrolment in seats]
    await classes.complete(session, town.course, enrolments, session.today, officer_id=town.officer.id)
    return found


async def test_a_voucher_is_not_settled_with_money_that_is_not_there(database: Database) -> None:
    async with database.write() as session:
        town = await a_town(session)
        (voucher,) = await completed(session, town, 1)
        await rich(session, town.office, PROGRAMME, 90000, source="central")
        with pytest.raises(FundBelowZeroError, match="raise money or choose another source"):
            await vouchers.settle(session, voucher, officer_id=town.officer.id)
        await rich(session, town.office, PROGRAMME, 29999)
        with pytest.raises(FundBelowZeroError):
            await vouchers.settle(session, voucher, officer_id=town.officer.id)
    async with database.read() as session:
        kept = await session.get_one(Voucher, voucher.id)
        assert (kept.state, kept.settled_fen) == (V.REDEEMED, None)
        assert await noted(session, "fund_used") == []


async def test_the_last_of_a_fund_settles_one_of_two_vouchers_at_the_same_moment(open_database: OpenDatabase) -> None:
    one, two = open_database(), open_database()
    async with one.write() as session:
        town = await a_town(session)
        first, second = [voucher.id for voucher in await completed(session, town, 2)]
        purse = await rich(session, town.office, PROGRAMME, 50000)

    async def settle(database: Database, voucher_id: int) -> str:
        try:
            async with database.write() as session:
                voucher = await session.get_one(Voucher, voucher_id)
                await vouchers.settle(session, voucher, officer_id=town.officer.id)
        except FundBelowZeroError:
            return "refused"
        return "settled"

    assert sorted(await asyncio.gather(settle(one, first), settle(two, second))) == ["refused", "settled"]
    async with one.read() as session:
        assert await funds.balance_of(session, purse) == 20000
        assert len(await noted(session, "fund_used")) == 1
        assert sorted(await session.scalars(select(Voucher.state))) == [V.REDEEMED, V.SETTLED]


# ---- subsidies from results


@pytest.mark.parametrize(
    ("reached", "completed", "fen"),
    [(9, 10, 40000), (10, 10, 40000), (6, 10, 26666), (0, 10, 0), (0, 0, 40000)],
)
def test_a_share_is_paid_in_full_from_its_threshold_on(reached: int, completed: int, fen: int) -> None:
    rule = training_subsidies.ResultRule("passed", 50, 90)
    assert training_subsidies.each(80000, rule, reached, completed) == fen


async def test_subsidies_follow_the_results_and_each_is_paid_once(database: Database) -> None:
    async with database.write() as session:
        school, office, officer = await open_school(session)
        course = await new_course(session, school, begun=3)
        found = [enrolment for _, enrolment in await fill(session, course, 2)]
        with pytest.raises(training_subsidies.NothingToPayError):
            await training_subsidies.pay(session, course, source="union", officer_id=officer.id)
        await classes.pass_(session, course, found[:1], session.today, officer_id=officer.id)
        await classes.fail(session, course, found[1:], session.today, officer_id=officer.id)
        passed, certified, employed = await training_subsidies.due(session, course)
        assert (passed.reached, passed.completed, passed.each_fen) == (1, 2, 40000 * 50 // 90)
        assert (certified.total_fen, employed.total_fen) == (0, 0)
        with pytest.raises(training_subsidies.SourceRefusedError):
            await training_subsidies.pay(session, course, source="mine", officer_id=officer.id)
        with pytest.raises(FundBelowZeroError):
            await training_subsidies.pay(session, course, source="local", officer_id=officer.id)
        await rich(session, office, PROGRAMME, 22222, source="local")
        assert await training_subsidies.pay(session, course, source="local", officer_id=officer.id) == 22222
        with pytest.raises(training_subsidies.NothingToPayError):
            await training_subsidies.pay(session, course, source="local", officer_id=officer.id)
        (subsidy,), (used,) = await noted(session, "subsidy_paid"), await noted(session, "fund_used")
        assert (subsidy.facts, subsidy.amount_fen) == ({"purpose": "training"}, 22222)
        assert used.facts == {"programme": "training_employment", "purpose": "training", "source": "local"}
        assert subsidy.person == used.person is not None


async def test_a_class_is_paid_whole_or_not_at_all(database: Database) -> None:
    async with database.write() as session:
        school, office, officer = await open_school(session)
        course = await new_course(session, school, begun=3)
        found = [enrolment for _, enrolment in await fill(session, course, 2)]
        await classes.pass_(session, course, found, session.today, officer_id=officer.id)
        purse = await rich(session, office, PROGRAMME, 79999)
        with pytest.raises(FundBelowZeroError):
            await training_subsidies.pay(session, course, source="union", officer_id=officer.id)
    async with database.read() as session:
        assert await funds.balance_of(session, purse) == 79999
        assert await noted(session, "fund_used", "subsidy_paid") == []
        assert list(await session.scalars(select(TrainingSubsidy.id))) == []


async def test_who_was_paid_when_few_had_work_is_paid_the_difference(database: Database) -> None:
    async with database.write() as session:
        school, office, officer = await open_school(session)
        course = await new_course(session, school, begun=20)
        seats = await fill(session, course, 3)
        await rich(session, office, PROGRAMME, 10**8)
        day = session.today - timedelta(days=2)
        await classes.pass_(session, course, [enrolment for _, enrolment in seats], day, officer_id=officer.id)
        employer, boss = await add_employer(session)
        post = await add_vacancy(session, employer, boss, headcount=5)
        by: dict[str, Any] = {"officer_id": officer.id, "office_id": office.id}
        paid, owed = [], 0
        for person, _ in seats:
            application = await hired_one(session, post, boss, person)
            await placements.confirm_start(
                session, application, **by, started_on=session.today, evidence="both", contract=None
            )
            *_, employed = await training_subsidies.due(session, course)
            owed = employed.each_fen
            paid.append(await training_subsidies.pay(session, course, source="union", officer_id=officer.id))
            with pytest.raises(training_subsidies.NothingToPayError):
                await training_subsidies.pay(session, course, source="union", officer_id=officer.id)
        assert owed == 24000 and sum(paid) == 3 * (40000 + 24000)
        sums = select(func.sum(TrainingSubsidy.amount_fen)).where(TrainingSubsidy.result == "employed")
        each = await session.scalars(sums.group_by(TrainingSubsidy.enrolment_id))
        assert each.all() == [24000] * 3
        assert sum(entry.amount_fen or 0 for entry in await noted(session, "subsidy_paid")) == sum(paid)


async def test_subsidies_paid_by_two_at_the_same_moment_are_paid_once(open_database: OpenDatabase) -> None:
    one, two = open_database(), open_database()
    async with one.write() as session:
        school, office, officer = await open_school(session)
        course = await new_course(session, school, begun=3)
        found = [enrolment for _, enrolment in await fill(session, course, 2)]
        await classes.pass_(session, course, found, session.today, officer_id=officer.id)
        await rich(session, office, PROGRAMME, 500000)

    async def pay(database: Database) -> int:
        try:
            async with database.write() as session:
                theirs = await session.get_one(Course, course.id)
                return await training_subsidies.pay(session, theirs, source="union", officer_id=officer.id)
        except training_subsidies.NothingToPayError:
            return 0

    assert sorted(await asyncio.gather(pay(one), pay(two))) == [0, 80000]
    async with one.read() as session:
        assert sum(await session.scalars(select(TrainingSubsidy.amount_fen))) == 80000
        assert sum(entry.amount_fen or 0 for entry in await noted(session, "fund_used")) == 80000
