"""Suspected double claims (待核): no figure changes by them, but a report waits until staff reverse or release each.

A claim is known by its guard and its entries, so a release holds for these entries only.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import func, select

from models.audit import record
from models.database import ReadSession, Session
from models.filings import ClaimRelease
from models.offices import Officer
from models.people import AddressPerson, Person
from models.vacancies import Vacancy
from reports.entries import read_entries
from reports.entry import Entry
from reports.errors import ReportRefusedError
from reports.periods import Period
from reports.vocabulary import EVIDENCED

GUARDS = {
    "twice": "同一人 30 天内在同一单位上岗两次",
    "two_offices": "同一人 30 天内由两个工会单位申报上岗",
    "over_posts": "一个岗位上岗的人多于招聘人数",
    "one_number": "同一号码登记了很多人",
}
NEAR = timedelta(days=30)
MANY = 5  # people on one number: a family, or a dormitory room, but no village


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Entries of which at least one seems to be claimed once too often."""

    guard: str
    entries: tuple[Entry, ...]

    @property
    def code(self) -> str:
        """What it is released by."""
        keys = "\n".join(sorted(entry.key for entry in self.entries))
        return f"{self.guard}-{hashlib.sha256(keys.encode()).hexdigest()[:12]}"


def persons_of(claims: Iterable[Claim]) -> int:
    """待核 N 人."""
    return len({entry.person for claim in claims for entry in claim.entries})


async def open_claims(session: ReadSession, region: str, period: Period) -> list[Claim]:
    """The claims among the evidenced placements of the region and period that nobody has released."""
    placed = await read_entries(session, ("placement_started",), region, period.start, period.cutoff)
    placed = [entry for entry in placed if entry.facts.get("evidence") in EVIDENCED]
    found = [*suspects(placed, await _posts(session, placed)), *await _of_one_number(session, placed)]
    codes = [claim.code for claim in found]
    released = set(await session.scalars(select(ClaimRelease.claim).where(ClaimRelease.claim.in_(codes))))
    return [claim for claim in found if claim.code not in released]


def suspects(placed: Iterable[Entry], posts: Mapping[str, int]) -> Iterator[Claim]:
    """The claims among placements; `posts`: vacancy: how many are wanted."""
    people: dict[str, list[Entry]] = defaultdict(list)
    vacancies: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(placed, key=lambda entry: (entry.occurred_on, entry.id)):
        people[entry.person or ""].append(entry)
        if "vacancy" in entry.facts:
            vacancies[str(entry.facts["vacancy"])].append(entry)
    for entries in people.values():
        yield from _of_person(entries)
    for vacancy, entries in vacancies.items():
        if vacancy in posts and len({entry.person for entry in entries}) > posts[vacancy]:
            yield Claim(guard="over_posts", entries=tuple(entries))


def _of_person(entries: list[Entry]) -> Iterator[Claim]:
    for one, other in pairwise(entries):
        if other.occurred_on - one.occurred_on > NEAR:
            continue
        employer = one.facts.get("employer")
        if employer is not None and employer == other.facts.get("employer"):
            yield Claim(guard="twice", entries=(one, other))
        elif one.office_id != other.office_id:
            yield Claim(guard="two_offices", entries=(one, other))


async def _of_one_number(session: ReadSession, placed: Iterable[Entry]) -> list[Claim]:
    """Placements of people who share one number with more than MANY; an appointed officer's number is exempt."""
    crowded = select(AddressPerson.address_id).group_by(AddressPerson.address_id).having(func.count() > MANY)
    officers = select(Officer.person_id).where(Officer.ended_at.is_(None))
    exempt = select(AddressPerson.address_id).where(AddressPerson.person_id.in_(officers))
    rows = await session.execute(
        select(AddressPerson.address_id, Person.ledger_key)
        .join(Person, Person.id == AddressPerson.person_id)
        .where(AddressPerson.address_id.in_(crowded), AddressPerson.address_id.not_in(exempt))
        .order_by(AddressPerson.address_id)
    )
    numbers: dict[int, set[str]] = defaultdict(set)
    for address, person in rows:
        numbers[address].add(person)
    found = [tuple(entry for entry in placed if entry.person in people) for people in numbers.values()]
    return [Claim(guard="one_number", entries=entries) for entries in found if len(entries) > 1]


async def _posts(session: ReadSession, placed: Iterable[Entry]) -> dict[str, int]:
    named = {str(entry.facts["vacancy"]) for entry in placed if "vacancy" in entry.facts}
    ids = [int(name) for name in named if name.isascii() and name.isdigit() and len(name) < 20]
    rows = await session.execute(select(Vacancy.id, Vacancy.headcount).where(Vacancy.id.in_(ids)))
    return {str(row.id): row.headcount for row in rows}


async def release(session: Session, region: str, period: Period, code: str, *, by: int, reason: str) -> None:
    """Let a claim stand, with the reason why. Raises ReportRefusedError where it is none, or no reason is given."""
    if not reason.strip():
        raise ReportRefusedError("say why it may stand: --reason")
    if code not in {claim.code for claim in await open_claims(session, region, period)}:
        raise ReportRefusedError(f"{code} is no open claim of this report; `filing draft` tells them")
    row = ClaimRelease(id=session.new_id(), claim=code, reason=reason.strip()[:200], released_by=by)
    row.released_at = session.now
    session.add(row)
    record(session, actor=by, action="claims.released", subject=code, detail={"region": region})
