"""A form: its items, how each is counted, its periods. What the files in `forms/` are read into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MEASURES = ("persons", "cases", "heads", "quantity", "money", "units", "sum", "stock")
GRADUATED = ("fresh", "past")


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """Entries of one kind with certain facts. An entry is an item's when one of its clauses fits."""

    kind: str
    facts: Mapping[str, frozenset[Any]] = field(default_factory=dict)
    exclude: Mapping[str, frozenset[Any]] = field(default_factory=dict)
    at_least: Mapping[str, int] = field(default_factory=dict)
    evidenced: bool | None = None

    @property
    def tested(self) -> set[str]:
        """The facts that this clause looks at."""
        evidence = set() if self.evidenced is None else {"evidence"}
        return {*self.facts, *self.exclude, *self.at_least, *evidence}


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One figure of a form (`statistics.md` §2 to §5).

    `text` is the official form's own wording with {} for its blank. `listed` items are the form's; the others
    are counted beside it (待核实, 未计入) or are the addends of a sum.
    """

    code: str
    name: str
    text: str = ""
    continues: bool = False  # on paper, goes on in the line of the item before
    unit: str
    measure: str
    clauses: tuple[Clause, ...] = ()
    groups: frozenset[str] = frozenset()
    of: str | None = None  # only the persons counted in that item
    since_first: bool = False  # ... from the day of their first entry there
    of_year_before: str | None = None  # only persons of that item in the form's year before
    outside: str | None = None  # none of the persons counted in that item
    carried: tuple[Clause, ...] = ()  # also the persons of earlier entries, unless one of these came after, before now
    distinct: str | None = None  # for units: the fact whose values are counted
    sum: tuple[str, ...] = ()
    by: str | None = None  # for stock: the fact of the latest registration whose region decides
    graduated: str | None = None  # for stock: fresh (in the report's calendar year) or past (earlier)
    status: frozenset[str] = frozenset()  # for stock: the latest status, any if empty
    listed: bool = True
    beside: str | None = None  # printed beside that item

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of the entries that this item counts; those of a sum are its addends'."""
        return frozenset(clause.kind for clause in self.clauses)

    @property
    def leans_on(self) -> tuple[str, ...]:
        """The items that must be known before this one."""
        return tuple(code for code in (self.of, self.of_year_before, self.outside, *self.sum) if code)


@dataclass(frozen=True, slots=True, kw_only=True)
class StockRule:
    """Whom a form's stock holds (`statistics.md` §4, Base); only entries with one of `groups` are looked at.

    Persons with an entry of kind `registered` by the cut-off whose latest `status` (`unsaid` where there is none)
    is then none of `gone`, and was none of `in_work` before the period's first day.
    """

    registered: str
    graduated_on: str
    status: str
    unsaid: str
    gone: frozenset[str]
    in_work: frozenset[str]
    groups: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`at_most`: each part ≤ the whole. `equal`: the parts add up to it. `split`: they add up to no more.

    `explain`: it can be true all the same, so a word of explanation lets it pass.
    """

    rule: str
    whole: str
    parts: tuple[str, ...]
    explain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """One report a year that the form asks for; `word` as in 2014-annual, "" where there is but one."""

    word: str
    name: str
    cutoff: tuple[int, int]
    due: tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form as its file says it."""

    code: str
    title: str
    source: str
    deadlines: tuple[Deadline, ...]
    items: Mapping[str, Item]
    checks: tuple[Check, ...]
    notes: tuple[str, ...]
    stock: StockRule | None = None

    @property
    def listed(self) -> tuple[Item, ...]:
        """The items of the official form, in its order."""
        return tuple(item for item in self.items.values() if item.listed)

    @property
    def kinds(self) -> frozenset[str]:
        """Every kind that any item counts."""
        return frozenset().union(*(item.kinds for item in self.items.values()))

    def kinds_of(self, item: Item) -> frozenset[str]:
        """The kinds behind an item, those of its addends included."""
        return item.kinds.union(*(self.kinds_of(self.items[code]) for code in item.sum))

    def beside(self, code: str) -> tuple[Item, ...]:
        """What is printed beside that item."""
        return tuple(item for item in self.items.values() if item.beside == code)
