"""What would be said to somebody without a phone waits for their information officer's list."""

from __future__ import annotations

from sqlalchemy import select, update

from models.audit import record
from models.database import ReadSession, Session
from models.messages import CONTACT_MARK
from models.officers import OfficerNote, Represented
from models.offices import Officer, Role
from models.people import Person
from services.texts import say

TEXT = "officer_notes.text"
STAFF = (Role.STAFF, Role.SUPERVISOR)
SPEAKERS = (Role.INFORMATION_OFFICER, *STAFF)


async def agent_of(session: ReadSession, person_id: int) -> int | None:
    """The information officer who speaks for the person."""
    return await session.scalar(select(Represented.agent_id).where(Represented.person_id == person_id))


async def keep_for_agent(session: Session, person: Person, text: str, questions: tuple[tuple[str, str], ...]) -> bool:
    """Keep the words, with the answers they may have; False where nobody speaks for the person."""
    agent_id = await agent_of(session, person.id)
    if agent_id is None or person.deleted_at:
        return False
    text = text.replace(CONTACT_MARK, say(person.language, "officer.contact_at_office"))
    note_id = session.new_id()
    session.add(
        OfficerNote(
            id=note_id,
            agent_id=agent_id,
            person_id=person.id,
            text_sealed=session.keys.seal(text, TEXT, note_id),
            answers=[list(pair) for pair in questions],
            created_at=session.now,
        )
    )
    return True


def text_of(session: ReadSession, note: OfficerNote) -> str:
    """The words that wait."""
    return session.keys.open(note.text_sealed, TEXT, note.id) if note.text_sealed else ""


async def is_speaker(session: ReadSession, agent_id: int) -> bool:
    """Whether somebody may speak for others today: appointed, or staff."""
    query = select(Officer.id).where(
        Officer.person_id == agent_id, Officer.ended_at.is_(None), Officer.role.in_(SPEAKERS)
    )
    return await session.scalar(query.limit(1)) is not None


async def hand_to_offices(session: Session) -> int:
    """For people whose officer's appointment ended without a successor, staff of the office speak; returns how many.

    What waits for them is listed anew. An office without staff holds it until it has some.
    """
    speaks = select(Officer.id).where(
        Officer.person_id == Represented.agent_id, Officer.ended_at.is_(None), Officer.role.in_(SPEAKERS)
    )
    moved = 0
    for row in (await session.scalars(select(Represented).where(~speaks.exists()).order_by(Represented.id))).all():
        staff = select(Officer.person_id).where(
            Officer.office_id == row.office_id, Officer.ended_at.is_(None), Officer.role.in_(STAFF)
        )
        keeper = await session.scalar(staff.order_by(Officer.id).limit(1))
        if keeper is None:
            continue
        waiting = update(OfficerNote).where(OfficerNote.person_id == row.person_id, OfficerNote.answered_at.is_(None))
        await session.execute(waiting.values(agent_id=keeper, listed_at=None))
        row.agent_id = keeper
        record(session, actor=None, action="represented.to_office", subject=f"people:{row.person_id}")
        moved += 1
    await session.flush()
    return moved
