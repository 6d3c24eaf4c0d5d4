"""Which trades a sentence asks for, and which it does not want."""

from __future__ import annotations

import re
from typing import NamedTuple

from matching import lexicon
from matching.guesses import FILLER, NAMES_A_TRADE, best_guess, certified
from matching.lexicon import Hit
from matching.occupations import ScoredOccupation, scored
from matching.prefilter import Guarded

LIMIT = 5
UNWANTED = Guarded(
    r"(?:不想(?:再)?(?:干|做|当|进|去|找|要|送|跑|开)?|不要|不做|不干|不当|不进|不去|不接受|不考虑|除了|(?<![\u4e00-\u9fff])除|拒绝"
    r"|(?:别|不要|不用)(?:再)?给我(?:推荐?|介绍|发)?|别(?:再)?(?:推荐?|介绍|发|找)|讨厌|不会|不能(?:干|做)?"
    r"|干不了|做不了|不找|不送|不跑|不开|不喜欢|不愿意?|不是|并不是|\bnot? )"
    r"(?:再)?(?:什么|那种|这种|做|干|当|进|去|找|想|要|会)*\s*$"
)
DOUBLE = Guarded(r"(?:是不是|不是不|没有不|能不能|会不会|要不要|想不想|招不招)[^,。 ]{0,3}$")
NOT_ALONE = Guarded(r"(?<![是要好行能会想招差])不$")  # 不|送外卖, but not 要不|送外卖
UNWANTED_AFTER = re.compile(
    r"\s*(?:的|类|这些|之类)*(?:就)?(?:不要|不做|不干|勿扰|除外|不考虑|不去|不行|就算了|算了|不想|不会|不推|别推|别介绍|做不了|干不了|之?外|以外)"
)
ENDS_A_REFUSAL = frozenset(("", *" ,。了的呢吧干做当去"))
REFUSAL = re.compile("[不别除拒讨勿算外]|no")
ALSO = re.compile(r"(?:、|和|跟|与|或者?|还有|以及|/)?$")
PEOPLE = "工师员"
VERBS = "会想能进去开送做当干跑找搞"
PAST = Guarded(r"(?:以前|之前|原来|原先|过去|曾经?|从前|下岗前|早先|本来|原是)[^,,。;现想]{0,10}$")
WANTING = Guarded(r"(?:想[做干当找去学转]?|要[做干当找]|找|求|应聘|转行[做干]?|改行[做干]?|打算)[^,,。;]{0,8}$")
NO_TRADE = Guarded(
    "转人工|体面|(?:用|玩|看)手机|老师傅|推(?=销售)|[厂店]长(?=期)|谢谢老师|老师[您你]?好"
    "|老师(?=[ ,我你您请]*(?:我|你|您|请|在))|法律援助|我的资料|个人资料"
    "|资料(?!员|管理|录入|整理)|师傅[您你]?好"
    "|是机器人|机器人[吗?]|打工(?!人)|(?<!有)中介(?:勿|费|骗)|培训班|考证|面试|劳动仲裁|工伤|社保|失业金|失业补助|投诉|老板好"
    "|(?:孩子|小孩|娃)(?:要|在|还)?(?:上|读)(?:学|小学|初中|高中|大学|幼儿园)"
)
WORKPLACES = (*"厂店院城场站馆堂", "超市", "工地", "车间", "公司")
MODES = frozenset(  # ways of working rather than trades
    (
        "小时工",
        "钟点工",
        "临时工",
        "女工",
        "男工",
        "工人",
        "学徒",
        "学徒工",
        "夫妻工",
        "暑假工",
        "寒假工",
        "短工",
        "零工",
        "杂工",
        "阿姨",
        "小工",
    )
)
BARE = frozenset(("司机", "驾驶员", "工人"))  # said with something before it that may be misspelt: 插车司机
MIN_WEIGHT = 0.41  # words like 经理 or 招聘 alone name no trade
DRIVER = "4-02-02-01"  # who says only 司机
TRUCK_DRIVER = "4-02-02-02"
TRUCK_LICENCES = frozenset({"A2", "B2"})


class Trades(NamedTuple):
    wanted: tuple[ScoredOccupation, ...] = ()
    unwanted_codes: tuple[str, ...] = ()
    unwanted_words: tuple[str, ...] = ()


