"""Finds the places a sentence names and tells the wanted one from home."""

from __future__ import annotations

import re
from typing import NamedTuple

from matching import lexicon, pinyin
from matching.lexicon import Hit
from matching.place_names import Mention, common_names, inside, joined, mentions, names
from matching.place_roles import WANTED_BEFORE, role
from matching.places import Region, ancestors, get_required_region
from matching.prefilter import Guarded
from matching.text import normalise

NOT_PLACES = Guarded(
    "比如(?!县)|资深市|轻松岗|渠道外|知道外|新兴平台|蒙西市|钓鱼台|联通城|和政策|云安全|太平洋|独秀峰|阿里(?!地区)"
    "|兰州拉面|兰州牛肉面|重庆火锅|重庆小面|长白班|北京烤鸭|沙县小吃|桂林米粉|柳州螺蛳粉|武汉热干面|四川菜|湖南菜|广东菜"
    "|东北菜|上海大众|北京现代|长安汽车|广汽|成都小吃|新疆菜|云南米线|过桥米线|南昌拌粉|西安凉皮|杭州小笼包|天津包子|上海菜"
    "|东北饺子|新疆烧烤|长沙臭豆腐|平安(?![区县])"
)
ALSO = re.compile(r"(?:或者?|、|和|跟|与|还有|以及|都|[州市] ?)$")
WISHED_BEFORE = Guarded(r"(?:想|要|打算|准备|愿意)(?:去|到|回|在|来)$")
LISTED = re.compile("、|和|跟|或者?|与|")
NEAR = Guarded("附近|家门口|离家近|本地|当地|周边")


class Places(NamedTuple):
    """The places of one sentence, told apart; `others` are wanted as well as the first."""

    wanted: Region | None = None
    others: tuple[Region, ...] = ()
    candidates: tuple[Region, ...] = ()
    home: Region | None = None
    refused: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()


def resolve_name(name: str) -> tuple[Region, ...]:
    """The regions a whole string may mean: 郑州, 浦东, 南京鼓楼."""
    plain = normalise(name).replace(" ", "")
    codes = names().get(plain) or common_names().get(plain)
    if codes:
        return tuple(get_required_region(code) for code in codes)
    places = find_places(plain)
    if not places.spans or places.spans[0][0] > 2:
        return ()  # what follows a place may be a street or an estate: 武汉东湖新技术开发区 is in 武汉
    return (places.wanted,) if places.wanted else places.candidates


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
        found = joined(plain, found)
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
    return [Mention(heard[0], heard[1], tuple(map(get_required_region, names()[heard[2]])))]


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
    return any(before.end == place.start and inside(codes, before) for before in found)


def _is_part_of_trade(place: Mention, trades: list[tuple[int, int]]) -> bool:
    """装修水电 does not name 修水: a place that crosses a trade's word, or lies in a longer one, is none."""
    for start, end in trades:
        overlaps = start < place.end and place.start < end
        inside = start <= place.start and place.end <= end and end - start > place.end - place.start
        crosses = overlaps and not (place.start <= start and end <= place.end)
        if inside or (crosses and all(region.level == 3 for region in place.regions)):
            return True
    return False


def find_region(name: str) -> Region | None:
    """The one region a whole string names, None where none or several do."""
    candidates = resolve_name(name)
    return candidates[0] if len(candidates) == 1 else None
