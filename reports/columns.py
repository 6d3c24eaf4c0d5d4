"""The ledger as columns: what counting needs of each entry, in arrays that are cut by kind, region and day.

A segment is sorted by kind, region and day, so that a county's entries of one kind lie together. Persons are numbers
that hold over all segments; groups and facts are looks, of which there are few.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from models.regions import bounds
from reports.looks import Look, facts_apart, kept_facts, look_of, unit_fact
from reports.vocabulary import kind_words, record_named

Ints = NDArray[Any]
Raw = tuple[int, str, str, str, str | None, str, str, int | None, int | None]
"""id, kind, day, region, person, groups, facts (both as JSON), quantity, amount in fen."""

APART = ("apart_1", "apart_2", "apart_3")  # the kind's `facts_apart` in their order: adcodes and ordinals, 0 for none
TYPES = {
    "id": "i8",
    "day": "i4",
    "region": "i4",
    "person": "i4",
    "look": "i4",
    "quantity": "i8",
    "amount": "i8",
    **dict.fromkeys(APART, "i4"),
    "unit": "i8",  # the kind's `unit_fact`: the id of a record, or below 0 a name's hash
}
_DESCRIBED = ("kind", "look", *APART, "unit")  # what follows from an entry's kind, groups and facts
_GATHERED = {**{name: type_ for name, type_ in TYPES.items() if name not in _DESCRIBED}, "place": "i4"}
NOBODY = -1
NO_QUANTITY = -1
_DAY_BITS, _REGION_BITS = 22, 20
_DROPPED = '"":0'  # in the place of an id that nobody keeps
_ADCODE, _LARGEST = 6, 2**63 - 1
K = TypeVar("K")
V = TypeVar("V")


def no_positions() -> Ints:
    """An empty array of places."""
    return np.empty(0, "i8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """Entries sorted by kind, region and day; `gone` are the places of those that were reversed since."""

    arrays: Mapping[str, Ints]
    kinds: Mapping[str, tuple[int, int]]  # from and to, for each kind there is
    looks: Callable[[str], Sequence[Look]]  # of a kind, by the number that `look` holds
    names: NDArray[np.bytes_]  # persons first met here, sorted
    codes: Ints  # the numbers of these persons
    gone: Ints = field(default_factory=no_positions)
    home: str | None = None  # where it lies on disk

    def __len__(self) -> int:
        return len(self.arrays["id"])


class Rows:
    """Entries of one kind in one segment."""

    def __init__(self, segment: Segment, kind: str, places: slice | Ints, roots: Ints | None) -> None:
        self.kind, self._segment, self._places, self._roots = kind, segment, places, roots

    def __getitem__(self, column: str) -> Ints:
        """The values of a column, one an entry."""
        return self._segment.arrays[column][self._places]

    def __len__(self) -> int:
        return len(self.look)

    @property
    def looks(self) -> Sequence[Look]:
        """What the numbers in `look` mean."""
        return self._segment.looks(self.kind)

    @cached_property
    def look(self) -> Ints:
        """The look of each entry."""
        return self["look"]

    @cached_property
    def day(self) -> Ints:
        """The day of each entry, as an ordinal."""
        return self["day"]

    @cached_property
    def person(self) -> Ints:
        """The person of each entry after all merges, NOBODY where there is none."""
        return self["person"] if self._roots is None else self._roots[self["person"]]

    def apart(self, fact: str) -> Ints:
        """A region (adcode) or date (ordinal) that is kept apart from the looks."""
        return self[APART[facts_apart(self.kind).index(fact)]]

    def where(self, chosen: NDArray[np.bool_]) -> Rows:
        """Some of them."""
        if chosen.all():
            return self
        within = np.flatnonzero(chosen)
        places = within + self._places.start if isinstance(self._places, slice) else self._places[within]
        return Rows(self._segment, self.kind, places, self._roots)

    def of_looks(self, test: Callable[[Look], V], kind: Any = bool) -> NDArray[Any]:
        """A value for each entry that depends on its look; asked once for each look that occurs."""
        looks = self.looks
        table = np.zeros(len(looks), kind)
        for number in np.flatnonzero(np.bincount(self.look, minlength=len(looks))).tolist():
            table[number] = test(looks[number])
        return table[self.look]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The whole ledger: its segments, how many persons they name, and who was merged with whom."""

    segments: tuple[Segment, ...]
    persons: int
    roots: Ints | None = None  # by number the one that is counted; the last is NOBODY

    def rows(self, kind: str, region: str, start: date, end: date) -> list[Rows]:
        """The standing entries of a kind in a region's subtree and a span of days."""
        low, high = (int(bound) for bound in bounds(region))
        found = []
        for segment in self.segments:
            first, last = segment.kinds.get(kind, (0, 0))
            regions = segment.arrays["region"][first:last]
            start_at, end_at = first + regions.searchsorted(low), first + regions.searchsorted(high, "right")
            places = _within(segment, int(start_at), int(end_at), start, end)
            rows = Rows(segment, kind, places, self.roots)
            if len(rows):
                found.append(rows)
        return found

    def flags(self, rows: Iterable[Rows]) -> NDArray[np.bool_]:
        """Which persons the entries are about, by their number."""
        flags = np.zeros(self.persons + 1, bool)
        for some in rows:
            flags[some.person] = True
        return flags[: self.persons]

    def merged(self, names: Mapping[str, str]) -> Columns:
        """The same ledger, each person counted under the name that `names` gives."""
        known = {name for pair in names.items() for name in pair}
        numbers = dict(zip(sorted(known), numbers_of(self.segments, sorted(known)), strict=True))
        roots = np.arange(self.persons + 1, dtype="i4")
        roots[-1] = NOBODY
        for old, new in names.items():
            if numbers[old] != NOBODY:
                if numbers[new] == NOBODY:  # of the new name there is no entry: the first old one stands for it
                    numbers[new] = numbers[old]
                roots[numbers[old]] = numbers[new]
        return replace(self, roots=roots)


