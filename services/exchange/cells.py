"""Values as the cells of a file."""

from __future__ import annotations

import json
from datetime import date, datetime

from models.clock import business_date


def as_cell(value: object) -> str:
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
