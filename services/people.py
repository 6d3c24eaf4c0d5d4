"""People: consent, registration, profile, groups, leaving."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select, update

from models.audit import record
from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from models.people import NEEDS_PROOF, Consent, Group, GroupMembership, Person, Seeker
from services.access import find_by_phone
from services.ledger import Fact, append_about
from services.offices import office_for
from services.phones import e164

PROFILE = "seekers.profile"
CONSENT_VERSION = "2026-11"
KEEP_PROFILE = "keep_profile"
KEEP_EMPLOYER = "keep_employer"
SENSITIVE_GROUP = "sensitive_group"


class ConsentMissingError(ZhaohuoError):
    """The person's consent to keep the profile is not recorded; record it first."""


async def has_consent(session: ReadSession, person_id: int, purpose: str, subject: str = "") -> bool:
    """Whether the person has agreed to this purpose and not withdrawn it."""
    query = select(Consent.id).where(
        Consent.person_id == person_id,
        Consent.purpose == purpose,
        Consent.subject == subject,
        Consent.withdrawn_at.is_(None),
    )
    return (await session.scalar(query.limit(1))) is not None


async def give_consent(
    session: Session, person_id: int, purpose: str, subject: str = "", *, by: int | None = None
) -> None:
    """Record that the person agreed, to which wording and when; twice is once. `by`: who took a spoken yes."""
    if await has_consent(session, person_id, purpose, subject):
        return
    session.add(
        Consent(
            id=session.new_id(),
            person_id=person_id,
            purpose=purpose,
            subject=subject,
            version=CONSENT_VERSION,
            given_at=session.now,
        )
    )
    record(
        session,
        actor=by or person_id,
        action=f"consent.{purpose}",
        subject=f"people:{person_id}",
        detail={"version": CONSENT_VERSION, "about": subject},
    )


async def register_seeker(session: Session, person_id: int, profile: dict[str, Any]) -> Seeker:
    """Keep what the person looks for; the first time it is a registration and counts as one.

    Raises ConsentMissingError: nothing is kept before the person agreed.
    """
    if not await has_consent(session, person_id, KEEP_PROFILE):
        raise ConsentMissingError
    said = profile.get("group")
    if said and not is_sensitive(Group(said)):  # hardship has a question and a consent of its own
        await join_group(session, person_id, Group(said))
        await session.flush()
    seeker = await session.get(Seeker, person_id)
    if seeker is None:
        seeker = await _first_registration(session, person_id, profile)
    profile = {name: value for name, value in profile.items() if name != "group"}
    seeker.active = True
    seeker.region = profile.get("region")
    seeker.occupations = profile.get("occupations", [])
    seeker.profile_sealed = session.keys.seal(json.dumps(profile, ensure_ascii=False), PROFILE, person_id)
    return seeker


async def _first_registration(session: Session, person_id: int, profile: dict[str, Any]) -> Seeker:
    office = await office_for(session, profile.get("region") or profile.get("home_region"))
    seeker = Seeker(person_id=person_id, office_id=office.id, registered_at=session.now)
    seeker.occupations, seeker.profile_sealed = [], b""
    session.add(seeker)
    fact = Fact(
        key=f"seeker_registered:{person_id}",
        kind="seeker_registered",
        occurred_on=session.today,
        region=office.region,
        office_id=office.id,
        source=f"seekers:{person_id}",
    )
    await append_about(session, person_id, fact)
    return seeker


async def profile_of(session: ReadSession, person_id: int) -> dict[str, Any] | None:
    """What the person looks for, as it was kept."""
    seeker = await session.get(Seeker, person_id)
    if seeker is None or not seeker.profile_sealed:
        return None
    profile: dict[str, Any] = json.loads(session.keys.open(seeker.profile_sealed, PROFILE, person_id))
    return profile


async def join_group(session: Session, person_id: int, group: Group, *, checked: bool = False) -> None:
    """Note a group from today; a group that needs proof counts only once an officer has checked it."""
    held = await session.scalar(
        select(GroupMembership.id).where(
            GroupMembership.person_id == person_id,
            GroupMembership.group == group.value,
            GroupMembership.until.is_(None),
        )
    )
    if held is None:
        session.add(
            GroupMembership(
                id=session.new_id(),
                person_id=person_id,
                group=group.value,
                proof="checked" if checked else "declared",
                since=session.today,
            )
        )


async def groups_of(session: ReadSession, person_id: int) -> list[GroupMembership]:
    """The groups the person is in today."""
    rows = await session.scalars(
        select(GroupMembership).where(GroupMembership.person_id == person_id, GroupMembership.until.is_(None))
    )
    return list(rows)


def is_sensitive(group: Group) -> bool:
    """Whether asking for the group needs a consent of its own (`promises.md` §5)."""
    return group in NEEDS_PROOF


async def set_contact(session: Session, person_id: int, *, name: str | None = None, phone: str | None = None) -> None:
    """Keep a name or a number as the person typed it. Raises PhoneRefusedError."""
    person = await session.get_one(Person, person_id)
    if name is not None:
        person.set_name(session, name)
    if phone is not None:
        person.set_phone(session, e164(phone), proven=False)
    record(session, actor=person_id, action="people.contact", subject=f"people:{person_id}")


async def claim_phone(session: Session, person_id: int, phone: str) -> bool:
    """Keep the number unless another record has it: a typed number proves nothing, so records are never joined here."""
    holder = await find_by_phone(session, e164(phone))
    if holder is not None and holder.id != person_id:
        return False
    await set_contact(session, person_id, phone=phone)
    return True


async def prove_phone(session: Session, person_id: int, phone: str) -> bool:
    """Keep a number that the channel vouches for; False when another record has it: the office joins the two.

    Raises PhoneRefusedError.
    """
    number = e164(phone if phone.startswith("+") else f"+{phone}")
    holder = await find_by_phone(session, number)
    if holder is not None and holder.id != person_id:
        return False
    person = await session.get_one(Person, person_id)
    person.set_phone(session, number)
    record(session, actor=person_id, action="people.phone_proven", subject=f"people:{person_id}")
    return True


async def set_language(session: Session, person_id: int, language: str) -> None:
    """The language of everything the person reads."""
    await session.execute(update(Person).where(Person.id == person_id).values(language=language))


async def opt_out(session: Session, person_id: int, *, out: bool = True) -> bool:
    """No proactive message any more (or again, when the person asks for it in so many words); whether that is new."""
    moment = session.now if out else None
    before = await session.scalar(select(Person.opted_out_at).where(Person.id == person_id))
    if (before is not None) == out:
        return False
    await session.execute(update(Person).where(Person.id == person_id).values(opted_out_at=moment))
    record(
        session,
        actor=person_id,
        action="people.opt_out" if out else "people.opt_in",
        subject=f"people:{person_id}",
    )
    return True
