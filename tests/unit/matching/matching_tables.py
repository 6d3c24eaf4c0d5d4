"""Reads the literal cases beside this file and, where it is there, the shared development data."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent / "data"
SHARED = Path(__file__).parents[4] / "shared/data"

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    names = header.split("\t")
    return [dict(zip(names, line.split("\t") + [""] * len(names), strict=False)) for line in lines if line]


def cases(name: str) -> list[Row]:
    return read(HERE / name)


def shared(name: str) -> list[Row]:
    """Rows of the shared data; skips the test, saying so, where they are absent."""
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} of the shared data is not on this machine")
    return read(path)
