"""Ledger entries of a file (`statistics.md` §1): known by their key; a reversal comes after what it cancels.

A person is a stable key of the file. A keyed hash makes it one of ours: two files of the same source mean the same
person, those of another source (`--source`) somebody else, and nobody can tell the source's key from ours. A key that
the ledger knows already stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import select

from matching.places import get_region
from matching.region_changes import abolished
from models.database import ReadSession, Session
from models.errors import FactsRefusedError
from models.ledger import LedgerEntry
from models.offices import Office
from models.people import Person
from services.exchange.rows import Row, RowRefusedError
from services.facts import kinds
from services.ledger import Fact, append_checked, check

IMPORTED: tuple[str, ...] = (
    "key",
    "kind",
    "occurred_on",
    "region",
    "office",
    "person",
    "groups",
    "facts",
    "quantity",
    "amount_fen",
    "source",
    "reverses",
)
EXPORTED: tuple[str, ...] = IMPORTED
NEEDED: tuple[str, ...] = ("key", "kind", "occurred_on")
SAVEPOINT = False
FIRST_DAY = date(2000, 1, 1)
PERSON = "ledger_entries.person"
MERGED, MERGED_INTO = "person_merged", "into"  # the kind with a fact that names a person
TABLE = LedgerEntry.__table__
COMPARED = tuple(name for name in Fact.__dataclass_fields__ if name != "key")
COMPARED_WITHOUT_OFFICE = tuple(name for name in COMPARED if name != "office_id")  # who the own office is may change
AT_FAULT = (
    ("unknown kind", "kind"),
    ("person", "person"),
    ("quantity", "quantity"),
    ("amount_fen", "amount_fen"),
    ("source", "source"),
    ("reverses", "reverses"),
    ("group", "groups"),
)


@dataclass(slots=True)
class Known:
    """What the ledger holds of some rows, and the offices."""

    entries: dict[str, Any]  # a row of the ledger or a fact of the file, by key
    people: frozenset[str]
    offices: OfficeBook
    fresh: list[Fact] = field(default_factory=list)


@dataclass(slots=True)
class OfficeBook:
    """Offices by what a file may call them."""

    own: dict[str, int] = field(default_factory=dict)  # the first of each region
    named: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def find(self, row: Row, region: str) -> int | None:
        """The region's own when the cell is empty; else by number, adcode or name."""
        words = row.text("office", 80)
        if not words:
            return self.own.get(region)
        here = [number for place, number in self.named.get(words, ()) if place == region]
        found = here or [number for _, number in self.named.get(words, ())]
        if words in self.own:
            return self.own[words]
        if len(found) != 1:
            why = "several offices are" if found else "no office is"
            row.refuse("office", f"{why} called {words!r}; import offices first, or leave it empty")
            return None
        return found[0]


def comes_late(row: Row) -> bool:
    """A reversal, behind the entry that it cancels."""
    return bool(row.text("reverses"))


async def prepare(session: Session, rows: Sequence[Row]) -> Known:
    """Entries with these keys, persons with these names, all offices."""
    keys = {row.text("key") for row in rows}
    found = await session.execute(select(TABLE).where(TABLE.c.key.in_(keys)))
    merges = (row for row in rows if row.text("kind") == MERGED)
    names = {row.text("person") for row in rows} | {str(_facts(row).get(MERGED_INTO, "")) for row in merges}
    of_people = await session.scalars(select(Person.ledger_key).where(Person.ledger_key.in_(names)))
    of_entries = await session.scalars(select(LedgerEntry.person).where(LedgerEntry.person.in_(names)).distinct())
    return Known(
        entries={entry.key: entry for entry in found},
        people=frozenset(of_people) | frozenset(name for name in of_entries if name),
        offices=await _offices(session),
    )


async def _offices(session: ReadSession) -> OfficeBook:
    book = OfficeBook()
    for office in await session.scalars(select(Office).order_by(Office.id)):
        book.own.setdefault(office.region, office.id)
        book.named.setdefault(office.name, []).append((office.region, office.id))
        book.named[str(office.id)] = [(office.region, office.id)]
    return book


