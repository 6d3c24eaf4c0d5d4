"""Finds the places a sentence names and tells the wanted one from home."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from matching import lexicon
from matching.places import Region, all_regions, ancestors, get_required_region
from matching.tables import rows
from matching.text import normalise

MUNICIPAL = ("11", "12", "31", "50")
SUFFIX = re.compile(r"^(?:市|省|区|县|镇|州)")
HOME_BEFORE = re.compile(
    r"(?:老家|家在|家是|家住|户口|户籍|籍贯|我是|本人|人在|来自|是|from|家乡|出生)[在是于::的来自 ]*$"
)
HOME_AFTER = re.compile(r"^(?:人(?![事力才民])|老乡|户口|籍|的人|妹子|小伙|女|男|大姐|大哥|本地人)")
WANTED_BEFORE = re.compile(
    r"(?:想到|想去|想在|到|去|在|往|来|回|找|就在|上|于|地点|地址|工作地|in|to|at|near)[::的 ]*$"
)
GOING_HOME = re.compile(r"(?:回|返)(?:到)?(?:我)?(?:老家|家乡)[的在 ]*$")
CITY_DISTRICT = re.compile("市[南北中]区")
NOT_PLACES = re.compile(
    "比如(?!县)|兰州拉面|兰州牛肉面|重庆火锅|重庆小面|长白班|北京烤鸭|沙县小吃|桂林米粉|柳州螺蛳粉|武汉热干面|四川菜|湖南菜|广东菜"
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
def _common() -> frozenset[str]:
    """Short names that are ordinary words: places only with their suffix or their city beside them."""
    return frozenset(word for (word,) in rows("common_places.tsv"))


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
    for alias, codes in certain.items():
        found.setdefault(alias, codes)
    return {name: _prefer(codes) for name, codes in found.items()}


def _shorts(region: Region) -> Iterator[str]:
    """The short name where it is long enough to be told from other words."""
    if len(region.short) >= 2 and not (region.level == 3 and region.short in _common()):
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
        if region.level == 3 and region.short in _common():
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
        if codes and CITY_DISTRICT.match(text, at + length - 1) and text[at : at + length - 1] in names:
            continue  # 青岛|市南区, not 青岛市|南区
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
            around = tuple(r for r in regions if any(r.adcode in ancestors(code) for code in others))
            regions = inside or around or regions
        narrowed.append(Mention(mention.start, mention.end, regions))
    return narrowed


def find_places(text: str) -> Places:
    """Wanted place, candidates where the name is ambiguous, home place; and where they stand in the text."""
    text = NOT_PLACES.sub(lambda match: "#" * len(match[0]), text)
    trades = [(hit.start, hit.end) for hit in lexicon.scan(text)]
    found = _joined(text, [place for place in mentions(text) if not _is_part_of_trade(place, trades)])
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
    likely = _likeliest(choice.regions)
    if len(likely) == 1:
        return Places(wanted=likely[0], home=home_region, spans=spans)
    return Places(candidates=choice.regions, home=home_region, spans=spans)


def _likeliest(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """Of counties of one name the only city: 开平 is hardly the district of Tangshan."""
    cities = tuple(region for region in regions if region.level == 3 and region.name.endswith("市"))
    return cities if len(cities) == 1 and all(region.level == 3 for region in regions) else regions


def _is_part_of_trade(place: Mention, trades: list[tuple[int, int]]) -> bool:
    """装修水电 does not name 修水: a place that crosses a trade's word, or lies in a longer one, is none."""
    for start, end in trades:
        overlaps = start < place.end and place.start < end
        inside = start <= place.start and place.end <= end and end - start > place.end - place.start
        crosses = overlaps and not (place.start <= start and end <= place.end)
        if inside or (crosses and all(region.level == 3 for region in place.regions)):
            return True
    return False


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