def _within(segment: Segment, first: int, last: int, start: date, end: date) -> slice | Ints:
    day = segment.arrays["day"][first:last]
    within = (day >= start.toordinal()) & (day <= end.toordinal())
    low, high = segment.gone.searchsorted((first, last))
    within[segment.gone[low:high] - first] = False
    return slice(first, last) if within.all() else np.flatnonzero(within) + first


def numbers_of(segments: Iterable[Segment], names: Sequence[str]) -> Ints:
    """The number of each person, NOBODY for those that no segment names."""
    found = np.full(len(names), NOBODY, "i4")
    if not names:
        return found
    wanted = np.array([name.encode() for name in names])
    for segment in segments:
        if len(segment.names):
            at = np.minimum(segment.names.searchsorted(wanted), len(segment.names) - 1)
            hit = segment.names[at] == wanted
            found[hit] = segment.codes[at[hit]]
    return found


class _Memo(dict[K, V]):
    """What `make` gave for a key, kept."""

    def __init__(self, make: Callable[[K], V]) -> None:
        self._make = make

    def __missing__(self, key: K) -> V:
        value = self[key] = self._make(key)
        return value


def empty_segment() -> Segment:
    """No entries."""
    return Segment(
        arrays={name: np.empty(0, type_) for name, type_ in TYPES.items()},
        kinds={},
        looks=lambda _kind: (),
        names=np.empty(0, "S1"),
        codes=np.empty(0, "i4"),
    )


class LookBook:
    """Looks of one kind, each once, numbered as they came."""

    def __init__(self, looks: Iterable[Look] = ()) -> None:
        self.looks = list(looks)
        self._numbers = {look.key: number for number, look in enumerate(self.looks)}

    def number(self, look: Look) -> int:
        """The number of a look, a new one for a new look."""
        number = self._numbers.setdefault(look.key, len(self.looks))
        if number == len(self.looks):
            self.looks.append(look)
        return number


