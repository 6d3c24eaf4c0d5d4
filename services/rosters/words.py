"""What the cells of an office's roster mean: groups, levels, issuers, stages, contracts, days.

Every function gives None (or nothing) for words that it does not know; the caller says which line and column.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date, timedelta

from models.people import Group

NONE = frozenset({"", "无", "没有", "/", "\\", "-", "—", "——", "否", "未", "暂无", "0", "不详"})
YES = frozenset({"是", "有", "√", "已", "y", "yes", "1", "签", "已签", "已签订", "升", "已升学"})
EXCEL_DAYS = (20_000, 60_000)  # 1954 to 2064 as Excel counts days
EXCEL_ZERO = date(1899, 12, 30)

# The first that is found in the words counts; longer names stand before what they contain.
GROUPS: tuple[tuple[str, Group | None], ...] = (
    (r"单亲", Group.SINGLE_PARENT_MOTHER),
    (r"困难.*毕业生", Group.HARDSHIP_GRADUATE),
    (r"困难.*(?:农民工|务工)", Group.HARDSHIP_MIGRANT),
    (r"困难.*(?:职工|家庭)|特困职工", Group.HARDSHIP_WORKER),
    (r"下岗|失业|待业|4050", Group.LAID_OFF),
    (r"农民工|务工|农村转移|农村富余|农村剩余|农业户", Group.MIGRANT),
    (r"在职|在岗|转岗", Group.ON_THE_JOB),
    (r"毕业生|大学生|其他|其它|城镇居民|居民|军人|社会人员", None),
)
LEVELS = (
    (r"高级技师|[一1]级|高技师", "senior_technician"),
    (r"技师|[二2]级", "technician"),
    (r"高级|[三3]级", "senior"),
    (r"中级|[四4]级", "intermediate"),
    (r"初级|[五5]级", "junior"),
    (r"专项|合格|结业", "none"),
)
LABOUR = re.compile(r"人力资源|人社|劳动|职业技能鉴定|技能鉴定|社保局|OSTA|职业资格")
OWN_PAPER = re.compile(r"合格证|结业证|培训证|上岗证")
STAGES = (
    (r"技师学院|高级中学", "secondary"),
    (r"研究生|硕士|博士|大学|本科|大专|大[一二三四]|高职|专科|学院|高等", "tertiary"),
    (r"中职|中专|职高|职业高中|技校|技工|高中|高[一二三123]|中等|职业中学|卫校", "secondary"),
    (r"小学|初中|初[一二三123]|[一二三四五六七八九]年级|义务", "compulsory"),
)
COURSE_TYPES = (
    (r"创业|SIYB|SYB|GYB|IYB", "entrepreneurship"),
    (r"家政|月嫂|育婴|育儿|保姆|母婴|养老护理|保洁|家庭服务", "home_service"),
    (r"安全", "safety"),
    (r"基础|引导性|文化", "basic"),
    (r"技能|职业|工种|岗前|提升|转岗", "skill"),
)
MODES = ((r"订单", "order"), (r"定向", "directed"), (r"公开|普通|自主|集中|脱产|业余|夜", "open"))
HOWS = (
    (r"招聘会|洽谈会|专场", "fair"),
    (r"劳务", "labour_export"),
    (r"公益", "public_post"),
    (r"基地", "base"),
    (r"自主创业|创业|开业", "startup"),
    (r"自主|自谋|自己|自找|亲友|灵活", "self_found"),
    (r"介绍|推荐|安置|工会|帮扶|输送|对接", "introduced"),
)
EVIDENCE = (
    (r"合同", "contract"),
    (r"回访|电话|核实|走访", "staff_call"),
    (r"双方", "both"),
    (r"单位|企业|工资|社保|在职证明|就业证明", "employer"),
    (r"本人|自述|口头", "seeker"),
)
EMPLOYER_KINDS = (
    (r"国有|国企|事业|机关", "soe"),
    (r"劳模", "model_worker"),
    (r"社会企业|民办非|社会组织", "social"),
    (r"公益", "public_post"),
    (r"民营|私营|个体|外资|合资|股份|有限|集体|其他|其它", "other"),
)
DIGITS = dict(zip("零一二两三四五六七八九", (0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))


def plain(text: str) -> str:
    """Half width, no blanks."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def is_none(text: str) -> bool:
    """Whether the cell says that there is nothing."""
    return plain(text) in NONE


def first_of(table: tuple[tuple[str, str], ...], text: str) -> str | None:
    """The meaning of the first pattern that the words hold."""
    words = plain(text)
    return next((meaning for pattern, meaning in table if re.search(pattern, words, re.I)), None)


def groups_of(text: str) -> tuple[list[Group], list[str]]:
    """The groups that the cell names, and the words that nobody knows: 下岗失业人员、农民工."""
    known: list[Group] = []
    unknown: list[str] = []
    for word in filter(None, re.split(r"[,、;|/和及]", plain(text))):
        if word in NONE:
            continue
        found = next(((True, group) for pattern, group in GROUPS if re.search(pattern, word)), (False, None))
        if not found[0]:
            unknown.append(word)
        elif found[1] is not None:
            known.append(found[1])
    return list(dict.fromkeys(known)), unknown


