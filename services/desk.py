"""What waits for an office, all through the one region filter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, func, select

from models.applications import Application
from models.audit import record
from models.conversations import HelpRequest
from models.database import ReadSession, Session
from models.employers import Employer, Recruiter
from models.errors import NotFoundError
from models.follow_ups import CallTask
from models.messages import CONTACT_MARK, Kind
from models.offices import Office
from models.people import Person, Seeker
from models.regions import visible_to
from models.states import ApplicationState, EmployerState, VacancyState
from models.training import Course
from models.vacancies import Vacancy
from services.call_tasks import open_calls
from services.caseload import Caseload, caseload_of
from services.classes import without_results
from services.notices import tell
from services.offices import office_for
from services.parked import parked_lately
from services.phones import masked_name, masked_phone

WORDS = "help_requests.words"
UNANSWERED_AFTER = timedelta(days=2)
NOBODY_AFTER = timedelta(days=3)
SHOWN = 8
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Desk:
    """The morning's figures and the first rows of what wants a decision."""

    new_seekers: int
    new_vacancies: int
    unanswered: int
    seekers_to_call: int
    vacancies_to_call: int
    undelivered: int
    employers: tuple[Employer, ...]
    vacancies: tuple[Vacancy, ...]
    hired: tuple[tuple[Application, Vacancy], ...]
    help: tuple[HelpRequest, ...]
    classes: tuple[Course, ...]
    cases: Caseload
    calls: tuple[CallTask, ...] = ()


async def desk_of(session: ReadSession, region: str) -> Desk:
    """What waits in the region's subtree now."""
    since, yesterday = session.now - timedelta(days=1), session.today - timedelta(days=1)
    return Desk(
        new_seekers=await _count(session, _seekers(region).where(Seeker.registered_at >= since)),
        new_vacancies=await _count(session, _vacancies(region).where(Vacancy.posted_on >= yesterday)),
        unanswered=await _count(session, _unanswered(region, session.now - UNANSWERED_AFTER)),
        seekers_to_call=await _count(session, _without_application(region)),
        vacancies_to_call=await _count(session, _nobody_applied(region, session.today - NOBODY_AFTER)),
        undelivered=await _count(session, parked_lately(session.now, region)),
        employers=tuple(await session.scalars(_new_employers(region).limit(SHOWN))),
        vacancies=tuple(await session.scalars(_drafts(region).limit(SHOWN))),
        hired=tuple((row[0], row[1]) for row in await session.execute(_hired(region).limit(SHOWN))),
        help=tuple(await session.scalars(_help(region).limit(SHOWN))),
        classes=tuple(await without_results(session, region, most=SHOWN)),
        cases=await caseload_of(session, region),
        calls=tuple(await session.scalars(open_calls(region).limit(SHOWN))),
    )


async def _count(session: ReadSession, query: Select[*tuple[Any, ...]]) -> int:
    return await session.scalar(select(func.count()).select_from(query.subquery())) or 0


def _seekers(region: str) -> Select[int]:
    query = select(Seeker.person_id).join(Office, Office.id == Seeker.office_id)
    return visible_to(query, Office.region, region)


def _vacancies(region: str) -> Select[int]:
    return visible_to(select(Vacancy.id), Vacancy.region, region)


def _unanswered(region: str, before: Any) -> Select[int]:
    query = (
        select(Application.id)
        .join(Vacancy, Vacancy.id == Application.vacancy_id)
        .where(
            Application.state.in_((ApplicationState.INTERESTED, ApplicationState.REFERRED)),
            Application.invited_at.is_(None),
            Application.created_at < before,
        )
    )
    return visible_to(query, Vacancy.region, region)


def _without_application(region: str) -> Select[int]:
    """Seekers who look and have not applied anywhere: a call may find out why."""
    applied = select(Application.seeker_id)
    query = (
        select(Seeker.person_id)
        .join(Office, Office.id == Seeker.office_id)
        .where(Seeker.active, Seeker.person_id.not_in(applied))
    )
    return visible_to(query, Office.region, region)


