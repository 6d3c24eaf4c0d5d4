"""Somebody is in danger: the office's request says so, and its people are told at once, at night too."""

from __future__ import annotations

from sqlalchemy import select

from models.conversations import HelpRequest
from models.database import ReadSession, Session
from models.messages import Kind
from models.offices import Office, Officer
from services.desk import ask_for_help, person_label, words_of
from services.notices import tell

URGENT = "【紧急】"


async def ask_urgently(session: Session, person_id: int, region: str | None, words: str) -> Office:
    """A help request that is marked urgent; the office hears of it once while it is open. Raises NoOfficeError."""
    known = await _open_request(session, person_id)
    told = known is not None and is_urgent(session, known)
    office = await ask_for_help(session, person_id, region, f"{URGENT}{words}")
    await session.flush()
    request = await _open_request(session, person_id)
    if request is not None and not told:
        name = await person_label(session, person_id)
        theirs = select(Officer.person_id).where(Officer.office_id == office.id, Officer.ended_at.is_(None))
        for officer in (await session.scalars(theirs.order_by(Officer.id))).all():
            questions = (("button.see_request", f"helpme:{request.id}"),)
            await tell(session, officer, "notice.urgent", kind=Kind.REPLY, name=name, questions=questions)
    return office


def is_urgent(session: ReadSession, request: HelpRequest) -> bool:
    """Whether the person was in danger when asking."""
    return URGENT in words_of(session, request)


async def _open_request(session: ReadSession, person_id: int) -> HelpRequest | None:
    query = select(HelpRequest).where(HelpRequest.person_id == person_id, HelpRequest.answered_at.is_(None))
    return (await session.scalars(query)).first()
