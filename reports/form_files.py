"""Read the form files; a wrong word is refused with the file, the item and the key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from reports.clauses import Selections, Where, read_words
from reports.errors import UnknownFormError
from reports.forms import MEASURES, Check, Deadline, Form, Item, StockRule
from reports.stock_files import ITEM_KEYS, read_stock, read_stock_item
from reports.vocabulary import GROUPS, kind_words

FORMS = Path(__file__).with_name("forms")

_FORM_KEYS = {"title", "source", "notes", "report", "entries", "stock", "item", "check"}
_ITEM_WORDS = {"code", "name", "text", "unit", "of", "of_year_before", "outside", "distinct", "beside"}
_ITEM_FLAGS = {"since_first", "listed", "continues"}
_ITEM_KEYS = _ITEM_WORDS | _ITEM_FLAGS | {"measure", "entries", "facts", "groups", "sum", "carried"} | ITEM_KEYS
_REFERENCES = ("of", "of_year_before", "outside", "beside")
_CHECK_RULES = ("at_most", "equal", "split")


def known_forms() -> list[str]:
    """The codes of every form there is."""
    return sorted(path.stem for path in FORMS.glob("*.toml"))


@cache
def load_form(code: str) -> Form:
    """The form with that code. Raises UnknownFormError; FormFileError where its file is wrong."""
    if code not in known_forms():
        raise UnknownFormError(code, known_forms())
    return read_form(FORMS / f"{code}.toml")


def read_form(path: Path) -> Form:
    """Read and check one form file."""
    where = Where(path.name)
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise where.error("file", str(error)) from error
    where.known_keys(data, _FORM_KEYS)
    selections = Selections(where, data.get("entries", {}))
    stock = read_stock(where.at("stock"), data.get("stock"))
    by_code = read_items(where, data.get("item", []), selections, stock)
    return Form(
        code=path.stem,
        title=where.text(data, "title"),
        source=where.text(data, "source"),
        deadlines=tuple(_deadline(where.at("report"), raw) for raw in data.get("report", [])),
        items=by_code,
        checks=tuple(_check(where.at("check"), raw, by_code) for raw in data.get("check", [])),
        notes=tuple(data.get("notes", [])),
        stock=stock,
    )


def read_items(
    where: Where, raws: Iterable[Mapping[str, Any]], selections: Selections, stock: StockRule | None = None
) -> dict[str, Item]:
    """Items by code, each checked, also against those that it leans on."""
    items = [_item(where, raw, selections, stock) for raw in raws]
    by_code = {item.code: item for item in items}
    if len(by_code) != len(items):
        raise where.error("code", "an item code is used twice")
    for item in items:
        _check_item(where.at(item.code), item, by_code)
    _check_no_cycle(where, by_code)
    return by_code


def _item(where: Where, raw: Mapping[str, Any], selections: Selections, stock: StockRule | None) -> Item:
    where = where.at(str(raw.get("code", "without a code")))
    where.known_keys(raw, _ITEM_KEYS)
    said: dict[str, Any] = {key: where.text(raw, key) for key in _ITEM_WORDS if key in raw}
    said |= {key: where.flag(raw, key) for key in _ITEM_FLAGS if key in raw}
    for key in ("code", "name", "unit"):
        where.text(raw, key)
    carried = selections.clauses(where, {"entries": raw["carried"]}) if "carried" in raw else ()
    counted = {"clauses": selections.clauses(where, raw)} | read_stock_item(where, raw, stock)
    return Item(
        **said,
        **counted,
        carried=carried,
        measure=where.one_of(raw, "measure", MEASURES),
        groups=read_words(where, "groups", raw.get("groups", []), GROUPS),
        sum=tuple(raw.get("sum", ())),
    )


def _check_item(where: Where, item: Item, items: Mapping[str, Item]) -> None:
    for key in _REFERENCES:
        _check_reference(where, key, getattr(item, key), items)
    for code in item.sum:
        _check_reference(where, "sum", code, items)
    if (item.measure == "sum") != bool(item.sum) or bool(item.sum) == bool(item.clauses):
        raise where.error("entries", "an item counts either entries or, with measure = 'sum', other items")
    if item.carried and (item.measure != "persons" or item.of):
        raise where.error("carried", "only persons are carried over, and of no other item")
    if item.since_first and item.of is None:
        raise where.error("since_first", "needs `of`")
    if item.listed and item.text.count("{}") != 1:
        raise where.error("text", "needs one {} for the blank")
    _check_measure(where, item)


def _check_reference(where: Where, key: str, code: str | None, items: Mapping[str, Item]) -> None:
    if code is None:
        return
    if code not in items:
        raise where.error(key, f"no item {code!r}")
    if key in ("of", "of_year_before", "outside") and items[code].measure != "persons":
        raise where.error(key, f"item {code!r} does not count persons")


def _check_measure(where: Where, item: Item) -> None:
    """A measure needs something to count in every kind: a person, a quantity, an amount, a fact."""
    needs = {"persons": "person", "quantity": "quantity", "money": "amount"}
    for kind in sorted(item.kinds):
        word = kind_words()[kind]
        needed = needs.get(item.measure)
        if needed and getattr(word, needed) != "required":
            raise where.error("measure", f"{kind} need not have a {needed}, so {item.measure} cannot be counted")
        if (item.of or item.of_year_before or item.outside) and word.person != "required":
            raise where.error("of", f"{kind} need not have a person")
        if item.measure == "units" and item.distinct not in word.facts:
            raise where.error("distinct", f"{kind} has no fact {item.distinct!r}")


def _check_no_cycle(where: Where, items: Mapping[str, Item]) -> None:
    def walk(code: str, path: tuple[str, ...]) -> None:
        if code in path:
            raise where.at(code).error("of", "goes in a circle: " + " → ".join((*path, code)))
        for other in items[code].leans_on:
            walk(other, (*path, code))

    for code in items:
        walk(code, ())


def _check(where: Where, raw: Mapping[str, Any], items: Iterable[str]) -> Check:
    where.known_keys(raw, {"rule", "whole", "parts", "explain"})
    rule, whole = where.one_of(raw, "rule", _CHECK_RULES), where.one_of(raw, "whole", tuple(items))
    parts = tuple(sorted(read_words(where, "parts", raw.get("parts"), items)))
    return Check(rule=rule, whole=whole, parts=parts, explain="explain" in raw and where.flag(raw, "explain"))


def _deadline(where: Where, raw: Mapping[str, Any]) -> Deadline:
    where.known_keys(raw, {"word", "name", "cutoff", "due"})
    days = {key: _month_day(where, key, where.text(raw, key)) for key in ("cutoff", "due")}
    return Deadline(word=where.text(raw, "word"), name=where.text(raw, "name"), **days)


def _month_day(where: Where, key: str, text: str) -> tuple[int, int]:
    found = re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", text, re.ASCII)
    if found is None or text == "02-29":
        raise where.error(key, f"{text!r} is no day of every year; write MM-DD")
    return int(found[1]), int(found[2])