def _nobody_applied(region: str, before: date) -> Select[int]:
    """Open vacancies that nobody wanted for days."""
    query = select(Vacancy.id).where(
        Vacancy.state == VacancyState.OPEN, Vacancy.applications == 0, Vacancy.posted_on <= before
    )
    return visible_to(query, Vacancy.region, region)


def _new_employers(region: str) -> Select[Employer]:
    query = select(Employer).where(Employer.state == EmployerState.NEW).order_by(Employer.id)
    return visible_to(query, Employer.region, region)


def _drafts(region: str) -> Select[Vacancy]:
    """Drafts that want a look, of verified employers: those of a new one open with their employer."""
    query = (
        select(Vacancy)
        .join(Employer, Employer.id == Vacancy.employer_id)
        .where(Vacancy.state == VacancyState.DRAFT, Employer.state == EmployerState.VERIFIED)
        .order_by(Vacancy.id)
    )
    return visible_to(query, Vacancy.region, region)


def _hired(region: str) -> Select[Application, Vacancy]:
    query = (
        select(Application, Vacancy)
        .join(Vacancy, Vacancy.id == Application.vacancy_id)
        .where(Application.state == ApplicationState.HIRED)
        .order_by(Application.id)
    )
    return visible_to(query, Vacancy.region, region)


def _help(region: str) -> Select[HelpRequest]:
    query = (
        select(HelpRequest)
        .join(Office, Office.id == HelpRequest.office_id)
        .where(HelpRequest.answered_at.is_(None))
        .order_by(HelpRequest.id)
    )
    return visible_to(query, Office.region, region)


async def drafts_of(session: ReadSession, employer_id: int, region: str) -> list[Vacancy]:
    """The employer's drafts that lie in the officer's region; others wait for their own desk."""
    query = select(Vacancy).where(Vacancy.employer_id == employer_id, Vacancy.state == VacancyState.DRAFT)
    return list(await session.scalars(visible_to(query, Vacancy.region, region).order_by(Vacancy.id)))


async def same_name(session: ReadSession, employer: Employer) -> int:
    """How many other employers have this name: one of them may be who it says it is."""
    query = select(func.count()).where(Employer.name == employer.name, Employer.id != employer.id)
    return await session.scalar(query) or 0


async def employer_for(session: ReadSession, employer_id: int, region: str) -> Employer:
    """The employer, if the officer's region has it. Raises NotFoundError: outside is as if it were not."""
    query = visible_to(select(Employer).where(Employer.id == employer_id), Employer.region, region)
    return _required((await session.scalars(query)).first())


async def vacancy_for(session: ReadSession, vacancy_id: int, region: str) -> Vacancy:
    """The vacancy, if the officer's region has it. Raises NotFoundError."""
    query = visible_to(select(Vacancy).where(Vacancy.id == vacancy_id), Vacancy.region, region)
    return _required((await session.scalars(query)).first())


async def application_for(session: ReadSession, application_id: int, region: str) -> tuple[Application, Vacancy]:
    """The application with its vacancy, if the officer's region has it. Raises NotFoundError."""
    query = (
        select(Application, Vacancy)
        .join(Vacancy, Vacancy.id == Application.vacancy_id)
        .where(Application.id == application_id)
    )
    row = (await session.execute(visible_to(query, Vacancy.region, region))).first()
    found = _required(row)
    return found[0], found[1]


async def help_request_for(session: ReadSession, request_id: int, region: str) -> HelpRequest:
    """The open request, if it was made to an office of the officer's region. Raises NotFoundError."""
    query = (
        select(HelpRequest)
        .join(Office, Office.id == HelpRequest.office_id)
        .where(HelpRequest.id == request_id, HelpRequest.answered_at.is_(None))
    )
    return _required((await session.scalars(visible_to(query, Office.region, region))).first())


