"""Regions: an officer sees the subtree of the own office and not a byte of another's."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from house import add_employer, add_office, add_officer, add_person, add_seeker, add_vacancy, heard
from stage import Stage, spoken
from test_applications import hired_one, press

from models.conversations import HelpRequest
from models.database import Database, ReadSession, Session
from models.errors import NotFoundError
from models.offices import Office, Role
from models.people import Person
from models.states import EmployerState
from services import desk
from services.digest import digest_lines
from services.offices import NoOfficeError, office_for
from services.texts import say

HERE, THERE = "410100", "410300"


async def a_city(session: Session, region: str, name: str) -> dict[str, Any]:
    """An office with one of everything that can wait at a desk, all named after the city."""
    office = await add_office(session, region, f"{name}工会")
    new, _ = await add_employer(session, region, verified=False, name=f"{name}新厂")
    employer, recruiter = await add_employer(session, region, name=f"{name}厂")
    draft = await add_vacancy(session, employer, recruiter, title=f"{name}躺赚", description="躺赚")
    vacancy = await add_vacancy(session, employer, recruiter, title=f"{name}焊工")
    seeker = await add_seeker(session, region, name=f"{name[0]}某人", phone=f"+86138{region}00")
    application = await hired_one(session, vacancy, recruiter, seeker)
    await desk.ask_for_help(session, seeker.id, region, f"{name}求助")
    await session.flush()
    from sqlalchemy import select

    request = (await session.scalars(select(HelpRequest).where(HelpRequest.office_id == office.id))).one()
    return {
        "office": office,
        "employer": new,
        "vacancy": draft,
        "application": application,
        "help_request": request,
        "seeker": seeker,
        "officer": await add_officer(session, office),
    }


async def two_cities(session: Session) -> tuple[dict[str, Any], dict[str, Any]]:
    return await a_city(session, HERE, "郑州"), await a_city(session, THERE, "洛阳")


BY_ID: dict[str, Callable[[ReadSession, int, str], Awaitable[Any]]] = {
    "employer": desk.employer_for,
    "vacancy": desk.vacancy_for,
    "application": desk.application_for,
    "help_request": desk.help_request_for,
}


def test_every_function_of_the_desk_that_takes_a_region_is_in_these_tests() -> None:
    scoped = {
        name
        for name, function in vars(desk).items()
        if inspect.iscoroutinefunction(function)
        and not name.startswith("_")
        and function.__module__ == desk.__name__
        and "region" in inspect.signature(function).parameters
    }
    listed = {"desk_of", "drafts_of", "seeker_by_phone"}
    assert scoped - {"ask_for_help"} == {*listed, *(function.__name__ for function in BY_ID.values())}


async def test_a_firms_drafts_elsewhere_wait_for_their_own_desk(database: Database) -> None:
    async with database.write() as session:
        employer, recruiter = await add_employer(session, verified=False)
        for region in (HERE, THERE):
            await add_vacancy(session, employer, recruiter, region=region)
    async with database.read() as session:
        assert [draft.region for draft in await desk.drafts_of(session, employer.id, HERE)] == [HERE]
        assert len(await desk.drafts_of(session, employer.id, "410000")) == 2


@pytest.mark.parametrize("name", BY_ID)
async def test_a_record_of_the_own_region_opens_and_one_of_another_is_as_if_it_were_not(
    database: Database, name: str
) -> None:
    async with database.write() as session:
        here, there = await two_cities(session)
    async with database.read() as session:
        read = BY_ID[name]
        assert await read(session, here[name].id, HERE)
        assert await read(session, there[name].id, THERE)
        assert await read(session, there[name].id, "410000")  # the province sees its cities
        assert await read(session, there[name].id, "100000")
        for region in (HERE, "410101", "420000", "410301"):
            with pytest.raises(NotFoundError):
                await read(session, there[name].id, region)
        with pytest.raises(NotFoundError):
            await read(session, 4711, HERE)


async def test_the_digest_of_a_city_names_nothing_of_another(database: Database) -> None:
    async with database.write() as session:
        await two_cities(session)
    async with database.read() as session:
        found = await desk.desk_of(session, HERE)
        lines, todo = await digest_lines(session, found, "zh_CN", HERE)
        text = "\n".join([*lines, *(label for label, _ in todo)])
        assert (found.new_seekers, found.new_vacancies) == (1, 2)
        assert [len(rows) for rows in (found.employers, found.vacancies, found.hired, found.help)] == [1, 1, 1, 1]
        assert "郑" in text
        assert "洛" not in text
        province = await desk.desk_of(session, "410000")
        assert (province.new_seekers, len(province.employers)) == (2, 2)
        elsewhere = await desk.desk_of(session, "420000")
        assert (elsewhere.new_seekers, elsewhere.new_vacancies, elsewhere.unanswered) == (0, 0, 0)
        assert elsewhere.employers == elsewhere.vacancies == elsewhere.hired == elsewhere.help == ()


async def test_whole_words_of_the_desk_over_the_chat_stay_in_the_region(database: Database) -> None:
    async with database.write() as session:
        here, _ = await two_cities(session)
    stage = Stage(database)
    said = spoken(await stage.say(here["officer"].id, "早报"))
    async with database.read() as session:
        choices = (await heard(session, here["officer"].id))[-1].choices
    said += "".join(choice.label for choice in choices)
    for choice in choices:
        if choice.data != "home":
            await stage.say(here["officer"].id, "早报")
            said += spoken(await stage.say(here["officer"].id, choice.key))
    assert "郑州求助" in said
    assert "洛" not in said


# ---- who may decide


async def the_desk(database: Database, role: Role) -> tuple[Stage, Person, dict[str, Any]]:
    async with database.write() as session:
        here = await a_city(session, HERE, "郑州")
        officer = await add_officer(session, here["office"], role)
    return Stage(database), officer, here


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.INFORMATION_OFFICER])
@pytest.mark.parametrize("button", ["emp", "vac"])
async def test_who_may_not_decide_is_told_so_and_nothing_changes(database: Database, role: Role, button: str) -> None:
    stage, officer, here = await the_desk(database, role)
    await press(stage, officer.id, "早报", button)
    assert spoken(await stage.say(officer.id, "1")) == say("zh_CN", "desk.not_allowed")
    async with database.read() as session:
        from models.employers import Employer
        from models.vacancies import Vacancy

        assert (await session.get_one(Employer, here["employer"].id)).state == EmployerState.NEW
        assert (await session.get_one(Vacancy, here["vacancy"].id)).state == "draft"


async def test_an_auditor_confirms_no_first_day(database: Database) -> None:
    stage, officer, here = await the_desk(database, Role.AUDITOR)
    assert await press(stage, officer.id, "早报", "start") == say("zh_CN", "desk.not_allowed")
    async with database.read() as session:
        assert (await desk.application_for(session, here["application"].id, HERE))[0].state == "hired"


async def test_an_auditor_answers_nobody(database: Database) -> None:
    stage, officer, here = await the_desk(database, Role.AUDITOR)
    await press(stage, officer.id, "早报", "helpme")
    await stage.say(officer.id, "我来回答")
    async with database.read() as session:
        request = await session.get_one(HelpRequest, here["help_request"].id)
        assert request.answered_at is None
        assert "我来回答" not in "".join(d.text for d in await heard(session, here["seeker"].id))


async def test_who_is_no_officer_has_no_desk(database: Database) -> None:
    async with database.write() as session:
        here = await a_city(session, HERE, "郑州")
        stranger = await add_person(session)
    said = spoken(await Stage(database).say(stranger.id, "早报"))
    assert "郑州新厂" not in said
    assert here["office"].name not in said


# ---- which office is responsible


@pytest.mark.parametrize(
    ("offices", "place", "wanted"),
    [
        (["410105", "410100", "410000"], "410105", "410105"),
        (["410100", "410000"], "410105", "410100"),
        (["410000", "100000"], "410105", "410000"),
        (["100000", "420000"], "410105", "100000"),
        (["410105", "410300"], "410300", "410300"),
        (["410105", "100000"], None, "100000"),
        (["410300", "420000"], None, "410300"),
        (["420000"], "410105", "420000"),
    ],
)
async def test_the_nearest_office_climbs_from_county_to_city_to_province(
    database: Database, offices: list[str], place: str | None, wanted: str
) -> None:
    async with database.write() as session:
        for region in offices:
            await add_office(session, region)
        found: Office = await office_for(session, place)
    assert found.region == wanted


async def test_without_any_office_it_is_said(database: Database) -> None:
    async with database.read() as session:
        with pytest.raises(NoOfficeError):
            await office_for(session, "410105")


async def test_nobody_is_found_by_a_number_that_another_city_registered(database: Database) -> None:
    async with database.write() as session:
        here, _ = await two_cities(session)
        phone = here["seeker"].phone(session)
        assert (await desk.seeker_by_phone(session, phone, HERE)).id == here["seeker"].id
        with pytest.raises(NotFoundError):
            await desk.seeker_by_phone(session, phone, THERE)
