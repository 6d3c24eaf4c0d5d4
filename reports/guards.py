"""What makes a claim suspected: the same start, post or number claimed more often than it can be."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from models.regions import lies_in
from reports.entry import Entry

GUARDS = {
    "twice": "同一人 30 天内在同一单位上岗两次",
    "two_offices": "同一人 30 天内由两个工会单位申报上岗",
    "over_posts": "一个岗位上岗的人多于招聘人数",
    "one_number": "同一号码登记了很多人",
}
NEAR = timedelta(days=30)
_NOBODY: Mapping[str, list[Entry]] = {}


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


def twice_placed(placed: Iterable[Entry], moved: Mapping[str, list[Entry]] = _NOBODY) -> Iterator[Claim]:
    """Persons who started twice within NEAR at one employer, or by two offices; the later start stands last.

    `moved`: their handovers, which let the two offices claim one start each.
    """
    people: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(placed, key=lambda entry: (entry.occurred_on, entry.id)):
        people[entry.person or ""].append(entry)
    for person, entries in people.items():
        for one, other in combinations(entries, 2):
            if other.occurred_on - one.occurred_on > NEAR or _is_linked(one, other, moved.get(person, ())):
                continue
            if (guard := _guard_of(one, other)) is not None:
                yield Claim(guard=guard, entries=(one, other))


def _is_linked(one: Entry, other: Entry, moved: Iterable[Entry]) -> bool:
    """A handover between the two offices: an inter-province placement counts at its origin and at its destination."""
    if _office(one) == _office(other):
        return False
    return any(
        _lie_together(entry.region, start.region) and _lie_together(entry.facts.get("to_region", ""), end.region)
        for entry in moved
        for start, end in ((one, other), (other, one))
        if abs(entry.occurred_on - other.occurred_on) <= NEAR
    )


def _lie_together(one: str, other: str) -> bool:
    return bool(one and other) and (lies_in(one, other) or lies_in(other, one))


def _guard_of(one: Entry, other: Entry) -> str | None:
    employer = one.facts.get("employer")
    if employer is not None and employer == other.facts.get("employer"):
        return "twice"
    return "two_offices" if _office(one) != _office(other) else None


def _office(entry: Entry) -> int | str:
    """An entry without an office is of its region's own."""
    return entry.office_id or entry.region


def over_posts(placed: Iterable[Entry], posts: Mapping[str, int]) -> Iterator[Claim]:
    """Vacancies for which more people started than were wanted; `posts`: vacancy: how many are wanted."""
    vacancies: dict[str, list[Entry]] = defaultdict(list)
    for entry in sorted(placed, key=lambda entry: (entry.occurred_on, entry.id)):
        if "vacancy" in entry.facts:
            vacancies[str(entry.facts["vacancy"])].append(entry)
    for vacancy, entries in vacancies.items():
        if vacancy in posts and len({entry.person for entry in entries}) > posts[vacancy]:
            yield Claim(guard="over_posts", entries=tuple(entries))


def by_number(placed: Iterable[Entry], numbers: Iterable[frozenset[str]]) -> Iterator[Claim]:
    """The starts of people who share one number with many others; `numbers`: who shares each."""
    for people in numbers:
        entries = tuple(entry for entry in placed if entry.person in people)
        if len(entries) > 1:
            yield Claim(guard="one_number", entries=entries)
