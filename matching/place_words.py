"""Finds the places a sentence names and tells the wanted one from home."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from matching.places import Region, all_regions, ancestors, get_required_region
from matching.tables import rows
from matching.text import normalise

MUNICIPAL = ("11", "12", "31", "50")
# Short names that are ordinary words: taken for places only with their suffix or their city beside them.
COMMON = frozenset(
    [
        "东方",
        "平安",
        "长子",
        "大方",
        "大化",
        "和顺",
        "大安",
        "安居",
        "平和",
        "富源",
        "富民",
        "兴业",
        "建设",
        "开平",
        "普安",
        "新和",
        "合作",
        "文安",
        "三台",
        "内黄",
        "高明",
        "新兴",
        "同心",
        "通道",
        "民乐",
        "平顺",
        "大关",
        "南部",
        "中方",
        "安化",
        "安义",
        "东明",
        "万安",
        "新城",
        "城关",
        "和平",
        "解放",
        "桥东",
        "桥西",
        "郊区",
        "矿区",
        "向阳",
        "红旗",
        "前进",
        "胜利",
        "文峰",
        "民主",
        "东风",
        "新华",
        "河东",
        "河西",
        "城区",
        "海港",
        "铁西",
        "铁东",
        "站前",
        "工农",
        "友好",
        "安定",
        "保安",
        "南山",
        "西山",
        "东山",
        "天山",
        "白云",
        "中山区",
        "长安",
        "龙门",
        "高坪",
        "大东",
        "开福",
        "清河",
        "青山",
        "鼓楼",
        "西湖",
        "东湖",
        "团结",
        "兴安",
        "宁安",
        "永和",
        "新建",
        "双桥",
        "双湖",
        "七星",
        "象山",
        "青秀",
        "长乐",
        "开发",
        "经开",
        "高新",
        "新区",
        "金山",
        "宝山",
        "普陀",
        "江北",
        "江南",
        "江东",
        "海州",
        "通州",
        "市中",
        "城中",
        "城东",
        "城西",
        "城北",
        "东区",
        "西区",
        "南区",
        "北区",
        "东城",
        "西城",
        "中原",
        "永安",
        "乐业",
        "天等",
        "巴马",
        "新和",
        "上思",
        "大新",
        "东兴",
        "江口",
        "望江",
        "天长",
        "东至",
        "大田",
        "光泽",
        "德化",
        "石门",
        "安乡",
        "平江",
        "明水",
        "兰西",
        "大通",
        "互助",
        "共和",
        "同德",
        "兴海",
        "曲江",
        "海丰",
        "陆河",
        "和田",
        "民丰",
        "新源",
        "通化县",
        "集安",
        "敦化",
        "安图",
        "大余",
        "上犹",
        "会昌",
        "石城",
        "余干",
        "东乡",
        "资源",
        "平果",
        "凤山",
        "天峨",
        "环江",
        "都安",
        "忻城",
        "金秀",
        "扶绥",
        "大厂",
        "香河",
        "大城",
        "固安",
        "安平",
        "深泽",
        "正定",
        "平山",
        "无极",
        "赞皇",
        "元氏",
        "高邑",
        "行唐",
        "灵寿",
        "通榆",
        "大洼",
        "双台子",
        "兴隆台",
        "洪山",
        "青浦区",
        "安阳县",
        "新民",
        "法库",
        "康平",
        "开原",
        "昌图",
        "新宾",
        "清原",
        "桓仁",
        "本溪县",
        "凤城",
        "东港",
        "凌海",
        "义县",
        "黑山",
        "北镇",
        "通海",
        "宁海",
        "定海",
        "东海",
        "南海",
        "北海道",
        "上海路",
        "长江",
        "黄河",
        "朝阳",
        "吉林路",
        "乐安",
        "安福",
        "永新",
        "永丰",
        "新干",
        "峡江",
        "吉安县",
        "上高",
        "宜丰",
        "铜鼓",
        "万载",
        "大邑",
    ]
) - frozenset(
    [
        "朝阳",
        "通州",
        "鼓楼",
        "西湖",
        "白云",
        "东港",
        "凤城",
        "开原",
        "海丰",
        "宁海",
        "正定",
        "固安",
        "香河",
        "德化",
        "长乐",
        "永安",
        "天长",
        "东兴",
        "平江",
        "开平",
        "敦化",
        "集安",
        "新民",
        "和田",
        "南海",
        "定海",
        "宝山",
        "南山",
        "象山",
        "江口",
        "东海",
        "开福",
        "洪山",
    ]
)
SUFFIX = re.compile(r"^(?:市|省|区|县|镇|州)")
HOME_BEFORE = re.compile(
    r"(?:老家|家在|家是|家住|户口|户籍|籍贯|我是|本人|人在|来自|是|from|家乡|出生)[在是于::的来自 ]*$"
)
HOME_AFTER = re.compile(r"^(?:人(?![事力才民])|老乡|户口|籍|的人|妹子|小伙|女|男|大姐|大哥|本地人)")
WANTED_BEFORE = re.compile(
    r"(?:想到|想去|想在|到|去|在|往|来|回|找|就在|上|于|地点|地址|工作地|in|to|at|near)[::的 ]*$"
)
GOING_HOME = re.compile(r"(?:回|返)(?:到)?(?:我)?(?:老家|家乡)[的在 ]*$")
NOT_PLACES = re.compile(
    "兰州拉面|兰州牛肉面|重庆火锅|重庆小面|长白班|北京烤鸭|沙县小吃|桂林米粉|柳州螺蛳粉|武汉热干面|四川菜|湖南菜|广东菜"
    "|东北菜|上海大众|北京现代|长安汽车|广汽|成都小吃|新疆菜|云南米线|过桥米线|南昌拌粉|西安凉皮|杭州小笼包|天津包子"
)
UNWANTED_BEFORE = re.compile(r"(?:不去|不想去|不要去|不到|别去|除了|不要|不想在|不在|离开|从)[了]?$")
LIVING_BEFORE = re.compile(r"(?:人在|现在在|目前在|我在|现居|住在|家在|家住)[ ]*$")


@dataclass(frozen=True, slots=True)
class Mention:
    """A place named in a text, with every region the name may mean."""

    start: int
    end: int
    regions: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class Places:
    """The places of one sentence, told apart."""

    wanted: Region | None = None
    candidates: tuple[Region, ...] = ()
    home: Region | None = None
    spans: tuple[tuple[int, int], ...] = ()


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Every name and the codes it may mean; certain names (aliases) mean only themselves."""
    found: dict[str, list[str]] = {}
    for region in all_regions():
        if region.level == 0:
            continue
        for name in {region.name, *_shorts(region)}:
            found.setdefault(name, []).append(region.adcode)
    certain: dict[str, list[str]] = {}
    for alias, adcode in rows("region_aliases.tsv"):
        certain.setdefault(alias, []).append(adcode)
    found.update(certain)
    return {name: _prefer(codes) for name, codes in found.items()}


