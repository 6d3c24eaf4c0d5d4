"""A ledger entry as it is counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """An entry that stands (unreversed), its person after all merges; `id` is the order of recording."""

    id: int
    key: str
    kind: str
    occurred_on: date
    region: str
    office_id: int | None
    person: str | None
    groups: list[str]
    facts: Mapping[str, Any]
    quantity: int | None
    amount_fen: int | None
    source: str
