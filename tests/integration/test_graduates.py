"""Graduates of families on file: on the list, with a helper, a plan and a contact; statuses follow their work."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from families_house import entries, later, on_file, rich
from house import add_employer, add_officer, add_person, add_vacancy
from test_applications import hired_one

from models.database import Database, Session
from models.families import FamilyFile
from models.graduates import Graduate
from models.offices import Office
from models.people import Person
from models.placements import Placement
from models.regions import NATION
from models.states import CheckState
from reports.report import compute
from services import (
    advice,
    audit_checks,
    audit_draws,
    evidence,
    follow_up_answers,
    graduates,
    placements,
    startups,
)
from services.casework import UnknownWordError
from services.families import NoValidFileError
from services.file_applications import Member

LISTING = {"listed_from": "school", "graduated_on": date(2026, 7, 1), "study_region": "420100"}


async def family_of(database: Database, *names: str) -> tuple[list[int], FamilyFile, Office, Person]:
    async with database.write() as session:
        people = [await add_person(session, name=name) for name in names]
    members = [Member(person_id=person.id, relation="child", born=date(2003, 9, 1)) for person in people]
    family, office, officer = await on_file(database, *members)
    return [person.id for person in people], family, office, officer


async def listed(session: Session, person_id: int, officer: Person, **given: Any) -> Graduate:
    return await graduates.register_graduate(session, person_id, officer_id=officer.id, **(LISTING | given))


async def test_a_graduate_of_a_family_on_file_comes_on_the_list_and_into_form_two(database: Database) -> None:
    (one,), _, _, officer = await family_of(database, "王小明")
    async with database.write() as session:
        graduate = await listed(session, one, officer)
        with pytest.raises(graduates.AlreadyListedError):
            await listed(session, one, officer)
        (entry,) = await entries(session, "graduate_registered")
        assert entry.groups == ["hardship_graduate"]
        assert entry.facts == {"graduated_on": "2026-07-01", "home_region": "410100", "study_region": "420100"}
        assert graduate.status == "needs_help"
        report = await compute(session, "form2-2014", "410000", "2027")
        assert report.figures["1"] == 1
        assert report.figures["1.2.needs_help"] == 1


async def test_only_from_a_valid_file_and_a_known_source(database: Database) -> None:
    (one,), _, _, officer = await family_of(database, "王小明")
    async with database.write() as session:
        stranger = await add_person(session, name="李四")
        with pytest.raises(NoValidFileError):
            await listed(session, stranger.id, officer)
        with pytest.raises(UnknownWordError, match="school"):
            await listed(session, one, officer, listed_from="rumour")
        assert await entries(session, "graduate_registered") == []


async def test_plan_internship_policy_and_subsidy_are_counted_for_form_two(database: Database) -> None:
    (one,), _, office, officer = await family_of(database, "王小明")
    async with database.write() as session:
        await rich(session, office, "training_employment", 1_000_00)
        graduate = await listed(session, one, officer)
        stranger = await add_person(session, name="李四")
        assert list(await session.scalars(graduates.without_help("410000"))) == [graduate]
        with pytest.raises(graduates.NotAnOfficerError):
            await graduates.name_helper(session, graduate, stranger.id, officer_id=officer.id)
        await graduates.name_helper(session, graduate, officer.id, officer_id=officer.id)
        plan = await graduates.make_plan(session, graduate, "先培训再见习", officer_id=officer.id)
        assert "见习".encode() not in (plan.words_sealed or b"")
        assert list(await session.scalars(graduates.without_help("410000"))) == []
        await graduates.give_internship(session, graduate, starts_on=session.today, officer_id=officer.id)
        await graduates.help_graduate(session, graduate, "employment_policy", officer_id=officer.id)
        await graduates.pay_job_search(session, graduate, 500_00, source="union", officer_id=officer.id)
        with pytest.raises(advice.AlreadyPaidError):
            await graduates.pay_job_search(session, graduate, 500_00, source="union", officer_id=officer.id)
        report = await compute(session, "form2-2014", "410000", "2027")
        figures = {code: report.figures[code] for code in ("2", "7", "9.1", "9.2")}
        assert figures == {"2": 1, "7": 1, "9.1": 1, "9.2": 500_00}
        services = [entry.facts["service"] for entry in await entries(session, "service_given")]
        assert services == ["personal_plan", "policy_help"]


async def test_nobody_goes_thirty_days_unseen(database: Database) -> None:
    (one, two, three), _, _, officer = await family_of(database, "王小明", "王小红", "王小刚")
    async with database.write() as session:
        seen, forgotten, working = [await listed(session, person, officer) for person in (one, two, three)]
        await graduates.set_status(session, working, "further_study", officer_id=officer.id)
    later(database, 29)
    async with database.write() as session:
        assert list(await session.scalars(graduates.unseen(session.today, "410000"))) == []
        seen = await session.get_one(Graduate, seen.id)
        await graduates.note_contact(session, seen, officer_id=officer.id)
    later(database, 1)
    async with database.write() as session:
        assert [row.id for row in await session.scalars(graduates.unseen(session.today, NATION))] == [forgotten.id]
        assert list(await session.scalars(graduates.unseen(session.today, "420000"))) == []


async def test_a_status_is_written_once_and_what_is_learnt_late_does_not_change_today(database: Database) -> None:
    (one,), _, _, officer = await family_of(database, "王小明")
    later(database, 20)
    async with database.write() as session:
        graduate = await listed(session, one, officer)
        await graduates.set_status(session, graduate, "needs_help", officer_id=officer.id)
        assert await entries(session, "graduate_status") == [], "that is what the list says already"
        await graduates.set_status(session, graduate, "placed", officer_id=officer.id)
        await graduates.set_status(session, graduate, "placed", officer_id=officer.id)
        await graduates.set_status(session, graduate, "self_found", on=date(2026, 12, 1), officer_id=officer.id)
        assert graduate.status == "placed"
        rows = [(entry.facts["status"], entry.occurred_on) for entry in await entries(session, "graduate_status")]
        assert rows == [("placed", session.today), ("self_found", date(2026, 12, 1))]
        with pytest.raises(UnknownWordError):
            await graduates.set_status(session, graduate, "rich", officer_id=officer.id)


async def test_the_verb_that_records_work_writes_the_status_in_the_same_transaction(database: Database) -> None:
    (one, two), _, office, officer = await family_of(database, "王小明", "王小红")
    async with database.write() as session:
        for person in (one, two):
            await listed(session, person, officer)
        employer, recruiter = await add_employer(session)
        vacancy = await add_vacancy(session, employer, recruiter)
        seeker = await session.get_one(Person, one)
        application = await hired_one(session, vacancy, recruiter, seeker)
        await placements.confirm_start(
            session,
            application,
            officer_id=officer.id,
            office_id=office.id,
            started_on=session.today,
            evidence="both",
            contract=None,
        )
        startup = await startups.plan_startup(session, two, office_id=office.id, officer_id=officer.id)
        await startups.open_startup(session, startup, opened_on=session.today, officer_id=officer.id)
        rows = await entries(session, "graduate_status")
        assert [(entry.facts["status"], entry.groups) for entry in rows] == [
            ("placed", ["hardship_graduate"]),
            ("self_employed", ["hardship_graduate"]),
        ]
        first, second = await graduates.graduate_of(session, one), await graduates.graduate_of(session, two)
        assert first is not None
        assert second is not None
        assert (first.status, second.status) == ("placed", "self_employed")


async def at_work(session: Session, person_id: int, office: Office, officer: Person, *, days_ago: int = 0) -> Placement:
    employer, recruiter = await add_employer(session)
    vacancy = await add_vacancy(session, employer, recruiter)
    application = await hired_one(session, vacancy, recruiter, await session.get_one(Person, person_id))
    return await placements.confirm_start(
        session,
        application,
        officer_id=officer.id,
        office_id=office.id,
        started_on=session.today - timedelta(days=days_ago),
        evidence="both",
        contract=None,
    )


async def statuses(session: Session) -> list[tuple[object, date]]:
    return [(entry.facts["status"], entry.occurred_on) for entry in await entries(session, "graduate_status")]


async def test_work_that_ends_makes_a_graduate_need_help_again(database: Database) -> None:
    (one,), _, office, officer = await family_of(database, "王小明")
    async with database.write() as session:
        graduate = await listed(session, one, officer)
        first = await at_work(session, one, office, officer, days_ago=3)
        second = await at_work(session, one, office, officer)
        await follow_up_answers.end_placement(session, first, reason="left_employer", by=officer.id)
        assert graduate.status == "placed", "the other work goes on"
        await follow_up_answers.end_placement(session, second, reason="left_employer", by=officer.id)
        assert graduate.status == "needs_help"
        assert (await statuses(session))[-1] == ("needs_help", session.today)
        third = await at_work(session, one, office, officer)
        await graduates.set_status(session, graduate, "further_study", officer_id=officer.id)
        await follow_up_answers.end_placement(session, third, reason="left_employer", by=officer.id)
        assert graduate.status == "further_study"


@pytest.mark.parametrize("also", ["nothing", "another business", "work"])
async def test_a_business_that_closes_makes_a_graduate_need_help_unless_something_else_stands(
    database: Database, also: str
) -> None:
    (one,), _, office, officer = await family_of(database, "王小明")
    async with database.write() as session:
        graduate = await listed(session, one, officer)
        if also == "work":
            await at_work(session, one, office, officer)
        shops = []
        for _ in range(2 if also == "another business" else 1):
            shop = await startups.plan_startup(session, one, office_id=office.id, officer_id=officer.id)
            await startups.open_startup(session, shop, opened_on=session.today, officer_id=officer.id)
            shops.append(shop)
        assert graduate.status == "self_employed"
        with pytest.raises(startups.NotYetError):
            closed_on = session.today + timedelta(days=1)
            await startups.close_startup(session, shops[0], closed_on=closed_on, by=officer.id)
        assert shops[0].state == "open"
        await startups.close_startup(session, shops[0], closed_on=session.today, by=officer.id)
        after = {"nothing": "needs_help", "another business": "self_employed", "work": "placed"}[also]
        assert graduate.status == after
        if after != "self_employed":
            assert (await statuses(session))[-1] == (after, session.today)


async def test_work_that_never_was_is_no_graduates_work_on_any_day(database: Database) -> None:
    (one,), _, office, officer = await family_of(database, "王小明")
    async with database.write() as session:
        graduate = await listed(session, one, officer)
        placement = await at_work(session, one, office, officer, days_ago=3)
        assert graduate.status == "placed"
        await evidence.reverse_placement(session, placement, officer_id=officer.id, reason="staff_call")
        assert graduate.status == "needs_help"
        assert (await statuses(session))[-1] == ("needs_help", placement.started_on)


async def test_an_audit_that_reverses_the_work_reverses_the_graduates_status(database: Database) -> None:
    (one,), _, office, officer = await family_of(database, "王小明")
    async with database.write() as session:
        caller = (await add_officer(session, office)).id
        graduate = await listed(session, one, officer)
        placement = await at_work(session, one, office, officer, days_ago=3)
        sample = {"percent_hundredths": 10_000, "minimum": 1, "maximum": 1, "seed": "s", "officer_id": caller}
        row = await audit_draws.draw(session, office.region, placement.started_on, session.today, **sample)
        (check,) = await audit_draws.checks_of(session, row.id, office.region)
        await audit_checks.note_outcome(session, check.id, CheckState.DENIED, officer_id=caller, note="没去上班")
        await audit_checks.reply(session, check.id, "登记错了", officer_id=officer.id)
        assert graduate.status == "placed", "not before it is decided"
        await audit_checks.decide(session, check.id, reverse=True, officer_id=caller, why="没有上岗")
        assert graduate.status == "needs_help"
        assert (await statuses(session))[-1] == ("needs_help", placement.started_on)
    async with database.read() as session:
        items = (await compute(session, "form2-2014", NATION, f"{session.today.year}-01-01..{session.today}")).items
        assert (items["1.2.needs_help"], items["8"]) == (1, None), "nothing stands that could be counted"


async def test_an_audit_that_lets_it_stand_leaves_the_status(database: Database) -> None:
    (one,), _, office, officer = await family_of(database, "王小明")
    async with database.write() as session:
        caller = (await add_officer(session, office)).id
        graduate = await listed(session, one, officer)
        placement = await at_work(session, one, office, officer, days_ago=3)
        sample = {"percent_hundredths": 10_000, "minimum": 1, "maximum": 1, "seed": "s", "officer_id": caller}
        row = await audit_draws.draw(session, office.region, placement.started_on, session.today, **sample)
        (check,) = await audit_draws.checks_of(session, row.id, office.region)
        await audit_checks.note_outcome(session, check.id, CheckState.DENIED, officer_id=caller, note="没去上班")
        await audit_checks.reply(session, check.id, "有合同", officer_id=officer.id)
        await audit_checks.decide(session, check.id, reverse=False, officer_id=caller, why="见到合同")
        assert graduate.status == "placed"
