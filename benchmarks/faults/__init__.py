"""Fault tests of the delivery on the real program: `zhaohuo bench faults`, and small as `tests/faults`.

A file a fault: `QUICK`, `FULL`, and `measure(folder, size)`, which yields its figures. What a machine lacks is said.
"""

from __future__ import annotations

import asyncio
import importlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.figures import Figure, Note

NAME = "faults"
FAULTS = (
    "kill",
    "replay",
    "order",
    "one_sender",
    "throttled",
    "burst",
    "slow_consumer",
    "receipts",
    "database_away",
    "disk_full",
    "clock",
)


class CannotBreakError(Exception):
    """This machine cannot be made to fail in this way; the reason is the text."""


def measure(folder: Path, *, quick: bool, only: str = "") -> Iterator[Figure | Note]:
    """All figures, fault by fault."""
    for name in (only,) if only else FAULTS:
        try:
            yield from figures_of(name, folder, quick=quick)
        except CannotBreakError as reason:
            yield Note(NAME, f"{name} IS NOT MEASURED HERE: {reason}")


def figures_of(name: str, folder: Path, *, quick: bool) -> list[Figure]:
    """The figures of one fault, measured in a folder of its own. Raises CannotBreakError."""
    fault = importlib.import_module(f"{__name__}.{name}")
    size = fault.QUICK if quick else fault.FULL
    with tempfile.TemporaryDirectory(dir=folder, prefix=f"{name}-") as scratch:
        return asyncio.run(_all(fault, Path(scratch), size))


async def _all(fault: Any, folder: Path, size: Any) -> list[Figure]:
    return [figure async for figure in fault.measure(folder, size)]
