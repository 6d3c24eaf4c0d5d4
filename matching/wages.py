"""Finds the wage in a sentence: 5000, 七八千, 6k-8k, 一万二, 300一天, 时薪22, 年薪十五万."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching.numbers import parse_number

DAYS_A_MONTH = 26  # what people paid by the day usually work
HOURS_A_MONTH = DAYS_A_MONTH * 8
MONTHLY: dict[str, float] = {"hour": HOURS_A_MONTH, "day": DAYS_A_MONTH, "month": 1, "year": 1 / 12}
PLAUSIBLE: dict[str, tuple[int, int]] = {
    "hour": (5, 300),
    "day": (50, 3000),
    "month": (800, 200_000),
    "year": (10_000, 3_000_000),
    "week": (200, 50_000),
}
WEEKS_A_MONTH = 52 / 12

_DIGIT = "一二两三四五六七八九"
_AMOUNT = (
    r"(?:\d{1,3},\d{3}(?!\d)|\d{1,8}(?:\.\d{1,3})?(?:[万w千k百](?:[\d一二两三四五六七八九](?![\d.万w千k一二两三四五六七八九]))?)?(?:千|k)?"
    r"|(?:[一二两三四五六七八九十百千万零〇]){0,6}[十百千万](?:[几来](?=[千万]))?(?:[二两三四五六七八九十百千万零〇]|一(?![天个小日月年])){0,6})"
)
_PAIR = rf"(?:[{_DIGIT}][、,]?[{_DIGIT}]|\d[、,]\d)(?:百|千|万|k|w)(?![{_DIGIT}]?[百千])"
_TEEN_PAIR = rf"[{_DIGIT}]万[{_DIGIT}]{{2}}"
_MONEY = r"\s*(?:块钱|块|元|圆|rmb|yuan|￥|¥)?\s*(?:人民币)?"
_TO = r"\s*(?:-|~|—|–|―|至|到|/|_|或)+\s*"
PER = {
    "hour": r"时薪|每小时|一小时|一个小时|个小时|小时工?资|/\s*小时|/\s*时|/\s*h\b|per hour|an hour|/hour|元小时|小时",
    "day": r"/\s*(?:8|9|10|11|12|八|九|十)个?小时|日薪|日工资|每天|一天|一日|每日"
    r"|/\s*天|/\s*日|/\s*d\b|天薪|a day|per day|/day|元天|1天|一个工|/\s*工|天",
    "year": r"年薪|每年|一年|/\s*年|年收入|年入|per year|a year|/year|年包",
    "week": r"周薪|每周|一周|一个?星期|一个?礼拜|/\s*周",
    "month": r"月薪|每月|一个月|1个月|一月|/\s*月|月工资|月入|月收入|per month|a month|/month|月结|个月|/m\b|month|月",
}
_RANGE = re.compile(
    rf"(?P<pair>{_TEEN_PAIR}|{_PAIR})|(?P<low>{_AMOUNT}|[{_DIGIT}]){_MONEY}{_TO}(?!\d{{1,2}}个?小时)(?P<high>{_AMOUNT})|(?P<one>{_AMOUNT})"
)
_ANY_NUMBER = re.compile(rf"[\d{_DIGIT}十百千万]")
_UNIT = r"(?:件|双|条|套|单|票|箱|吨|车|平方|平米|平|方|个(?![月小钟人工]))"
_SUM = rf"(?P<sum>\d+(?:\.\d+)?|[{_DIGIT}十]{{1,3}})\s*(?P<coin>块钱?|元|毛钱?|角|分钱)(?P<half>[{_DIGIT}半])?"
_PIECE_RATES = (
    re.compile(rf"{_SUM}(?:钱)?\s*(?:/|每|一|1)\s*{_UNIT}"),
    re.compile(rf"(?:一|每|1){_UNIT}\s*(?:给|是|算)?{_SUM}"),
)
_PIECEWORK = re.compile("计件|按件|按量|多劳多得|做多少[拿算]多少|干多少[拿算]多少")
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
_FORMAL_SUM = re.compile("[壹贰叁肆伍陆柒捌玖][拾佰仟十百千万]")
_COINS = {"毛": 10, "角": 10, "分": 1}

_BEFORE = re.compile(
    r"(?:工资|薪资|薪水|月薪|日薪|时薪|年薪|待遇|底薪|保底|收入|月入|不低于|至少|最低|起码|不少于|要|想要|期望|给"
    r"|综合|每月|每天|每小时|月|salary|wage|pay|[￥¥$])[\s::为是在大概约要能有得]*$"
)
_AFTER = re.compile(
    r"^\s*(?:块钱|块|元|圆|rmb|yuan|以上|起|左右|上下|[+＋]|多|的?工资|/|一个?月|每月|月|一天|每天|天|小时|一小时|保底|底薪|往上|包吃)"
)
_NOT_MONEY = re.compile(
    r"^\s*(?:多|几|来)?(?:岁|了|年|个?人|个(?![月小钟工一]|半月)|名|位|头|亩|只|口|号|栋|楼|平|米|吨|公里|斤|后|届|分钟|点|个月经验|年经验|个工位|次|寸|级|班|周|时(?!薪)|度|台|%|度电|套|层|期|轮|座|队|路|街|中)"
)
_NAMES_PERIOD_BEFORE = re.compile(
    r"(周薪|每周|一周|一个?星期|时薪|小时工资|每小时|日结|日薪|日工资|每天|一天|天薪|年薪|年收入|年入|月薪|每月|月入|月收入|一个月|月工资|一月|每日|一年|一小时)[^\d一二两三四五六七八九十]{0,6}$"
)
_BARE_UNIT = re.compile("[十百千万]")  # 万达, 百货: no sum, but 万把块 and 过万 are
_ABOUT_A_UNIT = re.compile("[把来儿]")
_OVER = re.compile("[过上破]$")
_NUMBER_OF_A_FILE = re.compile(r"^-[a-z\u4e00-\u9fff]")
_VAGUE_BEFORE = re.compile("几$")  # 几千: nobody knows how many
_TIME_ONLY = re.compile(r"^\s*(?:多|来|几)?个?(?:半)?(?:小时|钟|月|礼拜|星期)")
_MOST_BEFORE = re.compile(r"(?:不要?超过?|别超过?|最多|顶多|不高于|(?<![不别得能])低于|最高)[::是到]*$")
_REFUSED_AFTER = re.compile(r"^\s*(?:块钱|块|元)?\s*(?:的|以下|往下)*(?:不[干去做考接要行]|免谈|勿扰|别找)")
_AT_MOST = re.compile(r"^\s*(?:块钱|块|元)?\s*(?:(?:及|或)?以[下内]|封顶)")


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
    text = text.translate(_FORMAL) if _FORMAL_SUM.search(text) else text
    rate = _piece_rate(text)
    rest = text[: rate.start] + " " * (rate.end - rate.start) + text[rate.end :] if rate else text
    best: tuple[int, Wage] | None = None
    for match in _RANGE.finditer(rest) if _ANY_NUMBER.search(rest) else ():
        found = _judge(rest, match)
        if found and (best is None or found[0] > best[0]):
            best = found
    return best[1] if best else rate or _piecework(text)


def _piece_rate(text: str) -> Wage | None:
    """一件两块, 0.5元/件."""
    for pattern in _PIECE_RATES if "一" in text or "每" in text or "/" in text or "1" in text else ():
        match = pattern.search(text)
        value = parse_number(match["sum"]) if match else None
        if match and value:
            coin = _COINS.get(match["coin"][0], 100)
            more = 5 if match["half"] == "半" else parse_number(match["half"] or "") or 0
            return _by_piece(text, match, round(value * coin + more * coin / 10))
    return None


def _piecework(text: str) -> Wage | None:
    match = _PIECEWORK.search(text)
    return _by_piece(text, match, None) if match else None


def _by_piece(text: str, match: re.Match[str], fen: int | None) -> Wage:
    start, end = match.span()
    return Wage(min_fen=fen, max_fen=None, period="piece", original=text[start:end], start=start, end=end)


def _judge(text: str, match: re.Match[str]) -> tuple[int, Wage] | None:
    """Evidence that this number is money (higher is surer), and the wage it makes."""
    before, after = text[max(0, match.start() - 14) : match.start()], text[match.end() : match.end() + 14]
    if (_NOT_MONEY.match(after) and not _period_after(after)) or _TIME_ONLY.match(after):
        return None
    if before[-1:].isdigit() or (before[-1:] == "." and before[-2:-1].isdigit()) or after[:1].isdigit():
        return None
    if _VAGUE_BEFORE.search(before):
        return None
    if _BARE_UNIT.fullmatch(match[0]) and not (_ABOUT_A_UNIT.match(after) or _OVER.search(before)):
        return None
    if before[-1:].isascii() and before[-1:].isalpha():
        return None
    low, high, bare = _amounts(match)
    if low is None or (bare and _NUMBER_OF_A_FILE.match(after)):
        return None
    period, named = _period(before, after, low)
    floor, ceiling = PLAUSIBLE[period]
    if not floor <= low <= ceiling:
        return None
    if period == "week":
        low, high, period = low * WEEKS_A_MONTH, high and high * WEEKS_A_MONTH, "month"
    evidence = 4 * named + 2 * bool(_BEFORE.search(before)) + bool(_AFTER.match(after)) + 2 * (high is not None)
    if bare and not evidence and not 1000 <= low <= 60000:
        return None
    end = _swallow(text, match.end())
    start = _swallow_back(text, match.start())
    at_least = _REFUSED_AFTER.match(after)
    if high is None and not at_least and (_AT_MOST.match(after) or _MOST_BEFORE.search(before)):
        low, high = None, low
    return evidence, Wage(
        min_fen=None if low is None else round(low * 100),
        max_fen=None if high is None else round(high * 100),
        period=period,
        original=text[start:end].strip(),
        start=start,
        end=end,
    )


def _amounts(match: re.Match[str]) -> tuple[float | None, float | None, bool]:
    """Low, high, and whether the number is a bare one with no unit of its own."""
    if match["pair"]:
        return (*_pair(match["pair"]), False)
    if match["one"]:
        one = match["one"]
        return parse_number(one), None, bool(re.fullmatch(r"[\d.,]+", one))
    low_text, high_text = match["low"], match["high"]
    if _BARE_UNIT.fullmatch(high_text):
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


def _period_after(after: str) -> str | None:
    lead = re.match(rf"{_MONEY}\s*(?:左右|(?:及|或)?以[上下内]|多|起|[+＋])?\s*/?\s*", after)
    rest = after[lead.end() :] if lead else after
    for period, words in PER.items():
        if re.match(rf"(?:{words})", rest) or (lead and re.match(rf"(?:{words})", after[max(0, lead.end() - 1) :])):
            return period
    return None


def _period(before: str, after: str, low: float) -> tuple[str, bool]:
    named = _period_after(after)
    if named:
        return ("month", True) if named == "year" and low < 10_000 else (named, True)
    close = _NAMES_PERIOD_BEFORE.search(before)
    if close:
        word = close[1]
        period = (
            "week"
            if re.search("[周星]", word)
            else "hour"
            if "时" in word
            else "day"
            if re.search("[天日]", word)
            else "year"
            if "年" in word
            else "month"
        )
        return period, True
    if low >= 800:
        return "month", False
    return ("day", False) if low >= 80 else ("hour", False)


_TAIL = re.compile(
    rf"{_MONEY}\s*(?:/|每|一|1)?\s*(?:个)?\s*(?:小时|天|日|月|年|工|时|h\b|d\b|month|hour|day|year)?\s*"
    r"(?:以上|以下|以内|左右|上下|起步|起|往上|\+|多|保底|底薪|就行|就可以|也行|的)?"
)
_HEAD = re.compile(
    r"(?:工资|薪资|薪水|月薪|日薪|时薪|年薪|待遇|底薪|保底|收入|月入|月收入|不低于|至少|最低|起码|不少于|想要|要求|期望|综合|每月|每天|每小时|一个月"
    r"|一天|一年|每年|一个?小时|一周|[￥¥$]|要)[\s::为是在大概约要能有得]*$"
)


def _swallow(text: str, end: int) -> int:
    tail = _TAIL.match(text, end)
    return tail.end() if tail else end


def _swallow_back(text: str, start: int) -> int:
    for _ in range(3):
        head = _HEAD.search(text[:start])
        if not head:
            break
        start = head.start()
    return start
