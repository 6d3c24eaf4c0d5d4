"""Which entries an item counts: the `entries`, `facts` and `groups` of a form file, checked word by word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reports.errors import FormFileError
from reports.forms import Clause
from reports.vocabulary import FactWord, kind_words

_CLAUSE_KEYS = {"kind", "facts", "exclude", "at_least", "evidenced"}


@dataclass(frozen=True, slots=True)
class Where:
    """The place in a form file that is being read, so that a refusal can name it."""

    file: str
    item: str = "-"

    def at(self, item: str) -> Where:
        """The same file, at that item."""
        return Where(self.file, item)

    def error(self, key: str, problem: str) -> FormFileError:
        """A refusal that names file, item and key."""
        return FormFileError(self.file, self.item, key, problem)

    def known_keys(self, raw: Any, known: Iterable[str]) -> None:
        """Refuse a table with a key that nobody knows."""
        if not isinstance(raw, dict):
            raise self.error("-", f"a table is needed, not {raw!r}")
        for key in raw:
            if key not in known:
                raise self.error(key, f"unknown key; known are: {', '.join(sorted(known))}")

    def text(self, raw: Mapping[str, Any], key: str) -> str:
        """A text that must be there."""
        value = raw.get(key)
        if not isinstance(value, str):
            raise self.error(key, "a text is needed")
        return value

    def flag(self, raw: Mapping[str, Any], key: str) -> bool:
        """True or false."""
        value = raw[key]
        if not isinstance(value, bool):
            raise self.error(key, "true or false is needed")
        return value

    def one_of(self, raw: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
        """One of the allowed texts."""
        value = self.text(raw, key)
        if value not in allowed:
            raise self.error(key, f"unknown {value!r}; known are: {', '.join(allowed)}")
        return value


def read_words(where: Where, key: str, raw: Any, allowed: Iterable[str]) -> frozenset[str]:
    """A list of texts, each of them known."""
    if not isinstance(raw, list):
        raise where.error(key, "a list is needed")
    for word in raw:
        if word not in allowed:
            raise where.error(key, f"unknown {word!r}; known are: {', '.join(sorted(allowed))}")
    return frozenset(str(word) for word in raw)


class Selections:
    """The named lists of clauses in a file's `[entries]`, which items use by name."""

    def __init__(self, where: Where, named: Mapping[str, Any]) -> None:
        self._named = {name: _clauses(where.at(name), raw) for name, raw in named.items()}

    def clauses(self, where: Where, raw: Mapping[str, Any]) -> tuple[Clause, ...]:
        """The clauses of an item: its `entries` (a name or a list), narrowed by its `facts`."""
        entries = raw.get("entries", [])
        if isinstance(entries, str):
            if entries not in self._named:
                raise where.error("entries", f"no entries named {entries!r}; known are: {', '.join(self._named)}")
            clauses = self._named[entries]
        else:
            clauses = _clauses(where, entries)
        narrowed = raw.get("facts", {})
        return tuple(_narrow(where, clause, narrowed) for clause in clauses) if narrowed else clauses


def _clauses(where: Where, raw: Any) -> tuple[Clause, ...]:
    if not isinstance(raw, list):
        raise where.error("entries", "a list of tables, or the name of one, is needed")
    return tuple(_clause(where, one) for one in raw)


def _clause(where: Where, raw: Any) -> Clause:
    where.known_keys(raw, _CLAUSE_KEYS)
    kind = where.one_of(raw, "kind", tuple(kind_words()))
    evidenced = where.flag(raw, "evidenced") if "evidenced" in raw else None
    if evidenced is not None and "evidence" not in kind_words()[kind].facts:
        raise where.error("evidenced", f"{kind} has no evidence")
    return Clause(
        kind=kind,
        facts=_facts(where, kind, "facts", raw.get("facts", {})),
        exclude=_facts(where, kind, "exclude", raw.get("exclude", {})),
        at_least=_limits(where, kind, raw.get("at_least", {})),
        evidenced=evidenced,
    )


def _narrow(where: Where, clause: Clause, raw: Mapping[str, Any]) -> Clause:
    facts = dict(clause.facts)
    for name, values in _facts(where, clause.kind, "facts", raw).items():
        facts[name] = values & facts[name] if name in facts else values
        if not facts[name]:
            raise where.error("facts", f"{name!r} leaves nothing of the entries it narrows")
    return replace(clause, facts=facts)


def _facts(where: Where, kind: str, key: str, raw: Any) -> dict[str, frozenset[Any]]:
    where.known_keys(raw, kind_words()[kind].facts)
    return {name: _values(where, key, kind_words()[kind].facts[name], value) for name, value in raw.items()}


def _values(where: Where, key: str, fact: FactWord, raw: Any) -> frozenset[Any]:
    values = raw if isinstance(raw, list) else [raw]
    for value in values:
        if fact.one_of and not any(value is known or value == known for known in fact.one_of):
            raise where.error(key, f"unknown {value!r}; known are: {', '.join(map(str, fact.one_of))}")
    return frozenset(values)


def _limits(where: Where, kind: str, raw: Any) -> dict[str, int]:
    where.known_keys(raw, kind_words()[kind].facts)
    for name, value in raw.items():
        if kind_words()[kind].facts[name].type != "int" or not isinstance(value, int):
            raise where.error("at_least", f"{name!r} is not counted in whole numbers")
    return dict(raw)
