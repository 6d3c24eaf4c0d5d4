"""What a recruiter's sentence says: the advert in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from matching import lexicon, phrases
from matching.facts import experience_years, headcount
from matching.occupations import ScoredOccupation, find_occupations
from matching.openings import Opening, find_openings
from matching.places import Region, full_name
from matching.trades import MODES, WORKPLACES
from matching.understand import Understanding, prepare, region_json, understand, wage_json
from matching.wages import Wage

CONTACT = re.compile(
    r"(?:联系人?|找|咨询|问|contact)\s*[::]?\s*(?![一两几个])([\u4e00-\u9fff]{0,2}?(?:老[\u4e00-\u9fff]|[\u4e00-\u9fff](?:经理|先生|女士|小姐|老板|总|师傅|主管|主任|老师|工|姐|哥|厂长|店长|队长|会计|部长|科长|院长|校长)|小[\u4e00-\u9fff]))"
    r"|联系人\s*[::]?\s*([\u4e00-\u9fff]{2,3})|([\u4e00-\u9fff](?:经理|先生|女士|小姐|老板|厂长|店长|主管|主任|队长))"
)
PHONE = re.compile(r"(?<!\d)(1[3-9]\d[\s-]?\d{4}[\s-]?\d{4}|0\d{2,3}-?\d{7,8})(?!\d)")
KIND = (
    ("dispatch", re.compile(r"劳务派遣|派遣|外包")),
    ("agency", re.compile(r"中介|代招|代理招聘|劳务公司|人力资源公司|人力公司")),
    (
        "direct",
        re.compile(r"直招|直聘|厂家直|老板直|自招|单位直|公司直|本厂招|正式工|签合同|签劳动合同|非中介"),
    ),
)
HOURS = re.compile(
    r"\d{1,2}(?:[::]\d{2}|点半?)\s*(?:-|到|至|~)\s*(?:晚上|下午)?\d{1,2}(?:[::]\d{2}|点半?)|(?:每天|一天|日)?(?:上班|工作)?\s*(?:\d{1,2}|[八九十]|十[一二])个?小时(?:制)?|朝九晚[五六]|长白班|两班倒|三班倒|白班|夜班|做[五六]休[一二]|上[一二]休[一二]|双休|单休|月休[\d一二三四五六七八]天?"
)
PAY_DAY = re.compile(
    r"(?:每月|次月|当月)?\s*\d{1,2}\s*[号日](?:准时)?(?:发(?:工资|薪)?|结工资|开工资)|日结|周结|月结|压\d+天?工资|不压工资|当天结"
)
SURE = 0.45
TITLE_TAIL = re.compile(r"(?:师傅|学徒|组长|主管|经理|班长|助理|师|工|员)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """An advert; what it does not say is None."""

    text: str
    title: str | None = None
    occupation: ScoredOccupation | None = None
    occupations: tuple[ScoredOccupation, ...] = ()
    headcount: int | None = None
    openings: tuple[Opening, ...] = ()
    region: Region | None = None
    region_candidates: tuple[Region, ...] = ()
    wage: Wage | None = None
    board: bool | None = None
    lodging: bool | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    hire_kind: str | None = None
    hours: str | None = None
    pay_day: str | None = None
    social_insurance: bool | None = None
    experience_years: float | None = None
    education: str | None = None
    certificates: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    hiring: bool = False

    def as_json(self) -> dict[str, Any]:
        """For people and programs: money in yuan."""
        return {
            "text": self.text,
            "title": self.title,
            "occupation": {"code": self.occupation.code, "name": self.occupation.name} if self.occupation else None,
            "headcount": self.headcount,
            "openings": [opening._asdict() for opening in self.openings],
            "region": region_json(self.region),
            "region_candidates": [full_name(region.adcode) for region in self.region_candidates],
            "wage": wage_json(self.wage),
            "board": self.board,
            "lodging": self.lodging,
            "contact_name": self.contact_name,
            "hire_kind": self.hire_kind,
            "hours": self.hours,
            "pay_day": self.pay_day,
            "social_insurance": self.social_insurance,
            "experience_years": self.experience_years,
            "education": self.education,
            "certificates": list(self.certificates),
            "constraints": list(self.constraints),
            "hiring": self.hiring,
        }


def understand_posting(text: str) -> Posting:
    """Read one sentence of a recruiter; ages and other protected words are left out."""
    said, plain = understand(text), prepare(text)
    title = find_title(plain)
    occupations = _occupations(title, said)
    found = phrases.find_phrases(plain)
    openings = find_openings(plain)
    return Posting(
        text=text,
        title=title,
        occupation=occupations[0] if occupations else None,
        occupations=occupations,
        headcount=openings[0].headcount if openings else headcount(plain),
        openings=openings,
        region=said.region or said.home_region,
        region_candidates=said.region_candidates,
        wage=said.wage,
        board=_offer("board", "不包吃|自理伙食|不管饭", said, plain),
        lodging=_offer("lodging", "不包住|自行解决住宿|住宿自理|不提供住宿", said, plain),
        contact_name=_contact(plain),
        contact_phone=_phone(plain),
        hire_kind=next((kind for kind, pattern in KIND if pattern.search(plain)), None),
        hours=_words(HOURS, plain),
        pay_day=_words(PAY_DAY, plain),
        social_insurance=_offer("social_insurance", "不交社保|无社保|没有?社保|没有?五险", said, plain),
        experience_years=0.0 if "no_experience" in said.constraints else experience_years(plain),
        education=said.education,
        certificates=phrases.certificates(plain, found),
        constraints=said.constraints,
        hiring=said.hiring,
    )


def find_title(plain: str) -> str | None:
    """The words that name the job: the first trade, with the ending the recruiter gave it."""
    after = re.search(r"招聘?|聘|急招|hiring|need", plain)
    hits = lexicon.scan(plain)
    hits = [hit for hit in hits if after is None or hit.start >= after.end()] or hits
    hits = [
        hit for hit in hits if hit.meanings[0][1] >= 0.6 and hit.alias not in {"招聘", "工厂", "酒店", "饭店"}
    ] or hits
    hits = [hit for hit in hits if not hit.alias.endswith(WORKPLACES)] or hits
    hits = [hit for hit in hits if hit.alias not in MODES] or hits
    if not hits:
        named = re.search(
            r"(?:招聘?|急招|诚聘|聘)\s*([\u4e00-\u9fff]{2,8}?)\s*(?:\d|[一二两三四五六七八九十]+[名个位人]|,|,| |$)",
            plain,
        )
        return named[1] if named else None
    first = hits[0]
    end = first.end
    for hit in hits[1:]:
        if hit.start != end:
            break
        end = hit.end
    tail = TITLE_TAIL.match(plain, end)
    return plain[first.start : tail.end() if tail else end].strip()


def _occupations(title: str | None, said: Understanding) -> tuple[ScoredOccupation, ...]:
    """What the title means comes first, then what else the sentence speaks of."""
    named = find_occupations(title, 3) if title else ()
    first = tuple(found for found in named if found.score >= SURE)
    codes = {found.code for found in first}
    return first + tuple(found for found in said.occupations if found.code not in codes) or named


def _offer(code: str, denial: str, said: Understanding, plain: str) -> bool | None:
    if re.search(denial, plain):
        return False
    return True if code in said.constraints else None


def _contact(plain: str) -> str | None:
    match = CONTACT.search(plain)
    return next((group for group in match.groups() if group), None) if match else None


def _phone(plain: str) -> str | None:
    match = PHONE.search(plain)
    return re.sub(r"[\s-]", "", match[1]) if match else None


def _words(pattern: re.Pattern[str], plain: str) -> str | None:
    match = pattern.search(plain)
    return match[0].strip() if match else None
