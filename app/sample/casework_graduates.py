"""Graduates of families on file (阳光就业): listed, a helper, a plan, internships, policy help, a subsidy, a status."""

from __future__ import annotations

from datetime import date

from app.sample.casework import YUAN, Casework
from app.sample.world import MARK
from models.graduates import Graduate
from services import fair_visits, fairs, graduate_posts, graduates, vacancies
from services.families import valid_file

SOURCES = ("family_file", "school", "labour", "community")
STATUS = {8: "self_found", 9: "further_study"}  # by number on the list; the others find work later or wait
SUBSIDY = 1_500


async def tell_graduates(case: Casework) -> None:
    """The list, half of this year's graduates and half of earlier ones."""
    for number, person in enumerate(case.leavers):
        case.on(3, 2 + case.dice.randint(0, 25))
        family = await valid_file(case.session, person.id)
        officer = case.officer(family.region)
        await case.register(person, family.region, "会计" if number % 2 else "客服")
        graduate = await graduates.register_graduate(
            case.session,
            person.id,
            listed_from=SOURCES[number % len(SOURCES)],
            graduated_on=date(case.year - number % 2, 6, 30),
            study_region="410100" if number % 3 else "420100",
            officer_id=officer,
        )
        case.graduates.append(graduate)
        await graduates.name_helper(case.session, graduate, officer, officer_id=officer)
        case.on(4, 1 + case.dice.randint(0, 20))
        await graduates.make_plan(case.session, graduate, f"{MARK}:先见习,再推荐岗位", officer_id=officer)
        await _help(case, number, graduate, officer)


async def _help(case: Casework, number: int, graduate: Graduate, officer: int) -> None:
    case.on(5, 4 + case.dice.randint(0, 20))
    await graduates.help_graduate(case.session, graduate, "employment_policy", officer_id=officer)
    if number % 2:
        employers = case.employers(graduate.region)
        await graduates.give_internship(
            case.session,
            graduate,
            starts_on=date(case.year, 6, 1),
            ends_on=date(case.year, 8, 31),
            employer_id=employers[0].id if employers else None,
            officer_id=officer,
        )
    if number % 3 == 0:
        await graduates.pay_job_search(case.session, graduate, SUBSIDY * YUAN, source="local", officer_id=officer)
    if number in STATUS:
        case.on(7, 15)
        await graduates.set_status(case.session, graduate, STATUS[number], officer_id=officer)


async def tell_graduate_fairs(case: Casework) -> None:
    """Fairs for graduates, and the posts that were offered for them."""
    for number, city in enumerate(("410100", "410300")):
        case.on(4, 10 + number)
        office, officer = case.office(city), case.officer(city)
        fair = await fairs.plan(
            case.session,
            office,
            officer_id=officer,
            title=f"{MARK}高校毕业生专场招聘会",
            starts_on=date(case.year, 5, 20 + number),
            for_graduates=True,
        )
        venue = await fairs.add_venue(case.session, fair, region=city, place=f"{MARK}职工文化宫")
        for employer in case.employers(city)[:3]:
            await fairs.add_booth(case.session, venue, employer.id, posts=case.dice.randint(3, 12))
        case.on(5, 20 + number)
        for graduate in case.graduates[number::2]:
            visit = await fair_visits.check_in(case.session, graduate.person_id, venue.code)
            await fair_visits.receive(case.session, fair, visit.visit)
        await _offer_posts(case, city, number)
        case.on(5, 23)
        await fairs.close_past(case.session)


async def _offer_posts(case: Casework, city: str, number: int) -> None:
    """Two adverts for graduates; the office keeps the second for those of families on file. Both are filled at once."""
    employer = case.employers(city)[0]
    recruiter, name = case.world.recruiters[employer.id]
    for title, posts, whom in (("管理培训生", 60, "graduates"), ("行政文员", 25, "hardship_graduates")):
        draft = {
            "title": title,
            "region": city,
            "headcount": posts + number,
            "hire_kind": "direct",
            "contact_name": name,
            "description": f"{MARK}:招应届高校毕业生{posts + number}名,缴纳社会保险",
        }
        vacancy = await vacancies.post(case.session, employer.id, recruiter, draft)
        await graduate_posts.say_for_whom(case.session, vacancy, whom, officer_id=case.officer(city))
        await vacancies.close_vacancy(case.session, vacancy, actor=recruiter, why="full")
