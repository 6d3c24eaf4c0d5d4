"""Rows out of the database as CSV that no spreadsheet program computes."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from typing import TextIO

from models.clock import business_date
from models.database import ReadSession
from services.exchange.guard import guarded
from services.exchange.kinds import get_required_kind


async def export_rows(session: ReadSession, kind_name: str, file: TextIO, *, contacts: bool) -> int:
    """Write the kind's rows below its header; returns how many. Raises UnknownKindError."""
    kind = get_required_kind(kind_name)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(kind.EXPORTED)
    count = 0
    async for values in kind.give(session, contacts=contacts):
        writer.writerow([guarded(_cell(value)) for value in values])
        count += 1
    return count


def _cell(value: object) -> str:
    """A value as the import reads it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return business_date(value).isoformat()
        case date():
            return value.isoformat()
        case dict():
            return json.dumps(value, ensure_ascii=False, sort_keys=True)
        case list() | tuple():
            return "|".join(str(part) for part in value)
        case float():
            return f"{value:g}"
    return str(value)


def yuan(fen: int | None) -> object:
    """Fen as yuan, without a fraction where there is none."""
    if fen is None:
        return None
    return fen // 100 if fen % 100 == 0 else fen / 100
