"""At the booth: call the next number, say what came of the talk; afterwards the employer is asked what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select

from models.applications import Application
from models.clock import SHANGHAI
from models.database import ReadSession, Session
from models.employers import Employer
from models.errors import NotFoundError, ZhaohuoError
from models.fairs import Fair, FairBooth, FairTicket, FairVenue
from models.messages import Kind
from models.people import Person
from models.states import ApplicationState, FairState, TicketAtFairState, can_move, move
from models.vacancies import Vacancy
from services import applications
from services.employers import recruiters_of
from services.ledger import Fact, append_about
from services.notices import tell
from services.phones import masked_name

A, Q = ApplicationState, TicketAtFairState
MET = (A.INTERVIEW, A.OFFERED)
ASK_AGAIN = timedelta(days=7)
MOST_ASKED = 3
RESULTS = ("intent", "hired", "none", "missed")


class NobodyWaitsError(ZhaohuoError):
    """Nobody waits at this booth."""


class NoSuchNumberError(ZhaohuoError):
    """Nobody has this number at the booth, or the talk has its result already."""


class MeetingPastError(ZhaohuoError):
    """A video interview needs a time that is still to come and a booth with a link."""


async def call_next(session: Session, booth: FairBooth, *, recruiter_id: int) -> FairTicket:
    """叫号: the next who waits is asked to the booth; who has gone is passed over. Raises NobodyWaitsError."""
    query = (
        select(FairTicket)
        .where(FairTicket.booth_id == booth.id, FairTicket.state == Q.WAITING)
        .order_by(FairTicket.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    while (ticket := (await session.scalars(query)).first()) is not None:
        if await _meet(session, ticket, recruiter_id):
            await _call(session, booth, ticket, recruiter_id)
            return ticket
        await move(session, ticket, Q.LEFT, actor=recruiter_id, why="application_ended")
        await session.flush()
    raise NobodyWaitsError


async def call(session: Session, booth: FairBooth, number: int, *, recruiter_id: int) -> FairTicket:
    """Call a number out of turn, also one that was missed. Raises NoSuchNumberError."""
    ticket = await ticket_at(session, booth, number)
    if not can_move(Q(ticket.state), Q.CALLED) or not await _meet(session, ticket, recruiter_id):
        raise NoSuchNumberError
    await _call(session, booth, ticket, recruiter_id)
    return ticket


async def waiting_at(session: ReadSession, booth_id: int) -> int:
    """How many wait at the booth."""
    query = select(func.count()).where(FairTicket.booth_id == booth_id, FairTicket.state == Q.WAITING)
    return await session.scalar(query) or 0


async def ticket_at(session: ReadSession, booth: FairBooth, number: int | None = None) -> FairTicket:
    """The number at the booth; without one, who was called last. Raises NoSuchNumberError."""
    query = select(FairTicket).where(FairTicket.booth_id == booth.id)
    if number is None:
        query = query.where(FairTicket.state == Q.CALLED).order_by(FairTicket.state_since.desc(), FairTicket.id.desc())
    else:
        query = query.where(FairTicket.number == number)
    ticket = (await session.scalars(query.limit(1))).first()
    if ticket is None:
        raise NoSuchNumberError
    return ticket


async def _meet(session: Session, ticket: FairTicket, recruiter_id: int) -> bool:
    """Both are there: the application stands at the interview. False: it has ended meanwhile."""
    application = await session.get_one(Application, ticket.application_id)
    if application.state == A.INTERESTED:
        vacancy = await session.get_one(Vacancy, application.vacancy_id)
        await applications.refer(session, application, vacancy, recruiter_id)
    if application.state == A.REFERRED:
        await move(session, application, A.INTERVIEW, actor=recruiter_id, why="at_fair")
    return application.state in MET


async def _call(session: Session, booth: FairBooth, ticket: FairTicket, recruiter_id: int) -> None:
    await move(session, ticket, Q.CALLED, actor=recruiter_id)
    employer = await session.get_one(Employer, booth.employer_id)
    await tell(
        session,
        ticket.person_id,
        "notice.fair_turn",
        kind=Kind.INTERVIEW,
        booth=booth.number,
        number=ticket.number,
        employer=employer.name,
    )
    await session.flush()


async def settle(session: Session, booth: FairBooth, ticket: FairTicket, result: str, *, recruiter_id: int) -> None:
    """What came of the talk: intent | hired | none | missed. A hire is an intent too; each counts once.

    Raises NoSuchNumberError (not called, or settled before), VacancyGoneError (the post is full).
    """
    state = Q(result)
    if not can_move(Q(ticket.state), state):
        raise NoSuchNumberError
    application = await session.get_one(Application, ticket.application_id)
    if state in (Q.INTENT, Q.HIRED) and application.state not in MET:
        raise applications.VacancyGoneError
    await move(session, ticket, state, actor=recruiter_id)
    if state in (Q.INTENT, Q.HIRED):
        await _note_intent(session, booth, ticket, application)
    if state == Q.HIRED:
        await applications.hire(session, application, recruiter_id=recruiter_id)
        ticket.hired_on = session.today
    elif state == Q.NONE:
        await applications.reject(session, application, recruiter_id=recruiter_id, reason="fair_talk")
    else:
        employer = await session.get_one(Employer, booth.employer_id)
        key = f"notice.fair_{state}"
        await tell(session, ticket.person_id, key, kind=Kind.INTERVIEW, booth=booth.number, employer=employer.name)
    await session.flush()


async def _note_intent(session: Session, booth: FairBooth, ticket: FairTicket, application: Application) -> None:
    if ticket.intent_on is not None:
        return
    ticket.intent_on = session.today
    fair = await session.get_one(Fair, ticket.fair_id)
    fact = Fact(
        key=f"intent_made:{ticket.id}",
        kind="intent_made",
        occurred_on=session.today,
        region=fair.region,
        office_id=fair.office_id,
        facts={"fair": fair.id, "employer": booth.employer_id, "vacancy": application.vacancy_id},
        source=f"fair_tickets:{ticket.id}",
    )
    await append_about(session, ticket.person_id, fact)


async def appoint_video(
    session: Session, booth: FairBooth, ticket: FairTicket, at: datetime, *, recruiter_id: int
) -> None:
    """An interview by video at a moment, for a booth in another province; the person gets the link.

    Raises MeetingPastError, NoSuchNumberError.
    """
    if at <= session.now or not booth.video_link:
        raise MeetingPastError
    if ticket.state not in (Q.WAITING, Q.CALLED, Q.MISSED) or not await _meet(session, ticket, recruiter_id):
        raise NoSuchNumberError
    ticket.meets_at = at
    employer = await session.get_one(Employer, booth.employer_id)
    local = at.astimezone(SHANGHAI)
    await tell(
        session,
        ticket.person_id,
        "notice.fair_video",
        kind=Kind.INTERVIEW,
        employer=employer.name,
        month=local.month,
        day=local.day,
        time=f"{local:%H:%M}",
        link=booth.video_link,
    )


# ---- afterwards


async def booths_to_ask(session: ReadSession) -> list[FairBooth]:
    """Booths of fairs that are over, with results nobody has told the end of; a week apart, three times at most."""
    query = (
        select(FairBooth)
        .join(FairVenue, FairVenue.id == FairBooth.venue_id)
        .join(Fair, Fair.id == FairVenue.fair_id)
        .where(
            Fair.state != FairState.CANCELLED,
            Fair.ends_on < session.today,
            FairBooth.asked_times < MOST_ASKED,
            or_(FairBooth.asked_at.is_(None), FairBooth.asked_at < session.now - ASK_AGAIN),
            _unanswered().where(FairTicket.booth_id == FairBooth.id).exists(),
        )
        .order_by(FairBooth.id)
    )
    return list(await session.scalars(query))


def _unanswered() -> Select[FairTicket]:
    return select(FairTicket).where(FairTicket.state.in_((Q.INTENT, Q.HIRED)), FairTicket.answered_on.is_(None))


async def ask_what_became(session: Session, booth: FairBooth, *, kind: Kind = Kind.NOTICE) -> bool:
    """Ask the employer about one of its results; the next is asked when this one is answered. False: nothing to ask."""
    query = _unanswered().where(FairTicket.booth_id == booth.id).order_by(FairTicket.number).limit(1)
    ticket = (await session.scalars(query)).first()
    recruiters = await recruiters_of(session, booth.employer_id)
    if ticket is None or not recruiters:
        return False
    application = await session.get_one(Application, ticket.application_id)
    vacancy = await session.get_one(Vacancy, application.vacancy_id)
    asked = vacancy.posted_by if vacancy.posted_by in recruiters else recruiters[0]
    fair = await session.get_one(Fair, ticket.fair_id)
    person = await session.get_one(Person, ticket.person_id)
    return await tell(
        session,
        asked,
        "notice.fair_result",
        kind=kind,
        fair=fair.title,
        name=masked_name(person.name(session)),
        number=ticket.number,
        title=vacancy.title,
        questions=(
            ("button.fair_working", f"fairend:working:{ticket.id}"),
            ("button.fair_hired", f"fairend:hired:{ticket.id}"),
            ("button.fair_lost", f"fairend:lost:{ticket.id}"),
        ),
    )


async def chase(session: Session) -> int:
    """Ask every employer that is due; returns how many were asked."""
    asked = 0
    for booth in await booths_to_ask(session):
        booth.asked_at, booth.asked_times = session.now, booth.asked_times + 1
        asked += await ask_what_became(session, booth)
    return asked


async def ticket_for(session: ReadSession, ticket_id: int, recruiter_id: int) -> tuple[FairTicket, FairBooth]:
    """The ticket, if the person writes for the booth's employer. Raises NotFoundError."""
    ticket = await session.get(FairTicket, ticket_id)
    booth = await session.get_one(FairBooth, ticket.booth_id) if ticket else None
    if ticket is None or booth is None or recruiter_id not in await recruiters_of(session, booth.employer_id):
        raise NotFoundError
    return ticket, booth


