"""What a seeker's sentence says: trade, place, pay and the rest. Never raises, whatever is typed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from matching import facts, lexicon, phrases, pinyin
from matching.occupations import ScoredOccupation, find_occupations
from matching.place_words import Places, find_places
from matching.places import Region, full_name
from matching.starts import find_start
from matching.text import normalise
from matching.trades import find_trades
from matching.wages import Wage, find_wage

__all__ = ["Understanding", "Wage", "understand", "understand_title"]

MOST_TRADES = 10
NO_TRADES = frozenset({"no_agency", "family_hours"})  # 中介勿扰, 能接孩子: conditions with a trade's word in them
EXAMS = frozenset({"英语四级", "英语六级", "普通话证", "计算机证"})  # 开A2的, 注册会计师 name a trade too; these do not
REFUSING = re.compile("(不[要上去想做干]) (?=[\u4e00-\u9fff])")  # bu yao yeban: one phrase
LATIN_WORD = re.compile("[a-z\u00e0-\u024f]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """Everything one sentence says; None, empty or False where it says nothing."""

    text: str
    occupations: tuple[ScoredOccupation, ...] = ()
    region: Region | None = None
    other_regions: tuple[Region, ...] = ()
    region_candidates: tuple[Region, ...] = ()
    home_region: Region | None = None
    anywhere: bool = False
    wage: Wage | None = None
    experience_years: float | None = None
    education: str | None = None
    certificates: tuple[str, ...] = ()
    says_no_certificate: bool = False
    constraints: tuple[str, ...] = ()
    negated: tuple[str, ...] = ()
    negated_codes: tuple[str, ...] = ()
    birth_year: int | None = None
    age: int | None = None
    start: str | None = None
    headcount: int | None = None
    hiring: bool = False
    group: str | None = None
    kind: str = "unknown"

    def as_json(self) -> dict[str, Any]:
        """For people and programs: money in yuan, regions as code and full name."""
        return {
            "text": self.text,
            "occupations": [{"code": o.code, "name": o.name, "score": o.score} for o in self.occupations],
            "region": region_json(self.region),
            "other_regions": [region_json(region) for region in self.other_regions],
            "region_candidates": [region_json(region) for region in self.region_candidates],
            "home_region": region_json(self.home_region),
            "anywhere": self.anywhere,
            "wage": wage_json(self.wage),
            "experience_years": self.experience_years,
            "education": self.education,
            "certificates": list(self.certificates),
            "constraints": list(self.constraints),
            "negated": list(self.negated),
            "birth_year": self.birth_year,
            "age": self.age,
            "start": self.start,
            "headcount": self.headcount,
            "hiring": self.hiring,
            "group": self.group,
            "kind": self.kind,
        }


def region_json(region: Region | None) -> dict[str, str] | None:
    return {"adcode": region.adcode, "name": full_name(region.adcode)} if region else None


def wage_json(wage: Wage | None) -> dict[str, Any] | None:
    if wage is None:
        return None
    return {
        "min": _yuan(wage.min_fen),
        "max": _yuan(wage.max_fen),
        "period": wage.period,
        "monthly_min": _yuan(wage.monthly_min_fen),
    }


def _yuan(fen: int | None) -> int | float | None:
    if fen is None:
        return None
    return fen // 100 if fen % 100 == 0 else fen / 100


def prepare(text: str) -> str:
    """The normal form of a sentence, its pinyin turned into characters."""
    plain = normalise(text)
    return REFUSING.sub(r"\1", pinyin.restore(plain)) if LATIN_WORD.search(plain) else plain


def understand(text: str) -> Understanding:
    """Read one sentence of a person who looks for work."""
    plain = prepare(text)
    if not plain:
        return Understanding(text=text)
    hits = lexicon.scan(plain)
    wage = find_wage(plain)
    places = find_places(plain, hits)
    found = phrases.find_phrases(plain)
    kinds = {phrase.kind: phrase.code for phrase in reversed(found)}
    certificates = phrases.certificates(plain, found)
    constraints = phrases.constraints(found)
    trades = find_trades(plain, _taken(plain, wage, places, found), hits, certificates)
    age, born = facts.age_or_birth(plain)
    hiring = facts.is_hiring(plain, hits)
    return Understanding(
        text=text,
        occupations=trades.wanted,
        region=places.wanted,
        other_regions=places.others,
        region_candidates=places.candidates,
        home_region=places.home,
        anywhere="any_place" in kinds,
        wage=wage,
        experience_years=_experience(plain, wage),
        education=phrases.education(found),
        certificates=certificates,
        says_no_certificate=phrases.says_no_certificate(plain),
        constraints=constraints,
        negated=(*trades.unwanted_words, *phrases.refused(constraints), *places.refused),
        negated_codes=trades.unwanted_codes,
        birth_year=born,
        age=age,
        start=find_start(plain),
        headcount=facts.headcount(plain) if hiring else None,
        hiring=hiring,
        group=kinds.get("group"),
        kind=_kind(plain, trades.wanted, places, wage, kinds),
    )


def understand_title(text: str) -> Understanding:
    """Read an advert's title: every trade it may mean, best first; what else it says as in a sentence."""
    return replace(understand(text), occupations=find_occupations(text, MOST_TRADES))


def _taken(plain: str, wage: Wage | None, places: Places, found: list[phrases.Phrase]) -> list[tuple[int, int]]:
    """The parts of the text that are spoken for and hold no trade."""
    spans = list(places.spans)
    if wage:
        spans.append((wage.start, wage.end))
    certificates = [p for p in found if p.kind == "certificate" and ("证" in p.words or p.code in EXAMS)]
    spans += [(p.start, p.end) for p in certificates]
    spans += [(p.start, p.end) for p in found if p.kind == "education" or p.code in NO_TRADES]
    if certificates:
        spans += [match.span() for match in phrases.GRADE_IN.finditer(plain)]
    return spans


def _experience(plain: str, wage: Wage | None) -> float | None:
    rest = plain[: wage.start] + " " + plain[wage.end :] if wage else plain
    return facts.experience_years(rest)


def _kind(
    plain: str,
    trades: tuple[ScoredOccupation, ...],
    places: Places,
    wage: Wage | None,
    kinds: dict[str, str],
) -> str:
    if trades or places.spans or wage or not kinds.keys() <= {"education", "greeting", "rights"}:
        return "request"
    if "rights" in kinds:
        return "rights"
    if "greeting" in kinds:
        return "greeting"
    return "request" if re.search("找.{0,3}[工活班事]|工作|招|活儿?|上班|打工|job|work|挣钱|赚钱", plain) else "unknown"
