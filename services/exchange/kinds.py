"""What can be imported and exported: one line a kind, one file a kind."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from models.database import ReadSession, Session
from models.errors import ZhaohuoError
from services.exchange import courses, employers, ledger, offices, seekers, vacancies
from services.exchange.rows import Row


class UnknownKindError(ZhaohuoError):
    """No such kind of file."""


class Kind(Protocol):
    """What the module of a kind offers. IMPORTED columns are read, EXPORTED ones written, NEEDED ones must be there.

    WRITES_BEFORE_REFUSING: a row may be refused after it wrote something, so it gets a savepoint.
    """

    IMPORTED: tuple[str, ...]
    EXPORTED: tuple[str, ...]
    NEEDED: tuple[str, ...]
    WRITES_BEFORE_REFUSING: bool

    def comes_late(self, row: Row) -> bool:
        """Whether the row must come after all others."""

    async def take(self, session: Session, row: Row) -> bool:
        """Write the row; whether it brought something new. Raises RowRefusedError, or notes problems in the row."""

    def give(self, session: ReadSession, *, contacts: bool) -> AsyncIterator[list[object]]:
        """The rows there are, in the order of EXPORTED."""


KINDS: Mapping[str, Kind] = {
    "offices": offices,
    "employers": employers,
    "vacancies": vacancies,
    "seekers": seekers,
    "courses": courses,
    "ledger": ledger,
}


def get_required_kind(name: str) -> Kind:
    """Raises UnknownKindError."""
    kind = KINDS.get(name)
    if kind is None:
        raise UnknownKindError(f"there is no kind {name!r}; known are: {', '.join(KINDS)}")
    return kind
