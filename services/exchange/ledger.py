"""Ledger entries of a file (`statistics.md` §1): known by their key; a reversal comes after what it cancels.

A person is a stable key of the file. It is mapped to a random-looking key of ours by a keyed hash, so that two files
of the same source mean the same person and nobody can tell the source's key from ours; a key that the ledger knows
already stays as it is.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, insert, select

from matching.places import get_region
from models.database import ReadSession, Session
from models.ledger import LedgerEntry
from models.offices import Office
from models.people import Person
from services.exchange.rows import Row, RowRefusedError
from services.ledger import Fact, append

IMPORTED = (
    "key",
    "kind",
    "occurred_on",
    "region",
    "office",
    "person",
    "groups",
    "facts",
    "quantity",
    "amount_fen",
    "source",
    "reverses",
)
EXPORTED = IMPORTED
NEEDED = ("key", "kind", "occurred_on")
WRITES_BEFORE_REFUSING = False
FIRST_DAY = date(2000, 1, 1)
PERSON = "ledger.person"
