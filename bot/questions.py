"""The optional questions, as data: their answers, and how words are read as an answer.

A question's text is `ask.<name>` in the catalogues. `docs/howto/add-a-question.md` adds one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.typed import folded
from matching.posting import understand_posting
from matching.understand import understand
from models.people import Group
from services.phones import PhoneRefusedError, e164, without_numbers


@dataclass(frozen=True, slots=True)
class Question:
    """One optional question: its text is `ask.<name>`, its answers (label key, value), and how words are read.

    `words_only`: the answer itself may be a number, so its menu has no number keys.
    """

    name: str
    options: tuple[tuple[str, Any], ...] = ()
    read: Callable[[str], Any] = lambda _text: None
    words_only: bool = False


_TIME = re.compile(
    r"^\d{1,2}$|[\d一二三四五六七八九十初底末]+[号日天]|[日天周月年]底?[结发付]|每个?[日天周月]|[次下当本]个?[天日月]"
    r"|月[初中底末]|星期|礼拜|现[结钱]|随时|完工|day|week|month"
)
NONE_OF_THEM = frozenset({"没有", "没", "无", "都没有", "没有证", "没证", "啥也没有", "啥证没有", "没得", "none", "no"})


def _certificates(text: str) -> list[str] | None:
    if folded(text).rstrip("。.!") in NONE_OF_THEM:
        return []
    return list(understand(text).certificates) or None


def _years(text: str) -> float | None:
    years = understand(text).experience_years
    if years is None and folded(text).rstrip("。.!") in NONE_OF_THEM:
        return 0.0
    if years is None and folded(text).rstrip("年").isdecimal():
        years = float(folded(text).rstrip("年"))
    return years if years is not None and years <= 60 else None


def _place(text: str) -> str | None:
    understood = understand(text)
    region = understood.home_region or understood.region
    return region.adcode if region and not understood.occupations else None


def read_name(text: str) -> str | None:
    """A name, if the words can be one."""
    short = text.strip()
    looks_like_name = 0 < len(short) <= 12 and not any(c.isdigit() for c in short)
    return short if looks_like_name and not understand(short).occupations else None


def _phone(text: str) -> str | None:
    try:
        return e164(text) if sum(c.isdigit() for c in text) >= 7 else None
    except PhoneRefusedError:
        return None


def _short_words(text: str) -> str | None:
    short = without_numbers(text)
    return short if 0 < len(short) <= 40 else None


def _pay_day(text: str) -> str | None:
    """'15号', '月结', 'every Friday', ...: words that name a time, so that 厨师两名 is no pay day."""
    return _short_words(text) if _TIME.search(folded(text)) else None


def _yes_no(text: str) -> bool | None:
    said = folded(text)
    if said.startswith(("不", "没", "无", "no")):
        return False
    return True if said.startswith(("有", "交", "是", "包", "yes", "五险")) else None


QUESTIONS: dict[str, tuple[Question, ...]] = {
    "seeker": (
        Question(
            "group",
            (
                ("group.migrant", Group.MIGRANT.value),
                ("group.laid_off", Group.LAID_OFF.value),
                ("group.graduate", Group.HARDSHIP_GRADUATE.value),
                ("group.on_the_job", Group.ON_THE_JOB.value),
                ("group.none", "none"),
            ),
        ),
        Question("certificates", (("answer.no_certificate", "none"),), _certificates),
        Question("experience_years", (("answer.beginner", "0"),), _years, words_only=True),
        Question(
            "free_from",
            (("answer.now", "now"), ("answer.week", "week"), ("answer.month", "month")),
        ),
        Question("home_region", (), _place),
        Question("name", (), read_name),
        Question("phone", (), _phone, words_only=True),
    ),
    "vacancy": (
        Question("contact_phone", (), _phone, words_only=True),
        Question(
            "hire_kind",
            (("hire.direct", "direct"), ("hire.dispatch", "dispatch"), ("hire.agency", "agency")),
            lambda text: understand_posting(text).hire_kind,
        ),
        Question("pay_day", (), _pay_day, words_only=True),
        Question("social_insurance", (("answer.yes_insured", "yes"), ("answer.not_insured", "no")), _yes_no),
        Question("hours", (), _short_words, words_only=True),
        Question(
            "board_lodging",
            (
                ("board.both", "both"),
                ("board.board", "board"),
                ("board.lodging", "lodging"),
                ("board.none", "none"),
            ),
        ),
    ),
}
