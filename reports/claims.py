"""Suspected double claims (待核): no figure changes by them, but a report waits until staff reverse or release each.

A claim is known by its guard and its entries, so a release holds for these entries only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import Select, Text, cast, func, select

from models.audit import record
from models.database import ReadSession, Session
from models.filings import ClaimRelease
from models.ledger import LedgerEntry
from models.offices import Officer
from models.people import AddressPerson, Person
from models.regions import in_subtree
from models.vacancies import Vacancy
from reports.columns import numbers_of
from reports.entries import AT_ONCE, entries_of, ledger_columns, unreversed
from reports.entry import Entry
from reports.errors import ReportRefusedError
from reports.guards import NEAR, Claim, by_number, over_posts, twice_placed
from reports.periods import Period
from reports.vocabulary import EVIDENCED

NATION = "100000"
_LONG = 20  # digits: no id of ours has so many
MANY = 5  # people on one number: a family, or a dormitory room, but no village


def persons_of(claims: Iterable[Claim]) -> int:
    """待核 N 人."""
    return len({entry.person for claim in claims for entry in claim.entries})


async def open_claims(session: ReadSession, region: str, period: Period) -> list[Claim]:
    """The claims among the evidenced placements of the region and period that nobody has released."""
    people = await _of_one_number(session)
    ids = await _looked_at(session, region, period, frozenset().union(*people))
    posts = await _overfilled(session, region, period)
    ids |= set(await session.scalars(_placed(region, period, LedgerEntry.id).where(_VACANCY.in_(list(posts)))))
    placed = [entry for entry in await entries_of(session, sorted(ids)) if entry.facts["evidence"] in EVIDENCED]
    inside = [entry for entry in placed if entry.occurred_on >= period.start]
    moved = await _handed_over(session, placed)
    near = [claim for claim in twice_placed(placed, moved) if claim.entries[-1].occurred_on >= period.start]
    found = [*near, *over_posts(inside, posts), *by_number(inside, people)]
    codes = [claim.code for claim in found]
    released = set(await session.scalars(select(ClaimRelease.claim).where(ClaimRelease.claim.in_(codes))))
    return [claim for claim in found if claim.code not in released]


async def _looked_at(session: ReadSession, region: str, period: Period, people: frozenset[str]) -> set[int]:
    """The placements of persons who started twice within NEAR, and those of the people who share a number.

    Those shortly before the period too: a second start may follow one of the period before.
    """
    columns = await ledger_columns(session)
    found = [
        rows.where(rows.of_looks(lambda look: look.facts["evidence"] in EVIDENCED))
        for rows in columns.rows("placement_started", region, period.start - NEAR, period.cutoff)
    ]
    if not found:
        return set()
    person, day, ids = (
        np.concatenate(parts) for parts in zip(*((rows.person, rows.day, rows["id"]) for rows in found), strict=True)
    )
    order = np.lexsort((ids, day, person))
    person, day, ids = person[order], day[order], ids[order]
    near = (person[1:] == person[:-1]) & (day[1:] - day[:-1] <= NEAR.days)
    looked_at = np.append(near, [False]) | np.append([False], near)
    sharing = numbers_of(columns.segments, sorted(people))
    looked_at |= np.isin(person, sharing if columns.roots is None else columns.roots[sharing])
    return set(ids[looked_at].tolist())


_VACANCY = cast(LedgerEntry.facts["vacancy"].as_string(), Text)  # an id may stand there as a number or as a text


def _placed(region: str, period: Period, *columns: Any) -> Select[*tuple[Any, ...]]:
    """The standing placements of the region and period."""
    return unreversed(select(*columns)).where(
        LedgerEntry.kind == "placement_started",
        LedgerEntry.occurred_on.between(period.start, period.cutoff),
        in_subtree(LedgerEntry.region, region),
    )


async def _overfilled(session: ReadSession, region: str, period: Period) -> dict[str, int]:
    """The vacancies for which more people started than were wanted, evidenced or not: how many were wanted."""
    query = _placed(region, period, _VACANCY.label("vacancy"), func.count(LedgerEntry.person.distinct()).label("n"))
    rows = (await session.execute(query.where(_VACANCY.is_not(None)).group_by(_VACANCY))).all()
    started = {row.vacancy: row.n for row in rows if row.n > 1}
    ids = [int(name) for name in started if name.isascii() and name.isdigit() and len(name) < _LONG]
    wanted: dict[str, int] = {}
    for start in range(0, len(ids), AT_ONCE):
        some = select(Vacancy.id, Vacancy.headcount).where(Vacancy.id.in_(ids[start : start + AT_ONCE]))
        wanted |= {str(row.id): row.headcount for row in await session.execute(some)}
    return {vacancy: headcount for vacancy, headcount in wanted.items() if started[vacancy] > headcount}


async def _handed_over(session: ReadSession, placed: Iterable[Entry]) -> Mapping[str, list[Entry]]:
    """The standing `labour_transferred` of these people, by person."""
    people = {entry.person for entry in placed if entry.person}
    columns = await ledger_columns(session)
    wanted = numbers_of(columns.segments, sorted(people))
    wanted = wanted if columns.roots is None else columns.roots[wanted]
    ids = [
        number
        for rows in columns.rows("labour_transferred", NATION, date.min, date.max)
        for number in rows["id"][np.isin(rows.person, wanted)].tolist()
    ]
    moved: dict[str, list[Entry]] = defaultdict(list)
    for entry in await entries_of(session, ids):
        moved[entry.person or ""].append(entry)
    return moved


async def _of_one_number(session: ReadSession) -> list[frozenset[str]]:
    """People who share one number with more than MANY; an appointed officer's number is exempt."""
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
    return [frozenset(people) for people in numbers.values()]


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
