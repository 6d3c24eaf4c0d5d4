"""Information officers: appointed for villages; they register people without a phone, apply and answer for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select, update

from models.applications import Application
from models.audit import record
from models.database import ReadSession, Session
from models.errors import NotFoundError, ZhaohuoError
from models.messages import Kind
from models.officers import OfficerAct, OfficerNote, OfficerVillage, OralConsent, Represented
from models.offices import Office, Officer, Role
from models.people import Person
from models.placements import Placement
from models.regions import visible_to
from services import applications, people
from services.access import new_person
from services.ledger import Fact, append_about
from services.notices import tell_words
from services.representing import SPEAKERS, agent_of, hand_to_offices, is_speaker, text_of
from services.texts import say

WITNESS = "oral_consents.witness"
YOUNGEST = 16
NOTE_LIVES = timedelta(days=14)
ACTS = ("registered", "changed", "applied", "answered")


class NotOfficerError(ZhaohuoError):
    """Only an appointed information officer, or staff of the office, may speak for others; ask the office."""


class WitnessMissingError(ZhaohuoError):
    """A consent by word of mouth needs somebody who stood by: say their name."""


class TooYoungError(ZhaohuoError):
    """Nobody under 16 is registered for work."""


class WhichOneError(ZhaohuoError):
    """Several of the officer's people have this name; say the age too."""


class AnswerByOfficeError(ZhaohuoError):
    """This cannot be answered in the list; ring the office."""


async def appoint(
    session: Session, person_id: int, office: Office, villages: Sequence[tuple[str, str]], *, by: int
) -> Officer:
    """Appoint somebody for villages, given as (region, name); appointed again they get further villages.

    Writes `officer_appointed`, once an appointment.
    """
    query = select(Officer).where(
        Officer.person_id == person_id,
        Officer.office_id == office.id,
        Officer.role == Role.INFORMATION_OFFICER,
        Officer.ended_at.is_(None),
    )
    officer = (await session.scalars(query)).first()
    if officer is None:
        officer = Officer(
            id=session.new_id(),
            person_id=person_id,
            office_id=office.id,
            role=Role.INFORMATION_OFFICER,
            since=session.now,
        )
        session.add(officer)
        record(session, actor=by, action="officers.appointed", subject=f"officers:{officer.id}")
        await session.flush()
        await _note_appointment(session, officer, office)
    rows = await session.execute(
        select(OfficerVillage.region, OfficerVillage.village).where(OfficerVillage.officer_id == officer.id)
    )
    held = {(region, name) for region, name in rows}
    for region, name in dict.fromkeys(villages):
        if (region, name) not in held:
            village = OfficerVillage(
                id=session.new_id(), officer_id=officer.id, region=region, village=name, since=session.now
            )
            session.add(village)
    await session.flush()
    return officer


async def _note_appointment(session: Session, officer: Officer, office: Office) -> None:
    fact = Fact(
        key=f"officer_appointed:{officer.id}",
        kind="officer_appointed",
        occurred_on=session.today,
        region=office.region,
        office_id=office.id,
        source=f"officers:{officer.id}",
    )
    await append_about(session, officer.person_id, fact)


async def end_appointment(session: Session, officer: Officer, *, by: int, successor_id: int | None = None) -> None:
    """The appointment ends; their people and what waits for them go to the successor, else to the office's staff."""
    officer.ended_at = session.now
    record(session, actor=by, action="officers.ended", subject=f"officers:{officer.id}")
    if successor_id is None:
        return
    await office_of_agent(session, successor_id)
    await session.execute(
        update(Represented).where(Represented.agent_id == officer.person_id).values(agent_id=successor_id)
    )
    await session.execute(
        update(OfficerNote).where(OfficerNote.agent_id == officer.person_id).values(agent_id=successor_id)
    )


async def office_of_agent(session: ReadSession, agent_id: int) -> Office:
    """The office for which somebody may speak for others. Raises NotOfficerError."""
    query = (
        select(Office)
        .join(Officer, Officer.office_id == Office.id)
        .where(Officer.person_id == agent_id, Officer.ended_at.is_(None), Officer.role.in_(SPEAKERS))
        .order_by(Officer.id)
    )
    office = (await session.scalars(query.limit(1))).first()
    if office is None:
        raise NotOfficerError
    return office


