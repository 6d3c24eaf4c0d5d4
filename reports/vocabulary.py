"""The words a form may use: kinds, their facts and the groups, from the ledger's own data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import models
from models.people import Group

# Read as data: `reports` and `services` stand side by side and do not import one another.
FACTS = Path(models.__file__).with_name("facts.toml")

GROUPS = frozenset(Group)
EVIDENCED = frozenset({"both", "contract", "staff_call"})
"""Evidence that makes a placement count (`statistics.md` §2); the rest is 待核实."""

_RECORD = re.compile(r"([a-z_]+)[ :](\d+)", re.ASCII)


def record_named(fact: str, value: Any) -> str:
    """What an id says, in one spelling: 7, "7", "employers:7" and "employer 7" are one employer, a name is a name."""
    text = str(value)
    found = _RECORD.fullmatch(text)
    return found[2] if found and found[1] in (fact, f"{fact}s", f"{fact[:-1]}ies") else text


@dataclass(frozen=True, slots=True, kw_only=True)
class FactWord:
    """A fact: its type, what it may be (empty: all of the type), and what is meant when it is left out."""

    type: str
    one_of: tuple[Any, ...]
    default: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class KindWord:
    """A kind: its name, whether it has a person, a quantity, an amount, and its facts."""

    name: str
    person: str
    quantity: str
    amount: str
    facts: Mapping[str, FactWord]


@cache
def kind_words() -> Mapping[str, KindWord]:
    """Every kind of ledger entry by name."""
    data = tomllib.loads(FACTS.read_text("utf-8"))
    return {kind: _kind(raw, data["sets"]) for kind, raw in data["kinds"].items()}


def _kind(raw: Mapping[str, Any], sets: Mapping[str, list[Any]]) -> KindWord:
    return KindWord(
        name=raw["name"],
        person=raw.get("person", "required"),
        quantity=raw.get("quantity", "none"),
        amount=raw.get("amount", "none"),
        facts={name: _fact(fact, sets) for name, fact in raw.get("facts", {}).items()},
    )


def _fact(raw: Mapping[str, Any], sets: Mapping[str, list[Any]]) -> FactWord:
    allowed = sets[raw["set"]] if "set" in raw else raw.get("one_of", ())
    if raw["type"] == "bool":
        allowed = (True, False)
    return FactWord(type=raw["type"], one_of=tuple(allowed), default=raw.get("default"))
