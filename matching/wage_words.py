"""The words around a sum of money: units, periods, bounds; regular expressions on normalised text."""

from __future__ import annotations

import re

from matching.prefilter import Guarded

_DIGIT = "一二两三四五六七八九"
_AMOUNT = (
    r"(?:\d{1,3},\d{3}(?!\d)|\d{1,8}(?:\.\d{1,3})?(?:[万w千k百](?:[\d一二两三四五六七八九](?![\d.万w千k一二两三四五六七八九]|个?[天日年月小]))?)?(?:千|k)?"
    r"|(?:[一二两三四五六七八九十百千万零〇]){0,6}[十百千万](?:[几来](?=[千万]))?(?:[二两三四五六七八九十百千万零〇]|一(?![天个小日月年])){0,6})"
)
_PAIR = rf"(?:[{_DIGIT}][、,]?[{_DIGIT}]|\d[、,]\d)(?:百|千|万|k|w)(?![{_DIGIT}]?[百千])"
_TEEN_PAIR = rf"[{_DIGIT}]万[{_DIGIT}]{{2}}(?!个?[天日年月小])"  # 一万五一个月 is one sum
_MONEY = r"\s*(?:块钱|块|元|圆|rmb|yuan|￥|¥)?\s*(?:人民币)?"
_TO = r"\s*(?:-|~|—|–|―|至|到|/|_|或)+\s*"
PER = {
    "hour": r"时薪|每小时|一小时|一个小时|个小时|小时工?资|/\s*小时|/\s*时|/\s*h\b|per hour|an hour|/hour|元小时|小时",
    "day": r"/\s*(?:8|9|10|11|12|八|九|十)个?小时|日薪|日工资|每天|一天|一日|每日|一晚上?|一宿|每晚"
    r"|/\s*天|/\s*日|/\s*d\b|天薪|a day|per day|/day|元天|1天|一个工|/\s*工|天",
    "year": r"年薪|每年|一年|/\s*年|年收入|年入|per year|a year|/year|年包",
    "week": r"周薪|每周|一周|一个?星期|一个?礼拜|/\s*周",
    "month": r"月薪|每月|一个月|1个月|一月|/\s*月|月工资|月入|月收入|per month|a month|/month|月结|个月|/m\b|month|月",
}
_PERIOD = re.compile("|".join(f"(?P<{period}>{words})" for period, words in PER.items()))
_UP_TO_PERIOD = re.compile(rf"{_MONEY}\s*(?:左右|(?:及|或)?以[上下内]|多|起|[+＋])?\s*/?\s*")
RANGE = re.compile(
    rf"(?P<pair>{_TEEN_PAIR}|{_PAIR})|(?P<low>{_AMOUNT}|[{_DIGIT}]){_MONEY}{_TO}(?!\d{{1,2}}个?小时)(?P<high>{_AMOUNT})|(?P<one>{_AMOUNT})"
)
ANY_NUMBER = re.compile(rf"[\d{_DIGIT}十百千万零〇]")  # RANGE begins with one of these
BARE_NUMBER = re.compile(r"[\d.,]+")
_UNIT = r"(?:件|双|条|套|单|票|箱|吨|车|平方|平米|平|方|个(?![月小钟人工]))"
_SUM = rf"(?P<sum>\d+(?:\.\d+)?|[{_DIGIT}十]{{1,3}})\s*(?P<coin>块钱?|元|毛钱?|角|分钱)(?P<half>[{_DIGIT}半])?"
PIECE_RATES = (
    re.compile(rf"{_SUM}(?:钱)?\s*(?:/|每|一|1)\s*{_UNIT}"),
    re.compile(rf"(?:一|每|1){_UNIT}\s*(?:给|是|算)?{_SUM}"),
)
PIECEWORK = Guarded("计件|按件|按量|多劳多得|做多少[拿算]多少|干多少[拿算]多少")
FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
FORMAL_SUM = Guarded("[壹贰叁肆伍陆柒捌玖][拾佰仟十百千万]")
COINS = {"毛": 10, "角": 10, "分": 1}

