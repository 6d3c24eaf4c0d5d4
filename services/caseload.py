"""The casework that waits for an office: tickets, files to check again, aid to pay, graduates nobody has called."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import select

from models.database import ReadSession
from models.families import Objection, Publicity
from models.people import Person
from models.regions import visible_to
from models.states import ObjectionState
from models.tickets import Ticket
from services import aid, families, graduates, loans, startups, tickets
from services.casework import count
from services.phones import masked_name
from services.texts import say

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Caseload:
    """How much of each waits in the region's subtree, and the first tickets."""

    tickets: int
    urgent: int
    rechecks: int
    files_ready: int
    objections: int
    payable: int
    unseen: int
    startups: int
    overdue: int
    first: tuple[Ticket, ...]


async def caseload_of(session: ReadSession, region: str) -> Caseload:
    """What waits now."""
    today = session.today
    objections = visible_to(
        select(Objection.id)
        .join(Publicity, Publicity.id == Objection.publicity_id)
        .where(Objection.state == ObjectionState.OPEN),
        Publicity.region,
        region,
    )
    ready, decided = aid.ready_for_payment(today, region), aid.approved(region)
    return Caseload(
        tickets=await count(session, tickets.open_tickets(region)),
        urgent=await count(session, tickets.urgent_tickets(today, region)),
        rechecks=await count(session, families.due_for_recheck(today, region)),
        files_ready=await count(session, families.ready_for_file(today, region)),
        objections=await count(session, objections),
        payable=await count(session, ready) + await count(session, decided),
        unseen=await count(session, graduates.unseen(today, region)),
        startups=await count(session, startups.due_checks(today, region)),
        overdue=await count(session, loans.overdue(today, region)),
        first=tuple(await session.scalars(tickets.open_tickets(region).limit(SHOWN))),
    )


def case_lines(cases: Caseload, language: str) -> list[str]:
    """One line for what waits; nothing for what does not."""
    names = [field.name for field in fields(cases) if field.name != "first"]
    return [say(language, f"cases.{name}", n=getattr(cases, name)) for name in names if getattr(cases, name)]


async def ticket_choices(session: ReadSession, cases: Caseload, language: str) -> list[tuple[str, str]]:
    """(label, button data) of the tickets with the nearest deadlines."""
    found = []
    for ticket in cases.first:
        person = await session.get_one(Person, ticket.person_id)
        label = say(
            language,
            "digest.ticket",
            topic=say(language, f"topic.{ticket.topic}"),
            name=masked_name(person.name(session)),
            month=ticket.due_on.month,
            day=ticket.due_on.day,
        )
        found.append((label, f"ticket:{ticket.id}"))
    return found
