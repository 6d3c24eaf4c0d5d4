"""A bar on standard error that shows how far a long run is; nothing where nobody looks at a terminal."""

from __future__ import annotations

import sys

WIDTH = 30
ERASE = "\r\033[K"


class Bar:
    """Counts steps; the number of all steps is told at the start."""

    def __init__(self, steps: int) -> None:
        self._steps, self._done = max(1, steps), 0

    def step(self, label: str) -> None:
        """The step of this name begins."""
        full = min(WIDTH, WIDTH * self._done // self._steps)
        self._done += 1
        if sys.stderr.isatty():
            print(f"{ERASE}[{'#' * full}{'.' * (WIDTH - full)}] {label}", end="", file=sys.stderr, flush=True)


def erase() -> None:
    """The bar's line is free for a figure."""
    if sys.stderr.isatty():
        print(ERASE, end="", file=sys.stderr, flush=True)