async def register_for(
    session: Session, agent_id: int, name: str, wish: dict[str, Any], *, witness: str
) -> tuple[Person, bool]:
    """Register somebody who agreed by word of mouth; the same name again changes what they look for.

    Another year of birth is another person. Returns the person and whether they are new. Raises NotOfficerError,
    WitnessMissingError, TooYoungError, WhichOneError.
    """
    office = await office_of_agent(session, agent_id)
    if not witness.strip():
        raise WitnessMissingError
    if (wish.get("birth_year") or 0) > session.today.year - YOUNGEST:
        raise TooYoungError
    person = await find_mine(session, agent_id, name, wish.get("birth_year"))
    fresh = person is None
    if person is None:
        person = new_person(session)
        person.set_name(session, name)
        await session.flush()
        session.add(
            Represented(
                id=session.new_id(), person_id=person.id, agent_id=agent_id, office_id=office.id, since=session.now
            )
        )
    _take_consent(session, person.id, people.KEEP_PROFILE, agent_id=agent_id, witness=witness)
    await people.give_consent(session, person.id, people.KEEP_PROFILE, by=agent_id)
    kept = await people.profile_of(session, person.id) or {}
    home = wish.get("region") or kept.get("region") or await _village_region(session, agent_id) or office.region
    await people.register_seeker(session, person.id, {**kept, **wish, "region": home})
    note_act(session, agent_id, office, person.id, "registered" if fresh else "changed")
    await session.flush()
    return person, fresh


async def _village_region(session: ReadSession, agent_id: int) -> str | None:
    query = (
        select(OfficerVillage.region)
        .join(Officer, Officer.id == OfficerVillage.officer_id)
        .where(Officer.person_id == agent_id, Officer.ended_at.is_(None))
    )
    return await session.scalar(query.order_by(OfficerVillage.id).limit(1))


def _take_consent(
    session: Session, person_id: int, purpose: str, *, agent_id: int, witness: str, subject: str = ""
) -> None:
    """Who took it, when, and who stood by."""
    row_id = session.new_id()
    session.add(
        OralConsent(
            id=row_id,
            person_id=person_id,
            purpose=purpose,
            subject=subject,
            taken_by=agent_id,
            witness_sealed=session.keys.seal(witness.strip()[:40], WITNESS, row_id),
            given_at=session.now,
        )
    )


def witness_of(session: ReadSession, consent: OralConsent) -> str:
    """Who stood by; empty once the person left."""
    return session.keys.open(consent.witness_sealed, WITNESS, consent.id) if consent.witness_sealed else ""


def note_act(session: Session, agent_id: int, office: Office, person_id: int, act: str) -> None:
    """What an officer did for somebody is theirs in the tally, and is in the audit."""
    session.add(
        OfficerAct(
            id=session.new_id(),
            agent_id=agent_id,
            office_id=office.id,
            person_id=person_id,
            act=act,
            day=session.today,
        )
    )
    record(session, actor=agent_id, action=f"represented.{act}", subject=f"people:{person_id}")


async def people_of(session: ReadSession, agent_id: int) -> list[Person]:
    """The people for whom the officer speaks, the newest first."""
    query = (
        select(Person)
        .join(Represented, Represented.person_id == Person.id)
        .where(Represented.agent_id == agent_id, Person.deleted_at.is_(None))
        .order_by(Person.id.desc())
    )
    return list(await session.scalars(query))


async def find_mine(session: ReadSession, agent_id: int, name: str, birth_year: int | None = None) -> Person | None:
    """One of the officer's people by name, and by the year of birth where it is said; who never said it fits any.

    Raises WhichOneError.
    """
    named = [person for person in await people_of(session, agent_id) if person.name(session) == name]
    if birth_year is not None:
        born = {one.id: (await people.profile_of(session, one.id) or {}).get("birth_year") for one in named}
        exact = [person for person in named if born[person.id] == birth_year]
        named = exact or [person for person in named if born[person.id] is None]
    if len(named) > 1:
        raise WhichOneError
    return named[0] if named else None


async def ensure_mine(session: ReadSession, agent_id: int, person_id: int) -> Office:
    """Raises NotFoundError for a person for whom somebody else speaks; the officer's office."""
    if await agent_of(session, person_id) != agent_id:
        raise NotFoundError
    return await office_of_agent(session, agent_id)


async def apply_for(session: Session, agent_id: int, person_id: int, vacancy_id: int) -> Application:
    """Put one of their people's name down for a post. Raises NotFoundError, VacancyGoneError, AlreadyAppliedError."""
    office = await ensure_mine(session, agent_id, person_id)
    application = await applications.apply(session, person_id, vacancy_id)
    note_act(session, agent_id, office, person_id, "applied")
    await session.flush()
    return application


# ---- the daily list


