"""What the module of a kind offers; `services.exchange.kinds` lists them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any, Protocol

from models.database import ReadSession, Session
from services.exchange.rows import Row


class ImportKind(Protocol):
    """IMPORTED columns are read, EXPORTED ones written, of NEEDED at least one must be there.

    SAVEPOINT: a row may be refused after it wrote something.
    """

    IMPORTED: tuple[str, ...]
    EXPORTED: tuple[str, ...]
    NEEDED: tuple[str, ...]
    SAVEPOINT: bool

    def comes_late(self, row: Row, /) -> bool:
        """Whether the row must come after all others."""

    async def prepare(self, session: Session, rows: Sequence[Row], /) -> Any:
        """What `take` wants to know of these rows, looked up at once."""

    async def take(self, session: Session, row: Row, known: Any, /) -> bool:
        """Write the row; whether it brought something new. Raises RowRefusedError, or notes problems in the row."""

    async def finish(self, session: Session, known: Any, /) -> None:
        """Write what `take` left to be written for all of these rows at once."""


class Kind(ImportKind, Protocol):
    """What can be imported and exported."""

    def give(self, session: ReadSession, *, contacts: bool) -> AsyncIterator[list[object]]:
        """The rows there are, in the order of EXPORTED."""


def in_any_order(_row: Row) -> bool:
    """The rows of most kinds."""
    return False


async def nothing_to_finish(_session: Session, _known: None) -> None:
    """Most kinds write row by row."""


async def nothing_to_prepare(_session: Session, _rows: Sequence[Row]) -> None:
    """Most kinds look up what they want row by row."""
