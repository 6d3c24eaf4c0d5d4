"""Read what a form file says about its stock: the `[stock]` table, and the items that count it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.clauses import Where, read_words
from reports.forms import GRADUATED, Clause, StockRule
from reports.vocabulary import GROUPS, FactWord, kind_words

ITEM_KEYS = {"by", "graduated", "status"}
_RULE_KEYS = {"registered", "graduated_on", "status", "unsaid", "gone", "in_work", "groups"}
_PLAIN_KEYS = {"code", "name", "text", "unit", "measure", "continues", "listed", "beside"}


def read_stock(where: Where, raw: Mapping[str, Any] | None) -> StockRule | None:
    """The `[stock]` table of a form, None where it has none."""
    if raw is None:
        return None
    where.known_keys(raw, _RULE_KEYS)
    kinds = {key: where.one_of(raw, key, tuple(kind_words())) for key in ("registered", "status")}
    words = _words(where, "status", kinds["status"])
    groups = read_words(where, "groups", raw.get("groups"), GROUPS)
    if not groups:
        raise where.error("groups", "names at least one group")
    return StockRule(
        **kinds,
        graduated_on=where.one_of(raw, "graduated_on", _facts_of(kinds["registered"], "date")),
        unsaid=where.one_of(raw, "unsaid", words),
        gone=read_words(where, "gone", raw.get("gone"), words),
        in_work=read_words(where, "in_work", raw.get("in_work"), words),
        groups=groups,
    )


def read_stock_item(where: Where, raw: Mapping[str, Any], rule: StockRule | None) -> dict[str, Any]:
    """What an item with measure `stock` says of it, as fields of an Item; nothing for other items."""
    if raw.get("measure") != "stock":
        _refuse_any(where, raw, ITEM_KEYS, "is for measure = 'stock'")
        return {}
    _refuse_any(where, raw, set(raw) - _PLAIN_KEYS - ITEM_KEYS, "says nothing about a stock")
    if rule is None:
        raise where.error("measure", "stock needs a [stock] table")
    return {
        "clauses": (Clause(kind=rule.registered),),
        "by": where.one_of(raw, "by", _facts_of(rule.registered, "region")),
        "graduated": where.one_of(raw, "graduated", GRADUATED) if "graduated" in raw else None,
        "status": read_words(where, "status", raw.get("status", []), _words(where, "status", rule.status)),
    }


def _refuse_any(where: Where, raw: Mapping[str, Any], keys: set[str], problem: str) -> None:
    for key in sorted(keys & set(raw)):
        raise where.error(key, problem)


def _facts_of(kind: str, type_: str) -> tuple[str, ...]:
    return tuple(name for name, fact in kind_words()[kind].facts.items() if fact.type == type_)


def _words(where: Where, key: str, kind: str) -> tuple[str, ...]:
    """What the `status` fact of that kind may say."""
    fact: FactWord | None = kind_words()[kind].facts.get("status")
    if fact is None:
        raise where.error(key, f"{kind} has no fact 'status'")
    return fact.one_of
