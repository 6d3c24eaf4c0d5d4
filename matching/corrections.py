"""What a recruiter corrects in an advert that was read back: which field, its new words, what is added or dropped."""

from __future__ import annotations

import re
from dataclasses import dataclass

from matching.numbers import parse_number
from matching.text import normalise
from matching.wages import find_wage

FIELDS = {
    "headcount": "招聘人数|人数|名额|数量|招几个",
    "title": "岗位名称|岗位|职位|工种|职务|标题",
    "region": "工作地点|上班地点|地点|地方|地址|工作地",
    "wage": "工资|月薪|薪资|薪水|待遇|日薪|时薪|年薪|底薪|价钱|价格",
    "contact_name": "联系人|找谁",
    "pay_day": "发薪日|发薪|发工资",
    "hours": "工作时间|上班时间|工时|班次|时间",
    "education": "学历|文化",
    "experience_years": "工作经验|经验|工龄",
    "certificates": "证书|证件",
    "board": "吃住|食宿|住宿|伙食",
    "social_insurance": "社保|五险一金|五险|保险",
}
PUNCTUATION = " ,。!"
_NAMED = [
    (field, re.compile(rf"^(?:{words})\s*(?:[::,,是]|应该是|要|改[成为到]?|变成|换成|写成?|得)*\s*(?=\S)"))
    for field, words in FIELDS.items()
]
_LEAD = re.compile(
    r"^(?:不对|不是这样|错了|写错了|说错了|搞错了|弄错了|等等|等一下|哦|嗯|啊"
    r"|更正|修改|改一下|改下|重说|应该|还是|那就|麻烦)+(?:一下)?[,,。:: !]*"
    r"|^(?:把|将)|^(?:应该是|改[成为到]|换成|变成|改(?![成为到])|是(?!的$)|就)(?=\S)"
)
_REQUIREMENT = re.compile(
    r"^(?:再|还|另外|另)?(?:加|添|补|增加|补充)(?:上|一?个|一?条|点)?(?:要求|条件)?[:: ,]*(?P<what>\S.*)$"
    r"|^(?:要求|条件|必须|需要|得|还要)(?:是|要|[::])?\s*(?P<must>\S.*)$"
)
_DROPPED = re.compile(
    r"^(?:去掉|删掉|删了|删除|取消|不要了?|不用|不需要|不要求|没有)\s*(?P<what>[^\s了]\S*?)(?:了|的?要求)?$"
)
_COUNT = re.compile(
    r"^(?:一共|总共|只?要|只?招|就)?\s*(\d{1,4}|[一二两三四五六七八九十]{1,4}|俩|仨)\s*(?:个人?|名|位|人|口人)?(?:了|吧|就行|就够)?$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """A correction; `value` is what is left of it to read, in the normal form of text.

    field: the field of FIELDS that the words name or plainly mean, None where only the value tells.
    requirement: a condition to be added to the advert (会开叉车); dropped: one to be taken out.
    """

    value: str
    field: str | None = None
    headcount: int | None = None
    requirement: str | None = None
    dropped: str | None = None


def read_correction(text: str) -> Correction:
    """ "不对,是3个人" → headcount 3; "工资改成6000" → wage; "加个要求 会开叉车" → a requirement."""
    plain = _without_lead(normalise(text).strip(PUNCTUATION))
    dropped = _DROPPED.match(plain)
    if dropped:
        return Correction(value=plain, field=_field_of(dropped["what"]), dropped=dropped["what"])
    field, value = _named(plain)
    if field is None:
        added = _REQUIREMENT.match(plain)
        if added:
            return Correction(value=plain, requirement=added["what"] or added["must"])
    count = _headcount(value) if field in (None, "headcount") else None
    if count and field is None and find_wage(value):
        count = None  # 6000 alone is pay
    return Correction(value=value, field="headcount" if count else field, headcount=count)


def _without_lead(plain: str) -> str:
    for _ in range(3):
        lead = _LEAD.match(plain)
        if not lead or lead.end() == len(plain):
            break
        plain = plain[lead.end() :].strip(PUNCTUATION)
    return plain


def _named(plain: str) -> tuple[str | None, str]:
    for field, pattern in _NAMED:
        match = pattern.match(plain)
        if match:
            return field, plain[match.end() :].strip()
    return None, plain


def _field_of(words: str) -> str | None:
    return next((field for field, names in FIELDS.items() if re.match(rf"(?:{names})", words)), None)


def _headcount(value: str) -> int | None:
    match = _COUNT.match(value)
    number = parse_number(match[1]) if match else None
    return int(number) if number and number >= 1 else None
