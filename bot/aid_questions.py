"""What is asked before a family's file, aid or a loan is applied for, as data; the text is `want.ask_<name>`."""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.questions import NONE_OF_THEM, Question, read_name
from bot.typed import folded
from matching.numbers import CHINESE, parse_number
from matching.place_words import find_region
from matching.understand import understand

MOST_CHILDREN, MOST_WORDS, MOST_YUAN = 6, 500, 100_000_000
_CHILD = re.compile(
    r"(?P<name>[一-龥·]{2,8}|[A-Za-z][A-Za-z ]{0,18}[A-Za-z])\s*"
    r"(?:(?P<age>\d{1,2})\s*周?岁"
    r"|(?P<year>(?:19|20)\d\d)\s*[年./-]?\s*(?:(?P<month>1[0-2]|0?[1-9])\s*月?)?(?:[./-]?\d{1,2}日?)?\s*生?)?"
)
_NO_NAME = re.compile(r"孩子|[没不个岁]|[零〇一二三四五六七八九十]年")
_MONEY = re.compile(
    r"(?:大约|大概|约|要|借)*"
    rf"(?P<number>\d{{1,8}}(?:\.\d{{1,2}})?(?:[万千kw]\d{{0,4}}[千百]?)?|[零〇一二三四五六七八九两十][{CHINESE}]*)"
    r"(?:元|块钱?|yuan)?"
)
_MONTHS = re.compile(r"(?P<number>\d{1,3})\s*(?:个?月|months?)?")
_YEARS = re.compile(r"(?P<number>[1-9一二两三])\s*(?:年|years?)")
_WANTS_WORK = re.compile(
    r"^[^,.。;!]{0,9}(?<![在能没])找(?![了不过]).*(?:活|工作|岗位|事做)"
    r"|^[^,.。;!]*(?:有|招|要).*(?:活|工作|岗位|招|要)人?(?:吗|么|没有|\?)|^[^,.。;!]*有没有.*(?:活|工作|岗位)"
    r"|^我?想当|\b(?:looking for|want|need|find)\b.*\b(?:job|work)\b"
)
_ADVERT = re.compile(r"急?诚?高?薪?[招聘]|hiring|wanted")
_DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3}


def read_children(text: str) -> list[list[str]] | None:
    """'王小明 2010-9；王小红 12岁' → [["王小明", "2010-09"], ["王小红", "12岁"]]; None for anything else."""
    parts = [part.strip() for part in re.split(r"[;；、，,\n]", re.sub(r"[、，,]\s*(?=\d)", " ", text)) if part.strip()]
    found = [_CHILD.fullmatch(part) for part in parts]
    if not 0 < len(parts) <= MOST_CHILDREN or not all(each and _is_child(each) for each in found):
        return None
    return [[each["name"], _born(each)] for each in found if each]


def read_any_children(text: str) -> list[list[str]] | None:
    """As `read_children`; [] for 没有, 没有孩子, 没有，都毕业了."""
    said = folded(text).rstrip("。.!")
    return [] if said in NONE_OF_THEM or said.startswith(("没", "无", "不")) else read_children(text)


def _is_child(found: re.Match[str]) -> bool:
    """A name with a date can be odd; words alone are no name where they say something else."""
    if _NO_NAME.search(found["name"]):
        return False
    if found["year"] or found["age"]:
        return True
    understood = understand(found["name"])
    return understood.kind != "request" and not understood.occupations


def _born(found: re.Match[str]) -> str:
    if found["age"]:
        return f"{found['age']}岁"
    if not found["year"]:
        return ""
    return f"{found['year']}-{int(found['month']):02d}" if found["month"] else found["year"]


def read_fen(text: str) -> int | None:
    """'3000', '3千元', '2.5万', '3万5', '三千五' in fen."""
    found = _MONEY.fullmatch(re.sub(r"\s", "", folded(text)))
    number = parse_number(found["number"]) if found else None
    return round(number * 100) if number is not None and number < MOST_YUAN else None


