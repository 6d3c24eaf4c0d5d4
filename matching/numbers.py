"""Chinese and mixed numerals: 三千五, 一万二, 1.2万, 6k, 两百八."""

from __future__ import annotations

import re

DIGITS = {
    **dict(zip("零〇一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)),
    "两": 2,
    "俩": 2,
    "仨": 3,
}
UNITS = {"十": 10, "百": 100, "千": 1000, "k": 1000, "万": 10000, "w": 10000}
CHINESE = "零〇一二三四五六七八九两十百千万"
TOKEN = re.compile(r"\d+(?:\.\d+)?|[零〇一二三四五六七八九两俩仨十百千万kw]")
NUMBER = re.compile(rf"(?:\d+(?:\.\d+)?[万千百kw]?(?:\d(?!\d))?|[{CHINESE}]+)")


def parse_number(text: str) -> float | None:
    """The value of one numeral; a last bare digit takes the next smaller unit (三千五 is 3500)."""
    if text.isdecimal():
        return float(text)
    pieces = TOKEN.findall(text.replace(",", ""))
    if not pieces:
        return None
    total, current, last_unit = 0.0, None, 1.0
    skipped_zero = False
    for piece in pieces:
        unit = UNITS.get(piece)
        if unit is None:
            value = float(DIGITS[piece]) if piece in DIGITS else float(piece)
            skipped_zero = skipped_zero or piece in "零〇"
            current = value if current is None or piece not in DIGITS else current * 10 + value
        elif unit == 10000:
            total, current, last_unit = (total + (current or (0 if total else 1))) * unit, None, unit
        else:
            total, current, last_unit = total + (1 if current is None else current) * unit, None, unit
    if current is None:
        return total
    short = last_unit > 10 and total and current < 10 and not skipped_zero
    return total + (current * last_unit / 10 if short else current)
