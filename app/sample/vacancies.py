"""Adverts: in every city of the province, and where people of the province go for work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from app.sample.employers import EmployerBook
from app.sample.tables import Trade, counted, rows, trades
from app.sample.world import World, part_of
from models.employers import Employer
from models.states import VacancyState
from models.vacancies import Vacancy
from services.vacancies import OPEN_FOR

YOUNGEST, OLDEST = 0, 24  # days ago
LABOUR_SECTORS = {"factory", "electronics", "garment", "logistics", "furniture"}
LABOUR_SHARE = 0.35  # of the factory jobs far away, found by a labour company
PERKS = {"吃住": (True, True), "吃": (True, False), "住": (False, True), "": (None, None)}
NEWCOMERS = (
    ("410105", "catering", "服务员"),
    ("410103", "building", "泥瓦工"),
    ("410184", "logistics", ""),  # registered, nothing posted yet
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A trade wanted in a region of a city of some tier."""

    trade: Trade
    region: str
    city: str
    tier: int
    away: bool


def add_vacancies(world: World, book: EmployerBook) -> None:
    """Open adverts, then the new employers with theirs waiting for a check."""
    dice = world.chance("vacancies")
    for opening in (*_at_home(dice), *_away(dice)):
        sector = _sector(opening, dice)
        employer = book.employer_for(opening.city, sector, opening.region)
        vacancy = _vacancy(world, dice, opening, employer, sector)
        world.vacancies.append(vacancy)
        world.add(vacancy)
    for region, sector, trade in NEWCOMERS:
        employer = book.make_new("410100", sector, region)
        if trade:
            opening = Opening(trade=trades()[trade], region=region, city="410100", tier=2, away=False)
            world.add(_draft(world, dice, opening, employer, sector))


def _at_home(dice: Random) -> Iterator[Opening]:
    """What each city must have, then the common trades in turn until the city has its number."""
    deck = _deck(dice)
    for row in rows("henan.tsv"):
        city, wanted = row["region"], int(row["vacancies"])
        chosen = [name for name, times in counted(row["always"]) for _ in range(times)]
        while len(chosen) < wanted:
            name = next(deck)
            if chosen.count(name) < max(2, wanted // 20):
                chosen.append(name)
        for name in chosen:
            region = part_of(dice, city)
            yield Opening(trade=trades()[name], region=region, city=city, tier=int(row["tier"]), away=False)


def _deck(dice: Random) -> Iterator[str]:
    """The trades for ever, each as often as its weight says."""
    cards = [trade.name for trade in trades().values() for _ in range(trade.weight)]
    while True:
        yield from dice.sample(cards, len(cards))


def _away(dice: Random) -> Iterator[Opening]:
    for row in rows("away.tsv"):
        place = row["region"]
        for name, times in counted(row["trades"]):
            for _ in range(times):
                region = part_of(dice, place)
                yield Opening(trade=trades()[name], region=region, city=place, tier=int(row["tier"]), away=True)


def _sector(opening: Opening, dice: Random) -> str:
    sector = dice.choice(opening.trade.sectors)
    labour = opening.away and sector in LABOUR_SECTORS and dice.random() < LABOUR_SHARE
    return "labour" if labour else sector


def _draft(world: World, dice: Random, opening: Opening, employer: Employer, sector: str) -> Vacancy:
    vacancy = _vacancy(world, dice, opening, employer, sector)
    vacancy.state, vacancy.state_since = VacancyState.DRAFT.value, employer.state_since
    vacancy.posted_on = world.session.today
    vacancy.expires_on = vacancy.posted_on + OPEN_FOR
    return vacancy


def _vacancy(world: World, dice: Random, opening: Opening, employer: Employer, sector: str) -> Vacancy:
    trade, days_ago = opening.trade, dice.randint(YOUNGEST, OLDEST)
    recruiter, contact = world.recruiters[employer.id]
    low, high = _wage(trade, opening.tier, dice)
    board, lodging = PERKS[_perhaps(dice.choice(trade.perks), dice)]
    insured = _insured(trade, dice)
    posted_on = world.day(days_ago)
    vacancy = Vacancy(
        id=world.new_id(),
        change=world.new_id(),
        employer_id=employer.id,
        posted_by=recruiter,
        state=VacancyState.OPEN.value,
        state_since=world.ago(days_ago),
        title=dice.choice(trade.titles),
        occupation=trade.code,
        region=opening.region,
        headcount=dice.randint(*trade.heads),
        wage_min=round(low * trade.per_month) * 100,
        wage_max=round(high * trade.per_month) * 100,
        wage_text=f"{low}-{high}元/{trade.unit}",
        experience_years=float(years) if (years := dice.choice(trade.years)) else None,
        education=dice.choice(trade.education.split("|")) or None,
        certificates=[name for need in trade.needs if (name := _perhaps(need, dice))],
        board=board,
        lodging=lodging,
        hire_kind=_hire_kind(sector, dice),
        pay_day=dice.choice(trade.pay_day) or None,
        social_insurance=insured,
        hours=dice.choice(trade.hours),
        posted_on=posted_on,
        expires_on=posted_on + OPEN_FOR,
    )
    vacancy.set_words(world.session, contact, _description(dice.choice(trade.words), insured=insured))
    return vacancy


def _wage(trade: Trade, tier: int, dice: Random) -> tuple[int, int]:
    """A span around the middle of what is usual there, in round figures."""
    low, high = trade.wages[tier]
    step = 100 if trade.unit == "月" else 10 if trade.unit == "天" else 1
    room = (high - low) * 0.25
    return (
        round((low + dice.uniform(0, room)) / step) * step,
        round((high - dice.uniform(0, room)) / step) * step,
    )


def _perhaps(word: str, dice: Random) -> str:
    """'健康证' always, '保安证?' every other time."""
    if not word.endswith("?"):
        return word
    return word[:-1] if dice.random() < 0.5 else ""


def _insured(trade: Trade, dice: Random) -> bool | None:
    """Paid by the month is mostly insured; by the day or hour it goes unsaid."""
    return dice.choice((True, True, True, None)) if trade.unit == "月" else None


def _hire_kind(sector: str, dice: Random) -> str:
    if sector == "labour":
        return dice.choice(("dispatch", "agency"))
    return dice.choice(("direct", "agency")) if sector == "home" else "direct"


def _description(words: str, *, insured: bool | None) -> str:
    promise = "签劳动合同,缴纳社会保险。" if insured else ""
    return f"{words}。{promise}面试不收任何费用。"
