"""The one door to the ledger: facts are checked, then appended; nothing is ever changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from models.database import ReadSession, Session
from models.errors import FactsRefusedError
from models.ledger import LEDGER, LedgerEntry
from models.people import NEEDS_PROOF, Group, GroupMembership, Person
from services.facts import check_facts, check_source

GROUPS = frozenset(Group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that happened, as `statistics.md` §1 names it."""

    key: str
    kind: str
    occurred_on: date
    region: str
    source: str
    office_id: int | None = None
    person: str | None = None
    groups: tuple[str, ...] = ()
    facts: Mapping[str, Any] | None = None
    quantity: int | None = None
    amount_fen: int | None = None
    reverses: str | None = None


async def groups_on(session: ReadSession, person_id: int, day: date) -> tuple[str, ...]:
    """The person's groups on that day: declared ones, and of those that need proof only the checked."""
    rows = await session.scalars(
        select(GroupMembership).where(GroupMembership.person_id == person_id, GroupMembership.since <= day)
    )
    held = {
        row.group
        for row in rows
        if (row.until is None or row.until >= day) and (row.proof == "checked" or Group(row.group) not in NEEDS_PROOF)
    }
    return tuple(sorted(held))


async def check(session: Session, fact: Fact) -> None:
    """What every fact must pass.

    Raises FactsRefusedError when its kind, facts or person are not as they must be, or its day is still to come.
    """
    check_facts(
        fact.kind,
        fact.facts or {},
        person=fact.person,
        quantity=fact.quantity,
        amount_fen=fact.amount_fen,
        reversal=fact.reverses is not None,
    )
    check_source(fact.source)
    if fact.reverses is not None:
        await _check_reversal(session, fact)
    elif fact.occurred_on > session.today:
        raise FactsRefusedError(f"{fact.key}: {fact.occurred_on} is still to come; enter it once it has happened")
    for group in fact.groups:
        if group not in GROUPS:
            raise FactsRefusedError(f"{fact.key}: unknown group {group!r}")


async def append(session: Session, fact: Fact) -> LedgerEntry:
    """Append one fact. Raises FactsRefusedError when its kind, facts or person are not as they must be."""
    await check(session, fact)
    entry = LedgerEntry(**_values(session, fact))
    session.add(entry)
    return entry


def again(entry: LedgerEntry, key: str, reverses: str | None = None) -> Fact:
    """The entry's fact under another key: what cancels it, or what it is written anew from."""
    return Fact(
        key=key,
        kind=entry.kind,
        occurred_on=entry.occurred_on,
        region=entry.region,
        office_id=entry.office_id,
        person=entry.person,
        groups=tuple(entry.groups),
        facts=entry.facts,
        quantity=entry.quantity,
        amount_fen=entry.amount_fen,
        source=entry.source,
        reverses=reverses,
    )


async def append_checked(session: Session, facts: Sequence[Fact]) -> None:
    """Append many facts that have passed `check`, in their order: a file of a million has no time for objects."""
    if facts:
        await session.execute(insert(LEDGER), [_values(session, fact) for fact in facts])


def _values(session: Session, fact: Fact) -> dict[str, Any]:
    return {
        "id": session.new_id(),
        "key": fact.key,
        "kind": fact.kind,
        "occurred_on": fact.occurred_on,
        "recorded_at": session.now,
        "region": fact.region,
        "office_id": fact.office_id,
        "person": fact.person,
        "groups": list(fact.groups),
        "facts": dict(fact.facts or {}),
        "quantity": fact.quantity,
        "amount_fen": fact.amount_fen,
        "source": fact.source,
        "reverses": fact.reverses,
    }


async def _check_reversal(session: Session, fact: Fact) -> None:
    """A reversal cancels one entry of its own kind that is there and is no reversal itself."""
    target = (await session.scalars(select(LedgerEntry).where(LedgerEntry.key == fact.reverses).limit(1))).first()
    if target is None or target.kind != fact.kind or target.reverses is not None:
        raise FactsRefusedError(f"{fact.key}: reverses {fact.reverses!r}, which is no entry of kind {fact.kind}")


async def append_about(
    session: Session, person_id: int, fact: Fact, groups: tuple[str, ...] | None = None
) -> LedgerEntry:
    """Append a fact about a person: the random key and the groups of the day are filled in.

    `groups` is given where the snapshot was taken before the fact itself (a placement ends 下岗失业).
    """
    person = await session.get_one(Person, person_id)
    if groups is None:
        groups = await groups_on(session, person_id, fact.occurred_on)
    values = {name: getattr(fact, name) for name in Fact.__dataclass_fields__}
    return await append(session, Fact(**{**values, "person": person.ledger_key, "groups": groups}))