class Gathering:
    """Raw rows on their way into a segment."""

    def __init__(self) -> None:
        self.looks: dict[str, LookBook] = {}
        self._kinds: list[str] = []
        self._persons: dict[str | None, int] = _Memo(lambda _name: len(self._persons) - 1)
        self._persons[None] = NOBODY
        self._days: dict[str, int] = _Memo(lambda day: date.fromisoformat(day).toordinal())
        self._places: dict[tuple[str, str, str], int] = _Memo(self._place_of)
        self._distinct: list[tuple[int, ...]] = []
        self._bare: dict[str, Callable[[str, str], str]] = _Memo(_without_ids)
        self._chunks: list[dict[str, Ints]] = []

    def add(self, rows: Sequence[Raw]) -> None:
        """Take a chunk of rows in."""
        if not rows:
            return
        ids, kinds, days, regions, persons, groups, facts, quantities, amounts = zip(*rows, strict=True)
        bare = [self._bare[kind](_DROPPED, text) for kind, text in zip(kinds, facts, strict=True)]
        places = np.fromiter(map(self._places.__getitem__, zip(kinds, groups, bare, strict=True)), "i4", len(ids))
        self._chunks.append(
            {
                "id": np.array(ids, "i8"),
                "day": np.fromiter(map(self._days.__getitem__, days), "i4", len(ids)),
                "region": np.fromiter(map(int, regions), "i4", len(ids)),
                "person": np.fromiter(map(self._persons.__getitem__, persons), "i4", len(ids)),
                "place": places,
                "quantity": np.array([NO_QUANTITY if one is None else one for one in quantities], "i8"),
                "amount": np.array([one or 0 for one in amounts], "i8"),
            }
        )

    def _place_of(self, one: tuple[str, str, str]) -> int:
        """Where in `_distinct` it stands."""
        kind, groups, facts = one
        self._distinct.append(self._described(kind, json.loads(groups), json.loads(facts)))
        return len(self._distinct) - 1

    def _described(self, kind: str, groups: list[str], facts: Mapping[str, Any]) -> tuple[int, ...]:
        """The number of the kind, the number of the look, and what is kept apart."""
        if kind not in self.looks:
            self.looks[kind] = LookBook()
            self._kinds.append(kind)
        apart = [_number(facts.get(name)) for name in facts_apart(kind)]
        look = self.looks[kind].number(look_of(kind, groups, facts))
        unit = _unit(unit_fact(kind) or "", facts)
        return (self._kinds.index(kind), look, *apart, *[0] * (len(APART) - len(apart)), unit)

    def segment(self, known: Sequence[Segment], persons: int) -> Segment:
        """Everything taken in; persons that `known` segments lack get numbers from `persons` on."""
        names = [name for name in self._persons if name is not None]
        numbers = numbers_of(known, names)
        new = np.flatnonzero(numbers == NOBODY)
        numbers[new] = np.arange(persons, persons + len(new), dtype="i4")
        fresh = np.array([names[place].encode() for place in new], "S1" if not len(new) else None)
        order = fresh.argsort(kind="stable")
        arrays = _joined(self._chunks, _GATHERED)
        described = np.array(self._distinct, "i8").reshape(-1, len(_DESCRIBED)).T
        place = arrays.pop("place")
        for name, values in zip(_DESCRIBED, described, strict=True):
            arrays[name] = values.astype(TYPES.get(name, "i2"))[place]
        arrays["person"] = np.append(numbers, np.int32(NOBODY))[arrays["person"]]
        return _sorted(arrays, self._kinds, self.looks, fresh[order], numbers[new][order])


