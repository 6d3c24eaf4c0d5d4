"""What makes a claim suspected: the same start, post or number claimed more often than it can be."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from models.regions import lies_in
from reports.entry import Entry
from reports.vocabulary import record_named

GUARDS = {
    "twice": "同一人 30 天内在同一单位上岗两次",
    "two_offices": "同一人 30 天内由两个工会单位申报上岗",
    "over_posts": "一个岗位上岗的人多于招聘人数",
    "one_number": "同一号码登记了很多人",
}
NEAR = timedelta(days=30)
_NOBODY: Mapping[str, list[Entry]] = {}
_NOWHERE: Mapping[int, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Entries of which at least one seems to be claimed once too often."""

    guard: str
    entries: tuple[Entry, ...]

    @property
    def code(self) -> str:
        """What it is released by: it stays the same where one of the starts gets better evidence."""
        return self._code(f"{entry.source} {entry.occurred_on} {entry.person}" for entry in self.entries)

    @property
    def former_code(self) -> str:
        """What claims were released by before 2026-11-28, by the keys of their entries."""
        return self._code(entry.key for entry in self.entries)

    def _code(self, names: Iterable[str]) -> str:
        return f"{self.guard}-{hashlib.sha256(chr(10).join(sorted(names)).encode()).hexdigest()[:12]}"


def twice_placed(
    placed: Iterable[Entry], moved: Mapping[str, list[Entry]] = _NOBODY, homes: Mapping[int, str] = _NOWHERE
) -> Iterator[Claim]:
    """Persons who started twice within NEAR at one employer, or by two offices; the later start stands last.

    `moved`: their handovers, which let the two offices claim one start each. `homes`: the region of each office.
    """
    people: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(placed, key=lambda entry: (entry.occurred_on, entry.id)):
        people[entry.person or ""].append(entry)
    for person, entries in people.items():
        for one, other in combinations(entries, 2):
            apart = _are_of_two(one, other, homes)
            if other.occurred_on - one.occurred_on > NEAR or (apart and _is_linked(one, other, moved.get(person, ()))):
                continue
            if (guard := _guard_of(one, other, apart=apart)) is not None:
                yield Claim(guard=guard, entries=(one, other))


def _is_linked(one: Entry, other: Entry, moved: Iterable[Entry]) -> bool:
    """A handover between the two offices: an inter-province placement counts at its origin and at its destination."""
    return any(
        _lie_together(entry.region, start.region) and _lie_together(entry.facts.get("to_region", ""), end.region)
        for entry in moved
        for start, end in ((one, other), (other, one))
        if abs(entry.occurred_on - other.occurred_on) <= NEAR
    )


def _lie_together(one: str, other: str) -> bool:
    return bool(one and other) and (lies_in(one, other) or lies_in(other, one))


def _guard_of(one: Entry, other: Entry, *, apart: bool) -> str | None:
    if _employer(one) is not None and _employer(one) == _employer(other):
        return "twice"
    return "two_offices" if apart else None


def _employer(entry: Entry) -> str | None:
    employer = entry.facts.get("employer")
    return None if employer is None else record_named("employer", employer)


def _are_of_two(one: Entry, other: Entry, homes: Mapping[int, str]) -> bool:
    """Whether two offices claim them; an entry without an office is of any office of its region."""
    if one.office_id and other.office_id:
        return one.office_id != other.office_id
    places = [homes.get(entry.office_id, "") if entry.office_id else entry.region for entry in (one, other)]
    return places[0] != places[1]


def over_posts(
    placed: Iterable[Entry],
    posts: Mapping[str, int],
    ended: Mapping[str, list[Entry]],
    is_here: Callable[[Entry], bool],
) -> Iterator[Claim]:
    """Vacancies for which more people started than were wanted, up to the latest start here that is one too many.

    `placed`: the starts of these vacancies, of any region and day; `posts`: vacancy: how many are wanted; `ended`: the
    ends of work of these people, which free their posts.
    """
    vacancies: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(placed, key=lambda entry: (entry.occurred_on, entry.id)):
        if not _has_ended(entry, ended.get(entry.person or "", ())):
            vacancies[record_named("vacancy", entry.facts["vacancy"])].append(entry)
    for vacancy, entries in vacancies.items():
        people, latest = set[str | None](), 0
        for number, entry in enumerate(entries, 1):
            is_one_more = entry.person not in people
            people.add(entry.person)
            if is_one_more and len(people) > posts[vacancy] and is_here(entry):
                latest = number
        if latest:
            yield Claim(guard="over_posts", entries=tuple(entries[:latest]))


def _has_ended(start: Entry, ends: Iterable[Entry]) -> bool:
    return any(end.occurred_on >= start.occurred_on and _are_of_one(start, end) for end in ends)


def _are_of_one(start: Entry, end: Entry) -> bool:
    """Of one placement: by its record, else by the employer, where both say one."""
    if start.source == end.source:
        return True
    if start.source.startswith("placement") and end.source.startswith("placement"):
        return False
    one, other = _employer(start), _employer(end)
    return None in (one, other) or one == other


def by_number(placed: Iterable[Entry], numbers: Iterable[frozenset[str]]) -> Iterator[Claim]:
    """The starts of two or more of the people who share one number with many others; `numbers`: who shares each."""
    for people in numbers:
        entries = tuple(entry for entry in placed if entry.person in people)
        if len({entry.person for entry in entries}) > 1:
            yield Claim(guard="one_number", entries=entries)