async def take(session: Session, row: Row, known: Known) -> bool:
    """Append a new entry; one that is there must say the same."""
    fact = _fact(session, row, known)
    if row.problems:
        return False
    there = known.entries.get(fact.key)
    if there is not None:
        said = COMPARED if row.text("office") else COMPARED_WITHOUT_OFFICE
        other = [name for name in said if _plain(getattr(there, name)) != _plain(getattr(fact, name))]
        if other:
            raise RowRefusedError("key", f"{fact.key} is in the ledger with other content: {', '.join(other)}")
        return False
    try:
        await check(session, fact)
    except FactsRefusedError as refusal:
        raise RowRefusedError(_at_fault(str(refusal)), str(refusal)) from refusal
    known.entries[fact.key] = fact
    known.fresh.append(fact)
    return True


async def finish(session: Session, known: Known) -> None:
    """Append what is new, in the order of the file."""
    await append_checked(session, known.fresh)


def _fact(session: Session, row: Row, known: Known) -> Fact:
    region = row.region()
    facts = _facts_of_today(row, _facts(row, tell=True))
    if MERGED_INTO in facts and row.text("kind") == MERGED:
        facts = {**facts, MERGED_INTO: _person(session, row, str(facts[MERGED_INTO]), known)}
    return Fact(
        key=row.required("key", 80),
        kind=row.required("kind", 32),
        occurred_on=_day(row, session.today),
        region=region,
        office_id=known.offices.find(row, region),
        person=_person(session, row, row.text("person", 200), known),
        groups=tuple(sorted(set(row.words("groups")))),
        facts=facts,
        quantity=row.whole("quantity"),
        amount_fen=row.whole("amount_fen"),
        source=row.required("source", 80),
        reverses=row.text("reverses", 80) or None,
    )


def _person(session: Session, row: Row, name: str, known: Known) -> str | None:
    if not name or name in known.people:
        return name or None
    return session.keys.index(f"{row.source}/{name}" if row.source else name, PERSON).hex()


def _facts_of_today(row: Row, facts: dict[str, Any]) -> dict[str, Any]:
    """The facts, with those who took over for regions that there are no more; an unknown region is told."""
    rule = kinds().get(row.text("kind"))
    places = [name for name in facts if rule and name in rule.facts and rule.facts[name].type == "region"]
    for name in places:
        code = str(facts[name])
        if gone := abolished(code):
            facts = {**facts, name: row.successor("facts", gone)}
        elif get_region(code) is None:
            row.note("facts", f"{name} {code} is no region that is known: it lies in nobody's figures")
    return facts


def _day(row: Row, today: date) -> date:
    day = row.day("occurred_on")
    if day is None:
        if not row.problems:
            row.refuse("occurred_on", "is empty")
        return FIRST_DAY
    if not FIRST_DAY <= day <= today:
        row.refuse("occurred_on", f"{day} lies before 2000" if day < FIRST_DAY else f"{day} lies in the future")
    return day


def _facts(row: Row, *, tell: bool = False) -> dict[str, Any]:
    """The JSON object of the cell; what is none is told once."""
    text = row.text("facts")
    if not text:
        return {}
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        facts = None
    if isinstance(facts, dict):
        return facts
    if tell:
        row.refuse("facts", f'{text[:40]!r} is no JSON object such as {{"fair": "fairs 7"}}')
    return {}


def _plain(value: Any) -> Any:
    """A value in the one form in which the file's and the ledger's are compared."""
    return sorted(value) if isinstance(value, list | tuple) else value


def _at_fault(message: str) -> str:
    """The column that a refusal is about."""
    if "fact '" in message:
        return "facts"
    return next((column for words, column in AT_FAULT if words in message), "facts")


async def give(session: ReadSession, *, contacts: bool) -> AsyncIterator[list[object]]:
    """Every entry in the order of recording; an office's name only where it is not the region's own."""
    names = {office.id: office.name for office in await session.scalars(select(Office))}
    own = (await _offices(session)).own
    entries = await session.stream(select(TABLE).order_by(TABLE.c.id).execution_options(yield_per=2000))
    async for entry in entries.mappings():
        office = entry["office_id"]
        name = "" if office == own.get(entry["region"]) else names.get(office, "")
        yield [{**entry, "office": name}[column] for column in EXPORTED]
