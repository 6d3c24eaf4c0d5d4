"""What would be said to somebody without a phone waits for their information officer's list."""

from __future__ import annotations

from sqlalchemy import select

from models.database import ReadSession, Session
from models.messages import CONTACT_MARK
from models.officers import OfficerNote, Represented
from models.people import Person
from services.texts import say

TEXT = "officer_notes.text"


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
