"""What can be imported and exported: one line a kind, one file a kind."""

from __future__ import annotations

from collections.abc import Mapping

from models.errors import ZhaohuoError
from services.exchange import courses, employers, ledger, officers, offices, seekers, vacancies
from services.exchange.kind import Kind

KINDS: Mapping[str, Kind] = {
    "offices": offices,
    "officers": officers,
    "employers": employers,
    "vacancies": vacancies,
    "seekers": seekers,
    "courses": courses,
    "ledger": ledger,
}


class UnknownKindError(ZhaohuoError):
    """No such kind of file."""


def get_required_kind(name: str) -> Kind:
    """Raises UnknownKindError."""
    kind = KINDS.get(name)
    if kind is None:
        raise UnknownKindError(f"there is no kind {name!r}; known are: {', '.join(KINDS)}")
    return kind