def _without_ids(kind: str) -> Callable[[str, str], str]:
    """What takes the ids of records that nobody keeps out of the facts' JSON: most differ only in them."""
    read = {*kept_facts(kind), *facts_apart(kind), unit_fact(kind)}
    dropped = "|".join(sorted(name for name in kind_words()[kind].facts if name not in read))
    return re.compile(rf'"(?:{dropped})": ?(?:\d+|"(?:[^"\\]|\\.)*")').sub if dropped else lambda _dropped, text: text


def _number(fact: str | None) -> int:
    """A region's adcode or a date's ordinal."""
    return 0 if fact is None else int(fact) if len(fact) == _ADCODE else date.fromisoformat(fact).toordinal()


def _unit(name: str, facts: Mapping[str, Any]) -> int:
    text = "" if facts.get(name) is None else record_named(name, facts[name])
    if text.isdecimal() and text == str(int(text)) and int(text) <= _LARGEST:
        return int(text)
    return -1 - (int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest()) >> 1)


def _joined(chunks: Sequence[Mapping[str, Ints]], types: Mapping[str, str]) -> dict[str, Ints]:
    return {
        name: np.concatenate([*(chunk[name] for chunk in chunks), np.empty(0, type_)]) for name, type_ in types.items()
    }


def _sorted(
    arrays: dict[str, Ints],
    kinds: Sequence[str],
    books: Mapping[str, LookBook],
    names: NDArray[np.bytes_],
    codes: Ints,
) -> Segment:
    """Sort by kind, region and day; `arrays` has a column with the place of the kind in `kinds`."""
    kind = arrays.pop("kind")
    key = kind.astype("i8") << (_REGION_BITS + _DAY_BITS) | arrays["region"].astype("i8") << _DAY_BITS | arrays["day"]
    order = key.argsort(kind="stable")
    ends = np.cumsum(np.bincount(kind, minlength=len(kinds))).tolist()
    spans = {name: (end - count, end) for name, end, count in zip(kinds, ends, np.diff([0, *ends]), strict=True)}
    return Segment(
        arrays={name: array[order] for name, array in arrays.items()},
        kinds={name: (int(first), int(last)) for name, (first, last) in spans.items() if last > first},
        looks=lambda name: books[name].looks if name in books else (),
        names=names,
        codes=codes,
    )


def joined(one: Segment, other: Segment) -> Segment:
    """Both as one segment, without what is gone."""
    kinds = sorted({*one.kinds, *other.kinds})
    books = {kind: LookBook(one.looks(kind)) for kind in kinds}
    chunks = [_chunk(segment, kinds, books) for segment in (one, other)]
    names = np.concatenate([one.names, other.names]) if len(one.names) else other.names
    order = names.argsort(kind="stable")
    return _sorted(
        _joined(chunks, {**TYPES, "kind": "i2"}),
        kinds,
        books,
        names[order],
        np.concatenate([one.codes, other.codes])[order],
    )


def _chunk(segment: Segment, kinds: Sequence[str], books: Mapping[str, LookBook]) -> dict[str, Ints]:
    """The standing entries of a segment, their looks numbered as in the books."""
    standing = np.ones(len(segment), bool)
    standing[segment.gone] = False
    kind, look = np.zeros(len(segment), "i2"), segment.arrays["look"].copy()
    for name, (first, last) in segment.kinds.items():
        kind[first:last] = kinds.index(name)
        numbers = np.array([books[name].number(one) for one in segment.looks(name)], "i4")
        look[first:last] = numbers[look[first:last]]
    chunk = {name: array[standing] for name, array in segment.arrays.items()}
    return {**chunk, "look": look[standing], "kind": kind[standing]}


def places_of(segment: Segment, ids: Ints) -> Ints:
    """Where in the segment the entries with these ids stand, in order; ids that are not there are left out."""
    by_id = segment.arrays["id"].argsort(kind="stable")
    have = segment.arrays["id"][by_id]
    if not len(have):
        return no_positions()
    at = np.minimum(have.searchsorted(ids), len(have) - 1)
    return np.sort(by_id[at[have[at] == ids]])
