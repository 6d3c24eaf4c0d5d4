"""What people write into cells beside plain values: words for nothing, for no limit, for groups and schools."""

from __future__ import annotations

import re
from functools import lru_cache

from matching.phrases import EDUCATION_ORDER, find_phrases
from matching.place_words import find_places, resolve_name
from matching.places import Region
from matching.text import normalise

KEPT = 4096  # a sheet says the same few words again and again
EMPTY = frozenset({"", "-", "--", "—", "/", "n/a", "na", "nan", "null", "none", "nil", "未填", "未知", "不详"})
OPEN = frozenset(
    {"不限", "无", "没有", "无要求", "不要求", "没要求", "无限制", "不限制", "都可以", "都行", "any", "no"}
)
UNSAID = frozenset({"面议", "面谈", "详谈", "待定", "电议", "若干", "negotiable"})
ENDLESS = frozenset(
    {"长期", "长期有效", "长期招聘", "永久", "招满为止", "招满即止", "随时", "常年", "滚动开班", "待定"}
)
ANYWHERE = frozenset({"全国", "全国各地", "不限地区", "地区不限", "哪里都行", "哪都行", "anywhere"})
NO_YEARS = frozenset(
    {"无", "没有", "无经验", "没经验", "没有经验", "应届", "应届生", "无需经验", "经验不限", "无经验要求"}
)
YES = frozenset({"1", "true", "yes", "y", "是", "有", "对", "包", "免费", "√"})
NO = frozenset({"0", "false", "no", "n", "否", "无", "不", "没有", "不包", "收费", "×"})
GROUPS = {
    "laid_off": ("下岗失业人员", "下岗", "失业", "失业人员", "登记失业人员", "就业困难人员", "零就业家庭", "4050人员"),
    "migrant": ("农民工", "进城务工人员", "外来务工人员"),
    "hardship_graduate": ("困难职工家庭高校毕业生", "困难毕业生", "困难家庭毕业生", "困难高校毕业生"),
    "on_the_job": ("在职职工", "在职"),
    "hardship_worker": ("困难职工", "特困职工"),
    "hardship_migrant": ("困难农民工",),
    "single_parent_mother": ("困难单亲女职工", "单亲困难女职工", "单亲女职工"),
}
PROMISED = frozenset(GROUPS) - {"migrant", "on_the_job"}  # whom the programmes promise priority in information
SCHOOLS = {"大学": "bachelor", "中技": "vocational", "中等": "vocational", "高职": "college", "博士": "master"}
SCHOOL_TAIL = re.compile(r"(?:学历)?(?:及其?|或)?(?:以上)?(?:学历|文化|程度)*$")


@lru_cache(KEPT)
def certificates_of(word: str) -> frozenset[str]:
    """The known certificates in a few words; 会计从业资格证 is one, not also 从业资格证."""
    found = [phrase for phrase in find_phrases(normalise(word)) if phrase.kind == "certificate"]
    return frozenset(
        one.code
        for one in found
        if not any(o.start <= one.start and one.end <= o.end and o.end - o.start > one.end - one.start for o in found)
    )


@lru_cache(KEPT)
def schooling_of(plain: str) -> tuple[str, ...]:
    """Every level of schooling that a normalised cell names: 高中/中专及以上."""
    levels = [plain] if plain in EDUCATION_ORDER else []
    for word in re.split(r"[|/、,;或 -]+", plain):
        short = SCHOOL_TAIL.sub("", word)
        levels += [phrase.code for phrase in find_phrases(short) if phrase.kind == "education"]
        levels += [level for name, level in SCHOOLS.items() if short == name]
    return tuple(levels)


@lru_cache(KEPT)
def regions_of(plain: str) -> tuple[Region, ...]:
    """The regions a normalised name, path of names or address may mean."""
    meant = resolve_name(plain)
    if meant:
        return meant
    places = find_places(plain)
    return (places.wanted,) if places.wanted else places.candidates
