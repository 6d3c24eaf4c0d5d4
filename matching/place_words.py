"""Finds the places a sentence names and tells the wanted one from home."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from matching import lexicon, pinyin
from matching.lexicon import Hit
from matching.place_roles import WANTED_BEFORE, role
from matching.places import Region, all_regions, ancestors, get_required_region
from matching.prefilter import Guarded
from matching.tables import rows
from matching.text import normalise

MUNICIPAL = ("11", "12", "31", "50")
CITY_DISTRICT = re.compile("市[南北中]区|市[南北](?:$|[ ,])")
NOT_PLACES = Guarded(
    "比如(?!县)|资深市|轻松岗|渠道外|知道外|新兴平台|蒙西市|钓鱼台|联通城|和政策|云安全|太平洋|独秀峰|阿里(?!地区)|兰州拉面|兰州牛肉面|重庆火锅|重庆小面|长白班|北京烤鸭|沙县小吃|桂林米粉|柳州螺蛳粉|武汉热干面|四川菜|湖南菜|广东菜"
    "|东北菜|上海大众|北京现代|长安汽车|广汽|成都小吃|新疆菜|云南米线|过桥米线|南昌拌粉|西安凉皮|杭州小笼包|天津包子|上海菜"
    "|东北饺子|新疆烧烤|长沙臭豆腐|平安(?![区县])"
)
ALSO = re.compile(r"(?:或者?|、|和|跟|与|还有|以及|都|[州市] ?)$")
WISHED_BEFORE = Guarded(r"(?:想|要|打算|准备|愿意)(?:去|到|回|在|来)$")
LISTED = re.compile("、|和|跟|或者?|与|")
NEAR = Guarded("附近|家门口|离家近|本地|当地|周边")
OUTER = " ,-/·市省区的"
BOTH = re.compile(r"^(?:市|县)?(?:这些地方)?(?:都|也都|两个地方)")


class Mention(NamedTuple):
    """A place named in a text, with every region the name may mean."""

    start: int
    end: int
    regions: tuple[Region, ...]
    area: bool = False  # 江浙沪: all of its regions, not one of them


class Places(NamedTuple):
    """The places of one sentence, told apart; `others` are wanted as well as the first."""

    wanted: Region | None = None
    others: tuple[Region, ...] = ()
    candidates: tuple[Region, ...] = ()
    home: Region | None = None
    refused: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()


@cache
def _common() -> frozenset[str]:
    """Short names that are ordinary words: places only with their suffix or their city beside them."""
    return frozenset(word for (word,) in rows("common_places.tsv"))


@cache
def _names() -> dict[str, tuple[str, ...]]:
    """Every name and the codes it may mean; an alias gives way to a region of that very name."""
    found: dict[str, list[str]] = {}
    for region in all_regions():
        if region.level == 0:
            continue
        for name in {region.name, *_shorts(region)}:
            found.setdefault(name, []).append(region.adcode)
    for alias, adcode in rows("region_aliases.tsv"):
        if "|" not in adcode:
            found.setdefault(alias, [adcode])
    return {name: _prefer(codes) for name, codes in found.items()}


@cache
def _areas() -> dict[str, tuple[str, ...]]:
    """Names of several regions at once: 江浙沪."""
    return {alias: tuple(codes.split("|")) for alias, codes in rows("region_aliases.tsv") if "|" in codes}


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
def _lengths() -> dict[str, tuple[int, ...]]:
    """First two characters of a name (or its only one) → the lengths of names so begun, longest first."""
    found: dict[str, set[int]] = {}
    for name in (*_names(), *_areas(), *_common_names()):
        found.setdefault(name[:2], set()).add(len(name))
    return {head: tuple(sorted(lengths, reverse=True)) for head, lengths in found.items()}


@cache
def _initials() -> frozenset[str]:
    return frozenset(head[0] for head in _lengths())


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
    if not places.spans or places.spans[0][0] > 2:
        return ()  # what follows a place may be a street or an estate: 武汉东湖新技术开发区 is in 武汉
    return (places.wanted,) if places.wanted else places.candidates


def mentions(text: str) -> list[Mention]:
    """The places of a text, longest first at each point, each narrowed by the place before it."""
    found: list[Mention] = []
    lengths, initials, end = _lengths(), _initials(), 0
    for at, letter in enumerate(text):
        if at < end or letter not in initials:
            continue
        head = text[at : at + 2]
        possible = lengths.get(head, ()) + (lengths.get(letter, ()) if len(head) == 2 else ())
        match = _match_at(text, at, possible, found) if possible else None
        if match:
            found.append(match)
            end = match.end
    return _narrow(found) if len(found) > 1 else found


def _match_at(text: str, at: int, lengths: tuple[int, ...], found: list[Mention]) -> Mention | None:
    names = _names()
    for length in lengths:
        piece = text[at : at + length]
        if len(piece) < length or _is_part_of_word(text, at, at + length, piece):
            continue
        if piece in _areas():
            return Mention(at, at + length, tuple(map(get_required_region, _areas()[piece])), area=True)
        codes = names.get(piece)
        if codes is None and found and at - found[-1].end <= 1:
            codes = _inside(_common_names().get(piece, ()), found[-1])
        if codes and CITY_DISTRICT.match(text, at + length - 1) and text[at : at + length - 1] in names:
            continue  # 青岛|市南区, not 青岛市|南区
        if codes:
            return Mention(at, at + length, tuple(map(get_required_region, codes)))
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
        if len(regions) > 1 and not mention.area:
            others = {
                r.adcode for other in found if other is not mention and len(other.regions) == 1 for r in other.regions
            }
            depth = [len(others & set(ancestors(region.adcode)[1:])) for region in regions]
            inside = tuple(r for r, common in zip(regions, depth, strict=True) if common and common == max(depth))
            around = tuple(r for r in regions if any(r.adcode in ancestors(code) for code in others))
            regions = inside or around or regions
        narrowed.append(Mention(mention.start, mention.end, regions, mention.area))
    return narrowed


def find_places(text: str, hits: list[Hit] | None = None) -> Places:
    """The places of a normalised text by their roles; hits are the trades in it, where they are known already."""
    plain = text
    for match in NOT_PLACES.finditer(text):
        plain = plain[: match.start()] + "#" * len(match[0]) + plain[match.end() :]
    trades = [(hit.start, hit.end) for hit in (lexicon.scan(text) if hits is None else hits)]
    found = mentions(plain) or _misspelt(plain, trades)
    if not found:
        return Places()
    found = [place for place in found if not _is_part_of_trade(place, trades) or _continues(place, found)]
    if len(found) > 1:
        found = _joined(plain, found)
    if not found:
        return Places()
    if len(found) == 1 and _is_plain(plain, found[0]):
        return Places(found[0].regions[0], spans=((found[0].start, found[0].end),))
    by_role: dict[str, list[Mention]] = {}
    before, part = found[0], ""
    for mention in found:
        listed = part == "unwanted" and LISTED.fullmatch(plain[before.end : mention.start])
        part = "unwanted" if listed else role(plain, mention.start, mention.end)
        by_role.setdefault(part, []).append(mention)
        before = mention
    home = by_role.get("home", []) + by_role.get("living", [])
    wanted = [place for place in by_role.get("wanted", []) if place.regions[0].level]
    if wanted:
        home += by_role.get("perhaps_home", [])
    else:
        wanted = _second_best(plain, by_role)
    first, others, candidates = _choose(plain, wanted)
    return Places(
        first,
        others,
        candidates,
        home=next((place.regions[0] for place in home if len(place.regions) == 1), None),
        refused=tuple([plain[place.start : place.end] for place in by_role.get("unwanted", ())]),
        spans=tuple([(place.start, place.end) for place in found]),
    )


def _is_plain(text: str, place: Mention) -> bool:
    """One region, wanted: what most sentences say."""
    return len(place.regions) == 1 and place.regions[0].level > 0 and role(text, place.start, place.end) == "wanted"


def _misspelt(text: str, trades: list[tuple[int, int]]) -> list[Mention]:
    heard = pinyin.city_by_ear(text)
    if heard is None or any(start < heard[1] and heard[0] < end for start, end in trades):
        return []
    return [Mention(heard[0], heard[1], tuple(map(get_required_region, _names()[heard[2]])))]


def _second_best(text: str, by_role: dict[str, list[Mention]]) -> list[Mention]:
    """Where no place is asked for: where the person is, or lives, or worked last."""
    near = by_role.get("home", []) if NEAR.search(text) else []
    for places in (by_role.get("here"), by_role.get("perhaps_home"), by_role.get("living"), near, by_role.get("was")):
        if places:
            return places
    return []


def _choose(text: str, wanted: list[Mention]) -> tuple[Region | None, tuple[Region, ...], tuple[Region, ...]]:
    """The first place asked for in so many words, the others, and the candidates where the first is ambiguous."""
    if not wanted:
        return None, (), ()
    choice = next((m for m in wanted if WANTED_BEFORE.search(text[max(0, m.start - 8) : m.start])), wanted[0])
    if WISHED_BEFORE.search(text[max(0, choice.start - 8) : choice.start]):
        wanted = wanted[wanted.index(choice) :]  # 毕节 想去台州: what stands before is where the person is
    likely = choice.regions[:1] if choice.area else _likeliest(choice.regions)
    if len(likely) > 1:
        return None, (), choice.regions
    first, others = likely[0], list(choice.regions[1:] if choice.area else ())
    for mention in wanted:
        if mention is choice or not (mention.area or len(mention.regions) == 1):
            continue
        for region in mention.regions:
            if first.adcode in ancestors(region.adcode) and not ALSO.search(text[: mention.start]):
                first = region  # 河南 电工 郑州: the smaller place is meant
            elif region.adcode not in ancestors(first.adcode):
                others.append(region)
    return first, tuple(dict.fromkeys(others)), ()


def _likeliest(regions: tuple[Region, ...]) -> tuple[Region, ...]:
    """Of counties of one name the only city: 开平 is hardly the district of Tangshan."""
    cities = tuple(region for region in regions if region.level == 3 and region.name.endswith("市"))
    return cities if len(cities) == 1 and all(region.level == 3 for region in regions) else regions


def _continues(place: Mention, found: list[Mention]) -> bool:
    """晋中|介休: a place written right after the one it lies in needs no other proof."""
    codes = tuple(region.adcode for region in place.regions)
    return any(before.end == place.start and _inside(codes, before) for before in found)


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
        inner = _one_place(text, joined[-1], mention) if joined else None
        if inner:
            joined[-1] = Mention(joined[-1].start, mention.end, (inner,))
        elif joined and _is_local(text, joined[-1], mention):
            joined[-1] = Mention(joined[-1].start, mention.end, joined[-1].regions, joined[-1].area)
        else:
            joined.append(mention)
    return joined


def _is_local(text: str, before: Mention, here: Mention) -> bool:
    """南京 红山: a district's short name right after a city that it does not lie in names some spot there."""
    if text[before.end : here.start].strip(OUTER) or any(r.level != 3 or r.name.endswith("市") for r in here.regions):
        return False
    spot = all(text[here.start : here.end] != region.name for region in here.regions)
    return spot and before.regions[0].level in (1, 2, 3)


def _one_place(text: str, before: Mention, here: Mention) -> Region | None:
    """The smaller of two places said in one breath; 苏州昆山都行 are two."""
    if len(here.regions) != 1 or len(before.regions) != 1 or text[before.end : here.start].strip(OUTER):
        return None
    for inner, outer in ((here.regions[0], before.regions[0]), (before.regions[0], here.regions[0])):
        if outer.adcode in ancestors(inner.adcode):
            two = inner.level == 3 and inner.name.endswith("市") and outer.level == 2 and BOTH.match(text[here.end :])
            return None if two else inner
    return None
