"""The items of a form as plain SQL over a flat table of standing entries: how the peers of `bench statistics` count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.regions import bounds
from reports.forms import Clause, Form, Item
from reports.periods import Period
from reports.vocabulary import EVIDENCED, kind_words

FACTS = (
    *("course_type", "mode", "titles", "free", "issuer", "level", "how", "evidence", "contract", "months", "via"),
    *("loan", "guaranteed", "service", "programme", "purpose", "source", "employer"),
)
COLUMNS = ("kind", "day", "region", "person", "quantity", "amount", "groups", *FACTS)
TYPES = ("text", "date", "text", "text", "bigint", "bigint", "text", *("text" for _ in FACTS))
TABLE = f"CREATE TABLE flat ({', '.join(f'{name} {type_}' for name, type_ in zip(COLUMNS, TYPES, strict=True))})"
MEASURES = {
    "persons": "count(DISTINCT person)",
    "cases": "count(*)",
    "quantity": "coalesce(sum(quantity), 0)",
    "money": "coalesce(sum(amount), 0)",
}


def figure_sql(form: Form, item: Item, region: str, period: Period) -> str:
    """One figure."""
    return f"SELECT {MEASURES[item.measure]} FROM flat {_joined(form, item, region, period)}"


def by_region_sql(form: Form, item: Item, digits: int, period: Period) -> str:
    """The same for every region with so many leading digits."""
    where = _joined(form, item, "100000", period)
    return f"SELECT substr(region, 1, {digits}), {MEASURES[item.measure]} FROM flat {where} GROUP BY 1"


def is_plain(item: Item) -> bool:
    """Whether it is counted from its own entries alone."""
    return not (item.of or item.of_year_before or item.outside or item.sum) and item.measure in MEASURES


def _joined(form: Form, item: Item, region: str, period: Period) -> str:
    where = f"WHERE {_condition(item, region, period)}"
    if not item.of:
        return where
    inner = form.items[item.of]
    first = (
        "JOIN (SELECT person, min(day) AS first FROM flat "
        f"WHERE {_condition(inner, region, period)} GROUP BY person) AS f USING (person)"
    )
    return f"{first} {where}" + (" AND day >= first" if item.since_first else "")


def _condition(item: Item, region: str, period: Period) -> str:
    low, high = bounds(region)
    parts = [
        f"day BETWEEN '{period.start}' AND '{period.cutoff}'",
        f"region BETWEEN '{low}' AND '{high}'",
        _any(_clause(clause) for clause in item.clauses),
    ]
    if item.groups:
        parts.append(_any(f"groups LIKE '%|{group}|%'" for group in sorted(item.groups)))
    return " AND ".join(parts)


def _clause(clause: Clause) -> str:
    parts = [f"kind = '{clause.kind}'"]
    parts += [_has(clause.kind, name, values) for name, values in clause.facts.items()]
    parts += [f"NOT {_has(clause.kind, name, values)}" for name, values in clause.exclude.items()]
    parts += [f"CAST(coalesce({name}, '0') AS integer) >= {least}" for name, least in clause.at_least.items()]
    if clause.evidenced is not None:
        parts.append(("" if clause.evidenced else "NOT ") + _has(clause.kind, "evidence", EVIDENCED))
    return "(" + " AND ".join(parts) + ")"


def _has(kind: str, name: str, values: Any) -> str:
    fact = kind_words()[kind].facts[name]
    if fact.type == "words":
        return _any(f"coalesce({name}, '') LIKE '%|{value}|%'" for value in sorted(values))
    listed = ", ".join(f"'{_text(value)}'" for value in sorted(values))
    return f"coalesce({name}, '{_text(fact.default)}') IN ({listed})"


def _any(parts: Any) -> str:
    return "(" + " OR ".join(parts) + ")"


def _text(value: Any) -> str:
    """A fact as the flat table holds it."""
    return str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)


def flat_row(row: Sequence[Any], groups: list[str], facts: dict[str, Any]) -> list[Any]:
    """`row`: kind, day, region, person, quantity, amount."""
    return [*row, _listed(groups), *(_cell(facts.get(name)) for name in FACTS)]


def _cell(value: Any) -> Any:
    return None if value is None else _listed(value) if isinstance(value, list) else _text(value)


def _listed(words: list[str]) -> str:
    return "|" + "|".join(words) + "|"
