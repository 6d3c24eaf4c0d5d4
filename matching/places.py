"""The administrative regions: codes, names, who lies in whom, how far apart."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import asin, cos, radians, sin, sqrt

import numpy as np
import numpy.typing as npt

from matching.errors import UnknownRegionError
from matching.tables import rows

NATION = "100000"
EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Region:
    """One region; level 0 nation, 1 province, 2 city, 3 county."""

    adcode: str
    level: int
    name: str
    short: str
    parent: str | None
    lon: float | None
    lat: float | None


@cache
def _regions() -> dict[str, Region]:
    table = {NATION: Region(NATION, 0, "全国", "全国", None, None, None)}
    for adcode, level, name, short, _, lon, lat in rows("regions.tsv"):
        parent = _parent(adcode, int(level), table)
        above = table[parent]
        place = (float(lon), float(lat)) if lon else (above.lon, above.lat)
        table[adcode] = Region(adcode, int(level), name, short, parent, *place)
    return table


def _parent(adcode: str, level: int, known: dict[str, Region]) -> str:
    if level == 1:
        return NATION
    city = adcode[:4] + "00"
    return city if level == 3 and city in known else adcode[:2] + "0000"


@cache
def spellings() -> dict[str, str]:
    """Toneless pinyin of each region's short name, by code."""
    return {adcode: sound for adcode, _, _, _, sound, *_ in rows("regions.tsv")}


@cache
def _children() -> dict[str, tuple[Region, ...]]:
    found: dict[str, list[Region]] = {}
    for region in _regions().values():
        if region.parent:
            found.setdefault(region.parent, []).append(region)
    return {parent: tuple(regions) for parent, regions in found.items()}


def all_regions() -> tuple[Region, ...]:
    return tuple(_regions().values())


def get_region(adcode: str) -> Region | None:
    return _regions().get(adcode)


def get_required_region(adcode: str) -> Region:
    """The region of a code; raises UnknownRegionError."""
    try:
        return _regions()[adcode]
    except KeyError:
        raise UnknownRegionError(adcode) from None


@cache
def ancestors(adcode: str) -> tuple[str, ...]:
    """The region itself, then what it lies in, the nation last."""
    chain = []
    here: str | None = get_required_region(adcode).adcode
    while here is not None:
        chain.append(here)
        here = _regions()[here].parent
    return tuple(chain)


def contains(region: str, other: str) -> bool:
    """True when the other region is this one or lies in it."""
    return region == NATION or (other in _regions() and region in ancestors(other))


def children(adcode: str) -> tuple[Region, ...]:
    return _children().get(adcode, ())


def city_of(adcode: str) -> str:
    """The city a region lies in; a county with no city is its own, provinces stay what they are."""
    region = get_required_region(adcode)
    if region.level != 3 or region.parent is None:
        return adcode
    above = _regions()[region.parent]
    municipal = above.level == 1 and above.adcode[:2] in {"11", "12", "31", "50"}
    return above.adcode if above.level == 2 or municipal else adcode


def province_of(adcode: str) -> str:
    return adcode if adcode == NATION else adcode[:2] + "0000"


def full_name(adcode: str) -> str:
    """河南省郑州市中原区."""
    chain = [code for code in ancestors(adcode) if code != NATION]
    return "".join(_regions()[code].name for code in reversed(chain)) or "全国"


def short_name(adcode: str, language: str = "zh_CN") -> str:
    """郑州中原, 郑州; in English Zhongyuan, Zhengzhou."""
    region = get_required_region(adcode)
    if not language.startswith("zh"):
        return _english_name(region)
    if region.level < 3:
        return region.short
    city = city_of(adcode)
    return region.short if city == adcode else _regions()[city].short + region.short


def _english_name(region: Region) -> str:
    if region.level == 0:
        return "China"
    own = spellings()[region.adcode].capitalize()
    city = city_of(region.adcode)
    return own if region.level < 3 or city == region.adcode else f"{own}, {spellings()[city].capitalize()}"


@cache
def distance_km(a: str, b: str) -> float | None:
    """Distance between the two centres, None where a place is not known."""
    one, two = get_required_region(a), get_required_region(b)
    if one.lon is None or one.lat is None or two.lon is None or two.lat is None:
        return None
    return _arc(one.lon, one.lat, two.lon, two.lat)


def _arc(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    east, north = radians(lon2 - lon1), radians(lat2 - lat1)
    half = sin(north / 2) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def nearest_region(lon: float, lat: float) -> Region:
    """The county whose centre is nearest (a city where it has no counties)."""
    leaves = [region for region in _regions().values() if region.lon is not None and _is_leaf(region)]
    return min(leaves, key=lambda region: _arc(lon, lat, region.lon or 0.0, region.lat or 0.0))


def _is_leaf(region: Region) -> bool:
    return region.level == 3 or (region.level == 2 and region.adcode not in _children())


@cache
def nearby_cities(adcode: str, within_km: float = 150.0) -> tuple[str, ...]:
    """The other cities whose centres lie near this region's city, nearest first."""
    home = get_required_region(city_of(adcode))
    if home.lon is None or home.lat is None:
        return ()
    codes, lon, lat = _city_centres()
    half = np.sin((lat - radians(home.lat)) / 2) ** 2
    half += cos(radians(home.lat)) * np.cos(lat) * np.sin((lon - radians(home.lon)) / 2) ** 2
    distance = 2 * EARTH_KM * np.arcsin(np.sqrt(half))
    nearest = np.argsort(distance, kind="stable")
    return tuple(codes[i] for i in nearest if distance[i] <= within_km and codes[i] != home.adcode)


@cache
def _city_centres() -> tuple[tuple[str, ...], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The codes of all cities with their longitudes and latitudes in radians."""
    cities = [r for r in _regions().values() if _is_city(r) and r.lon is not None and r.lat is not None]
    lon = np.radians(np.array([region.lon for region in cities], np.float64))
    lat = np.radians(np.array([region.lat for region in cities], np.float64))
    return tuple(region.adcode for region in cities), lon, lat


def _is_city(region: Region) -> bool:
    return region.level == 2 or (
        region.level in (1, 3)
        and city_of(region.adcode) == region.adcode
        and (region.level == 3 or region.adcode[:2] in {"11", "12", "31", "50"})
    )
