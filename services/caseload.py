"""The casework that waits for an office: tickets, files to check again, aid to pay, graduates nobody has called."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from models.aid import AidGrant
from models.database import ReadSession
from models.families import FamilyFile
from models.graduates import Graduate
from models.memberships import UnionMembership
from models.money import yuan
from models.people import Person
from models.startups import Startup, StartupCheck
from models.tickets import Ticket
from services import aid, families, graduates, instalments, loans, memberships, objections, startups, tickets
from services.casework import count
from services.phones import masked_name
from services.texts import say

SHOWN, FEW = 8, 3
DUE_SOON = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first of what can be done from the desk by a button."""

    tickets: tuple[Ticket, ...]
    files: tuple[FamilyFile, ...]
    grants: tuple[AidGrant, ...]
    graduates: tuple[Graduate, ...]
    checks: tuple[StartupCheck, ...]
    members: tuple[UnionMembership, ...]


@dataclass(frozen=True, slots=True)
class Caseload:
    """How much of each waits in the region's subtree, and the first of them."""

    tickets: int
    urgent: int
    rechecks: int
    files_ready: int
    objections: int
    payable: int
    unseen: int
    startups: int
    overdue: int
    undecided: int
    aid_asked: int
    loans_asked: int
    joining: int
    first: Waiting


async def caseload_of(session: ReadSession, region: str) -> Caseload:
    """What waits now."""
    today = session.today
    ready, decided = aid.ready_for_payment(today, region), aid.approved(region)
    return Caseload(
        tickets=await count(session, tickets.open_tickets(region)),
        urgent=await count(session, tickets.urgent_tickets(today, region)),
        rechecks=await count(session, families.due_for_recheck(today, region)),
        files_ready=await count(session, families.ready_for_file(today, region)),
        objections=await count(session, objections.open_objections(region)),
        payable=await count(session, ready) + await count(session, decided),
        unseen=await count(session, graduates.unseen(today, region)),
        startups=await count(session, startups.due_checks(today, region)),
        overdue=await count(session, instalments.overdue(today, region)),
        undecided=await count(session, families.undecided(region)),
        aid_asked=await count(session, aid.asked(region)),
        loans_asked=await count(session, loans.asked(region)),
        joining=await count(session, memberships.waiting(region)),
        first=Waiting(
            tickets=tuple(await session.scalars(tickets.open_tickets(region).limit(SHOWN))),
            files=tuple(await session.scalars(families.ready_for_file(today, region).limit(FEW))),
            grants=(
                *(await session.scalars(ready.limit(FEW))),
                *(await session.scalars(decided.limit(FEW))),
            ),
            graduates=tuple(await session.scalars(graduates.unseen(today, region).limit(FEW))),
            members=tuple(await session.scalars(memberships.waiting(region).limit(FEW))),
            checks=tuple(await session.scalars(startups.due_checks(today, region).limit(FEW))),
        ),
    )


def case_lines(cases: Caseload, language: str) -> list[str]:
    """One line for what waits; nothing for what does not."""
    names = [field.name for field in fields(cases) if field.name != "first"]
    return [say(language, f"cases.{name}", n=getattr(cases, name)) for name in names if getattr(cases, name)]


async def case_choices(session: ReadSession, cases: Caseload, language: str) -> list[tuple[str, str]]:
    """(label, button data) of what can be done now: tickets with the nearest deadlines, files, payments, calls."""
    first = cases.first
    kinds = (cases.undecided, cases.rechecks, cases.objections, cases.aid_asked, cases.loans_asked, cases.overdue)
    found = [(say(language, "digest.casework", n=sum(kinds)), "casework")] if any(kinds) else []
    for ticket in first.tickets:
        day = {"month": ticket.due_on.month, "day": ticket.due_on.day}
        topic = say(language, f"topic.{ticket.topic}")
        name = await _name(session, ticket.person_id)
        found.append((say(language, "digest.ticket", topic=topic, name=name, **day), f"ticket:{ticket.id}"))
    for family in first.files:
        name = await _name(session, family.applicant_id)
        found.append((say(language, "digest.file", name=name), f"onfile:{family.id}"))
    for grant in first.grants:
        name = await _name(session, grant.person_id)
        found.append((say(language, "digest.pay", name=name, yuan=yuan(grant.amount_fen)), f"pay:{grant.id}"))
    for graduate in first.graduates:
        name = await _name(session, graduate.person_id)
        found.append((say(language, "digest.graduate", name=name), f"grad:{graduate.id}"))
    for member in first.members:
        name = await _name(session, member.person_id)
        found.append((say(language, "digest.member", name=name), f"member:{member.id}"))
    for check in first.checks:
        shop = await session.get_one(Startup, check.startup_id)
        name = await _name(session, shop.person_id)
        found.append((say(language, "digest.shop", name=name, n=check.months), f"supc:{check.id}"))
    return found


async def to_decide(
    session: ReadSession, region: str, language: str, skip: int = 0
) -> tuple[list[tuple[str, str]], bool]:
    """(label, button data) of what waits for a yes or no, a page of it, and whether there is more.

    Files, objections, aid, loans, parts to be repaid; of each the oldest first.
    """
    today = session.today
    waiting: tuple[tuple[str, Any], ...] = (
        ("file", families.undecided(region)),
        ("recheck", families.due_for_recheck(today, region)),
        ("objection", objections.open_objections(region)),
        ("aid", aid.asked(region)),
        ("loan", loans.asked(region)),
        ("repay", instalments.due_by(today + DUE_SOON, region)),
    )
    rows = [(kind, row) for kind, query in waiting for row in await session.scalars(query.limit(skip + SHOWN + 1))]
    page = [await _todo(session, kind, row, language) for kind, row in rows[skip : skip + SHOWN]]
    return page, len(rows) > skip + SHOWN


async def _todo(session: ReadSession, kind: str, row: Any, language: str) -> tuple[str, str]:
    match kind:
        case "objection":
            day = {"month": row.raised_on.month, "day": row.raised_on.day}
            return say(language, "todo.objection", **day), f"objn:show:{row.id}"
        case "aid":
            what = {"kind": say(language, f"aid.{row.kind}"), "yuan": yuan(row.amount_fen)}
            name = await _name(session, row.person_id)
            return say(language, "todo.aid", name=name, **what), f"grant:show:{row.id}"
        case "loan" | "repay":
            name = await _name(session, row.person_id)
            return say(language, f"todo.{kind}", name=name, yuan=yuan(row.amount_fen)), f"lend:show:{row.id}"
        case _:
            name = await _name(session, row.applicant_id)
            step = "recheck" if kind == "recheck" else row.state
            return say(language, f"todo.{step}", name=name), f"fam:show:{row.id}"


async def _name(session: ReadSession, person_id: int) -> str:
    person = await session.get_one(Person, person_id)
    return masked_name(person.name(session))
