"""Years of experience, age, headcount and whether an employer speaks: the small facts of a sentence."""

from __future__ import annotations

import re

from matching.lexicon import Hit
from matching.numbers import parse_number
from matching.prefilter import Guarded

_N = r"(?<![\d一二两三四五六七八九十])(\d{1,3}(?:\.\d)?|[一二两三四五六七八九十]{1,4}|半)"
_DOING = (
    "干了?|做了?|做过|干过|从业|开了?|学了?|当了?|经验|工龄|驾龄|烧了?|炒了?|有过?|修了?|带了?|送了?|跑了?|卖了?|入行"
    "|从事|工作"
)
EXPERIENCE = Guarded(
    rf"{_N}\s*(?:多|来|几)?\s*年(?:以上|多|左右)?的?\s*半?(?:[^\d,,。;]{{0,6}})?(?:经验|工龄|工作|老师傅|焊龄|驾龄|老)"
    rf"|(?:{_DOING})(?:[^\d,,。;]{{0,6}}?)?(?:快|将近|差不多|约|了|有)?\s*{_N}\s*(?:多|几|来)?\s*年"
    rf"|{_N}\s*(?:多|\+|来)?\s*(?:年|years?(?! old))(?:以上|多)?\s*(?:了|of )?(?:老|experience|经验|$|[ ,,。])"
)
PAIR_OF_YEARS = re.compile("(十?)([一二两三四五六七八九])[二三四五六七八九]$")  # 七八 (年): the smaller counts
AGE = Guarded(
    r"(?:今年|年龄|age|我)?(?<![-~到至\d])\s*(\d{2})\s*(?:周?岁(?!以[上下内]|[-~到至])|years? old|了(?=$|[ ,,。!]))"
    r"|([二三四五六]十[一二三四五六七八九]?|十[六七八九])周?岁(?!以[上下内])|年龄[::]?\s*(\d{2})"
    r"|(?:今年|我都?|都|快|他|她|人)\s*(\d{2}|[二三四五六]十[一二三四五六七八九]?)了"
    r"|今年\s*(\d{2}|[二三四五六]十[一二三四五六七八九]?)(?![\d元块年名个.十百千万月])"
)
BORN = Guarded(r"(19[4-9]\d|20[01]\d)\s*年?(?:出)?生|(?<!\d)([4-9]\d|0\d)\s*年的|(?<!\d)([5-9]0|0[05])后")
_COUNT = r"(\d{1,4}|[一二两三四五六七八九十]{1,4}|俩|仨)"
HEADCOUNT = Guarded(
    rf"(?:招聘?|急招|诚聘|需要?|要|缺|请|雇|来|差)[^\d,,。]{{0,12}}?{_COUNT}\s*(?:名|个?人|位|个(?!月|小时|钟|工)|口)"
    rf"|{_COUNT}\s*(?:名|位)(?!额?[满工])|(\d{{1,3}})\s*人(?!民)|(?:hiring|need|needs)\s+(\d{{1,3}})\b"
    rf"|(?:要|缺|招|请|雇|来|差|找)([俩仨])|(?:^|[ ,]){_COUNT}个(?=$|[ ,,。])"
)
ONE_MORE = Guarded(r"(?:招|要|缺|请|雇|差|来|聘)了?个(?!月|小时|钟(?!点工)|人)")
_NOT_TO_HIRE = r"(?!商|生(?!产)|聘专|聘主|聘经|呼|待|标|聘顾|聘助|聘信|聘网|聘的|聘岗|聘会|牌)"  # 招商, 招生, 招聘专员
_WHO_HIRES = "公司|工厂|厂里?|店里?|酒店|饭店|餐馆|工地|单位|学校|医院|我们|本店|本厂|我司|家里|现|长期|大量|老板|项目"
HIRING = Guarded(
    r"急招|诚聘|诚招|高薪招|热招|(?<![要找想求])直招|招工(?!作)|招人|急聘|聘请|招募"
    r"|缺人(?!吗)|缺人手|找人(?![工事])|^用工|^有个活[ ,::]|男女不限|诚邀"
    r"|求[一两\d][名位个](?!工作)|要个[^,。]{0,6}(?:小伙|大姐|阿姨|师傅|帮手)(?!的)|人手不够|谁能来|谁会(?=.{0,8}(?:来|联系))"
    rf"|(?:^|[ ,])\d{{1,3}}名(?=$|[ ,。])|(?<=[工员师手])\d{{1,4}}(?:人|名)(?=$|[ ,。])|若干|多名"
    rf"|(?:我|想|要|打算|准备|还|再|需)招{_NOT_TO_HIRE}"
    rf"|(?:{_WHO_HIRES})[^,。吗]{{0,8}}(?:招(?!商|生|聘专|呼|待)|聘)"
    rf"|^(?:招|聘){_NOT_TO_HIRE}|[ ,。!::](?:招|聘){_NOT_TO_HIRE}"
    r"|招聘[^专主经顾助会信网岗的]?.{0,12}\d+[名人个位]|招\s*(?:\d+|[一二两三四五六七八九十几])\s*(?:名|个|位|人)"
    r"|招[^,。吗专满]{1,10}?(?:\d+|[一二两三四五六七八九十几])\s*[名位人]|急需|急缺"
    r"|[\u4e00-\u9fff]{2,}招聘(?:$|[ ,。!::])"
    r"|we are hiring|\bhiring\b|\bwe need\b|wanted:|looking to hire"
)
SEEKING = Guarded(
    r"^招聘?$|招[满齐到]|(?:哪[里儿家]?|谁|还|有没有)[^,。]{0,6}缺|缺[^,。]{0,8}[吗不?么]|找招聘|有招|有没有[^,。]{0,6}招"
    r"|招聘吗|招吗|招不招|哪[里儿]?[^,。]{0,6}招|还招|招人吗|招工吗|应聘|求职"
    r"|找工作|找活|想找|有活吗|有没有活|谁招|谁家招|在招吗|招聘会|看到[^,。]{0,6}招|求招|想去[^,。]{0,8}招"
    r"|招聘信息|哪家|我想(?!要?[招请雇])|我会|我要找|招[^,。]{0,10}吗|招[^,。]{0,10}[??么]"
)


