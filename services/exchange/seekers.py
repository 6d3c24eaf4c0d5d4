"""Seekers who agreed on paper: known by their phone; what a column says wins over their text."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select

from matching.understand import understand
from models.audit import record
from models.clock import SHANGHAI
from models.database import ReadSession, Session
from models.people import GROUP_NAMES, Consent, Group, GroupMembership, Person, Seeker
from services.exchange.cells import yuan
from services.exchange.contacts import ensure_person, shown
from services.exchange.kind import in_any_order, nothing_to_finish, nothing_to_prepare
from services.exchange.rows import Row
from services.matches import as_request
from services.people import (
    KEEP_PROFILE,
    SENSITIVE_GROUP,
    has_consent,
    is_sensitive,
    join_group,
    profile_of,
    register_seeker,
)

IMPORTED: tuple[str, ...] = (
    "name",
    "phone",
    "text",
    "occupations",
    "region",
    "home_region",
    "wage_min",
    "education",
    "experience_years",
    "certificates",
    "groups",
    "consent_on",
)
EXPORTED: tuple[str, ...] = ("id", *IMPORTED, "registered_on", "active")
NEEDED: tuple[str, ...] = ("text", "occupations", "phone", "name")
SAVEPOINT = True
comes_late, prepare, finish = in_any_order, nothing_to_prepare, nothing_to_finish
PAPER = "paper"
GROUPS = {name: group.value for group, name in GROUP_NAMES.items()}


async def take(session: Session, row: Row, _known: None) -> bool:
    """Register somebody new; a person with this phone who is registered already stays as they are."""
    if await session.get(Seeker, row.own_id()) is not None:
        return False  # a row of our own export
    profile, groups = _profile(row, session.today), _groups(row)
    name, phone, signed_on = row.name("name", 40), row.phone("phone"), row.day("consent_on")
    if signed_on is not None and signed_on > session.today:
        row.refuse("consent_on", "lies in the future")
    if not name and not phone:
        row.refuse("name", "neither name nor phone: nobody could be told of a job")
    if row.problems:
        return False
    person = await ensure_person(session, name, phone)
    if await session.get(Seeker, person.id) is not None:
        return False
    signed = datetime.combine(signed_on, time(), SHANGHAI).astimezone(UTC) if signed_on else session.now
    await _agreed(session, person.id, groups, row.file, signed)
    for group in groups:
        await join_group(session, person.id, group)
    await session.flush()
    await register_seeker(session, person.id, profile)
    return True


async def _agreed(session: Session, person_id: int, groups: Sequence[Group], file: str, signed: datetime) -> None:
    """The signed paper is the proof: its version names the file that told of it."""
    purposes = [KEEP_PROFILE, *([SENSITIVE_GROUP] if any(is_sensitive(group) for group in groups) else [])]
    version = f"{PAPER}:{file}"[:32]
    for purpose in purposes:
        if not await has_consent(session, person_id, purpose):
            session.add(
                Consent(id=session.new_id(), person_id=person_id, purpose=purpose, version=version, given_at=signed)
            )
            detail = {"version": version, "source": file[:80]}
            record(session, actor=None, action=f"consent.{purpose}", subject=f"people:{person_id}", detail=detail)


def _groups(row: Row) -> list[Group]:
    known = set(Group)
    found = [GROUPS.get(word, word) for word in row.words("groups")]
    for word in found:
        if word not in known:
            row.refuse("groups", f"{word[:40]!r} is no group; allowed: {', '.join(sorted(known))}")
    return [Group(word) for word in dict.fromkeys(found) if word in known]


def _profile(row: Row, today: date) -> dict[str, Any]:
    """In the form that is kept (`services.matches.as_request`)."""
    text = row.text("text")
    if not text and not row.text("occupations"):
        row.refuse("text", "neither text nor occupations: what is looked for?")
    said = as_request(understand(text), today) if text else {}
    said.pop("group", None)  # a column says it, or nobody
    told: dict[str, Any] = {
        "occupations": [[code, score] for code, score in row.occupations("occupations")],
        "region": row.region(needed=False),
        "home_region": row.region("home_region", needed=False),
        "wage_min": row.fen("wage_min"),
        "education": row.education(),
        "experience_years": row.number("experience_years", 0, 60),
        "certificates": list(row.words("certificates")),
    }
    return {**said, **{name: value for name, value in told.items() if value not in (None, "", [])}}


async def give(session: ReadSession, *, contacts: bool) -> AsyncIterator[list[object]]:
    """Every active seeker with profile and groups."""
    query = select(Seeker, Person).join(Person, Person.id == Seeker.person_id).order_by(Seeker.person_id)
    for seeker, person in (await session.execute(query.where(Person.deleted_at.is_(None)))).all():
        name, phone = shown(session, person, contacts=contacts)
        profile = await profile_of(session, person.id) or {}
        values = {name: profile.get(name) for name in EXPORTED}
        values |= {"id": person.id, "name": name, "phone": phone, "groups": await _held(session, person.id)}
        values |= {"wage_min": yuan(profile.get("wage_min")), "consent_on": await _agreed_on(session, person.id)}
        values |= {"occupations": [code for code, _ in profile.get("occupations", ())]}
        values |= {"registered_on": seeker.registered_at, "active": seeker.active}
        yield [values[column] for column in EXPORTED]


async def _held(session: ReadSession, person_id: int) -> list[str]:
    query = select(GroupMembership.group).where(GroupMembership.person_id == person_id, GroupMembership.until.is_(None))
    return list(await session.scalars(query.order_by(GroupMembership.id)))


async def _agreed_on(session: ReadSession, person_id: int) -> datetime | None:
    query = select(Consent.given_at).where(Consent.person_id == person_id, Consent.purpose == KEEP_PROFILE)
    found: datetime | None = await session.scalar(query.where(Consent.withdrawn_at.is_(None)).limit(1))
    return found