def find_trades(text: str, taken: list[tuple[int, int]], hits: list[Hit], certificates: tuple[str, ...] = ()) -> Trades:
    """Dictionary words first; then words of the same sound; then, in short texts, the nearest alias.

    hits are what a scan of the whole text found; where they meet a taken part the text is scanned anew.
    """
    taken = [*taken, *(match.span() for match in NO_TRADE.finditer(text))]
    masked = mask(text, taken) if taken else text
    for hit in hits:
        if not masked.startswith(hit.alias, hit.start):
            hits = lexicon.scan(masked)
            break
    refused = unwanted(text, hits) if REFUSAL.search(text) else []
    wanted = [hit for hit in hits if hit not in refused] if refused else hits
    left = {hit.meanings[0][0] for hit in refused}  # 会电焊,不想干电焊: what one can do is not what one wants
    wanted = [hit for hit in wanted if hit.meanings[0][0] not in left] or wanted
    if wanted:
        weights = weigh(masked, wanted)
        if all(hit.alias in BARE and _follows_a_word(masked, hit) for hit in wanted):
            weights = best_guess(masked) or weights
    elif refused:
        weights = {}
    else:
        weights = best_guess(masked) or certified(text, taken)
    if weights and max(weights.values()) < NAMES_A_TRADE:
        weights |= certified(text, taken)
    if DRIVER in weights and TRUCK_LICENCES & set(certificates):
        weights[TRUCK_DRIVER] = max(weights[DRIVER] + 0.01, weights.get(TRUCK_DRIVER, 0.0))
    if not refused:
        return Trades(scored(weights, LIMIT))
    refused = [hit for hit in refused if hit.meanings[0][0] not in weights]
    codes = dict.fromkeys(code for hit in refused for code, weight in meant(hit))
    return Trades(
        scored(weights, LIMIT),
        tuple(code for code in codes if code not in weights),
        tuple(dict.fromkeys(plain_word(hit.alias) for hit in refused)),
    )


def _follows_a_word(text: str, hit: Hit) -> bool:
    before = FILLER.sub(" ", text[: hit.start])
    return len(before) > 1 and "\u4e00" <= before[-1] <= "\u9fff"


def mask(text: str, taken: list[tuple[int, int]]) -> str:
    """The text with places, pay and certificates blanked, every position kept."""
    for start, end in taken:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def unwanted(text: str, hits: list[Hit]) -> list[Hit]:
    """The trades refused: 不要X, X不干, 不是X, and what is listed with them (不要X和Y)."""
    found: list[Hit] = []
    spoken_for = 0  # up to here a refusal belongs to the trade before
    for hit in hits:
        before = text[max(spoken_for, hit.start - 12) : hit.start]
        after = _refused_after(text, hit)
        listed = found and found[-1].end == spoken_for and ALSO.match(before) and (before or hit.alias[0] not in VERBS)
        refused = _refused(before) or (hit.alias[0] in VERBS and NOT_ALONE.search(before))
        if listed or after or (refused and not DOUBLE.search(before)):
            found.append(hit)
            spoken_for = after.end() if after else hit.end
    return found


def _refused_after(text: str, hit: Hit) -> re.Match[str] | None:
    """A refusal right behind a trade; over a space only one that has no object of its own (焊工 不要中介)."""
    match = UNWANTED_AFTER.match(text, hit.end)
    apart = match and text[hit.end : hit.end + 1] == " "
    return None if match and apart and text[match.end() : match.end() + 1] not in ENDS_A_REFUSAL else match


def _refused(before: str) -> re.Match[str] | None:
    """A refusal right before a trade; over a space only one that has no object of its own (5000以下不考虑 司机)."""
    match = UNWANTED.search(before)
    if match and before.endswith(" ") and match.start() and before[match.start() - 1] not in " ,。我也就都":
        return None
    return match


def meant(hit: Hit) -> list[tuple[str, float]]:
    """The likeliest meaning of a word and those as sure."""
    return [(code, weight) for code, weight in hit.meanings if weight >= min(0.9, hit.meanings[0][1])]


def plain_word(alias: str) -> str:
    """送外卖 → 外卖, where that is a word too."""
    while len(alias) > 2 and alias[0] in VERBS and alias[1:] in lexicon.aliases():
        alias = alias[1:]
    return alias


def weigh(text: str, hits: list[Hit]) -> dict[str, float]:
    """A trade said to be past counts less, as does a place of work; of equals the earlier leads."""
    weights: dict[str, float] = {}
    for place, hit in enumerate(hits):
        top = hit.meanings[0][1]
        modifies = place + 1 < len(hits) and _modifies(hit, hits[place + 1])
        share = 1.0 if top < NAMES_A_TRADE else 0.95 / top if top < 0.95 else 1.0
        value = share * (certainty(text, hit) - 0.03 * place - 0.1 * modifies)
        for code, weight in hit.meanings:
            if weight >= MIN_WEIGHT:
                weights[code] = max(weights.get(code, 0.0), weight * value)
    return weights


def _modifies(hit: Hit, following: Hit) -> bool:
    """煤矿|电工: what is written together with a person's trade says where or with what."""
    return hit.end == following.start and following.alias[-1] in PEOPLE and hit.alias[-1] not in PEOPLE


def certainty(text: str, hit: Hit) -> float:
    before = text[max(0, hit.start - 14) : hit.start]
    length = 0.005 * min(3, len(hit.alias) - 2)
    wanting = 0.06 if before and WANTING.search(before) else 0.0
    past = 0.2 if before and PAST.search(before) else 0.0
    workplace = 0.15 if hit.alias in MODES or hit.alias.endswith(WORKPLACES) else 0.0
    return 0.93 + length + wanting - past - workplace
