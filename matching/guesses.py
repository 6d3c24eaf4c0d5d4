"""What a sentence may mean where the dictionary finds no trade: words by ear, with a slip, or near an alias."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from math import log

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from matching import lexicon, ngrams, pinyin

FILLER = re.compile(
    r"你好|您好|请问|有没有|有吗|有活吗|有活|招人|招聘|招工|找工作|找活|找份|工作|岗位|职位|我是|我会|我想|我要|想找"
    r"|想要|想在|想去|想做|想干|可以|能干|能做|附近|师傅|师父|要求|工资|待遇|月薪|以上|左右|急|谢谢|帮我|介绍|一下"
    r"|一个|一份|干活|的活|活儿|有证|熟练|经验|什么|多少|哪里|地方|老家|或者|兼职|周末|全职|日结|长期|短期|包吃|包住"
    r"|小时|[哪男女岁年的了吗呢吧啊呀哦在想找要做干去到有我会能个和或求招请给份活]|[\d\W_]+"
)
LOOKS_LIKE = str.maketrans("帅土晌诲煌筯", "师工响海焊筋")  # 厨帅, 泥瓦土: taken for the other by eye
MIN_COSINE = 0.68
COMMONNESS = 4.0
NAMES_A_TRADE = 0.6  # words like 厂子 or 超市 only hint at one


def best_guess(text: str) -> dict[str, float]:
    """Codes with weights, by the surest of the ways that finds any."""
    return heard(text) or seen(text) or slipped(text) or guessed(text)


def heard(text: str) -> dict[str, float]:
    """Trades typed with other characters of the same sound (电汗工, 保按)."""
    weights: dict[str, float] = {}
    for _, _, alias in pinyin.by_ear(text):
        for code, weight in lexicon.aliases()[alias]:
            weights[code] = max(weights.get(code, 0.0), 0.75 * weight)
    return weights


def seen(text: str) -> dict[str, float]:
    """Trades with a character that looks like the right one (厨帅)."""
    weights: dict[str, float] = {}
    meant = text.translate(LOOKS_LIKE)
    for hit in lexicon.scan(meant) if meant != text else ():
        for code, weight in hit.meanings:
            weights[code] = max(weights.get(code, 0.0), 0.75 * weight)
    return weights


def slipped(text: str) -> dict[str, float]:
    """Words of three characters and more with one wrong, missing, added or two changed about; the likest by ear.

    The first character must be right, or all of them there (服员务): 接孩子 is no 带孩子.
    """
    weights: dict[str, float] = {}
    for piece in _pieces(text):
        near = [alias for alias in _like(piece) if OSA.distance(piece, alias) == 1 and _may_mean(piece, alias)]
        if not near:
            continue
        alias = max(near, key=lambda alias: (_nearness(piece, alias), alias))
        for code, weight in lexicon.aliases()[alias]:
            if weight >= NAMES_A_TRADE:
                weights[code] = max(weights.get(code, 0.0), 0.7 * weight)
    return weights


def _nearness(piece: str, alias: str) -> float:
    """How alike two words sound, and a little for how many names of trades begin like the alias."""
    alike = fuzz.ratio("".join(pinyin.sound_of(piece)), "".join(pinyin.sound_of(alias)))
    return alike + COMMONNESS * log(_beginnings()[alias[:2]])


@cache
def _beginnings() -> Counter[str]:
    return Counter(alias[:2] for alias in lexicon.aliases())


def _may_mean(piece: str, alias: str) -> bool:
    return piece[0] == alias[0] or sorted(piece) == sorted(alias)


def _pieces(text: str) -> list[str]:
    """What is left, word by word, when the filler is out."""
    return [piece for piece in FILLER.sub(" ", text).split() if 3 <= len(piece) <= 8 and not piece.isascii()]


@cache
def _by_letter() -> dict[tuple[str, int], list[str]]:
    """Aliases by each of their characters and their length."""
    found: dict[tuple[str, int], list[str]] = {}
    for alias in lexicon.aliases():
        if 3 <= len(alias) <= 9 and not alias.isascii():
            for letter in set(alias):
                found.setdefault((letter, len(alias)), []).append(alias)
    return found


def _like(piece: str) -> set[str]:
    """Aliases of about the length that share all but one of the piece's characters with it."""
    table, size, shared = _by_letter(), len(piece), dict[str, int]()
    for letter in set(piece):
        for length in (size - 1, size, size + 1):
            for alias in table.get((letter, length), ()):
                shared[alias] = shared.get(alias, 0) + 1
    return {alias for alias, count in shared.items() if count >= len(set(piece)) - 1}


def certified(text: str, taken: list[tuple[int, int]]) -> dict[str, float]:
    """The trade a certificate is for (焊工证), where nothing else names one."""
    weights: dict[str, float] = {}
    for start, end in taken:
        for hit in lexicon.scan(text[start:end]) if text[end - 1 : end] == "证" else ():
            for code, weight in hit.meanings:
                if weight >= NAMES_A_TRADE:
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