def _shorts(region: Region) -> Iterator[str]:
    """The short name where it is long enough to be told from other words."""
    if len(region.short) >= 2 and not (region.level == 3 and region.short in COMMON):
        yield region.short


def _prefer(codes: list[str]) -> tuple[str, ...]:
    """A city or province before the counties that share its name; a city over the province of the same name."""
    regions = [get_required_region(code) for code in dict.fromkeys(codes)]
    top = min(region.level for region in regions)
    if top < 3:
        best = [region for region in regions if region.level == top]
        big_county = any(r.level == 3 and r.adcode[:2] in MUNICIPAL for r in regions)
        if not (top == 2 and big_county):
            return tuple(region.adcode for region in best)
    return tuple(region.adcode for region in regions)


@cache
def _longest() -> int:
    return max(len(name) for name in _names())


@cache
def _first_letters() -> frozenset[str]:
    return frozenset(name[0] for name in _names())


@cache
def _common_names() -> dict[str, tuple[str, ...]]:
    """Counties whose short name is a common word; they count only beside their city or province."""
    found: dict[str, list[str]] = {}
    for region in all_regions():
        if region.level == 3 and region.short in COMMON:
            found.setdefault(region.short, []).append(region.adcode)
    return {name: tuple(codes) for name, codes in found.items()}


def resolve_name(name: str) -> tuple[Region, ...]:
    """The regions a whole string may mean: 郑州, 浦东, 南京鼓楼."""
    plain = normalise(name).replace(" ", "")
    codes = _names().get(plain) or _common_names().get(plain)
    if codes:
        return tuple(get_required_region(code) for code in codes)
    places = find_places(plain)
    covered = sum(end - start for start, end in places.spans)
    if covered < len(plain) - 1:
        return ()
    return (places.wanted,) if places.wanted else places.candidates


