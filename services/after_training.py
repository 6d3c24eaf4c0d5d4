"""After a pass the person is matched again, with what they have learnt, and told of the best job or two."""

from __future__ import annotations

from typing import Any

from matching.explain import vacancy_line
from matching.index import VacancyIndex
from matching.profiles import VacancyProfile
from matching.rank import rank
from models.database import Session
from models.people import Person
from models.training import Course, Enrolment
from services.applications import applied_for
from services.courses import vacancies_for
from services.matches import seeker_profile
from services.notices import tell
from services.people import profile_of
from services.suggestions import keep, may_suggest, suggested_to
from services.texts import say

MOST_JOBS = 2
GOOD = 50.0  # of 100: a worse match is no suggestion


async def tell_pass(session: Session, course: Course, enrolment: Enrolment, index: VacancyIndex) -> int:
    """Tell who passed, with the best jobs for it where the caps allow some; returns how many jobs were told."""
    jobs = await _best(session, course, enrolment, index) if await may_suggest(session, enrolment.person_id) else []
    if not jobs:
        await tell(session, enrolment.person_id, "notice.passed", title=course.title)
        return 0
    person = await session.get_one(Person, enrolment.person_id)
    reached = await tell(
        session,
        person.id,
        "notice.passed_jobs",
        title=course.title,
        jobs="\n".join(_line(person.language, number, job) for number, job in enumerate(jobs, 1)),
        questions=tuple((f"button.apply_{number}", f"apply:{job.id}") for number, job in enumerate(jobs, 1)),
    )
    for job in jobs if reached else ():
        keep(session, person.id, int(job.id))
    return len(jobs)


def _line(language: str, number: int, job: VacancyProfile) -> str:
    return say(language, "notice.job_line", n=number, job=vacancy_line(job, language))


async def _best(session: Session, course: Course, enrolment: Enrolment, index: VacancyIndex) -> list[VacancyProfile]:
    """The vacancies for which the course was held first, then the best of all the others."""
    skip = await applied_for(session, enrolment.person_id)
    open_now = [index.get(vacancy.id) for vacancy in await vacancies_for(session, course.id)]
    ordered = [job for job in open_now if job is not None and job.id not in skip]
    request = with_course(await profile_of(session, enrolment.person_id) or {}, course)
    if request.get("occupations"):
        profile = seeker_profile(enrolment.person_id, request)
        found = rank(
            index,
            profile,
            today=session.today,
            top=MOST_JOBS + len(ordered),
            skip=skip | await suggested_to(session, enrolment.person_id),
        )
        known = {job.id for job in ordered}
        ordered += [m.vacancy for m in found.matches if m.score > GOOD and m.vacancy.id not in known]
    return ordered[:MOST_JOBS]


def with_course(request: dict[str, Any], course: Course) -> dict[str, Any]:
    """What the person looks for, with the trade and the certificate of the course."""
    codes = [[code, 1.0] for code in course.occupations]
    wanted = request.get("occupations") or codes
    certificates = {*(request.get("certificates") or ()), *filter(None, (course.gives_certificate,))}
    joined = {**request, "occupations": wanted, "region": request.get("region") or course.region}
    return {**joined, "certificates": sorted(certificates)} if certificates else joined
