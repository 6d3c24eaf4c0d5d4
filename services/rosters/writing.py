"""The facts of a line into the ledger, each once: keyed by person, kind, day and office, never by raw numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, update

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
class Known:
    """A person's entries under all their names."""

    aliases: list[str]
    entries: list[LedgerEntry]

    def of_day(self, told: Told) -> list[LedgerEntry]:
        """Those of the same kind and day, whoever reports them."""
        return [entry for entry in self.entries if (entry.kind, entry.occurred_on) == (told.kind, told.day)]


@dataclass(frozen=True, slots=True)
class There:
    """An entry that says already what a line says. `same_file`: it came from this very file."""

    entry: LedgerEntry
    reversed: bool
    same_file: bool


async def known_of(session: ReadSession, person: Person) -> Known:
    """All that the ledger holds of a person, under every record that goes on as this one: a few rows."""
    aliases = [one.ledger_key for one in await all_of(session, person.id)]
    query = select(LedgerEntry).where(LedgerEntry.person.in_(aliases), LedgerEntry.reverses.is_(None))
    return Known(aliases, list(await session.scalars(query.order_by(LedgerEntry.id))))


async def find_there(session: ReadSession, roster: Roster, office: Office, known: Known, told: Told) -> There | None:
    """The entry of this fact, whichever record brought it. Raises RowRefusedError where it says something else."""
    keys = {_key(session, alias, office.id, told) for alias in known.aliases}
    found = next((entry for entry in known.entries if entry.key in keys), None)
    if found is None and not told.part:
        found = next((entry for entry in known.of_day(told) if entry.office_id == office.id), None)
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


def is_elsewhere(office: Office, known: Known, told: Told) -> bool:
    """Whether another office claims the same of this person on this day."""
    return any(entry.office_id != office.id for entry in known.of_day(told))


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
