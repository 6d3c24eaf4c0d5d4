"""Tells the places of a sentence apart: wanted, home, where one is now, where one was, refused."""

from __future__ import annotations

import re

from matching.prefilter import Guarded

SUFFIX = re.compile(r"^(?:市|省|区|县|镇|州)")
WANTED_BEFORE = Guarded(
    r"(?:想到|想去|想在|想回|到|去|在|往|来|回|找|就在|上|于|进|地点|地址|工作地|in|to|at|near)(?:了|我们?)?[::的 ]*$"
)
HOME_BEFORE = Guarded(
    r"(?:老家|家在|家是|家住|户口|户籍|籍贯|我是|俺是|咱是|我们是|俺们是|[他她]是|都是|本人(?:是)?|来自|from|家乡|出生)"
    r"[在是于::的来自 ]*$"
)
HOME_AFTER = Guarded(
    r"^(?:人(?![事力才民])|老乡|老表|户口|籍|的人|妹子|小伙|男(?!工|装|鞋)|女(?!工|装|鞋)|大姐|大哥|本地人|过来的|来的)"
    r"|^ ?老家(?=$|[ ,。])"
)
HOME_PERHAPS = re.compile(r"^的(?=$|[ ,。])")  # 河南周口的, 在昆山: home where another place is wanted
GOING_HOME = Guarded(r"(?:回|返)(?:到)?(?:我)?(?:老家|家乡)[的在 ]*$")
WORKING_AT_HOME = Guarded(r"(?:想|就|能|要)在(?:我)?(?:老家|家乡)[的 ]*$")
HERE = Guarded(r"(?:人在|(?:现在|目前)(?:就?住?在|人在)?|现居|我(?:现在|目前)?在|俺在|暂住|住在|租房在)[ ]*$")
LIVING_BEFORE = Guarded(r"(?:家在|家住|家是)[ ]*$")
UNWANTED_BEFORE = Guarded(
    r"(?:不去|不是|不想去|不要去|不到|别去|除了|除|不要|不想在|不在|不考虑|不想到|别给我推|别推|拒绝|不愿去|不愿意去|不进)[了]?$"
)
UNWANTED_AFTER = Guarded(r"^(?:那边)?(?:的)?(?:不去|不考虑|不想去|除外|就算了|太远|不行|不要|以外)")
LEFT = Guarded(r"(?:离开|(?:刚|我)?从|才从|刚离开)了?$")
ONCE = Guarded(r"(?:以前|之前|原来|原先|过去|曾经?|从前|前几年|去年|早先|早年)[^,。;现想]{0,8}$")
WAS_AFTER = Guarded(
    r"^(?:市|那边|那里|这边)?[^,。; 想找去]{0,8}?(?:干过|做过|上过|待过|呆过|打过|工作过"
    r"|干了|做了|打了|待了|呆了|上了|工作了"
    r"|打工[\d一二两三四五六七八九十]+年)"
)


_BEFORE = (UNWANTED_BEFORE, GOING_HOME, WORKING_AT_HOME, LEFT, ONCE, LIVING_BEFORE, HERE, HOME_BEFORE)
_AFTER = (UNWANTED_AFTER, HOME_AFTER, WAS_AFTER)
_CLUES_BEFORE = frozenset().union(*(pattern.letters for pattern in _BEFORE))
_CLUES_AFTER = frozenset("的").union(*(pattern.letters for pattern in _AFTER))


def role(text: str, start: int, end: int) -> str:
    """One of wanted, home, living (home, and near it will do), here, perhaps_home, was, left, unwanted."""
    before, after = text[max(0, start - 12) : start], text[end : end + 16]
    if _CLUES_BEFORE.isdisjoint(before) and _CLUES_AFTER.isdisjoint(after):
        return "wanted"
    if UNWANTED_BEFORE.search(before) or UNWANTED_AFTER.search(after):
        return "unwanted"
    if GOING_HOME.search(before):
        return "wanted"
    if WORKING_AT_HOME.search(before):
        return "living"
    after = SUFFIX.sub("", after)
    if LEFT.search(before):
        return "home" if after.startswith("来的") else "left"
    if ONCE.search(before):
        return "left"
    if HOME_AFTER.search(after):
        return "home"
    if LIVING_BEFORE.search(before):
        return "living"
    if HERE.search(before):
        return "was" if WAS_AFTER.search(after) else "here"
    if HOME_BEFORE.search(before):
        return "home"
    if WAS_AFTER.search(after) and not re.search("[想去找]在?$", before):
        return "was"
    return "perhaps_home" if HOME_PERHAPS.match(after) else "wanted"
