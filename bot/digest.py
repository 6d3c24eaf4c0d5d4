"""The morning digest as it is sent and as it is asked for: what waits, and of the reports what concerns the reader."""

from __future__ import annotations

from matching.places import short_name
from models.database import ReadSession
from models.offices import Role
from reports.deadlines import due_soon, is_filed, missing_below
from services.desk import desk_of
from services.digest import digest_lines
from services.texts import say

NAMED = 5


async def digest_of(
    session: ReadSession, region: str, role: str | None, language: str
) -> tuple[list[str], list[tuple[str, str]]]:
    """The lines for an officer of this role at the region's office, and (label, button data) for what can be done."""
    also = await _reports(session, region, role, language)
    return await digest_lines(session, await desk_of(session, region), language, region, also=also)


async def _reports(session: ReadSession, region: str, role: str | None, language: str) -> list[str]:
    """Who files hears what of theirs is due; who answers the level below, whose is missing there."""
    lines = []
    for due in due_soon(session.today) if role in (Role.SUPERVISOR, Role.STAFF) else ():
        values = {"form": due.form, "name": due.name, "n": (due.due - session.today).days}
        if role == Role.SUPERVISOR and not await is_filed(session, due, region):
            lines.append(say(language, "digest.filing_due", **values))
        if missing := await missing_below(session, due, region):
            places = say(language, "list.comma").join(short_name(place, language) for place in missing[:NAMED])
            lines.append(say(language, "digest.filing_below", places=places, count=len(missing), **values))
    return lines
