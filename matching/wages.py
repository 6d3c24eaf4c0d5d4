"""Finds the wage in a sentence: 5000, 七八千, 6k-8k, 一万二, 300一天, 时薪22, 年薪十五万."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching.numbers import UNITS, parse_number
from matching.wage_words import (
    ABOUT_A_UNIT,
    AFTER,
    ANY_NUMBER,
    AT_MOST,
    BARE_NUMBER,
    BEFORE,
    CLUES_BEFORE,
    COINS,
    FORMAL,
    FORMAL_SUM,
    HEAD,
    MOST_BEFORE,
    NOT_MONEY,
    NUMBER_OF_A_FILE,
    OVER,
    PIECE_RATES,
    PIECEWORK,
    RANGE,
    REFUSED_AFTER,
    TAIL,
    TIME_ONLY,
    VAGUE_BEFORE,
    period_after,
    period_before,
)

DAYS_A_MONTH = 26  # what people paid by the day usually work
HOURS_A_MONTH = DAYS_A_MONTH * 8
MONTHLY: dict[str, float] = {"hour": HOURS_A_MONTH, "day": DAYS_A_MONTH, "month": 1, "year": 1 / 12}
PERIODS = (*MONTHLY, "piece")
PLAUSIBLE: dict[str, tuple[int, int]] = {
    "hour": (5, 300),
    "day": (50, 3000),
    "month": (800, 200_000),
    "year": (10_000, 3_000_000),
    "week": (200, 50_000),
}
A_YEAR_AT_LEAST = 100_000  # yuan: who says 30万 means a year
WEEKS_A_MONTH = 52 / 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Wage:
    """What a sentence says about pay. Money in fen; monthly figures are worked out from the period."""

    min_fen: int | None
    max_fen: int | None
    period: str
    original: str
    start: int = 0
    end: int = 0

    @property
    def monthly_min_fen(self) -> int | None:
        """Fen a month; None for piecework, which nobody can bring to a month."""
        return self._monthly(self.min_fen)

    @property
    def monthly_max_fen(self) -> int | None:
        return self._monthly(self.max_fen)

    def _monthly(self, fen: int | None) -> int | None:
        return None if fen is None or self.period not in MONTHLY else round(fen * MONTHLY[self.period])


def find_wage(text: str) -> Wage | None:
    """The likeliest wage in a normalised text; a rate by the piece only where there is no other."""
    text = text.translate(FORMAL) if FORMAL_SUM.search(text) else text
    rate = _piece_rate(text)
    rest = text[: rate.start] + " " * (rate.end - rate.start) + text[rate.end :] if rate else text
    best: tuple[int, Wage] | None = None
    number = ANY_NUMBER.search(rest)
    for match in RANGE.finditer(rest, number.start()) if number else ():
        found = _judge(rest, match)
        if found and (best is None or found[0] > best[0]):
            best = found
    return best[1] if best else rate or _piecework(text)


def _piece_rate(text: str) -> Wage | None:
    """一件两块, 0.5元/件."""
    for pattern in PIECE_RATES if "一" in text or "每" in text or "/" in text or "1" in text else ():
        match = pattern.search(text)
        value = parse_number(match["sum"]) if match else None
        if match and value:
            coin = COINS.get(match["coin"][0], 100)
            more = 5 if match["half"] == "半" else parse_number(match["half"] or "") or 0
            return _by_piece(text, match, round(value * coin + more * coin / 10))
    return None


def _piecework(text: str) -> Wage | None:
    match = PIECEWORK.search(text)
    return _by_piece(text, match, None) if match else None


def _by_piece(text: str, match: re.Match[str], fen: int | None) -> Wage:
    start, end = match.span()
    return Wage(min_fen=fen, max_fen=None, period="piece", original=text[start:end], start=start, end=end)


def _judge(text: str, match: re.Match[str]) -> tuple[int, Wage] | None:
    """Evidence that this number is money (higher is surer), and the wage it makes."""
    start, end = match.span()
    before, after = text[max(0, start - 14) : start], text[end : end + 14]
    if _touches_a_letter(before, after):
        return None
    before = "" if CLUES_BEFORE.isdisjoint(before) else before  # most often nothing there tells anything
    if _is_part_of_more(match[0], before, after) or (after and _counts_something_else(after)):
        return None
    low, high, bare = _amounts(match)
    if low is None or (bare and NUMBER_OF_A_FILE.match(after)):
        return None
    sum_after = after != "" and AFTER.match(after) is not None
    if high and 15 <= low < high <= 70 and not (sum_after or BEFORE.search(before)):
        return None  # 18-45: how old one may be
    period, named = _period(before, after, low)
    floor, ceiling = PLAUSIBLE[period]
    if not floor <= low <= ceiling:
        return None
    if period == "week":
        low, high, period = low * WEEKS_A_MONTH, high and high * WEEKS_A_MONTH, "month"
    evidence = 4 * named + 2 * (BEFORE.search(before) is not None) + sum_after + 2 * (high is not None)
    if not evidence and (low < 80 or (bare and not 1000 <= low <= 60000)):
        return None
    bounds = (None, low) if high is None and _is_upper_bound(before, after) else (low, high)
    start, end = _swallow_back(text, start) if before else start, _swallow(text, end) if after else end
    return evidence, _wage(text, start, end, bounds, period)


def _wage(text: str, start: int, end: int, bounds: tuple[float | None, float | None], period: str) -> Wage:
    low, high = (None if yuan is None else round(yuan * 100) for yuan in bounds)
    original = text[start:end].strip()
    return Wage(min_fen=low, max_fen=high, period=period, original=original, start=start, end=end)


def _touches_a_letter(before: str, after: str) -> bool:
    """A piece of a longer number or word: 138..., a4."""
    last = before[-1:]
    if last.isdigit() or after[:1].isdigit() or (last == "." and before[-2:-1].isdigit()):
        return True
    return last.isascii() and last.isalpha()


def _is_part_of_more(number: str, before: str, after: str) -> bool:
    """No sum by itself: 几千, 万达."""
    if VAGUE_BEFORE.search(before):
        return True
    return number in UNITS and not (ABOUT_A_UNIT.match(after) or OVER.search(before))


def _counts_something_else(after: str) -> bool:
    """3名, 50岁, 8小时."""
    return bool((NOT_MONEY.match(after) and not period_after(after)) or TIME_ONLY.match(after))


def _is_upper_bound(before: str, after: str) -> bool:
    """8000以内, 不超过8000; but 5000以下不考虑 is the lower one."""
    if after and AT_MOST.match(after):
        return not REFUSED_AFTER.match(after)
    return MOST_BEFORE.search(before) is not None and not REFUSED_AFTER.match(after)


def _amounts(match: re.Match[str]) -> tuple[float | None, float | None, bool]:
    """Low, high, and whether the number is a bare one with no unit of its own."""
    if match["pair"]:
        return (*_pair(match["pair"]), False)
    if match["one"]:
        one = match["one"]
        return parse_number(one), None, BARE_NUMBER.fullmatch(one) is not None
    low_text, high_text = match["low"], match["high"]
    if high_text in UNITS:
        return parse_number(low_text + high_text), None, False  # 3-万/年: the upper end was left open
    low, high = parse_number(low_text), parse_number(high_text)
    if low is None or high is None:
        return low, None, True
    unit = re.search(r"[万w千k百]", high_text)
    if low < 1000 and unit and not re.search(r"[万w千k百十]", low_text):
        times = {"万": 10000, "w": 10000, "百": 100}.get(unit[0], 1000)
        low *= next((by for by in (times, times / 10) if low * by <= high), 1)  # 9-1.5万: nine thousand
    elif low < 10 and not unit and re.search(r"[十百]", high_text):
        low *= 100 if "百" in high_text else 10
    elif high < 100 <= low and re.search(r"[千k万w]", low_text):
        high *= 1000 if re.search(r"[千k]", low_text) else 10000
    if high < low:
        return low, None, False
    return low, high, False


def _pair(text: str) -> tuple[float | None, float | None]:
    """七八千 → 7000, 8000; 一万五六 → 15000, 16000."""
    text = re.sub("[、,]", "", text)
    if len(text) == 4:
        return parse_number(text[:3]), parse_number(text[:2] + text[3])
    return parse_number(text[0] + text[-1]), parse_number(text[1] + text[-1])


def _period(before: str, after: str, low: float) -> tuple[str, bool]:
    close, named = period_before(before), period_after(after)
    if close and (not named or after[:1] in " ,"):  # 一天300 一个月干26天
        return close, True
    if named:
        return ("month", True) if named == "year" and low < 10_000 else (named, True)
    if low >= A_YEAR_AT_LEAST:
        return "year", False
    if low >= 800:
        return "month", False
    return ("day", False) if low >= 80 else ("hour", False)


def _swallow(text: str, end: int) -> int:
    tail = TAIL.match(text, end)
    return tail.end() if tail else end


def _swallow_back(text: str, start: int) -> int:
    for _ in range(3):
        head = HEAD.search(text[:start])
        if not head:
            break
        start = head.start()
    return start
