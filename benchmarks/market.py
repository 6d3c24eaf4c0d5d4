"""Load for the speed figures: vacancies and seekers drawn from the counts of real adverts, with a fixed seed.

Titles come from 2.8 million adverts' job names, wages and half of the places from 13,714 adverts (mostly IT); the
other half of the places is spread evenly over all counties. Each is drawn by itself, so this is load, not a picture
of a market. A small market lies in one province: an office has two thousand vacancies around it, not one in every
second county of the country.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import numpy as np
import numpy.typing as npt

from benchmarks.marginals import marginals
from matching.occupations import find_occupations
from matching.places import NATION, city_of, short_name
from matching.profiles import SeekerProfile, VacancyProfile, Weighted
from matching.text import normalise
from matching.titles import plain_title
from matching.understand import understand

TODAY = date(2026, 11, 23)
DAYS_OPEN = 30
ADVERTS_AN_EMPLOYER = 3
IN_A_CITY = 0.7  # the share of seekers that name a city and not a county
TEMPLATES = (
    "{title} {place} {wage}",
    "想在{place}找{title}的活,工资{wage}以上",
    "我是{title},{place}有没有活干,{wage}起",
    "做过三年{title},想去{place},{wage}左右",
    "找工作 {title} {place} 不低于{wage}",
    "{place}有招{title}的吗,一个月{wage}包住",
    "想到{place}做{title},工资{wage}",
    "有没有{place}的{title},不要夜班,{wage}以上",
    "{title},有经验,{place},月薪{wage}",
    "您好,请问{place}缺{title}吗?我要{wage}",
)
Picks = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Query:
    """One seeker: the sentence, the profile it gives, and for peers the trade's plain words and the place's code."""

    sentence: str
    profile: SeekerProfile
    words: str
    region: str


@cache
def offered(title: str) -> Weighted:
    """The occupation of a vacancy of this title: the best one, as the program stores it."""
    return tuple((found.code, found.score) for found in find_occupations(title, 1))


@cache
def wanted(title: str) -> Weighted:
    """The occupations of a seeker who says this title."""
    return tuple((found.code, found.score) for found in understand(title).occupations)


@cache
def words_of(title: str) -> str:
    """What peers read of a title: the same normal form that the program gives itself."""
    return plain_title(normalise(title)) or normalise(title)


def _draw(count: int, seed: int, area: str) -> tuple[Picks, Picks, Picks, np.random.Generator]:
    dice, known = np.random.default_rng(seed), marginals(area)
    titles = dice.choice(len(known.titles), count, p=known.title_shares)
    counties = dice.choice(len(known.counties), count, p=known.county_shares)
    return titles, counties, dice.choice(len(known.wages), count, p=known.wage_shares), dice


def vacancies(count: int, area: str = NATION, *, seed: int = 1, first_id: int = 0) -> Iterator[VacancyProfile]:
    """Open vacancies, numbered from first_id."""
    known = marginals(area)
    titles, counties, wages, dice = _draw(count, seed, area)
    days = [TODAY - timedelta(days=ago) for ago in range(DAYS_OPEN)]
    ages = dice.integers(0, DAYS_OPEN, count)
    employers = dice.integers(1, count // ADVERTS_AN_EMPLOYER + 2, count)
    columns = (column.tolist() for column in (titles, counties, wages, ages, employers))
    for number, (title, county, wage, age, employer) in enumerate(zip(*columns, strict=True), first_id):
        low, high = known.wages[wage]
        yield VacancyProfile(
            id=number,
            title=known.titles[title],
            occupations=offered(known.titles[title]),
            region=known.counties[county],
            wage_min_fen=low,
            wage_max_fen=high,
            employer=employer,
            posted_on=days[age],
        )


def seekers(count: int, area: str = NATION, *, seed: int = 2, first_id: int = 0) -> Iterator[SeekerProfile]:
    """Profiles of seekers whose texts count as parsed already."""
    for number, (title, region, fen) in enumerate(_wishes(count, area, seed), first_id):
        yield SeekerProfile(id=number, occupations=wanted(title), region=region, wage_min_fen=fen)


def _wishes(count: int, area: str, seed: int) -> Iterator[tuple[str, str, int]]:
    """Title, region and least wage of each seeker; wages in whole hundreds of yuan."""
    known = marginals(area)
    titles, counties, wages, dice = _draw(count, seed, area)
    lifted = dice.random(count) < IN_A_CITY
    for title, county, wage, lift in zip(
        titles.tolist(), counties.tolist(), wages.tolist(), lifted.tolist(), strict=True
    ):
        region = known.counties[county]
        yield known.titles[title], city_of(region) if lift else region, known.wages[wage][0] // 10_000 * 10_000


def sentences(count: int, area: str = NATION, *, seed: int = 3) -> Iterator[tuple[str, str, str]]:
    """Distinct sentences, each with the title and the region in it."""
    seen: set[str] = set()
    dice = np.random.default_rng(seed)
    while len(seen) < count:
        for title, region, fen in _wishes(count, area, int(dice.integers(1 << 31))):
            sentence = TEMPLATES[len(seen) % len(TEMPLATES)].format(
                title=title, place=short_name(region), wage=_spoken(fen, len(seen))
            )
            if sentence not in seen and len(seen) < count:
                seen.add(sentence)
                yield sentence, title, region


def _spoken(fen: int, turn: int) -> str:
    """5000, 5千 or 5k."""
    yuan = fen // 100
    if yuan % 1000 or turn % 3 == 0:
        return str(yuan)
    return f"{yuan // 1000}{'千k'[turn % 2]}"


def queries(count: int, area: str = NATION, *, seed: int = 3) -> list[Query]:
    """Seekers as sentences; each profile is what the program itself understands."""
    return [
        Query(sentence, SeekerProfile.from_understanding(number, understand(sentence)), words_of(title), region)
        for number, (sentence, title, region) in enumerate(sentences(count, area, seed=seed))
    ]
