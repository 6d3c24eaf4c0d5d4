"""Interview appointments: the employer proposes a time, the seeker agrees; either side may move or cancel it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from matching.places import province_of, short_name
from models.applications import Application
from models.appointments import Appointment
from models.clock import SHANGHAI
from models.database import ReadSession, Session
from models.employers import Employer
from models.errors import MoveRefusedError, ZhaohuoError
from models.messages import Kind
from models.people import Person, Seeker
from models.states import ApplicationState, AppointmentState, move
from models.vacancies import Vacancy
from services import applications
from services.employers import recruiters_of
from services.notices import tell
from services.texts import say

A, S = AppointmentState, ApplicationState
LIVE = (A.PROPOSED, A.AGREED)
TO_MEET = (S.REFERRED, S.INTERVIEW, S.OFFERED)
AT_MOST_AHEAD = timedelta(days=60)


class PastMomentError(ZhaohuoError):
    """That time has passed; name one that comes, within the next sixty days."""


class NoMeetingError(ZhaohuoError):
    """This person is not waiting for an interview any more."""


async def find(session: ReadSession, application_id: int) -> Appointment | None:
    """The appointment of an application, whatever became of it."""
    return await session.scalar(select(Appointment).where(Appointment.application_id == application_id))


async def propose(
    session: Session,
    application: Application,
    *,
    recruiter_id: int,
    at: datetime,
    place: str = "",
    link: str | None = None,
) -> bool:
    """A time (an instant) with a place or a video link; again is another time. False: the seeker was not reached.

    With the first the seeker is invited too. Raises PastMomentError, NoMeetingError.
    """
    if not session.now < at <= session.now + AT_MOST_AHEAD:
        raise PastMomentError
    if application.state not in TO_MEET:
        raise NoMeetingError
    appointment = await find(session, application.id)
    if appointment is None:
        appointment = Appointment(
            id=session.new_id(), application_id=application.id, state=A.PROPOSED, state_since=session.now
        )
        session.add(appointment)
    else:
        await move(session, appointment, A.PROPOSED, actor=recruiter_id, why="another_time")
    appointment.at, appointment.place, appointment.link = at, place[:80], link
    appointment.proposed_by, appointment.reason, appointment.reminded_at = recruiter_id, None, None
    await session.flush()
    if application.state == S.REFERRED:
        seeker = await session.get_one(Person, application.seeker_id)
        when = say(seeker.language, "appointment.line", **await _words(session, appointment, seeker.language))
        return await applications.invite(session, application, recruiter_id=recruiter_id, when=when)
    return await _tell_seeker(session, appointment, application, "notice.appointment")


async def _tell_seeker(session: Session, appointment: Appointment, application: Application, key: str) -> bool:
    person = await session.get_one(Person, application.seeker_id)
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    employer = await session.get_one(Employer, vacancy.employer_id)
    words = await _words(session, appointment, person.language)
    return await tell(
        session,
        person.id,
        key,
        kind=Kind.INTERVIEW,
        employer=employer.name,
        title=vacancy.title,
        when=words["when"],
        where=words["where"],
        questions=tuple((f"appointment.{word}", f"appt:{word}:{appointment.id}") for word in ("ok", "other", "cancel")),
    )


async def _words(session: ReadSession, appointment: Appointment, language: str) -> dict[str, str]:
    """When and where, as people read it."""
    local = appointment.at.astimezone(SHANGHAI)
    weekday = say(language, "appointment.weekdays").split()[local.weekday()]
    when = say(language, "appointment.when", month=local.month, day=local.day, weekday=weekday, time=f"{local:%H:%M}")
    where = appointment.link or appointment.place
    if not where:
        application = await session.get_one(Application, appointment.application_id)
        where = short_name((await session.get_one(Vacancy, application.vacancy_id)).region, language)
    return {"when": when, "where": where}


async def agree(session: Session, appointment: Appointment, *, by: int) -> None:
    """The seeker will come; the recruiters hear it. Raises MoveRefusedError, PastMomentError."""
    if appointment.at <= session.now:
        raise PastMomentError
    if appointment.state == A.AGREED:
        return
    await move(session, appointment, A.AGREED, actor=by)
    await _tell_employer(session, appointment, "notice.appointment_agreed")


async def ask_other_time(session: Session, appointment: Appointment, *, by: int) -> None:
    """The seeker cannot then: the employer is asked for another time. Raises MoveRefusedError."""
    await move(session, appointment, A.CANCELLED, actor=by, why="other_time")
    appointment.reason = "other_time"
    application = await session.get_one(Application, appointment.application_id)
    if application.state == S.REFERRED:
        application.invited_at = None  # may be invited again
    await _tell_employer(session, appointment, "notice.appointment_other")


async def cancel(session: Session, appointment: Appointment, *, by: int) -> None:
    """Either side calls it off, and the other hears it; the application goes on. Raises MoveRefusedError."""
    await move(session, appointment, A.CANCELLED, actor=by, why="cancelled")
    appointment.reason = "cancelled"
    application = await session.get_one(Application, appointment.application_id)
    if application.state == S.REFERRED:
        application.invited_at = None
    if by == application.seeker_id:
        await _tell_employer(session, appointment, "notice.appointment_off")
        return
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    person = await session.get_one(Person, application.seeker_id)
    words = await _words(session, appointment, person.language)
    key = "notice.appointment_off_seeker"
    await tell(session, person.id, key, kind=Kind.INTERVIEW, title=vacancy.title, when=words["when"])


async def _tell_employer(session: Session, appointment: Appointment, key: str) -> None:
    application = await session.get_one(Application, appointment.application_id)
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    for recruiter in await recruiters_of(session, vacancy.employer_id):
        language = (await session.get_one(Person, recruiter)).language
        when = (await _words(session, appointment, language))["when"]
        questions = (("button.candidates", f"cand:{vacancy.id}"),)
        await tell(session, recruiter, key, kind=Kind.INTERVIEW, title=vacancy.title, when=when, questions=questions)


async def remind(session: Session, appointment: Appointment) -> int:
    """The day before: both are reminded, once; returns how many were told."""
    appointment.reminded_at = session.now
    application = await session.get_one(Application, appointment.application_id)
    if application.state not in TO_MEET:
        return 0
    told = int(await _tell_seeker(session, appointment, application, "notice.appointment_tomorrow"))
    if appointment.state == A.AGREED:
        await _tell_employer(session, appointment, "notice.appointment_tomorrow_employer")
        told += 1
    return told


async def ask_result(session: Session, appointment: Appointment) -> bool:
    """It has passed: the employer is asked what came of it. Whether anybody was told."""
    was = appointment.state
    await move(session, appointment, A.PAST, actor=None)
    application = await session.get_one(Application, appointment.application_id)
    if was != A.AGREED or application.state not in (S.INTERVIEW, S.OFFERED):
        return False
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    answers = (
        ("button.hire", f"hire:{application.id}"),
        ("button.reject", f"reject:{application.id}"),
        ("appointment.absent", f"appt:absent:{appointment.id}"),
    )
    told = False
    for recruiter in await recruiters_of(session, vacancy.employer_id):
        name = (await session.get_one(Person, application.seeker_id)).name(session) or "—"
        told |= await tell(
            session, recruiter, "notice.interview_result", name=name, title=vacancy.title, questions=answers
        )
    return told


async def was_absent(session: Session, appointment: Appointment, *, recruiter_id: int) -> None:
    """The seeker did not come to the interview. Raises MoveRefusedError."""
    application = await session.get_one(Application, appointment.application_id)
    if application.state not in (S.INTERVIEW, S.OFFERED):
        raise MoveRefusedError("applications", application.state, S.REJECTED)
    await applications.reject(session, application, recruiter_id=recruiter_id, reason="absent")


async def is_far(session: ReadSession, application: Application) -> bool:
    """Whether the seeker lives in another province than the work: then a video link spares a journey."""
    seeker = await session.get(Seeker, application.seeker_id)
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    return bool(seeker and seeker.region and province_of(seeker.region) != province_of(vacancy.region))
