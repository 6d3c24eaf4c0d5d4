"""What staff type about a class: "课程 12 全部合格 除了 3", "课程 12 证书 劳动 初级 3 A001"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.typed import folded

_HEAD = re.compile(r"(?:课程|培训班|班级|班|class|course)\s*(\d{1,9})(?!\d)(?!\s*(?:[月人天]|名(?!单)))\s*(.*)", re.S)
_WITHOUT = re.compile(r"(?:除了?|不含|except|without)\s*((?:\d+(?:\s*[-~至到]\s*\d+)?[\s,、和及号]*)+)")
_ACTS = {
    "waive": r"四免|免除?|waived|waive",
    "fail": r"不合格|没合格|没过|没通过|不及格|failed|fail",
    "pass": r"合格|通过|过了|及格|passed|pass",
    "complete": r"结业|学完|上完|completed|complete",
    "attend": r"到课|签到|到了|到|attended|attend|present",
    "admit": r"录取|admitted|admit",
}
_ALL = r"全部|全体|所有|全都|全|都|all"
_DAYS = {"昨天": 1, "yesterday": 1, "今天": 0, "today": 0}
_COSTS = {
    "tuition": r"学费|tuition",
    "materials": r"书本费?|教材费?|材料费?|materials",
    "exam": r"(?:职业技能)?鉴定费?|考试费?|exam",
    "certificate": r"证书工本费?|工本费?|证书费|certificate",
    "board": r"食宿费?|吃住|伙食费?|board",
}
ISSUERS = {"劳动": "labour", "人社": "labour", "labour": "labour", "其他": "other", "other": "other"}
LEVELS = {
    "高级技师": "senior_technician",
    "技师": "technician",
    "初级": "junior",
    "中级": "intermediate",
    "高级": "senior",
    "无等级": "none",
    **{word: word for word in ("junior", "intermediate", "senior", "technician", "senior_technician", "none")},
}
_PAPERS = re.compile(r"证书|发证|certificates?\b")
_NUMBERS = re.compile(r"\d+(?:\s*[-~至到]\s*\d+)?")
_FILLER = re.compile(r"[\s,、;;。.:!和及号名费()]+|人")
MOST = 9999  # no list of a class is longer


@dataclass(frozen=True, slots=True)
class ClassOrder:
    """One sentence about a class; `numbers` None: everybody. An act that was not understood is `unclear`."""

    course: int
    act: str  # show | admit | attend | complete | pass | fail | waive | certificate | subsidy | unclear
    numbers: tuple[int, ...] | None = None
    without: tuple[int, ...] = ()
    days_ago: int = 0
    costs: tuple[str, ...] = ()
    issuer: str = ""
    level: str = ""
    papers: tuple[tuple[int, str], ...] = ()  # (number on the list, number of the certificate)


def read_class_order(text: str) -> ClassOrder | None:
    """The order in a sentence that begins with 课程 and a number; None for any other sentence."""
    found = _HEAD.fullmatch(folded(text))
    if found is None:
        return None
    course, rest = int(found[1]), found[2].strip()
    if rest in ("", "名单", "看看", "list"):
        return ClassOrder(course, "show")
    if rest in ("补贴", "补助", "subsidy"):
        return ClassOrder(course, "subsidy")
    if paper := _PAPERS.match(rest):
        return _certificates(course, rest[paper.end() :])
    return _marks(course, rest) or ClassOrder(course, "unclear")


def _marks(course: int, rest: str) -> ClassOrder | None:
    found = _WITHOUT.search(rest)
    without = read_numbers(found[1])[0] if found else ()
    said, ago = _day(_WITHOUT.sub(" ", rest, count=1))
    said, costs = _costs(said) if re.search(_ACTS["waive"], said) else (said, ())
    act = next((name for name, words in _ACTS.items() if re.search(words, said)), "")
    everybody = bool(re.search(_ALL, said))
    said = re.sub(_ACTS.get(act, _ALL), " ", said, count=1)
    numbers, left = read_numbers(re.sub(_ALL, " ", said))
    if not act or left or (found and not without) or everybody == bool(numbers) or (act == "waive" and not costs):
        return None
    return ClassOrder(course, act, None if everybody else numbers, without, ago, costs)


def _day(said: str) -> tuple[str, int]:
    for word, ago in _DAYS.items():
        if word in said:
            return said.replace(word, " "), ago
    return said, 0


def _costs(said: str) -> tuple[str, tuple[str, ...]]:
    """四免 is all of them but the board, as the programme of 2009 has it."""
    if "四免" in said:
        return said, ("tuition", "materials", "exam", "certificate")
    costs = tuple(cost for cost, words in _COSTS.items() if re.search(words, said))
    for words in _COSTS.values():
        said = re.sub(words, " ", said)
    return said, costs


def read_numbers(text: str) -> tuple[tuple[int, ...], str]:
    """The numbers in the words, "1-5" spread out, and what is left that is no number."""
    numbers: list[int] = []
    for found in _NUMBERS.finditer(text):
        ends = [int(n) for n in re.findall(r"\d+", found[0])]
        if ends[-1] > MOST:
            return (), text
        numbers += range(ends[0], ends[-1] + 1)
    return tuple(dict.fromkeys(numbers)), _FILLER.sub("", _NUMBERS.sub(" ", text))


def _certificates(course: int, rest: str) -> ClassOrder:
    tokens = [token for token in re.split(r"[\s,、;;:]+", rest) if token]
    issuer = next((ISSUERS[token] for token in tokens if token in ISSUERS), "")
    level = next((LEVELS[token] for token in tokens if token in LEVELS), "")
    tokens = [token for token in tokens if token not in ISSUERS and token not in LEVELS]
    places, papers = tokens[::2], tokens[1::2]
    if not (issuer and level and papers) or len(places) != len(papers) or not all(_is_place(p) for p in places):
        return ClassOrder(course, "unclear")
    pairs = tuple((int(p.rstrip("号")), paper) for p, paper in zip(places, papers, strict=True))
    if len({place for place, _ in pairs}) != len(pairs):
        return ClassOrder(course, "unclear")
    return ClassOrder(course, "certificate", issuer=issuer, level=level, papers=pairs)


def _is_place(text: str) -> bool:
    return bool(re.fullmatch(r"\d{1,4}号?", text))
