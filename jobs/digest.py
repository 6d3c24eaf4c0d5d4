"""The morning digest to every officer."""

from __future__ import annotations

from itertools import groupby

from sqlalchemy import select

from bot.digest import digest_of
from jobs.runner import Counts
from models.database import Session
from models.messages import Kind
from models.offices import Office, Officer
from models.people import Person
from services.notices import tell_words
from services.texts import say


async def send_digests(session: Session) -> Counts:
    """One digest a person, about every office where they work, with the word that opens the desk."""
    rows = await session.execute(
        select(Officer.person_id, Office.region, Officer.role, Person.language)
        .join(Office, Office.id == Officer.office_id)
        .join(Person, Person.id == Officer.person_id)
        .where(Officer.ended_at.is_(None))
        .order_by(Officer.person_id, Office.region, Officer.role)
    )
    sent = 0
    for (person_id, language), offices in groupby(rows.all(), key=lambda row: (row.person_id, row.language)):
        roles = {row.region: row.role for row in offices}  # of several at one place the last: the supervisor's
        parts = [await _digest(session, region, roles[region], language) for region in sorted(roles)]
        sent += await tell_words(session, person_id, "\n\n".join(parts), kind=Kind.DIGEST)
    return {"sent": sent}


async def _digest(session: Session, region: str, role: str, language: str) -> str:
    lines, todo = await digest_of(session, region, role, language)
    lines += [f"- {label}" for label, _ in todo]
    if todo:
        lines.append(say(language, "digest.how"))
    return "\n".join(lines)