async def open_notes(session: ReadSession, agent_id: int) -> list[OfficerNote]:
    """What waits for the officer's people, oldest first; its place in the list is its number."""
    query = select(OfficerNote).where(
        OfficerNote.agent_id == agent_id,
        OfficerNote.answered_at.is_(None),
        OfficerNote.created_at > session.now - NOTE_LIVES,
    )
    return list(await session.scalars(query.order_by(OfficerNote.id)))


async def list_lines(session: ReadSession, notes: Sequence[OfficerNote], language: str) -> list[str]:
    """A line for each, with the name and what may be answered."""
    lines = []
    for number, note in enumerate(notes, 1):
        person = await session.get_one(Person, note.person_id)
        text = say(language, "officer.note", n=number, name=person.name(session) or "—", text=text_of(session, note))
        labels = [say(language, label) for label, _ in note.answers]
        lines.append(text + (say(language, "officer.answers", n=number, answers="/".join(labels)) if labels else ""))
    return lines


async def send_lists(session: Session) -> int:
    """One list a day to each officer for whose people something new waits; how many were sent. Old words go.

    Nobody hears of people for whom they may not speak any more: the office's staff do.
    """
    await hand_to_offices(session)
    old = update(OfficerNote).where(OfficerNote.created_at <= session.now - NOTE_LIVES)
    await session.execute(old.values(text_sealed=None, listed_at=session.now))
    waiting = select(OfficerNote.agent_id).where(OfficerNote.answered_at.is_(None), OfficerNote.listed_at.is_(None))
    sent = 0
    for agent_id in (await session.scalars(waiting.distinct().order_by(OfficerNote.agent_id))).all():
        if not await is_speaker(session, agent_id):
            continue
        notes = await open_notes(session, agent_id)
        agent = await session.get_one(Person, agent_id)
        lines = [say(agent.language, "officer.list", n=len(notes)), *await list_lines(session, notes, agent.language)]
        if notes and await tell_words(session, agent_id, "\n".join(lines), kind=Kind.DIGEST):
            sent += 1
        for note in notes:
            note.listed_at = note.listed_at or session.now
            if not note.answers:
                note.answered_at = session.now  # said once is enough
    return sent


async def answer_note(session: Session, agent_id: int, note: OfficerNote, data: str) -> None:
    """The person's answer, given by the officer as the button's data. Raises AnswerByOfficeError, MoveRefusedError."""
    office = await ensure_mine(session, agent_id, note.person_id)
    kind, *args = data.split(":")
    application = await session.get(Application, int(args[1])) if kind == "inv" and len(args) == 2 else None
    if application is None or application.seeker_id != note.person_id:
        raise AnswerByOfficeError
    if args[0] == "yes":
        await applications.accept_invitation(session, application)
    else:
        await applications.decline(session, application, reason="seeker")
    note.answered_at = session.now
    note_act(session, agent_id, office, note.person_id, "answered")
    await session.flush()


# ---- the tally


@dataclass(frozen=True, slots=True)
class Tally:
    """What one officer did in a month: counts by act, and how many of their people started work."""

    agent_id: int
    acts: dict[str, int]
    started: int


async def tally(
    session: ReadSession, month: date, *, region: str | None = None, agent_id: int | None = None
) -> list[Tally]:
    """The month of every officer of the region's offices, or of one officer."""
    begin = month.replace(day=1)
    end = (begin + timedelta(days=32)).replace(day=1)
    acts = select(OfficerAct.agent_id, OfficerAct.act, func.count()).where(
        OfficerAct.day >= begin, OfficerAct.day < end
    )
    started = (
        select(Represented.agent_id, func.count(Placement.person_id.distinct()))
        .join(Placement, Placement.person_id == Represented.person_id)
        .where(Placement.started_on >= begin, Placement.started_on < end)
    )
    if agent_id is not None:
        acts, started = acts.where(OfficerAct.agent_id == agent_id), started.where(Represented.agent_id == agent_id)
    if region is not None:
        acts = visible_to(acts.join(Office, Office.id == OfficerAct.office_id), Office.region, region)
        started = visible_to(started.join(Office, Office.id == Represented.office_id), Office.region, region)
    counts: dict[int, dict[str, int]] = {}
    for agent, act, number in await session.execute(acts.group_by(OfficerAct.agent_id, OfficerAct.act)):
        counts.setdefault(agent, {})[act] = number
    working = {row[0]: row[1] for row in await session.execute(started.group_by(Represented.agent_id))}
    return [Tally(agent, counts.get(agent, {}), working.get(agent, 0)) for agent in sorted({*counts, *working})]
