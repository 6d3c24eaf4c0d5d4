"""What a table of allowed moves is."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

Moves = Mapping[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]]
"""One table a machine: members of different StrEnums with the same word are one key of a dictionary."""
