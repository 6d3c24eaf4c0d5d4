"""Which trades a sentence asks for, and which it does not want."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching import lexicon, ngrams, pinyin
from matching.lexicon import Hit
from matching.occupations import ScoredOccupation, scored

LIMIT = 5
UNWANTED = re.compile(
    r"(?:不想(?:再)?(?:干|做|当|进|去|找|要|送|跑|开)?|不要|不做|不干|不当|不进|不去|不接受|不考虑|除了|拒绝|别给我推"
    r"|别推|讨厌|别介绍|不会|不能(?:干|做)?|干不了|做不了|不找|不送|不跑|no )(?:再)?(?:干|做|当|进|去|找)?\s*$"
)
UNWANTED_AFTER = re.compile(r"^(?:的)?(?:不要|不做|不干|勿扰|除外|不考虑|不去|不行|就算了|不想)")
PAST = re.compile(r"(?:以前|之前|原来|原先|过去|曾经?|从前|下岗前|早先|本来|原是)[^,,。;现想]{0,10}$")
WANTING = re.compile(r"(?:想[做干当找去学转]?|要[做干当找]|找|求|应聘|转行[做干]?|改行[做干]?|打算)[^,,。;]{0,8}$")
FILLER = re.compile(
    r"你好|您好|请问|有没有|有吗|有活吗|有活|招人|招聘|招工|找工作|找活|找份|工作|岗位|职位|我是|我会|我想|我要|想找"
    r"|想要|想在|想去|想做|想干|可以|能干|能做|附近|师傅|师父|要求|工资|待遇|月薪|以上|左右|急|谢谢|帮我|介绍|一下"
    r"|一个|一份|干活|的活|活儿|有证|熟练|经验|什么|多少|哪里|地方|老家|或者|兼职|周末|全职|日结|长期|短期|包吃|包住"
    r"|[哪男女岁年的了吗呢吧啊呀哦在想找要做干去到有我会能个和或求招请给份活]|[\d\W_]+"
)
NO_TRADE = re.compile(
    "老师傅|谢谢老师|老师[您你]?好|老师[,,]|法律援助|我的资料|个人资料|资料(?!员|管理|录入|整理)|师傅[您你]?好"
)
WORKPLACE = re.compile(r"[厂店院城场站馆]$")
MIN_COSINE = 0.68
MIN_WEIGHT = 0.41  # words like 经理 or 招聘 alone name no trade


@dataclass(frozen=True, slots=True)
class Trades:
    wanted: tuple[ScoredOccupation, ...] = ()
    unwanted_codes: tuple[str, ...] = ()
    unwanted_words: tuple[str, ...] = ()


def find_trades(text: str, taken: list[tuple[int, int]]) -> Trades:
    """Dictionary words first; then words of the same sound; then, in short texts, the nearest alias."""
    masked = mask(text, taken)
    hits = lexicon.scan(masked)
    unwanted = [hit for hit in hits if is_unwanted(masked, hit)]
    wanted = [hit for hit in hits if hit not in unwanted]
    if wanted:
        weights = weigh(masked, wanted)
    elif unwanted:
        weights = {}
    else:
        weights = heard(masked) or guessed(masked) or certified(text, taken)
    codes = dict.fromkeys(code for hit in unwanted for code, weight in hit.meanings if weight >= 0.9)
    return Trades(
        scored(weights, LIMIT),
        tuple(code for code in codes if code not in weights),
        tuple(hit.alias for hit in unwanted),
    )


def mask(text: str, taken: list[tuple[int, int]]) -> str:
    """The text with places, pay and certificates blanked, every position kept."""
    letters = list(text)
    for start, end in taken:
        letters[start:end] = " " * (min(end, len(letters)) - start)
    return NO_TRADE.sub(lambda match: " " * len(match[0]), "".join(letters))


def is_unwanted(text: str, hit: Hit) -> bool:
    before, after = text[max(0, hit.start - 10) : hit.start], text[hit.end : hit.end + 5]
    return UNWANTED.search(before) is not None or UNWANTED_AFTER.match(after) is not None


def weigh(text: str, hits: list[Hit]) -> dict[str, float]:
    """Longer words are surer; a trade said to be past counts less; the earlier of equals leads."""
    weights: dict[str, float] = {}
    for place, hit in enumerate(hits):
        value = certainty(text, hit) - 0.01 * place
        for code, weight in hit.meanings:
            if weight >= MIN_WEIGHT:
                weights[code] = max(weights.get(code, 0.0), weight * value)
    return weights


def certainty(text: str, hit: Hit) -> float:
    before = text[max(0, hit.start - 14) : hit.start]
    length = 0.03 * min(3, len(hit.alias) - 2)
    wanting = 0.04 if WANTING.search(before) else 0.0
    past = 0.12 if PAST.search(before) else 0.0
    workplace = 0.1 if WORKPLACE.search(hit.alias) else 0.0
    return 0.9 + length + wanting - past - workplace


def heard(text: str) -> dict[str, float]:
    """Trades typed with other characters of the same sound (电汗工, 保按)."""
    weights: dict[str, float] = {}
    for _, _, alias in pinyin.by_ear(text):
        for code, weight in lexicon.aliases()[alias]:
            weights[code] = max(weights.get(code, 0.0), 0.75 * weight)
    return weights


def certified(text: str, taken: list[tuple[int, int]]) -> dict[str, float]:
    """The trade a certificate is for (焊工证), where nothing else names one."""
    weights: dict[str, float] = {}
    for start, end in taken:
        for hit in lexicon.scan(text[start:end]) if text[end - 1 : end] == "证" else ():
            for code, weight in hit.meanings:
                weights[code] = max(weights.get(code, 0.0), 0.7 * weight)
    return weights


def guessed(text: str) -> dict[str, float]:
    """The nearest alias of what is left when the filler is out, if it is near indeed."""
    weights: dict[str, float] = {}
    for piece in FILLER.sub(" ", text).split():
        if not 2 <= len(piece) <= 12 or piece.isascii():
            continue
        for alias, cosine in ngrams.nearest(piece, 5):
            if cosine < MIN_COSINE or len(alias) < 2:
                continue
            for code, weight in lexicon.aliases()[alias]:
                weights[code] = max(weights.get(code, 0.0), 0.7 * weight * cosine)
    return weights
