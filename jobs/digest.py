"""The morning digest to every officer."""

from __future__ import annotations

from sqlalchemy import select

from models.database import Session
from models.messages import Kind
from models.offices import Office, Officer
from models.people import Person
from services.desk import desk_of
from services.digest import digest_lines
from services.notices import tell_words
from services.texts import say


async def send_digests(session: Session) -> None:
    """One digest an officer, of the office's own region, with the word that opens the desk."""
    rows = await session.execute(
        select(Officer.person_id, Office.region, Person.language)
        .join(Office, Office.id == Officer.office_id)
        .join(Person, Person.id == Officer.person_id)
        .where(Officer.ended_at.is_(None))
    )
    for person_id, region, language in rows.all():
        desk = await desk_of(session, region)
        lines, todo = await digest_lines(session, desk, language, region)
        lines += [f"- {label}" for label, _ in todo]
        if todo:
            lines.append(say(language, "digest.how"))
        await tell_words(session, person_id, "\n".join(lines), kind=Kind.DIGEST)