BEFORE = Guarded(
    r"(?:工资|薪资|薪水|月薪|日薪|时薪|年薪|待遇|底薪|保底|收入|月入|不低于|至少|最低|起码|不少于|要|想要|期望|给"
    r"|综合|每月|每天|每小时|月|salary|wage|pay|[￥¥$])[\s::为是在大概约要能有得]*$"
)
AFTER = re.compile(
    r"^\s*(?:块钱|块|元|圆|rmb|yuan|以上|起|左右|上下|[+＋]|多|的?工资|/|一个?月|每月|月|一天|每天|天|小时|一小时|保底|底薪|往上|包吃)"
)
NOT_MONEY = re.compile(
    r"^\s*(?:多|几|来)?(?:岁|了|年|个?人|个(?![月小钟工一]|半月)|名|位|头|亩|只|口|号|栋|楼|平|米|吨|公里|斤|后|届|分钟|点|个月经验|年经验|个工位|次|寸|级|班|周(?![一二三四五六日天末结薪])|时(?!薪)|度|台|%|度电|套|层|期|轮|座|队|路|街|中)"
)
NAMES_PERIOD_BEFORE = Guarded(
    r"(?:(?P<week>周薪|每周|一周|一个?星期)|(?P<hour>时薪|小时工资|每小时|一个?小时|一个?钟头?)"
    r"|(?P<day>一晚上?|一宿|每晚|日结|日薪|日工资|每天|一天|天薪|每日)|(?P<year>年薪|年收入|年入|一年)"
    r"|(?P<month>月薪|每月|月入|月收入|一个月|月工资|一月))[^\d一二两三四五六七八九十]{0,6}$"
)
ABOUT_A_UNIT = re.compile("[把来儿]")  # 万把块, 万儿八千
OVER = Guarded("[过上破]$")
NUMBER_OF_A_FILE = re.compile(r"^-[a-z\u4e00-\u9fff]")
VAGUE_BEFORE = Guarded("几$")  # 几千: nobody knows how many
TIME_ONLY = re.compile(r"^\s*(?:多|来|几)?个?(?:半)?(?:小时|钟|月|礼拜|星期)")
MOST_BEFORE = Guarded(r"(?:不要?超过?|别超过?|最多|顶多|不高于|(?<![不别得能要])低于|最高)[::是到]*$")
REFUSED_AFTER = re.compile(r"^\s*(?:块钱|块|元)?\s*(?:的|以下|往下)*(?:不[干去做考接要行]|免谈|勿扰|别找)")
AT_MOST = re.compile(r"^\s*(?:块钱|块|元)?\s*(?:(?:及|或)?以[下内]|封顶)")


TAIL = re.compile(
    rf"{_MONEY}\s*(?:/|每|一|1)?\s*(?:个)?\s*(?:小时|天|日|月|年|工|时|h\b|d\b|month|hour|day|year)?\s*"
    r"(?:以上|以下|以内|左右|上下|起步|起|往上|\+|多|保底|底薪|就行|就可以|也行|的)?"
)
HEAD = Guarded(
    r"(?:工资|薪资|薪水|月薪|日薪|时薪|年薪|待遇|底薪|保底|收入|月入|月收入|不低于|至少|最低|起码|不少于|想要|要求|期望|综合|每月|每天|每小时|一个月"
    r"|一天|一年|每年|一个?小时|一周|[￥¥$]|要)[\s::为是在大概约要能有得]*$"
)


CLUES_BEFORE = frozenset().union(
    *(pattern.letters for pattern in (BEFORE, NAMES_PERIOD_BEFORE, OVER, VAGUE_BEFORE, MOST_BEFORE, HEAD))
)


def period_after(after: str) -> str | None:
    """The period that the words behind a sum name: 元/小时, 一天."""
    if not after:
        return None
    lead = _UP_TO_PERIOD.match(after)
    at = lead.end() if lead else 0
    named = _PERIOD.match(after, at) or _PERIOD.match(after, max(0, at - 1))
    return named.lastgroup if named else None


def period_before(before: str) -> str | None:
    """The period that the words before a sum name: 时薪, 一个月."""
    named = NAMES_PERIOD_BEFORE.search(before)
    return named.lastgroup if named else None
