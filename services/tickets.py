"""Consultations about somebody's rights, wages owed first: a ticket, a deadline, an answer with its outcome."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Select, select

from models.audit import record
from models.database import ReadSession, Session
from models.errors import MoveRefusedError
from models.messages import Kind
from models.offices import Office
from models.people import Seeker
from models.regions import visible_to
from models.states import TicketState, can_move, move
from models.tickets import Ticket
from services.casework import ensure_known, note, rules
from services.notices import tell
from services.offices import office_for

WORDS = "tickets.words"
ANSWER = "tickets.answer"
MOST_WORDS = 2000


def outcomes_of(topic: str) -> dict[str, str]:
    """What can become of a ticket about it, and as which service that counts."""
    outcomes, only = rules()["tickets"]["outcomes"], rules()["tickets"]["only"]
    own = {outcome: service for outcome, service in outcomes.items() if only.get(outcome) == topic}
    return own or {outcome: service for outcome, service in outcomes.items() if outcome not in only}


def rights_topics() -> list[str]:
    """What people ask about under 维权."""
    return [topic for topic in rules()["tickets"]["days"] if topic not in rules()["tickets"]["only"].values()]


async def open_ticket(
    session: Session,
    person_id: int,
    topic: str,
    *,
    region: str | None = None,
    words: str = "",
    officer_id: int | None = None,
) -> Ticket:
    """Somebody asks for help with their rights; asking again about the same keeps one ticket and its deadline.

    `region`: where it happened; else where the person looks for work. `officer_id`: who wrote it down for somebody
    without a phone. Raises UnknownWordError, NoOfficeError.
    """
    days = rules()["tickets"]["days"]
    ensure_known("topic", topic, days)
    ticket = await open_ticket_of(session, person_id, topic)
    if ticket is None:
        home = await session.scalar(select(Seeker.region).where(Seeker.person_id == person_id))
        office = await office_for(session, region or home)
        ticket = Ticket(
            id=session.new_id(),
            person_id=person_id,
            office_id=office.id,
            region=office.region,
            topic=topic,
            state=TicketState.OPEN,
            state_since=session.now,
            opened_on=session.today,
            due_on=session.today + timedelta(days=days[topic]),
        )
        session.add(ticket)
        record(session, actor=officer_id or person_id, action="tickets.open", subject=f"tickets:{ticket.id}")
    add_words(session, ticket, words)
    await session.flush()
    return ticket


async def move_ticket(session: Session, ticket: Ticket, region: str) -> None:
    """It happened in this region: its office answers; the deadline stays."""
    office = await office_for(session, region)
    if office.id != ticket.office_id:
        ticket.office_id, ticket.region = office.id, office.region
        record(session, actor=ticket.person_id, action="tickets.moved", subject=f"tickets:{ticket.id}")
        await session.flush()


async def open_ticket_of(session: ReadSession, person_id: int, topic: str | None = None) -> Ticket | None:
    """The person's newest open ticket, of this topic where one is named."""
    query = select(Ticket).where(Ticket.person_id == person_id, Ticket.state == TicketState.OPEN)
    if topic is not None:
        query = query.where(Ticket.topic == topic)
    return (await session.scalars(query.order_by(Ticket.id.desc()).limit(1))).first()


def add_words(session: Session, ticket: Ticket, words: str) -> None:
    """What the person says about it, sealed; the newest words are kept."""
    if words.strip():
        said = [*filter(None, [words_of(session, ticket)]), words.strip()]
        ticket.words_sealed = session.keys.seal("\n".join(said)[-MOST_WORDS:], WORDS, ticket.id)


def words_of(session: ReadSession, ticket: Ticket) -> str:
    """What the person said."""
    return session.keys.open(ticket.words_sealed, WORDS, ticket.id) if ticket.words_sealed else ""


def answer_of(session: ReadSession, ticket: Ticket) -> str:
    """What the office answered."""
    return session.keys.open(ticket.answer_sealed, ANSWER, ticket.id) if ticket.answer_sealed else ""


async def answer_ticket(session: Session, ticket: Ticket, *, officer_id: int, words: str, outcome: str) -> bool:
    """The office's answer goes to the person; the outcome says whether it counts as rights or as legal aid.

    False: the person could not be reached, call them. Raises UnknownWordError, MoveRefusedError (answered before).
    """
    outcomes = outcomes_of(ticket.topic)
    ensure_known("outcome", outcome, outcomes)
    if not can_move(TicketState(ticket.state), TicketState.ANSWERED):
        raise MoveRefusedError(ticket.__tablename__, ticket.state, TicketState.ANSWERED)
    await move(session, ticket, TicketState.ANSWERED, actor=officer_id, why=outcome)
    ticket.answer_sealed = session.keys.seal(words[:MOST_WORDS], ANSWER, ticket.id)
    ticket.outcome, ticket.answered_by = outcome, officer_id
    await note(session, ticket.person_id, ticket, "service_given", {"service": outcomes[outcome]})
    office = await session.get_one(Office, ticket.office_id)
    return await tell(session, ticket.person_id, "notice.office_says", kind=Kind.REPLY, office=office.name, words=words)


async def withdraw_ticket(session: Session, ticket: Ticket, *, actor: int) -> None:
    """It is settled, or the person does not want it any more; no service was given."""
    await move(session, ticket, TicketState.WITHDRAWN, actor=actor)


def open_tickets(region: str) -> Select[Ticket]:
    """What waits for an answer, the nearest deadline first."""
    query = select(Ticket).where(Ticket.state == TicketState.OPEN)
    return visible_to(query, Ticket.region, region).order_by(Ticket.due_on, Ticket.id)


def urgent_tickets(today: date, region: str) -> Select[Ticket]:
    """Those whose deadline is near or past."""
    return open_tickets(region).where(Ticket.due_on <= today + timedelta(days=rules()["tickets"]["warn_days"]))