def issuer_of(issuer: str, certificate: str) -> str | None:
    """`labour` or `other`; by the paper's name where nobody says who issued it."""
    if not is_none(issuer):
        return "labour" if LABOUR.search(plain(issuer)) else "other"
    if LABOUR.search(plain(certificate)):
        return "labour"
    return "other" if OWN_PAPER.search(plain(certificate)) else None


def is_passed(text: str) -> bool | None:
    """Whether the result says that the person passed; None: it does not say. Marks count from 60."""
    words = plain(text)
    if re.search(r"不合格|不及格|未通过|未合格|缺考|否", words):
        return False
    if re.fullmatch(r"\d{1,3}(?:\.\d+)?分?", words):
        return float(words.rstrip("分")) >= 60
    return True if re.search(r"合格|及格|通过|优|良|是|√", words) else None


def is_dropped(text: str) -> bool:
    """Whether the person did not stay to the end."""
    return re.search(r"未结业|退学|退出|中途|未完成|未参加|辍学", plain(text)) is not None


def contract_of(kind: str, term: str) -> tuple[str | None, int | None, bool]:
    """(contract, months, understood): what kind of contract the two cells tell of, fixed ones with months."""
    words, length = plain(kind), plain(term)
    if words in NONE and length in NONE:
        return None, None, True
    if re.search(r"未签|没签|不签|无合同", words):
        return None, None, True
    both = words + length
    if re.search(r"无固定|长期|永久", both):
        return "open_ended", None, True
    if re.search(r"劳务(?!派遣)", both):
        return "service", None, True
    if re.search(r"一定.*任务|任务为|完成.*工作", both):
        return "task", None, True
    months = months_of(term) or months_of(kind)
    if months is not None:
        return "fixed", months, True
    return None, None, False


def months_of(text: str) -> int | None:
    """一年, 3年, 18个月, 2014.3.1-2015.2.28 as whole months."""
    words = plain(text)
    days = days_in(text)
    if len(days) == 2:
        (start, exact), (end, _) = days
        start = start if exact else start.replace(day=1)  # 2014.1-2014.12 is the whole year
        after = end + timedelta(days=1)
        whole = (after.year - start.year) * 12 + after.month - start.month - (after.day < start.day)
        return whole if whole > 0 else None
    if found := re.search(r"(\d+(?:\.5)?|[一二两三四五六七八九十半]+)年(半)?", words):
        years = number_of(found[1])
        return None if years is None else int(years * 12) + (6 if found[2] else 0)
    if found := re.search(r"(\d+|[一二两三四五六七八九十]+)个?月", words):
        count = number_of(found[1])
        return None if count is None else int(count)
    if re.fullmatch(r"\d{1,3}", words) and 0 < int(words) <= 120:
        return int(words)
    return None


def number_of(text: str) -> float | None:
    """3, 三, 十, 十二, 半, 1.5."""
    if re.fullmatch(r"\d+(?:\.\d+)?", text, re.ASCII):
        return float(text)
    if text == "半":
        return 0.5
    tens, ten, ones = text.partition("十")
    if ten:
        return (DIGITS.get(tens, 1) if tens else 1) * 10 + (DIGITS.get(ones, 0) if ones else 0)
    return DIGITS.get(text)


def day_of(text: str) -> tuple[date | None, bool]:
    """(day, exact): of a month alone the last day, and exact is False. None where it is no day."""
    found = days_in(text)
    return found[-1] if len(found) == 1 else (None, False)


def days_in(text: str) -> list[tuple[date, bool]]:
    """The days a cell names, each with whether it names the day itself: 2014年3月1日至3月15日 has two."""
    words = unicodedata.normalize("NFKC", text).strip()
    if re.fullmatch(r"\d{5}", words, re.ASCII) and EXCEL_DAYS[0] <= int(words) <= EXCEL_DAYS[1]:
        return [(EXCEL_ZERO + timedelta(days=int(words)), True)]
    if re.fullmatch(r"\d{8}", words, re.ASCII):
        words = f"{words[:4]}-{words[4:6]}-{words[6:]}"
    words = re.sub(r"\d{1,2}:\d{2}(:\d{2})?", "", words)
    found: list[tuple[date, bool]] = []
    year = month = 0
    pattern = r"(?:(\d{4})\s*[-/.年]\s*)?(\d{1,2})\s*(?:[-/.月]\s*(\d{1,2})\s*日?|月)?(?!\d)"
    for match in re.finditer(pattern, words):
        if not match[1] and not year:
            return []
        given_year = int(match[1]) if match[1] else year
        if match[1] is None and match[3] is None and "月" not in match[0]:
            parts = (year, month, int(match[2]))  # 3月1-15日: the same month
        else:
            parts = (given_year, int(match[2]), int(match[3]) if match[3] else 0)
        exact = parts[2] > 0
        try:
            last = calendar.monthrange(parts[0], parts[1])[1] if 1 <= parts[1] <= 12 else 0
            found.append((date(parts[0], parts[1], parts[2] or last), exact))
        except ValueError:
            return []
        year, month = parts[0], parts[1]
    return found
