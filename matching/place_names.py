"""The names of places, and where they stand in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from matching.places import Region, all_regions, ancestors, get_required_region
from matching.tables import rows

MUNICIPAL = ("11", "12", "31", "50")
CITY_DISTRICT = re.compile("市[南北中]区|市[南北](?:$|[ ,])")
OUTER = " ,-/·市省区的"
BOTH = re.compile(r"^(?:市|县)?(?:这些地方)?(?:都|也都|两个地方)")


class Mention(NamedTuple):
    """A place named in a text, with every region the name may mean."""

    start: int
    end: int
    regions: tuple[Region, ...]
    area: bool = False  # 江浙沪: all of its regions, not one of them


@cache
def _common() -> frozenset[str]:
    """Short names that are ordinary words: places only with their suffix or their city beside them."""
    return frozenset(word for (word,) in rows("common_places.tsv"))


@cache
def names() -> dict[str, tuple[str, ...]]:
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
    for name in (*names(), *_areas(), *common_names()):
        found.setdefault(name[:2], set()).add(len(name))
    return {head: tuple(sorted(lengths, reverse=True)) for head, lengths in found.items()}


@cache
def _initials() -> frozenset[str]:
    return frozenset(head[0] for head in _lengths())


@cache
def common_names() -> dict[str, tuple[str, ...]]:
    """Counties whose short name is a common word; they count only beside their city or province."""
    found: dict[str, list[str]] = {}
    for region in all_regions():
        if region.level == 3 and region.short in _common():
            found.setdefault(region.short, []).append(region.adcode)
    return {name: tuple(codes) for name, codes in found.items()}


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
    known = names()
    for length in lengths:
        piece = text[at : at + length]
        if len(piece) < length or _is_part_of_word(text, at, at + length, piece):
            continue
        if piece in _areas():
            return Mention(at, at + length, tuple(map(get_required_region, _areas()[piece])), area=True)
        codes = known.get(piece)
        if codes is None and found and at - found[-1].end <= 1:
            codes = inside(common_names().get(piece, ()), found[-1])
        if (
            codes
            and piece[-1] == "市"
            and CITY_DISTRICT.match(text, at + length - 1)
            and text[at : at + length - 1] in known
        ):
            continue  # 青岛|市南区, not 青岛市|南区
        if codes:
            return Mention(at, at + length, tuple(map(get_required_region, codes)))
    return None


def inside(codes: tuple[str, ...], before: Mention) -> tuple[str, ...]:
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


def joined(text: str, found: list[Mention]) -> list[Mention]:
    """河南 郑州 → one mention of 郑州: a place directly followed by one that lies in it is said once."""
    together: list[Mention] = []
    for mention in found:
        inner = _one_place(text, together[-1], mention) if together else None
        if inner:
            together[-1] = Mention(together[-1].start, mention.end, (inner,))
        elif together and _is_local(text, together[-1], mention):
            together[-1] = Mention(together[-1].start, mention.end, together[-1].regions, together[-1].area)
        else:
            together.append(mention)
    return together


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