def _required(row: Row | None) -> Row:
    if row is None:
        raise NotFoundError
    return row


async def ask_for_help(session: Session, person_id: int, region: str | None, words: str = "") -> Office:
    """Somebody wants a person of the office; asking twice keeps one open request.

    `region`: where the person looks for work; for a recruiter, the employer's place counts.
    """
    employer = await session.scalar(
        select(Employer.region)
        .join(Recruiter, Recruiter.employer_id == Employer.id)
        .where(Recruiter.person_id == person_id, Recruiter.ended_at.is_(None))
        .limit(1)
    )
    office = await office_for(session, region or employer)
    open_one = (
        await session.scalars(
            select(HelpRequest).where(HelpRequest.person_id == person_id, HelpRequest.answered_at.is_(None))
        )
    ).first()
    if open_one is not None:
        office = await session.get_one(Office, open_one.office_id)
    request = open_one or HelpRequest(
        id=session.new_id(), person_id=person_id, office_id=office.id, asked_at=session.now
    )
    if words:
        said = [*filter(None, [words_of(session, request)]), words]
        request.words_sealed = session.keys.seal("\n".join(said)[-2000:], WORDS, request.id)
    session.add(request)
    return office


def words_of(session: ReadSession, request: HelpRequest) -> str:
    """What the person said with the request."""
    return session.keys.open(request.words_sealed, WORDS, request.id) if request.words_sealed else ""


async def answer_help(session: Session, request: HelpRequest, *, officer_id: int, words: str) -> bool:
    """Send the office's words to the person and close the request; False when they could not be reached."""
    office = await session.get_one(Office, request.office_id)
    reached = await tell(
        session, request.person_id, "notice.office_says", kind=Kind.REPLY, office=office.name, words=words
    )
    request.answered_at, request.answered_by = session.now, officer_id
    return reached


async def seeker_by_phone(session: ReadSession, phone: str, region: str) -> Person:
    """Who has this E.164 number, if an office of the officer's region registered them. Raises NotFoundError."""
    query = (
        select(Person)
        .join(Seeker, Seeker.person_id == Person.id)
        .join(Office, Office.id == Seeker.office_id)
        .where(Person.phone_index == session.keys.index(phone, "people.phone"))
    )
    return _required((await session.scalars(visible_to(query, Office.region, region))).first())


async def tell_number(session: Session, officer_id: int, person_id: int, *, purpose: str) -> bool:
    """The number of whom an officer is about to call, noted in the audit with its purpose; whether it could be told."""
    person = await session.get_one(Person, person_id)
    record(
        session,
        actor=officer_id,
        action="people.number_shown",
        subject=f"people:{person_id}",
        detail={"purpose": purpose},
    )
    return await tell(
        session,
        officer_id,
        "notice.number",
        kind=Kind.REPLY,
        name=masked_name(person.name(session)),
        contact=CONTACT_MARK,
        contact_of=person_id,
    )


async def label_of_key(session: ReadSession, key: str | None) -> str:
    """The same for who stands behind a ledger entry; the first letters of the key for who came by a file."""
    person = (await session.scalars(select(Person).where(Person.ledger_key == key))).first()
    return await person_label(session, person.id) if person else (key or "")[:6]


async def employer_name(session: ReadSession, value: object) -> str:
    """An employer as a ledger entry names it: one of ours by its id, else as it was written."""
    number = str(value).rpartition(":")[2].strip()
    known = (
        await session.get(Employer, int(number)) if number.isascii() and number.isdigit() and len(number) < 20 else None
    )
    return known.name if known else str(value)


async def person_label(session: ReadSession, person_id: int) -> str:
    """How staff see somebody in a list: masked."""
    person = await session.get_one(Person, person_id)
    phone = person.phone(session)
    return f"{masked_name(person.name(session))} {masked_phone(phone) if phone else ''}".strip()
