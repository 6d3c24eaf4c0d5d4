"""Reads the plain tables under matching/data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

DATA = Path(__file__).parent / "data"


def rows(name: str) -> Iterator[list[str]]:
    """Yield the cells of each line of a tab-separated table, its header and '#' lines left out."""
    with (DATA / name).open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            if not line.startswith("#") and line.strip():
                yield line.rstrip("\n").split("\t")
