"""Rows out of the database as CSV that no spreadsheet program computes."""

from __future__ import annotations

import csv
from typing import IO

from models.database import ReadSession
from services.exchange.cells import as_cell
from services.exchange.guard import guarded
from services.exchange.kinds import get_required_kind


async def export_rows(session: ReadSession, kind_name: str, file: IO[str], *, contacts: bool) -> int:
    """Write the kind's rows below its header; returns how many. Raises UnknownKindError."""
    kind = get_required_kind(kind_name)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(kind.EXPORTED)
    count = 0
    async for values in kind.give(session, contacts=contacts):
        writer.writerow([guarded(as_cell(value)) for value in values])
        count += 1
    return count
