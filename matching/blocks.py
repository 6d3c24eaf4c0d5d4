"""The rows of all occupations in one table: those of one occupation lie side by side, in the order of their regions.

A place is one slice of an occupation's rows. numpy and the compiled search read the same two arrays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt

from matching.kinds import Column

COLUMNS = ("slot", "pay", "needs", "certificates", "conditions", "standing", "twin")
SLOT, TWIN = 0, len(COLUMNS) - 1
SHARE_BITS = 8  # a place and a share make one number, in the order of places
MOST_SHARE = (1 << SHARE_BITS) - 1
FIRST_ROOM = 8
Row = tuple[int, ...]  # place, share, then COLUMNS
Placed = npt.NDArray[np.uint32]


def placed(ranges: Iterable[tuple[int, int]]) -> Placed:
    """Ranges of places as the rows know them: low, high, low, high, ..."""
    numbers: Placed = np.array(list(ranges), np.uint32).ravel()
    return numbers << np.uint32(SHARE_BITS)


class Blocks:
    """A block an occupation, numbered by its code; within a block rows stay sorted by place.

    `placed` (place and share) and `rows` (COLUMNS) lie beside each other; block n is `sizes[n]` rows from `starts[n]`
    on and may grow to `rooms[n]`. What a block that had to move leaves behind is used again when all is full.
    """

    def __init__(self, found: Mapping[str, Sequence[Row]] | None = None) -> None:
        found = found or {}
        self.numbers = {code: number for number, code in enumerate(found)}
        self.sizes = np.array([len(rows) for rows in found.values()], np.int64)
        self.rooms = self.sizes + self.sizes // 8 + FIRST_ROOM
        self.starts, self._end = np.cumsum(self.rooms) - self.rooms, int(self.rooms.sum())
        self.placed, self.rows = np.zeros(self._end, np.uint32), np.zeros((self._end, len(COLUMNS)), np.int32)
        for number, rows in enumerate(found.values()):
            table = np.array(rows, np.int64)
            keys = table[:, 0] << SHARE_BITS | table[:, 1]
            order = np.argsort(keys, kind="stable")
            self.placed[self._part(number)], self.rows[self._part(number)] = keys[order], table[order, 2:]

    def __contains__(self, code: str) -> bool:
        return code in self.numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __len__(self) -> int:
        """All rows."""
        return int(self.sizes.sum())

    @property
    def nbytes(self) -> int:
        """What the rows hold, without the room to grow."""
        return len(self) * (self.placed.itemsize + self.rows.itemsize * len(COLUMNS))

    def slots(self, code: str) -> list[int]:
        """The slots of an occupation."""
        slots: list[int] = self.rows[self._part(self.numbers[code]), SLOT].tolist() if code in self.numbers else []
        return slots

    def slices(self, code: str, bounds: Placed) -> list[slice]:
        """An occupation's rows in ranges of places (as `placed` makes them), those without any left out."""
        part = self._part(self.numbers[code])
        start, found = part.start, self.placed[part].searchsorted(bounds).tolist()
        pairs = zip(found[::2], found[1::2], strict=True)
        return [slice(start + low, start + high) for low, high in pairs if low < high]

    def _part(self, number: int) -> slice:
        start = self.starts.item(number)
        return slice(start, start + self.sizes.item(number))

    def add(self, code: str, row: Row) -> None:
        """Put a row in its place, of those that are alike the last."""
        number = self._number(code)
        if self.sizes[number] == self.rooms[number]:
            self._move(number)
        part, key = self._part(number), row[0] << SHARE_BITS | row[1]
        at = part.start + int(self.placed[part].searchsorted(np.uint32(key), "right"))
        for array, value in ((self.placed, key), (self.rows, row[2:])):
            array[at + 1 : part.stop + 1] = array[at : part.stop]
            array[at] = value
        self.sizes[number] += 1

    def remove(self, code: str, place: int, slot: int) -> None:
        """Take the row of a slot out."""
        (found,) = self.slices(code, placed([(place, place + 1)]))
        at = found.start + int(np.flatnonzero(self.rows[found, SLOT] == slot)[0])
        number = self.numbers[code]
        end = self._part(number).stop
        for array in (self.placed, self.rows):
            array[at : end - 1] = array[at + 1 : end]
        self.sizes[number] -= 1

    def cut(self, bounds: Placed) -> Blocks:
        """The rows in some ranges of places only, without room to grow."""
        kept = {code: slices for code in self for slices in [self.slices(code, bounds)] if slices}
        every = [part for slices in kept.values() for part in slices]
        result = Blocks()
        result.numbers = {code: number for number, code in enumerate(kept)}
        result.sizes = np.array([sum(part.stop - part.start for part in slices) for slices in kept.values()], np.int64)
        result.rooms, result.starts = result.sizes.copy(), np.cumsum(result.sizes) - result.sizes
        result.placed, result.rows = joined(self.placed, every), joined(self.rows, every)
        result._end = len(result.placed)
        return result

    def _number(self, code: str) -> int:
        if code not in self.numbers:
            self.numbers[code] = len(self.numbers)
            self.starts, self.sizes = np.append(self.starts, self._end), np.append(self.sizes, 0)
            self.rooms = np.append(self.rooms, 0)
        return self.numbers[code]

    def _move(self, number: int) -> None:
        """To the end, with half as much room again."""
        part = self._part(number)
        room = part.stop - part.start + max(FIRST_ROOM, (part.stop - part.start) // 2)
        if self._end + room > len(self.placed):
            self._make_space(room)
            part = self._part(number)
        end = self._end + part.stop - part.start
        for array in (self.placed, self.rows):
            array[self._end : end] = array[part]
        self.starts[number], self.rooms[number] = self._end, room
        self._end += room

    def _make_space(self, more: int) -> None:
        """All blocks close together again, and space behind them."""
        parts = list(map(slice, self.starts.tolist(), (self.starts + self.rooms).tolist()))
        self._end = int(self.rooms.sum())
        self.starts = np.cumsum(self.rooms) - self.rooms
        space = max(more, self._end // 2)
        self.placed = np.concatenate([joined(self.placed, parts), np.zeros(space, np.uint32)])
        self.rows = np.concatenate([joined(self.rows, parts), np.zeros((space, len(COLUMNS)), np.int32)])


def joined(array: Column, parts: Sequence[slice]) -> Column:
    """Some parts of an array, one behind the other."""
    return array[parts[0]] if len(parts) == 1 else np.concatenate([array[:0], *[array[part] for part in parts]])
