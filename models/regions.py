"""Regions are adcodes (GB/T 2260); the tree is in the digits: province 41xxxx, city 4101xx, county 410105."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, true

NATION = "100000"
Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])


def bounds(region: str) -> tuple[str, str]:
    """The lowest and highest adcode of the region's subtree."""
    if region == NATION:
        return "000000", "999999"
    stem = region.removesuffix("00").removesuffix("00")
    return stem.ljust(6, "0"), stem.ljust(6, "9")


def lies_in(region: str, subtree: str) -> bool:
    """Whether `region` is `subtree` or below it."""
    low, high = bounds(subtree)
    return low <= region <= high


def in_subtree(column: Any, subtree: str) -> ColumnElement[bool]:
    """The condition that `column` (an adcode) lies in the subtree."""
    if subtree == NATION:
        return true()
    low, high = bounds(subtree)
    condition: ColumnElement[bool] = column.between(low, high)
    return condition


def visible_to(query: Query, column: Any, office_region: str) -> Query:
    """The one region filter: every query made for a member of staff passes through it.

    It returns the narrowed Select (a `with_loader_criteria` would miss Core selects, `promises.md` §1).
    """
    return query.where(in_subtree(column, office_region))
