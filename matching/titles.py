"""Takes the noise out of an advert's title: brackets, wages, benefits, cities, exclamation."""

from __future__ import annotations

import re

NOISE = re.compile(
    r"[五六七]险[一二]金|五险|六险|周末双休|双休|单休|做五休二|五休二|包吃包住|包吃住|包住宿|包食宿|包吃|包住|管吃管住|管吃住"
    r"|提供食宿|提供住宿|食宿|住宿|高薪|急聘|急招|诚聘|诚招|热招|直招|直聘|招聘(?=[^专主经师顾])|高提成|高底薪|底薪|提成"
    r"|无责|月入过万|月入|上万|过万|日结|月结|周结|应届生|应届|可实习|实习生|实习|无经验|零经验|零基础|小白|可培养|带薪"
    r"|可接受|经验不限|学历不限|不限经验|不加班|加班|坐班|朝九晚[五六]|长期|短期|急(?![诊救])|大量|多名|若干|\d+人|\d+名"
    r"|名额|福利好?|待遇优厚|待遇好?|优厚|班车接送|年终奖|奖金|补贴|餐补|房补|上市公司|国企|央企|外企|大厂|世界500强"
    r"|500强|轻松|正式工|暑假工|寒假工|暑期|兼职|全职|下午茶|氛围|团队|年轻|男女不限|优先|晋升|空间大?|大平台|\d+险\d*金?"
)
# 某某公司招聘 before the title itself
COMPANY = re.compile(r"^.{2,}?(?:诚聘|急聘|直聘|招聘|诚招|急招)[::]?\s*(?=[^\s专主经师顾助岗信会管实与和/]{2})")
BRACKETS = re.compile(r"[\(\[【「《<{][^)\]】」》>}]*[\)\]】」》>}]?")
BRACKET_SIGNS = "()[]【】「」《》<>{}"
_AMOUNT = r"\d+(?:\.\d+)?\s*(?:k|w|万|千|元|块|薪|%)?"
MONEY = re.compile(rf"{_AMOUNT}(?:\s*[-~到至/]\s*{_AMOUNT})?(?:\s*/\s*[月天时年])?")
SYMBOLS = re.compile(r"[!?！？。…+*#~～_=|\\^\"'`“”‘’:：;；,，、.·•—–\-&@$%]+")
SPACES = re.compile(r"\s+")


def plain_title(text: str) -> str:
    """The words of a normalised title that name the job; brackets only where nothing else is left."""
    company = COMPANY.match(text)
    text = text[company.end() :] if company else text
    outside = _strip(BRACKETS.sub(" ", text))
    return outside if len(outside) >= 2 else _strip(text)


def bracket_words(text: str) -> str:
    """What a normalised title says inside brackets: an aside, often of another thing."""
    inside = " ".join(match[0].strip(BRACKET_SIGNS) for match in BRACKETS.finditer(text))
    return _strip(inside) if inside else ""


def _strip(text: str) -> str:
    cleaned = SYMBOLS.sub(" ", NOISE.sub(" ", MONEY.sub(" ", text)))
    return SPACES.sub(" ", cleaned).strip()
