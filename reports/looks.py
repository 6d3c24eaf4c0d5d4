"""What an entry is counted by: its groups and facts. Entries that look alike count alike, and few looks differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from reports.errors import FormFileError
from reports.form_files import known_forms, load_form
from reports.forms import Clause, Item
from reports.programme_files import known_programmes, load_programme
from reports.vocabulary import EVIDENCED, kind_words

Key = tuple[str, ...]
APART = ("region", "date")
_OF_CLAIMS = {"placement_started": "vacancy"}  # what no form counts, but the guards do


@dataclass(frozen=True, slots=True)
class Look:
    """The groups and the kept facts of entries of one kind."""

    kind: str
    groups: frozenset[str]
    facts: Mapping[str, Any]

    @property
    def key(self) -> Key:
        """What tells it from the other looks of its kind."""
        return (*sorted(self.groups), "", *(f"{name}={self.facts[name]}" for name in sorted(self.facts)))


@cache
def kept_facts(kind: str) -> frozenset[str]:
    """The facts that make a look: words and numbers; of ids, regions and dates those that a form tests."""
    words, asked = kind_words()[kind].facts, _tested_facts().get(kind, frozenset())
    return frozenset(name for name, fact in words.items() if fact.type not in (*APART, "id") or name in asked)


@cache
def facts_apart(kind: str) -> tuple[str, ...]:
    """The regions and dates that are kept beside the look, since they differ from entry to entry."""
    words = kind_words()[kind].facts
    return tuple(sorted(name for name, fact in words.items() if fact.type in APART and name not in kept_facts(kind)))


@cache
def unit_fact(kind: str) -> str | None:
    """The fact whose values are counted (`units`, or by a guard): an employer, a vacancy. A kind has one at most."""
    named = {item.distinct for item in _items() if item.distinct and kind in item.kinds}
    named |= {_OF_CLAIMS[kind]} if kind in _OF_CLAIMS else set()
    if len(named) > 1:
        raise FormFileError("forms", kind, "distinct", f"only one fact of a kind can be counted, not {sorted(named)}")
    return named.pop() if named else None


@cache
def _tested_facts() -> Mapping[str, frozenset[str]]:
    """By kind, the facts that an item of a form or programme tests."""
    tested: dict[str, frozenset[str]] = {}
    for item in _items():
        for clause in (*item.clauses, *item.carried):
            tested[clause.kind] = tested.get(clause.kind, frozenset()) | clause.tested
    return tested


@cache
def _items() -> tuple[Item, ...]:
    """Every item of every form and programme."""
    programmes = [load_programme(code).form for code in known_programmes()]
    forms = [load_form(code) for code in known_forms()]
    return tuple(item for form in (*forms, *programmes) for item in form.items.values())


def look_of(kind: str, groups: list[str], facts: Mapping[str, Any]) -> Look:
    """The look of an entry."""
    kept = kept_facts(kind)
    return Look(kind, frozenset(groups), {name: value for name, value in facts.items() if name in kept})


def fits_item(item: Item, look: Look) -> bool:
    """Whether entries of this look are the item's, gates aside."""
    if item.groups and item.groups.isdisjoint(look.groups):
        return False
    return any(fits(clause, look) for clause in item.clauses)


def fits(clause: Clause, look: Look) -> bool:
    """Whether entries of this look are what the clause means."""
    if look.kind != clause.kind:
        return False
    if any(not _has(look, name, values) for name, values in clause.facts.items()):
        return False
    if any(_has(look, name, values) for name, values in clause.exclude.items()):
        return False
    if any((_fact(look, name) or 0) < least for name, least in clause.at_least.items()):
        return False
    return clause.evidenced is None or clause.evidenced == (_fact(look, "evidence") in EVIDENCED)


def _fact(look: Look, name: str) -> Any:
    """A fact, or what is meant when it is left out."""
    value = look.facts.get(name)
    return kind_words()[look.kind].facts[name].default if value is None else value


def _has(look: Look, name: str, values: frozenset[Any]) -> bool:
    """Whether the fact, or one of its list, is among the values."""
    value = _fact(look, name)
    return not values.isdisjoint(value) if isinstance(value, list) else value in values
