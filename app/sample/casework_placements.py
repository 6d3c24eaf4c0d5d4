"""From the advert to the first day and the calls after it: applications, interviews, hires, follow-ups."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.sample.casework import Casework
from app.sample.tables import trades
from app.sample.world import MARK
from models.employers import Employer
from models.follow_ups import FollowUp
from models.people import Group, Person
from models.placements import Placement
from models.states import FollowUpState
from models.vacancies import Vacancy
from services import applications, appointments, follow_up_answers, memberships, placements, vacancies

POSTS = (  # city, title, trade, wages in yuan
    ("410100", "家政服务员", "家政服务员", (4500, 6500)),
    ("410100", "电工", "电工", (5500, 7500)),
    ("410100", "客服专员", "客服", (4000, 5500)),
    ("410300", "电焊工", "焊工", (6000, 8000)),
    ("411300", "缝纫工", "缝纫工", (4000, 6000)),
    ("410100", "养老护理员", "养老护理员", (4500, 6000)),
)
HEADS = 4
EVIDENCE = ("contract", "both", "contract", "staff_call")
CONTRACTS = (("fixed", 12), ("open_ended", None), ("fixed", 24), ("fixed", 6))


async def tell_placements(case: Casework) -> None:
    """Each post is filled by who was trained for it, graduates among them, and by others who look for work."""
    for number, (city, title, trade, wages) in enumerate(POSTS):
        case.on(6, 20 + number % 4)
        known = case.employers(city)
        employer = known[number % len(known)]
        vacancy = await _post(case, employer, title, trade, wages, city)
        people = await _applicants(case, number, city, trade)
        await _meet(case, vacancy, employer, people, city)


async def _post(
    case: Casework, employer: Employer, title: str, trade: str, wages: tuple[int, int], city: str
) -> Vacancy:
    recruiter, name = case.world.recruiters[employer.id]
    draft = {
        "title": title,
        "occupation": trades()[trade].code,
        "region": city,
        "headcount": HEADS,
        "wage_min": wages[0] * 100,
        "wage_max": wages[1] * 100,
        "hire_kind": "direct",
        "contact_name": name,
        "description": f"{MARK}岗位,缴纳社会保险",
    }
    return await vacancies.post(case.session, employer.id, recruiter, draft)


async def _applicants(case: Casework, number: int, city: str, trade: str) -> list[Person]:
    """Two who passed a class, a graduate, and two who register for it."""
    fitting = [person for person, kind in case.learners if kind != "entrepreneurship"]
    graduates = {graduate.person_id for graduate in case.graduates}
    learners = [person for person in fitting if person.id not in graduates][2 * number : 2 * number + 2]
    people = [*learners, *[await case.seeker(city, trade, Group.MIGRANT) for _ in range(2)]]
    if number < 4:
        graduate = case.graduates[number + 4]
        if graduate.status == "needs_help":
            people[2:3] = [await case.session.get_one(Person, graduate.person_id)]
    return [*people, await case.seeker(city, trade, Group.LAID_OFF)]


async def _meet(case: Casework, vacancy: Vacancy, employer: Employer, people: list[Person], city: str) -> None:
    """They apply, are seen, invited and met; the last is refused, the others are hired."""
    session, (recruiter, _) = case.session, case.world.recruiters[employer.id]
    posted = vacancy.posted_on
    for person in people:
        case.at(posted + timedelta(days=2), 9)
        await applications.apply(session, person.id, vacancy.id)
    found = await applications.candidates(session, vacancy, recruiter_id=recruiter)
    await applications.reject(session, found[-1], recruiter_id=recruiter, reason="not_fitting")
    for number, application in enumerate(found[:-1]):
        case.at(posted + timedelta(days=3), 9)
        at = session.now + timedelta(days=2)
        await appointments.propose(session, application, recruiter_id=recruiter, at=at, place=f"{MARK}人事部")
        await applications.accept_invitation(session, application)
        appointment = await appointments.find(session, application.id)
        if appointment is not None:
            await appointments.agree(session, appointment, by=application.seeker_id)
            case.at(posted + timedelta(days=6))
            await appointments.ask_result(session, appointment)
        await applications.hire(session, application, recruiter_id=recruiter)
        case.at(posted + timedelta(days=10 + number))
        contract, months = CONTRACTS[number % len(CONTRACTS)]
        placement = await placements.confirm_start(
            session,
            application,
            officer_id=case.officer(city),
            office_id=case.office(city).id,
            started_on=session.today,
            evidence=EVIDENCE[number % len(EVIDENCE)],
            contract=contract,
            months=months,
        )
        if number != 1:
            await memberships.join_union(session, application.seeker_id, case.office(city), noted_by=case.officer(city))
        await _follow(case, placement, number, city)


async def _follow(case: Casework, placement: Placement, number: int, city: str) -> None:
    """The office calls at each mark that has come; one has left after a month."""
    query = select(FollowUp).where(FollowUp.placement_id == placement.id, FollowUp.party == "seeker")
    for question in (await case.session.scalars(query.order_by(FollowUp.days))).all():
        if question.state != FollowUpState.WAITING or not case.at(question.due_on + timedelta(days=1)):
            return
        left = number == 3 and question.days == 30
        word = "stopped" if left else "here"
        await follow_up_answers.answer(case.session, question, word, by=case.officer(city), staff=True)
        await case.session.flush()
        if left:
            return
