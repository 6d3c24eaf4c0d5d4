"""The typed facts of every ledger kind (`models/facts.toml`), checked at the door (`statistics.md` §1)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import models
from models.errors import FactsRefusedError

FACTS = Path(models.__file__).with_name("facts.toml")
MAX_TEXT = 80
_SHORTEST = 10  # a landline with its code
_SOURCE_HELP = f"name the record in 1 to {MAX_TEXT} characters, such as 'placement 7'"

# A random key may hold eleven digits in a row by chance: such tokens are names, not numbers.
_RANDOM_KEY = re.compile(
    r"(?<![0-9a-z])(?=[0-9-]*[a-f])(?:[0-9a-f]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4})(?![0-9a-z])"
)
_MOBILE = re.compile(r"(?<!\d)(?:\+?(?:00)?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?:010|02\d|0[3-9]\d{2})[- ]?[2-8]\d{6,7}(?!\d)")
_ID_NUMBER = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]"
    r"|\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})(?![\dX])",
    re.IGNORECASE,
)
# Our row ids have 17 to 19 digits and some look like an ID number: after one of these words it is a row id.
_RECORDS = (
    *("aid_grant", "application", "audit_check", "certificate", "course", "created_job", "employer", "enrolment"),
    *("fair", "fair_ticket", "fair_venue", "fair_visit", "family", "filing", "follow_up", "fund", "fund_move"),
    *("graduate", "institution", "internship", "labour_traveller", "loan", "message", "office", "officer"),
    *("person_merge", "placement", "roster_row", "seeker", "service", "services_given", "startup", "startup_check"),
    *("subsidy", "survey", "survey_invitation", "ticket", "training_subsidy", "vacancy", "voucher", "work_study_offer"),
    *("union_membership", "work_team", "worker_base"),
)
_PLURALS = "|".join(f"{word[:-1]}(?:y|ies)" if word.endswith("y") else f"{word}s?" for word in _RECORDS)
_OWN_RECORD = re.compile(rf"^(?:{_PLURALS})[ :]\d{{1,19}}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class FactRule:
    """What one fact may be."""

    type: str
    one_of: tuple[Any, ...] = ()
    required: bool = False
    default: Any = None
    min: int | None = None
    max: int | None = None
    needed_when: Mapping[str, Any] | None = None
    only_when: Mapping[str, Mapping[str, Any]] | None = None

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        if self.one_of:
            return ("a list of " if self.type == "words" else "one of ") + ", ".join(map(str, self.one_of))
        limits = f" from {self.min} to {self.max}" if self.min is not None else ""
        return _TYPE_WORDS[self.type] + limits


@dataclass(frozen=True, slots=True, kw_only=True)
class KindRule:
    """What one kind of entry must and may have, and its name."""

    name: str
    person: str = "required"
    quantity: str = "none"
    amount: str = "none"
    facts: Mapping[str, FactRule]


_TYPE_WORDS = {
    "int": "a whole number",
    "bool": "true or false",
    "date": "a day as YYYY-MM-DD",
    "region": "an adcode of six digits",
    "id": f"a record's number or a name of at most {MAX_TEXT} characters",
    "word": "a word",
    "words": "a list of words",
}


def _fact_rule(raw: dict[str, Any], sets: dict[str, list[Any]]) -> FactRule:
    named = raw.pop("set", None)
    return FactRule(**{**raw, "one_of": tuple(sets[named] if named else raw.get("one_of", ()))})


def _kind_rule(raw: dict[str, Any], sets: dict[str, list[Any]]) -> KindRule:
    facts = {name: _fact_rule(fact, sets) for name, fact in raw.get("facts", {}).items()}
    return KindRule(**{**raw, "facts": facts})


@cache
def kinds() -> Mapping[str, KindRule]:
    """Every kind of ledger entry by its name."""
    data = tomllib.loads(FACTS.read_text("utf-8"))
    return {kind: _kind_rule(raw, data["sets"]) for kind, raw in data["kinds"].items()}


def check_facts(
    kind: str,
    facts: Mapping[str, Any],
    *,
    person: str | None,
    quantity: int | None,
    amount_fen: int | None,
    reversal: bool = False,
) -> None:
    """Refuse an entry whose facts are not those of its kind.

    A reversal repeats the kind and counts nothing, so nothing is required of it.
    """
    rule = kinds().get(kind)
    if rule is None:
        raise FactsRefusedError(f"unknown kind {kind!r}; known are: {', '.join(sorted(kinds()))}")
    _check_presence(kind, "person", rule.person, person, reversal=reversal)
    _check_number(kind, "quantity", rule.quantity, quantity, reversal=reversal)
    _check_number(kind, "amount_fen", rule.amount, amount_fen, reversal=reversal)
    for name, value in facts.items():
        _check_fact(kind, rule, name, value, facts)
    if not reversal:
        _check_required(kind, rule, facts)


def check_source(source: str) -> None:
    """Refuse a source that is empty, too long, or shaped like a phone or ID number."""
    if not source.strip() or len(source) > MAX_TEXT:
        raise FactsRefusedError(f"source: {_SOURCE_HELP}")
    if _personal_number(source, row_id=_names_record(source)):
        raise FactsRefusedError(f"source: it looks like a phone or ID number; {_SOURCE_HELP}")


def _check_presence(kind: str, field: str, rule: str, value: object, *, reversal: bool) -> None:
    if rule == "required" and (value is None or value == "") and not reversal:
        raise FactsRefusedError(f"{kind}: {field} is missing; this kind always has one")
    if rule == "none" and value is not None:
        raise FactsRefusedError(f"{kind}: {field} is not part of this kind; leave it out")


def _check_number(kind: str, field: str, rule: str, value: object, *, reversal: bool) -> None:
    _check_presence(kind, field, rule, value, reversal=reversal)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
        raise FactsRefusedError(f"{kind}: {field} is {value!r}; allowed is a whole number, 0 or more")


def _check_required(kind: str, rule: KindRule, facts: Mapping[str, Any]) -> None:
    for name, fact in rule.facts.items():
        causes = (fact.needed_when or {}).items()
        needed = fact.required or any(facts.get(other) == value for other, value in causes)
        if needed and facts.get(name) is None:
            raise FactsRefusedError(f"{kind}: fact {name!r} is missing; allowed is {fact.allowed}")


def _check_fact(kind: str, rule: KindRule, name: str, value: Any, facts: Mapping[str, Any]) -> None:
    fact = rule.facts.get(name)
    if fact is None:
        known = ", ".join(rule.facts) or "none"
        raise FactsRefusedError(f"{kind}: unknown fact {name!r}; this kind has: {known}")
    if not _fits(fact, value):
        raise FactsRefusedError(f"{kind}: fact {name!r} is {_shown(value)}; allowed is {fact.allowed}")
    if fact.type == "id" and _personal_number(str(value), row_id=_names_record(value)):
        raise FactsRefusedError(f"{kind}: fact {name!r}: a phone or ID number; allowed is {fact.allowed}")
    for other, wanted in (fact.only_when or {}).get(str(value), {}).items():
        if facts.get(other) != wanted:
            raise FactsRefusedError(f"{kind}: fact {name!r}: {value!r} only where {other!r} is {wanted!r}")


def _fits(fact: FactRule, value: Any) -> bool:
    if fact.type == "words":
        return isinstance(value, list | tuple) and all(isinstance(v, str) and v in fact.one_of for v in value)
    if fact.type == "int" and fact.min is not None and fact.max is not None:
        return _is_int(value) and fact.min <= value <= fact.max
    if fact.one_of:
        return type(value) is type(fact.one_of[0]) and value in fact.one_of
    return _TYPE_CHECKS[fact.type](value)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_date(value: Any) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_region(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[1-9]\d{5}", value, re.ASCII) is not None


def _is_id(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip()) and len(value) <= MAX_TEXT
    return _is_int(value) and value >= 0


_TYPE_CHECKS = {
    "bool": lambda value: isinstance(value, bool),
    "int": _is_int,
    "date": _is_date,
    "region": _is_region,
    "id": _is_id,
}


def _names_record(value: str | int) -> bool:
    return isinstance(value, int) or _OWN_RECORD.match(value) is not None


def _personal_number(text: str, *, row_id: bool = False) -> bool:
    if len(text) < _SHORTEST and text.isascii():
        return False
    plain = _RANDOM_KEY.sub(" ", unicodedata.normalize("NFKC", text).lower())
    patterns = (_MOBILE,) if row_id else (_MOBILE, _LANDLINE, _ID_NUMBER)
    return any(pattern.search(plain) for pattern in patterns)


def _shown(value: Any) -> str:
    """The refused value for the message: shortened, and never a phone or ID number."""
    return "a phone or ID number" if _personal_number(str(value)) else repr(value)[:60]
