"""Records that may be one person: same phone, same ID number, or name, birth year and place nearly the same.

Names are opened in memory, for one region, and appear in no log and no result: a candidate is two record numbers.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

import numpy as np
from rapidfuzz import fuzz, process
from sqlalchemy import select

from matching.places import city_of, get_region
from models.database import ReadSession
from models.merges import PersonApart
from models.people import AddressPerson, Person, Seeker
from models.rosters import Roster, RosterRow
from services.id_numbers import born_on
from services.people import profile_of
from services.staff import people_in

ALIKE = 66  # of 100: two characters of three are the same
LIKELY = 80  # and the third sounds like it, or four of five are the same: brothers differ by more
SAME = 95
BY_EAR = 15  # more where the other character begins with the same sound: 小 and 晓
# Where the characters of each initial begin in GB 2312, whose first part is in the order of pinyin.
LETTERS = "abcdefghjklmnopqrstwxyz"
BEGINNINGS = bytes.fromhex(
    "B0A1B0C5B2C1B4EEB6EAB7A2B8C1B9FEBBF7BFA6C0ACC2E8C4C3C5B6C5BEC6DAC8BBC8F6CBFACDDACEF4D1B9D4D1"
)
LAST = b"\xd7\xf9"
CROWD = 8  # more people than this with one number are a foreman's or an information officer's
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two records; `score` of 100, `why`: id_number | phone | name | birth_year | place."""

    one: int
    other: int
    score: int
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    name: str
    phone: str | None
    number: str | None
    birth_year: int | None
    city: str | None


async def candidates(session: ReadSession, region: str, *, limit: int = 50) -> list[Candidate]:
    """The likeliest pairs of the region that nobody has merged or told apart, best first."""
    known = await _read(session, region)
    apart = await _apart(session)
    best: dict[tuple[int, int], Candidate] = {}
    for found in _pairs(known, await _shared(session)):
        pair = (found.one, found.other)
        if pair not in apart and (pair not in best or best[pair].score < found.score):
            best[pair] = found
    return sorted(best.values(), key=lambda found: (-found.score, found.one, found.other))[:limit]


async def _read(session: ReadSession, region: str) -> list[_Known]:
    query = select(Person).where(
        Person.id.in_(people_in(region)), Person.merged_into.is_(None), Person.deleted_at.is_(None)
    )
    people = list(await session.scalars(query))
    places = await _places(session, region)
    return [await _known(session, person, places.get(person.id)) for person in people]


async def _known(session: ReadSession, person: Person, place: str | None) -> _Known:
    name, number = person.name(session) or "", person.id_number(session)
    profile = {} if number else await profile_of(session, person.id) or {}
    return _Known(
        id=person.id,
        name=name,
        phone=person.phone(session),
        number=number,
        birth_year=born_on(number).year if number else profile.get("birth_year"),
        city=city_of(place) if place and get_region(place) else None,
    )


async def _places(session: ReadSession, region: str) -> dict[int, str]:
    """Where each looks for work, or which office's roster names them."""
    rosters = select(RosterRow.person_id, Roster.region).join(Roster, Roster.id == RosterRow.roster_id)
    found: dict[int, str] = {row[0]: row[1] for row in await session.execute(rosters)}
    seekers = select(Seeker.person_id, Seeker.region).where(Seeker.region.is_not(None))
    for person, place in await session.execute(seekers):
        found[person] = place or found.get(person, region)
    return found


async def _apart(session: ReadSession) -> set[tuple[int, int]]:
    rows = await session.execute(select(PersonApart.one_id, PersonApart.other_id))
    return {(row[0], row[1]) for row in rows}


async def _shared(session: ReadSession) -> set[tuple[int, int]]:
    """Pairs that use one phone and have said that they are several."""
    users: dict[int, list[int]] = defaultdict(list)
    for address, person in await session.execute(select(AddressPerson.address_id, AddressPerson.person_id)):
        users[address].append(person)
    return {pair for several in users.values() for pair in combinations(sorted(several), 2)}


def _pairs(known: list[_Known], shared: set[tuple[int, int]]) -> Iterator[Candidate]:
    for one, other in _within(known, "number", CROWD):
        yield _candidate(one, other, 100, "id_number")
    for one, other in _within(known, "phone", CROWD):
        alike = _alike(one, other)
        if _may_be_one(one, other) and alike >= (SAME if _ids(one, other) in shared else LIKELY):
            yield _candidate(one, other, alike, "phone", "name")
    for one, other in _by_name(known):
        alike = _alike(one, other)
        if _may_be_one(one, other) and alike >= LIKELY:
            yield _candidate(one, other, alike - 5, "name", "birth_year", "place")


def _within(known: Iterable[_Known], field: str, most: int) -> Iterator[tuple[_Known, _Known]]:
    """Pairs that have this in common; of a crowd only those of one name."""
    heaps: dict[str, list[_Known]] = defaultdict(list)
    for one in known:
        if value := getattr(one, field):
            heaps[value].append(one)
    for heap in heaps.values():
        for one, other in combinations(heap, 2):
            if len(heap) <= most or one.name == other.name:
                yield one, other


def _alike(one: _Known, other: _Known) -> int:
    """How alike two names are, by eye and by ear; a missing name denies nothing."""
    if not one.name or not other.name:
        return SAME
    if one.name == other.name:
        return 100
    score = round(fuzz.ratio(one.name, other.name))
    heard = len(one.name) == len(other.name) and all(map(_sounds_like, one.name, other.name))
    return min(score + (BY_EAR if heard else 0), SAME)


def _sounds_like(one: str, other: str) -> bool:
    return one == other or (_initial(one) == _initial(other) != "")


@cache
def _initial(char: str) -> str:
    """The letter with which a common character's pinyin begins; '' for a rare one."""
    code = char.encode("gb2312", "ignore")
    beginnings = [BEGINNINGS[at : at + 2] for at in range(0, len(BEGINNINGS), 2)]
    at = bisect_right(beginnings, code) if len(code) == 2 and code <= LAST else 0
    return LETTERS[at - 1] if at else ""


def _by_name(known: list[_Known]) -> Iterator[tuple[_Known, _Known]]:
    """Of one birth year and city, those whose names are nearly the same."""
    heaps: dict[tuple[int, str], list[_Known]] = defaultdict(list)
    for one in known:
        if one.name and one.birth_year and one.city:
            heaps[one.birth_year, one.city].append(one)
    for heap in heaps.values():
        names = [one.name for one in heap]
        for start in range(0, len(heap), AT_ONCE):
            some = names[start : start + AT_ONCE]
            scores = process.cdist(some, names, scorer=fuzz.ratio, score_cutoff=ALIKE, dtype=np.uint8)
            for row, column in zip(*np.nonzero(scores), strict=True):
                if start + row < column:
                    yield heap[start + row], heap[column]


def _may_be_one(one: _Known, other: _Known) -> bool:
    """Two ID numbers are two people, two birth years as well."""
    if one.number and other.number and one.number != other.number:
        return False
    return not (one.birth_year and other.birth_year and one.birth_year != other.birth_year)


def _ids(one: _Known, other: _Known) -> tuple[int, int]:
    low, high = sorted((one.id, other.id))
    return low, high


def _candidate(one: _Known, other: _Known, score: int, *why: str) -> Candidate:
    return Candidate(*_ids(one, other), score, why)
