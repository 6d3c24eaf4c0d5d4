"""63-bit, time-ordered integers made by the program, so that a row can be sealed before it is stored."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable

EPOCH_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
FIVE_SECONDS = 5_000 << 22  # how far clocks of processes may differ before one misses the other
STEP_BITS = 22  # 41 bits of milliseconds last until 2095
APART_BITS = 32  # processes that follow one id begin at random places within a second behind it


class IdMaker:
    """Makes ids that grow within a process and do not collide between processes.

    The low 22 bits start at a random place each millisecond, so that two processes meet in fewer than
    one of a million rows; the unique primary key refuses what is left.
    """

    def __init__(
        self,
        clock_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
        random_bits: Callable[[int], int] = secrets.randbits,
    ) -> None:
        self._clock_ms, self._random_bits = clock_ms, random_bits
        self._last = 0
        self._lock = threading.Lock()

    def __call__(self) -> int:
        """The next id: larger than every id made here before, even when the clock steps back."""
        with self._lock:
            start = (self._clock_ms() - EPOCH_MS) << STEP_BITS
            if start > self._last >> STEP_BITS << STEP_BITS:
                self._last = start | self._random_bits(STEP_BITS - 2)
            else:
                self._last += 1 + self._random_bits(6)
            return self._last

    def follow(self, newest: int) -> None:
        """Make larger ids than this one from now on, whose clock may have stepped back since."""
        with self._lock:
            if newest > self._last:
                self._last = newest + self._random_bits(APART_BITS)