def experience_years(text: str) -> float | None:
    """Years of work a person names."""
    match = EXPERIENCE.search(text)
    if not match:
        return None
    value = next(group for group in match.groups() if group)
    pair = PAIR_OF_YEARS.match(value)
    value = (pair[1] + pair[2] if pair else value).removesuffix("几")
    years = 0.5 if value == "半" else parse_number(value)
    return years if years is not None and years <= 60 else None


def age_or_birth(text: str) -> tuple[int | None, int | None]:
    """Age and year of birth, each None where not said."""
    age = AGE.search(text)
    years = parse_number(next(group for group in age.groups() if group)) if age else None
    born = BORN.search(text)
    if not born:
        return (int(years) if years and 14 <= years <= 80 else None), None
    if born[1]:
        return None, int(born[1])
    short = int(born[2] or born[3])
    return None, short + (1900 if short >= 30 else 2000)


def headcount(text: str) -> int | None:
    match = HEADCOUNT.search(text)
    if not match:
        return 1 if ONE_MORE.search(text) else None
    value = parse_number(next(group for group in match.groups() if group))
    return int(value) if value and value >= 1 else None


ASKED_FOR = Guarded(
    rf"(?:要|缺|差|请|雇|聘|招|来|需要?|寻|找)了?(?:{_COUNT}(?:个|名|位)?|个)(?:[男女]|会|能|熟练|长期|大|老|小|有经验的?)*$"
)
OF_WORK = re.compile("的?(?:活|工作|岗位|班|职位|事|生意|兼职|单)")


def is_hiring(text: str, trades: list[Hit] | None = None) -> bool:
    """True for an employer's sentence, False for a seeker who asks whether somebody hires."""
    hiring = HIRING.search(text) is not None
    if not hiring and trades and not ASKED_FOR.letters.isdisjoint(text):
        hiring = any(_asked_for(text, hit) for hit in trades)
    return hiring and not SEEKING.search(text)


def _asked_for(text: str, hit: Hit) -> bool:
    """缺个电工, 要俩厨师; but 想找个看门的活 asks for work."""
    asked = ASKED_FOR.search(text[max(0, hit.start - 12) : hit.start])
    if not asked or OF_WORK.match(text, hit.end):
        return False
    one_of_them = re.search("[名位俩仨]", asked[0])
    return one_of_them is not None if asked[0][0] in "寻找" else True