def read_months(text: str) -> int | None:
    """'24', '24个月', '两年'."""
    if found := _YEARS.fullmatch(text.strip()):
        return 12 * (_DIGITS.get(found["number"]) or int(found["number"]))
    found = _MONTHS.fullmatch(text.strip())
    return int(found["number"]) if found else None


def another_wish(text: str, *, free_words: bool = True) -> bool:
    """A clear wish for work or an advert, which answers no question here: 西安有电工的活吗, 招两名保安.

    Where the answer is no free words, a trade with its place and pay is one too.
    """
    understood = understand(text[:100])
    if not understood.occupations:
        return False
    if not free_words and understood.region and understood.wage:
        return True
    said = folded(text)
    return bool(_WANTS_WORK.search(said)) or (understood.hiring and bool(_ADVERT.match(said) or understood.wage))


def _unless_work(read: Callable[[str], str | None]) -> Callable[[str], str | None]:
    """The answer, where the words name no trade: 保安 洛阳 is no place where a family lives."""
    return lambda text: None if understand(text[:100]).occupations else read(text)


def _place(text: str) -> str | None:
    region = find_region(text) or understand(text).region
    return region.adcode if region else None


def _words(text: str) -> str | None:
    return text.strip()[:MOST_WORDS] or None


def _one_of(**shapes: str) -> Callable[[str], str | None]:
    """The answer whose words are in the text, the first that fits."""
    return lambda text: next((answer for answer, shape in shapes.items() if re.search(shape, text)), None)


_group = _one_of(
    single_parent_mother="单亲|独自|离[婚异]",
    hardship_migrant="外出|打工|务工|外地",
    hardship_worker="单位|厂|公司|上班|职工|本地",
)
_kind = _one_of(tuition="学费|助学|上学|学生|读书", medical="病|医|药", living="生活|吃|困|难")
_stage = _one_of(
    tertiary="大学|大专|本科|高职|研究生",
    secondary="高中|中专|中职|技校|职高|高[一二三]",
    compulsory="小学|初中|初[一二三]|[一二三四五六]年级",
)
_loan = _one_of(assisted="银行", borrowing="工会|借", loan="创业|贷|开.{0,4}店")

FORMS: dict[str, tuple[Question, ...]] = {
    "file": (
        Question("place", read=_unless_work(_place)),
        Question(
            "group",
            (
                ("want.group.hardship_worker", "hardship_worker"),
                ("want.group.hardship_migrant", "hardship_migrant"),
                ("want.group.single_parent_mother", "single_parent_mother"),
            ),
            _group,
        ),
        Question("name", read=read_name),
        Question("children", read=read_any_children),
        Question("details", read=_words),
    ),
    "aid": (
        Question("kind", (("aid.living", "living"), ("aid.medical", "medical"), ("aid.tuition", "tuition")), _kind),
        Question("child", read=read_children),
        Question(
            "stage",
            (("stage.compulsory", "compulsory"), ("stage.secondary", "secondary"), ("stage.tertiary", "tertiary")),
            _stage,
        ),
        Question("amount", read=read_fen, words_only=True),
    ),
    "loan": (
        Question(
            "loan",
            (
                ("want.loan.loan", "loan"),
                ("want.loan.borrowing", "borrowing"),
                ("want.loan.assisted", "assisted"),
            ),
            _loan,
        ),
        Question("money", read=read_fen, words_only=True),
        Question("months", (("want.months.12", 12), ("want.months.24", 24), ("want.months.36", 36)), read_months, True),
        Question("use", read=_words),
        Question("place", read=_unless_work(_place)),
        Question("name", read=read_name),
    ),
}
NEEDED = frozenset({"place", "kind", "child", "stage", "loan", "money"})
"""Without these there is nothing to apply for; any other can be skipped."""
