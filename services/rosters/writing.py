"""The facts of a line into the ledger, each once: keyed by person, kind, day and office, never by raw numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, or_, select, update

from models.audit import record
from models.database import ReadSession, Session
from models.ledger import LedgerEntry
from models.offices import Office
from models.people import Group, GroupMembership, Person
from models.rosters import Roster, RosterRow
from services.exchange.rows import RowRefusedError
from services.ledger import Fact, append_about, groups_on
from services.merged import all_of
from services.rosters.facts import Told

KEY = "ledger_entries.roster"
OWN = "roster_rows:"
EVIDENCED = frozenset({"both", "contract", "staff_call"})


@dataclass(frozen=True, slots=True)
class There:
    """An entry that says already what a line says. `same_file`: it came from this very file."""

    entry: LedgerEntry
    reversed: bool
    same_file: bool


async def find_there(session: ReadSession, roster: Roster, office: Office, person: Person, told: Told) -> There | None:
    """The entry of this fact, whichever record brought it. Raises RowRefusedError where it says something else."""
    aliases = [one.ledger_key for one in await all_of(session, person.id)]
    keys = [_key(session, alias, office.id, told) for alias in aliases]
    matches: ColumnElement[bool] = LedgerEntry.key.in_(keys)
    if not told.part:
        about = LedgerEntry.person.in_(aliases) & (LedgerEntry.kind == told.kind)
        same_day = (LedgerEntry.occurred_on == told.day) & (LedgerEntry.office_id == office.id)
        matches = or_(matches, about & same_day & LedgerEntry.reverses.is_(None))
    query = select(LedgerEntry).where(matches).order_by(LedgerEntry.key.in_(keys).desc(), LedgerEntry.id)
    found = (await session.scalars(query.limit(1))).first()
    if found is None:
        return None
    reversal = await session.scalar(select(LedgerEntry.id).where(LedgerEntry.reverses == found.key).limit(1))
    if reversal is None and found.key in keys:
        _check_same(found, told)
    return There(found, reversal is not None, await _is_of_file(session, found.source, roster.file_hash))


def _check_same(entry: LedgerEntry, told: Told) -> None:
    other = [name for name in told.facts if entry.facts.get(name) != told.facts[name]]
    if entry.amount_fen != told.amount_fen:
        other.append("amount")
    if other:
        raise RowRefusedError(
            "row", f"{told.kind} of {told.day} is in the ledger with another {', '.join(other)}; reverse it there first"
        )


async def _is_of_file(session: ReadSession, source: str, file_hash: bytes) -> bool:
    if not source.startswith(OWN):
        return False
    query = select(Roster.file_hash).join(RosterRow, RosterRow.roster_id == Roster.id)
    return await session.scalar(query.where(RosterRow.id == int(source.removeprefix(OWN)))) == file_hash


async def elsewhere(session: ReadSession, office: Office, person: Person, told: Told) -> bool:
    """Whether another office claims the same of this person on this day."""
    aliases = [one.ledger_key for one in await all_of(session, person.id)]
    query = select(LedgerEntry.id).where(
        LedgerEntry.person.in_(aliases),
        LedgerEntry.kind == told.kind,
        LedgerEntry.occurred_on == told.day,
        LedgerEntry.office_id != office.id,
        LedgerEntry.reverses.is_(None),
    )
    return await session.scalar(query.limit(1)) is not None


async def write(session: Session, office: Office, person: Person, row: RosterRow, facts: Sequence[Told]) -> None:
    """Append the facts, all with the groups of their day before any of them changed a group."""
    snapshots = [await groups_on(session, person.id, told.day) for told in facts]
    for told, groups in zip(facts, snapshots, strict=True):
        fact = Fact(
            key=_key(session, person.ledger_key, office.id, told),
            kind=told.kind,
            occurred_on=told.day,
            region=office.region,
            office_id=office.id,
            facts=told.facts,
            amount_fen=told.amount_fen,
            source=f"{OWN}{row.id}",
        )
        await append_about(session, person.id, fact, groups)
        if told.kind == "placement_started" and told.facts["evidence"] in EVIDENCED:
            await _end_laid_off(session, person.id, told.day)


def _key(session: ReadSession, alias: str, office_id: int, told: Told) -> str:
    name = f"{alias}|{told.kind}|{told.day}|{office_id}|{told.part}"
    return f"{told.kind}:{session.keys.index(name, KEY).hex()}"


async def _end_laid_off(session: Session, person_id: int, day: date) -> None:
    """Work ends 下岗失业, as a start that is confirmed in the service does."""
    await session.execute(
        update(GroupMembership)
        .where(
            GroupMembership.person_id == person_id,
            GroupMembership.group == Group.LAID_OFF.value,
            GroupMembership.since <= day,
            GroupMembership.until.is_(None),
        )
        .values(until=day)
    )


async def hold_groups(session: Session, person_id: int, groups: Sequence[Group], day: date) -> None:
    """The office has checked these groups: they hold on that day, up to where they are known to have begun or on."""
    for group in groups:
        query = select(GroupMembership).where(
            GroupMembership.person_id == person_id, GroupMembership.group == group.value
        )
        held = list(await session.scalars(query.order_by(GroupMembership.since)))
        covers = [one for one in held if one.since <= day and (one.until is None or one.until >= day)]
        if any(one.proof == "checked" for one in covers):
            continue
        if covers:
            covers[0].proof = "checked"
        else:
            later = [one.since for one in held if one.since > day]
            session.add(
                GroupMembership(
                    id=session.new_id(),
                    person_id=person_id,
                    group=group.value,
                    proof="checked",
                    since=day,
                    until=min(later) - timedelta(days=1) if later else None,
                )
            )
        record(session, actor=None, action="groups.checked", subject=f"people:{person_id}", detail={"group": group})
    await session.flush()
