"""Distinct rows of a few columns, numbered: a million adverts offer only some thousand kinds of pay.

What is compared is compared once per kind, not once per advert.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[Any]
FIRST_SIZE = 256


class Kinds:
    """Numbers rows as they come; the columns of all rows so far are read by name."""

    def __init__(self, types: Mapping[str, str]) -> None:
        self._columns: dict[str, Column] = {name: np.zeros(FIRST_SIZE, kind) for name, kind in types.items()}
        self._numbers: dict[tuple[Any, ...], int] = {}
        self._size = FIRST_SIZE

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, name: str) -> Column:
        return self._columns[name][: len(self._numbers)]

    def number(self, row: tuple[Any, ...]) -> int:
        """The number of a row, given it now where it was never seen."""
        known = self._numbers.get(row)
        return self._add(row) if known is None else known

    def _add(self, row: tuple[Any, ...]) -> int:
        number = len(self._numbers)
        if number == self._size:
            for name, column in self._columns.items():
                self._columns[name] = np.concatenate([column, np.zeros_like(column)])
            self._size *= 2
        for column, value in zip(self._columns.values(), row, strict=True):
            column[number] = value
        self._numbers[row] = number
        return number
