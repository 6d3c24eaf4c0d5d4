"""The rows of one occupation, side by side and in the order of their regions: a place is one slice."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from matching.kinds import Column

COLUMNS: dict[str, str] = {
    "place": "u2",
    "slot": "i4",
    "share": "u1",
    "pay": "i4",
    "needs": "i4",
    "certificates": "i4",
    "conditions": "i4",
    "standing": "i4",
    "twin": "i4",
}
FIRST_SIZE = 8
Row = tuple[int, ...]


class Block:
    """Growing columns that stay sorted by place; of one place the newer rows come last.

    `columns` have room to grow: what slices() names is filled.
    """

    def __init__(self, rows: Sequence[Row] = ()) -> None:
        table = np.array(rows, np.int64).reshape(-1, len(COLUMNS))
        table = table[np.argsort(table[:, 0], kind="stable")]
        self.columns = {name: table[:, number].astype(kind) for number, (name, kind) in enumerate(COLUMNS.items())}
        self._size = len(rows)

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, name: str) -> Column:
        return self.columns[name][: self._size]

    def add(self, row: Row) -> None:
        """Put a row in its place."""
        at = int(self["place"].searchsorted(np.uint16(row[0]), "right"))
        if self._size == len(self.columns["place"]):
            self._grow()
        for column, value in zip(self.columns.values(), row, strict=True):
            column[at + 1 : self._size + 1] = column[at : self._size]
            column[at] = value
        self._size += 1

    def _grow(self) -> None:
        for name, column in self.columns.items():
            self.columns[name] = np.concatenate([column, np.zeros(max(FIRST_SIZE, len(column)), column.dtype)])

    def find(self, place: int, slot: int) -> int:
        """Where the row of a slot lies."""
        low, high = self["place"].searchsorted(np.array([place, place + 1], np.uint16))
        return int(low + np.flatnonzero(self["slot"][low:high] == slot)[0])

    def remove(self, place: int, slot: int) -> None:
        """Take the row of a slot out."""
        at = self.find(place, slot)
        for column in self.columns.values():
            column[at : self._size - 1] = column[at + 1 : self._size]
        self._size -= 1

    def slices(self, bounds: npt.NDArray[np.uint16]) -> list[slice]:
        """The rows of ranges of places (low, high, low, high, ...), those without any left out."""
        found = self["place"].searchsorted(bounds).tolist()
        return [slice(low, high) for low, high in zip(found[::2], found[1::2], strict=True) if low < high]

    def cut(self, bounds: npt.NDArray[np.uint16]) -> Block:
        """A block of the rows in some ranges of places only."""
        part, taken = Block(), self.slices(bounds)
        for name, column in self.columns.items():
            part.columns[name] = np.concatenate([column[:0], *(column[rows] for rows in taken)])
        part._size = len(part.columns["place"])
        return part