async def tell_end(session: Session, ticket: FairTicket, answer: str, *, recruiter_id: int) -> None:
    """What became of it: working | hired | lost. Who works is hired and waits for the office to confirm the first day.

    Raises NoSuchNumberError (told before), VacancyGoneError (the application has ended).
    """
    if ticket.answered_on is not None or ticket.state not in (Q.INTENT, Q.HIRED):
        raise NoSuchNumberError
    application = await session.get_one(Application, ticket.application_id)
    if answer == "lost":
        await move(session, ticket, Q.LOST, actor=recruiter_id)
        await _end(session, application, recruiter_id)
    elif ticket.state == Q.INTENT:
        if application.state not in (*MET, A.HIRED):
            raise applications.VacancyGoneError
        if application.state != A.HIRED:
            await applications.hire(session, application, recruiter_id=recruiter_id)
        await move(session, ticket, Q.HIRED, actor=recruiter_id, why=answer)
        ticket.hired_on = session.today
    ticket.answered_on = session.today
    await session.flush()


async def _end(session: Session, application: Application, recruiter_id: int) -> None:
    if application.state == A.HIRED:
        await applications.withdraw(session, application, actor=recruiter_id, reason="never_came")
    elif can_move(A(application.state), A.REJECTED):
        await applications.reject(session, application, recruiter_id=recruiter_id, reason="fair_result")
