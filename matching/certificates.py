"""Which certificates the law demands, and which stand for others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from typing import Any

from matching.tables import DATA

GRADE = re.compile(r"\(.*\)$")


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((DATA / "certificates.toml").read_text(encoding="utf-8"))


@cache
def demanded_by_law() -> frozenset[str]:
    return frozenset(_table()["law"])


def plain(name: str) -> str:
    """The certificate without its grade: 保育员证(中级) → 保育员证."""
    return GRADE.sub("", name)


def held(names: Iterable[str]) -> frozenset[str]:
    """Everything a set of certificates proves, those implied included."""
    proved = {plain(name) for name in names}
    for name in tuple(proved):
        proved.update(_table()["implies"].get(name, ()))
    return frozenset(proved)


def missing(required: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    return frozenset(plain(name) for name in required) - held(names)


def missing_by_law(required: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    return missing(required, names) & demanded_by_law()


@cache
def barred_for_minors(code: str) -> bool:
    return any(code.startswith(head) for head in _table()["minors"]["barred"])


@cache
def barred_constraints() -> frozenset[str]:
    return frozenset(_table()["minors"]["barred_constraints"])
