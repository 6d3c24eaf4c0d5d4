"""Suspected double claims (待核): no figure changes by them, but a report waits until staff reverse or release each.

A claim is known by its guard and its starts, so a release holds for these starts only, whatever evidence they get.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np
from sqlalchemy import func, select

from models.audit import record
from models.database import ReadSession, Session
from models.filings import ClaimRelease
from models.offices import Office, Officer
from models.people import AddressPerson, Person
from models.regions import NATION, bounds, lies_in
from models.vacancies import Vacancy
from reports.columns import Columns, Ints, numbers_of
from reports.entries import AT_ONCE, entries_of, ledger_columns
from reports.entry import Entry
from reports.errors import ReportRefusedError
from reports.guards import NEAR, Claim, by_number, over_posts, twice_placed
from reports.periods import Period
from reports.vocabulary import EVIDENCED

MANY = 5  # people on one number: a family, or a dormitory room, but no village


def persons_of(claims: Iterable[Claim]) -> int:
    """待核 N 人."""
    return len({entry.person for claim in claims for entry in claim.entries})


async def open_claims(session: ReadSession, region: str, period: Period) -> list[Claim]:
    """The claims among the evidenced placements of the region and period that nobody has released."""
    columns = await ledger_columns(session)
    people = await _of_one_number(session)
    ids = _looked_at(columns, region, period, frozenset().union(*people))
    placed = await entries_of(session, sorted(ids))
    inside = [entry for entry in placed if entry.occurred_on >= period.start]
    moved = await _of_people(session, columns, "labour_transferred", placed)
    pairs = twice_placed(placed, moved, await _homes(session, placed))
    near = [claim for claim in pairs if claim.entries[-1].occurred_on >= period.start]
    found = [*near, *await _over_posts(session, columns, region, period), *by_number(inside, people)]
    codes = [code for claim in found for code in (claim.code, claim.former_code)]
    released = set(await session.scalars(select(ClaimRelease.claim).where(ClaimRelease.claim.in_(codes))))
    return [claim for claim in found if not released & {claim.code, claim.former_code}]


def _looked_at(columns: Columns, region: str, period: Period, people: frozenset[str]) -> set[int]:
    """The placements of persons who started twice within NEAR, and those of the people who share a number.

    Those shortly before the period too: a second start may follow one of the period before.
    """
    found = _evidenced(columns, region, period.start - NEAR, period.cutoff)
    person, day, ids = found["person"], found["day"], found["id"]
    order = np.lexsort((ids, day, person))
    person, day, ids = person[order], day[order], ids[order]
    near = (person[1:] == person[:-1]) & (day[1:] - day[:-1] <= NEAR.days)
    looked_at = np.zeros(len(ids), bool)
    looked_at[1:] |= near
    looked_at[:-1] |= near
    looked_at |= np.isin(person, _numbers(columns, people))
    return set(ids[looked_at].tolist())


def _evidenced(columns: Columns, region: str, start: date, end: date) -> dict[str, Ints]:
    """The evidenced placements of a region and some days, as columns."""
    found = [
        rows.where(rows.of_looks(lambda look: look.facts["evidence"] in EVIDENCED))
        for rows in columns.rows("placement_started", region, start, end)
    ]
    names = ("id", "day", "region", "unit")
    gathered = {name: np.concatenate([np.empty(0, "i8"), *(rows[name] for rows in found)]) for name in names}
    return {**gathered, "person": np.concatenate([np.empty(0, "i8"), *(rows.person for rows in found)])}


def _numbers(columns: Columns, people: Iterable[str]) -> Ints:
    """By which numbers these people are counted."""
    numbers = numbers_of(columns.segments, sorted(people))
    return numbers if columns.roots is None else columns.roots[numbers]


async def _over_posts(session: ReadSession, columns: Columns, region: str, period: Period) -> list[Claim]:
    """The vacancies that too many people started for, wherever and whenever up to the cut-off, one of them here."""
    found = _evidenced(columns, NATION, date.min, period.cutoff)
    vacancy, low, high = found["unit"], *(int(bound) for bound in bounds(region))
    here = (found["day"] >= period.start.toordinal()) & (low <= found["region"]) & (found["region"] <= high)
    of_these = np.isin(vacancy, np.unique(vacancy[here & (vacancy >= 0)]))
    pairs = np.unique(np.stack([vacancy[of_these], found["person"][of_these]], axis=1), axis=0)
    numbers, started = np.unique(pairs[:, 0], return_counts=True)
    wanted = await _wanted(session, numbers[started > 1].tolist())
    over = [number for number, n in zip(numbers.tolist(), started.tolist(), strict=True) if n > wanted.get(number, n)]
    placed = await entries_of(session, found["id"][np.isin(vacancy, over)].tolist())
    ended = await _of_people(session, columns, "placement_ended", placed)
    posts = {str(number): wanted[number] for number in over}

    def is_here(entry: Entry) -> bool:
        return entry.occurred_on >= period.start and lies_in(entry.region, region)

    return list(over_posts(placed, posts, ended, is_here))


async def _wanted(session: ReadSession, vacancies: Sequence[int]) -> dict[int, int]:
    """How many each of these vacancies wanted, of those that are ours."""
    wanted: dict[int, int] = {}
    for start in range(0, len(vacancies), AT_ONCE):
        some = select(Vacancy.id, Vacancy.headcount).where(Vacancy.id.in_(vacancies[start : start + AT_ONCE]))
        wanted |= {row.id: row.headcount for row in await session.execute(some)}
    return wanted


async def _of_people(
    session: ReadSession, columns: Columns, kind: str, placed: Iterable[Entry]
) -> Mapping[str, list[Entry]]:
    """The standing entries of a kind of the people who were placed, by person."""
    wanted = _numbers(columns, {entry.person for entry in placed if entry.person})
    ids = [
        number
        for rows in columns.rows(kind, NATION, date.min, date.max)
        for number in rows["id"][np.isin(rows.person, wanted)].tolist()
    ]
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in await entries_of(session, ids):
        found[entry.person or ""].append(entry)
    return found


async def _homes(session: ReadSession, placed: Iterable[Entry]) -> dict[int, str]:
    """The regions of the offices that these entries name."""
    offices = {entry.office_id for entry in placed if entry.office_id}
    rows = await session.execute(select(Office.id, Office.region).where(Office.id.in_(offices)))
    return {row.id: row.region for row in rows}


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