def mentions(text: str) -> list[Mention]:
    """The places of a text, longest first at each point, each narrowed by the place before it."""
    found: list[Mention] = []
    position, names, letters = 0, _names(), _first_letters()
    while position < len(text):
        match = None
        if text[position] in letters or found:
            match = _match_at(text, position, names, found)
        if match is None:
            position += 1
            continue
        found.append(match)
        position = match.end
    return _narrow(found)


def _match_at(text: str, at: int, names: dict[str, tuple[str, ...]], found: list[Mention]) -> Mention | None:
    for length in range(min(_longest(), len(text) - at), 0, -1):
        piece = text[at : at + length]
        codes = names.get(piece)
        if codes is None and found and at - found[-1].end <= 1:
            codes = _inside(_common_names().get(piece, ()), found[-1])
        if codes and not _is_part_of_word(text, at, at + length, piece):
            return Mention(at, at + length, tuple(get_required_region(code) for code in codes))
    return None


def _inside(codes: tuple[str, ...], before: Mention) -> tuple[str, ...]:
    return tuple(c for c in codes if any(r.adcode in ancestors(c) for r in before.regions))


def _is_part_of_word(text: str, start: int, end: int, piece: str) -> bool:
    if not piece.isascii():
        return len(piece) == 1 and not (_edge(text, start - 1) and _edge(text, end))
    return (start > 0 and text[start - 1].isalpha()) or (end < len(text) and text[end : end + 1].isalpha())


def _edge(text: str, at: int) -> bool:
    return not 0 <= at < len(text) or not text[at].isalnum()


def _narrow(found: list[Mention]) -> list[Mention]:
    """A name with several meanings keeps those that lie in another place of the sentence."""
    narrowed = []
    for mention in found:
        regions = mention.regions
        if len(regions) > 1:
            others = {
                r.adcode for other in found if other is not mention and len(other.regions) == 1 for r in other.regions
            }
            inside = tuple(r for r in regions if others & set(ancestors(r.adcode)[1:]))
            regions = inside or regions
        narrowed.append(Mention(mention.start, mention.end, regions))
    return narrowed


def find_places(text: str) -> Places:
    """Wanted place, candidates where the name is ambiguous, home place; and where they stand in the text."""
    text = NOT_PLACES.sub(lambda match: "#" * len(match[0]), text)
    found = _joined(text, mentions(text))
    if not found:
        return Places()
    wanted: list[Mention] = []
    home: list[Mention] = []
    for mention in found:
        role = _role(text, mention)
        if role == "home":
            home.append(mention)
        elif role == "wanted":
            wanted.append(mention)
    spans = tuple((mention.start, mention.end) for mention in found)
    home_region = next((m.regions[0] for m in home if len(m.regions) == 1), None)
    if not wanted:
        near = re.search("附近|家门口|离家近|本地|当地|周边", text)
        living = [m for m in home if near or LIVING_BEFORE.search(text[: m.start])]
        wanted = living
    choice = next((m for m in wanted if WANTED_BEFORE.search(text[: m.start])), wanted[0] if wanted else None)
    if choice is None:
        return Places(home=home_region, spans=spans)
    if len(choice.regions) == 1:
        return Places(wanted=choice.regions[0], home=home_region, spans=spans)
    return Places(candidates=choice.regions, home=home_region, spans=spans)


def _joined(text: str, found: list[Mention]) -> list[Mention]:
    """河南 郑州 → one mention of 郑州: a place directly followed by one that lies in it is said once."""
    joined: list[Mention] = []
    for mention in found:
        previous = joined[-1] if joined else None
        if previous and len(mention.regions) == 1 and len(previous.regions) == 1:
            gap = text[previous.end : mention.start].strip(" ,、-/·市省区的")
            inner, outer = mention.regions[0], previous.regions[0]
            if not gap and outer.adcode in ancestors(inner.adcode):
                joined[-1] = Mention(previous.start, mention.end, (inner,))
                continue
            if not gap and inner.adcode in ancestors(outer.adcode):
                joined[-1] = Mention(previous.start, mention.end, (outer,))
                continue
        joined.append(mention)
    return joined


def _role(text: str, mention: Mention) -> str:
    before, after = text[max(0, mention.start - 8) : mention.start], text[mention.end : mention.end + 4]
    if UNWANTED_BEFORE.search(before):
        return "unwanted"
    if GOING_HOME.search(before):
        return "wanted"
    if HOME_AFTER.match(SUFFIX.sub("", after)) or HOME_BEFORE.search(before):
        return "home"
    return "wanted"
