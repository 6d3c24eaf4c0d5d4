"""A class from the first day to its certificates, and the ledger entries of each step."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from conftest import OpenDatabase
from house import add_employer, add_vacancy, texts
from school import fill, new_course, noted, open_school
from sqlalchemy import select

from matching.index import VacancyIndex
from models.certificates import Certificate
from models.database import Database, Session
from models.errors import NotFoundError
from models.people import Person
from models.states import EnrolmentState
from models.training import Course, Enrolment
from services import certificates, classes
from services.after_training import tell_pass
from services.matches import VacancyCache
from services.people import profile_of
from services.suggestions import keep, may_suggest, suggested_to, to_be_told

S = EnrolmentState
SEATED = (S.APPLIED, S.ADMITTED, S.ATTENDING, S.COMPLETED)


async def a_class(session: Session, number: int = 3, *, begun: int = 12) -> tuple[Course, list[Enrolment], Person]:
    """A class that began days ago, with its list and an officer."""
    school, _, officer = await open_school(session)
    course = await new_course(session, school, begun=begun, gives_certificate="焊工证", occupations=["6-18-02-04"])
    return course, [enrolment for _, enrolment in await fill(session, course, number)], officer


async def test_attendance_completion_pass_and_certificate_write_their_entries(database: Database) -> None:
    async with database.write() as session:
        course, (one, two, three), officer = await a_class(session)
        day, me = session.today, officer.id
        await classes.admit(session, course, [one, two], officer_id=me)
        assert await classes.attend(session, course, [one, two], day, officer_id=me) == 2
        assert await classes.attend(session, course, [one, two], day, officer_id=me) == 0, "twice is once"
        await classes.attend(session, course, [one], day - timedelta(days=1), officer_id=me)
        assert await classes.days_attended(session, course.id) == {one.id: 2, two.id: 1}

        found = await classes.chosen(session, course, SEATED, None, who_came=True)
        assert found == [one, two], "who was never there is not among all"
        await classes.pass_(session, course, found, day, officer_id=me)
        await classes.fail(session, course, [three], day, officer_id=me)
        assert (one.state, two.state, three.state) == (S.PASSED, S.PASSED, S.FAILED)
        (paper,) = await certificates.issue(
            session, course, [(one, " a-001 ")], issuer="labour", level="junior", day=day, officer_id=me
        )
        assert (one.state, paper.number(session), paper.title) == (S.CERTIFIED, "A-001", "焊工证")
        kinds = [entry.kind for entry in await noted(session, "training_completed", "training_passed", "class_held")]
        assert sorted(kinds) == ["class_held"] + ["training_completed"] * 3 + ["training_passed"] * 2
        (certified,) = await noted(session, "certificate_issued")
        assert certified.facts == {"issuer": "labour", "level": "junior"}
        assert certified.source == f"certificates:{paper.id}"
        (held,) = await noted(session, "class_held")
        assert (held.person, held.facts["course_type"], course.held_on) == (None, "skill", day)
        assert "焊工证" in ((await profile_of(session, one.person_id)) or {})["certificates"]
    assert "补考" in "".join(await texts(database, three.person_id))
    assert "证书下来了" in "".join(await texts(database, one.person_id))


async def test_who_failed_may_sit_again(database: Database) -> None:
    async with database.write() as session:
        course, (one, *_), officer = await a_class(session, 1)
        await classes.fail(session, course, [one], session.today, officer_id=officer.id)
        await classes.pass_(session, course, [one], session.today, officer_id=officer.id)
        assert one.state == S.PASSED
        assert len(await noted(session, "training_completed")) == 1


async def test_before_the_first_day_nothing_is_entered(database: Database) -> None:
    async with database.write() as session:
        course, (one, *_), officer = await a_class(session, 1, begun=-2)
        for verb in (classes.attend, classes.complete, classes.pass_, classes.fail):
            with pytest.raises(classes.CourseNotStartedError):
                await verb(session, course, [one], session.today, officer_id=officer.id)  # type: ignore[operator]
        assert one.state == S.APPLIED
        assert await noted(session, "training_completed", "class_held") == []


@pytest.mark.parametrize("days", [-13, 1])
async def test_a_day_outside_the_class_is_refused(database: Database, days: int) -> None:
    async with database.write() as session:
        course, (one, *_), officer = await a_class(session, 1)
        day = session.today + timedelta(days=days)
        with pytest.raises(classes.DayRefusedError):
            await classes.attend(session, course, [one], day, officer_id=officer.id)
        assert one.state == S.APPLIED


@pytest.mark.parametrize(("numbers", "without", "wrong"), [({1, 9}, (), (9,)), (None, (8,), (8,)), ({7}, (8,), (7, 8))])
async def test_a_number_that_is_not_on_the_list_changes_nothing(
    database: Database, numbers: set[int] | None, without: tuple[int, ...], wrong: tuple[int, ...]
) -> None:
    async with database.write() as session:
        course, _, _ = await a_class(session)
        with pytest.raises(classes.NotOnListError) as refusal:
            await classes.chosen(session, course, SEATED, numbers, without)
        assert refusal.value.numbers == wrong


async def test_all_but_some_leaves_those_out_who_have_a_result(database: Database) -> None:
    async with database.write() as session:
        course, (one, two, three), officer = await a_class(session)
        await classes.pass_(session, course, [one], session.today, officer_id=officer.id)
        assert await classes.chosen(session, course, SEATED, None, (2,)) == [three]
        with pytest.raises(classes.NotOnListError):
            await classes.chosen(session, course, SEATED, {1}, ())
        assert two.state == S.APPLIED


async def test_the_four_waivers_are_kept_and_added_up(database: Database) -> None:
    async with database.write() as session:
        course, (one, *_), officer = await a_class(session, 1)
        await classes.waive(session, course, [one], ["exam", "tuition"], officer_id=officer.id)
        await classes.waive(session, course, [one], ["board", "exam"], officer_id=officer.id)
        assert one.waived == ["tuition", "exam", "board"]
        with pytest.raises(classes.WaiverRefusedError):
            await classes.waive(session, course, [one], ["taxi"], officer_id=officer.id)


async def test_a_class_of_another_region_is_not_found(database: Database) -> None:
    async with database.write() as session:
        course, _, _ = await a_class(session)
        assert (await classes.class_for(session, course.number or 0, "410000")).id == course.id
        assert await classes.without_results(session, "410000") == [course]
        for region in ("420000", "410105"):
            with pytest.raises(NotFoundError):
                await classes.class_for(session, course.number or 0, region)
            assert await classes.classes_of(session, region) == []


# ---- certificates


async def passed_two(session: Session) -> tuple[Course, list[Enrolment], Person]:
    course, found, officer = await a_class(session, 2)
    await classes.pass_(session, course, found, session.today, officer_id=officer.id)
    return course, found, officer


@pytest.mark.parametrize(
    "numbers",
    [
        ("A001", "ａ 001"),
        ("B002", "X999"),
        ("4101-0001", "4101/0001"),
        ("4101(0001)", "41010001"),
        ("B002", "X-999"),
    ],
)
async def test_a_number_used_twice_is_refused_and_no_certificate_of_the_list_is_entered(
    database: Database, numbers: tuple[str, str]
) -> None:
    async with database.write() as session:
        course, found, officer = await passed_two(session)
        more = {"issuer": "labour", "level": "junior", "day": session.today, "officer_id": officer.id}
        ((_, other),) = await fill(session, elsewhere := await new_course(session, await school_of(session, course)), 1)
        await classes.pass_(session, elsewhere, [other], session.today, officer_id=officer.id)
        await certificates.issue(session, elsewhere, [(other, "x999")], **more)  # type: ignore[arg-type]
        with pytest.raises(certificates.CertificateNumberTakenError):
            await certificates.issue(session, course, list(zip(found, numbers, strict=True)), **more)  # type: ignore[arg-type]
        assert len(list(await session.scalars(select(Certificate.id)))) == 1
        assert [enrolment.state for enrolment in found] == [S.PASSED, S.PASSED]
        assert len(await noted(session, "certificate_issued")) == 1


@pytest.mark.parametrize("number", ["豫A字第12345号", "Z2014字0012345", "４１０１（2014）001"])
async def test_a_number_with_words_in_it_is_taken(database: Database, number: str) -> None:
    async with database.write() as session:
        course, (one, _), officer = await passed_two(session)
        words = {"issuer": "labour", "level": "junior", "day": session.today, "officer_id": officer.id}
        (made,) = await certificates.issue(session, course, [(one, number)], **words)  # type: ignore[arg-type]
        assert made.number(session) == certificates.plain_number(number)


async def school_of(session: Session, course: Course):  # type: ignore[no-untyped-def]
    from models.training import Institution

    return await session.get_one(Institution, course.institution_id)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"level": "expert"}, certificates.CertificateRefusedError),
        ({"issuer": "me"}, certificates.CertificateRefusedError),
        ({"number": "1"}, certificates.CertificateRefusedError),
        ({"number": "证书一号"}, certificates.CertificateRefusedError),
        ({"number": "ABCD"}, certificates.CertificateRefusedError),
        ({"number": "1----"}, certificates.CertificateRefusedError),
        ({"days": 1}, classes.DayRefusedError),
        ({"twice": True}, certificates.NotPassedError),
    ],
    ids=str,
)
async def test_a_certificate_that_cannot_be_is_refused(
    database: Database, change: dict[str, object], error: type[Exception]
) -> None:
    values = {"level": "junior", "issuer": "labour", "number": "A001", "days": 0, "twice": False} | change
    async with database.write() as session:
        course, (one, _), officer = await passed_two(session)
        day = session.today + timedelta(days=int(str(values["days"])))
        words = {"issuer": str(values["issuer"]), "level": str(values["level"])}
        if values["twice"]:
            await certificates.issue(session, course, [(one, "B001")], day=day, officer_id=officer.id, **words)
        before = len(await noted(session, "certificate_issued"))
        with pytest.raises(error):
            await certificates.issue(
                session, course, [(one, str(values["number"]))], day=day, officer_id=officer.id, **words
            )
        assert len(await noted(session, "certificate_issued")) == before


async def test_two_officers_enter_one_number_at_the_same_moment(open_database: OpenDatabase) -> None:
    one, two = open_database(), open_database()
    async with one.write() as session:
        course, found, officer = await passed_two(session)

    async def enter(database: Database, enrolment: int) -> str:
        try:
            async with database.write() as session:
                mine, theirs = await session.get_one(Enrolment, enrolment), await session.get_one(Course, course.id)
                more = {"issuer": "labour", "level": "none", "day": session.today, "officer_id": officer.id}
                await certificates.issue(session, theirs, [(mine, "A001")], **more)  # type: ignore[arg-type]
        except certificates.CertificateNumberTakenError:
            return "taken"
        return "entered"

    outcomes = await asyncio.gather(enter(one, found[0].id), enter(two, found[1].id))
    assert sorted(outcomes) == ["entered", "taken"]
    async with one.read() as session:
        assert len(await noted(session, "certificate_issued")) == 1


# ---- matched again


async def index_of(session: Session) -> VacancyIndex:
    await session.flush()
    return await VacancyCache().fresh(session)


async def test_after_a_pass_the_best_job_is_told_and_once_a_day_only(database: Database) -> None:
    async with database.write() as session:
        course, (one, *_), officer = await a_class(session, 1)
        employer, recruiter = await add_employer(session)
        vacancy = await add_vacancy(session, employer, recruiter, certificates=["焊工证"])
        await classes.pass_(session, course, [one], session.today, officer_id=officer.id)
        index = await index_of(session)
        assert await tell_pass(session, course, one, index) == 1
        assert not await may_suggest(session, one.person_id)
        assert await suggested_to(session, one.person_id) == {vacancy.id}
        assert (await session.execute(to_be_told(session, 0, 9))).all() == [], "the night tells them nothing more today"
        assert await tell_pass(session, course, one, index) == 0
    said = await texts(database, one.person_id)
    assert "合格了！这些活适合您：\n1. 电焊工" in said[-2]
    assert "适合您" not in said[-1] and "合格了" in said[-1]
    assert vacancy.id


async def test_what_the_night_suggested_counts_when_somebody_passes(database: Database, clock: Any) -> None:
    async with database.write() as session:
        course, (one, *_), officer = await a_class(session, 1)
        employer, recruiter = await add_employer(session)
        known = await add_vacancy(session, employer, recruiter, certificates=["焊工证"])
        await add_vacancy(session, employer, recruiter, certificates=["焊工证"])
        await classes.pass_(session, course, [one], session.today, officer_id=officer.id)
        keep(session, one.person_id, known.id)
        assert await tell_pass(session, course, one, await index_of(session)) == 0
    for _ in range(3):
        clock.move(days=1)
        async with database.write() as session:
            assert await may_suggest(session, one.person_id)
            keep(session, one.person_id, known.id)
    clock.move(days=1)
    async with database.write() as session:
        assert not await may_suggest(session, one.person_id), "four in seven days"
    clock.move(days=3)
    async with database.write() as session:
        one, course = await session.get_one(Enrolment, one.id), await session.get_one(Course, course.id)
        assert await tell_pass(session, course, one, await index_of(session)) == 1, (
            "the other one; never the same again"
        )
        assert len(await suggested_to(session, one.person_id)) == 2


async def test_where_nothing_fits_only_the_pass_is_told(database: Database) -> None:
    async with database.write() as session:
        course, (one, *_), officer = await a_class(session, 1)
        await classes.pass_(session, course, [one], session.today, officer_id=officer.id)
        assert await tell_pass(session, course, one, await index_of(session)) == 0
        assert await may_suggest(session, one.person_id)


async def test_the_vacancies_of_an_order_based_course_come_first(database: Database) -> None:
    async with database.write() as session:
        school, _, officer = await open_school(session)
        employer, recruiter = await add_employer(session)
        await add_vacancy(session, employer, recruiter)
        ordered = await add_vacancy(session, employer, recruiter, title="装配工", occupation="6-20-01-01")
        course = await new_course(
            session, school, mode="order", vacancies=[ordered.id], occupations=["6-18-02-04"], begun=1
        )
        ((person, enrolment),) = await fill(session, course, 1)
        await classes.pass_(session, course, [enrolment], session.today, officer_id=officer.id)
        assert await tell_pass(session, course, enrolment, await index_of(session)) == 2
    assert "\n1. 装配工" in (await texts(database, person.id))[-1]
