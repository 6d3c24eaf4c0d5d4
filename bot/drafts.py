"""The draft of an advert: what was understood of a sentence, what is missing, how it is read back.

A draft is a plain dictionary of a vacancy's columns, so that it can wait in the conversation.
"""

from __future__ import annotations

from typing import Any

from matching.explain import wage_text
from matching.places import full_name
from matching.understand import Posting, understand_posting
from services.phones import without_numbers
from services.texts import say

REQUIRED = ("title", "region", "headcount", "wage")
FIELDS = (
    "title",
    "headcount",
    "region",
    "wage",
    "board",
    "hire_kind",
    "contact_name",
    "pay_day",
    "social_insurance",
    "hours",
    "requirements",
)
PUBLIC = frozenset({"title", "hours", "pay_day"})
NEGOTIABLE = "面议"
MANY = 500  # a larger number is rather pay than people
BOARD = {(True, True): "both", (True, False): "board", (False, True): "lodging", (False, False): "none"}
NAMED_FIELDS = {
    "人数": "headcount",
    "岗位": "title",
    "职位": "title",
    "工种": "title",
    "地点": "region",
    "地方": "region",
    "工资": "wage",
    "月薪": "wage",
    "联系人": "contact_name",
    "发薪日": "pay_day",
    "发薪": "pay_day",
    "工时": "hours",
    "上班时间": "hours",
}
_LINKS = " ::,,是成为"


def as_draft(posting: Posting) -> dict[str, Any]:
    """What was understood, in the columns of a vacancy; nothing empty."""
    wage = posting.wage
    values: dict[str, Any] = {
        "title": posting.title,
        "occupation": posting.occupation.code if posting.occupation else None,
        "headcount": posting.headcount,
        "region": posting.region.adcode if posting.region else None,
        "candidates": [region.adcode for region in posting.region_candidates] or None,
        "wage_min": wage.monthly_min_fen if wage else None,
        "wage_max": wage.monthly_max_fen if wage else None,
        "wage_text": wage.original[:40] if wage else NEGOTIABLE if NEGOTIABLE in posting.text else None,
        "board": posting.board,
        "lodging": posting.lodging,
        "contact_name": posting.contact_name,
        "hire_kind": posting.hire_kind,
        "hours": posting.hours,
        "pay_day": posting.pay_day,
        "social_insurance": posting.social_insurance,
        "experience_years": posting.experience_years,
        "education": posting.education,
        "certificates": list(posting.certificates) or None,
    }
    return {name: _public(name, value) for name, value in values.items() if value is not None}


def _public(name: str, value: Any) -> Any:
    return without_numbers(value) if name in PUBLIC and isinstance(value, str) else value


def missing(draft: dict[str, Any]) -> str | None:
    """The first thing an advert must have and this one lacks."""
    for name in REQUIRED:
        has = draft.get(name) if name != "wage" else draft.get("wage_min") or draft.get("wage_text")
        if not has:
            return name
    return None


def words(draft: dict[str, Any]) -> str:
    """Everything in the draft that people will read: what the advert rules look at."""
    return " ".join(str(draft.get(name) or "") for name in ("title", "description", "hours", "pay_day"))


def lines(draft: dict[str, Any], language: str) -> list[str]:
    """The draft read back, a line a field."""
    return [
        say(language, "post.line", label=say(language, f"field.{name}"), value=value)
        for name in FIELDS
        if (value := _shown(draft, name, language))
    ]


def _shown(draft: dict[str, Any], name: str, language: str) -> str | None:
    match name:
        case "region":
            return full_name(draft["region"]) if draft.get("region") else None
        case "wage" if draft.get("wage_min") or draft.get("wage_max"):
            return wage_text(draft.get("wage_min"), draft.get("wage_max"), language)
        case "wage":
            return draft.get("wage_text")
        case "board" if draft.get("board") is not None or draft.get("lodging") is not None:
            return say(language, "board." + BOARD[bool(draft.get("board")), bool(draft.get("lodging"))])
        case "hire_kind" if draft.get("hire_kind"):
            return say(language, f"hire.{draft['hire_kind']}")
        case "social_insurance" if draft.get("social_insurance") is not None:
            return say(language, "answer.yes_insured" if draft["social_insurance"] else "answer.not_insured")
        case "requirements":
            return ", ".join(draft.get("certificates", ())) or None
    return str(draft[name]) if draft.get(name) is not None else None


def read_field(field: str, text: str) -> dict[str, Any]:
    """The columns that the words give for the field; the field `again` takes whatever is said.

    "人数 5" names its field itself, whatever was asked.
    """
    field, text = named_field(text) or (field, text)
    found = as_draft(understand_posting(text))
    besides = {name: value for name, value in found.items() if name not in ("title", "occupation")}
    match field:
        case "headcount":
            number = found.get("headcount") or _number(text)
            if number and number > MANY and "wage_min" in found:
                return besides  # "6000" is pay, whatever was asked
            return {**besides, "headcount": number} if number and 0 < number <= 9999 else {}
        case "title":
            title = found.get("title") or without_numbers(text)[:30]
            return {**found, "title": title} if title else {}
        case "contact_name":
            return {field: text[:20]} if text else {}
        case "hours" | "pay_day":
            return {field: words} if (words := without_numbers(text)[:40]) else {}
        case "wage":
            return besides if any(name.startswith("wage") for name in found) else {}
        case "region":
            return besides if "region" in found or "candidates" in found else {}
    if "occupation" not in found:
        found.pop("title", None)
    return found


def named_field(text: str) -> tuple[str, str] | None:
    """ "人数 5": the field that the words name themselves, and the rest."""
    plain = text.removeprefix("改")
    for name, field in NAMED_FIELDS.items():
        rest = plain.removeprefix(name)
        if rest != plain and (value := rest.removeprefix("改").lstrip(_LINKS).strip()):
            return field, value
    return None


def _number(text: str) -> int | None:
    digits = "".join(c for c in text if c.isdecimal())
    return int(digits) if digits and len(digits) < 6 else None


def is_advert(text: str) -> bool:
    """Whether the words are a whole advert and no correction of one."""
    posting = understand_posting(text)
    return posting.hiring and posting.title is not None and posting.headcount is not None


def corrected(draft: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
    """The draft with the correction: a new wage has no old bound, a named place no other candidates."""
    gone = {name for name in draft if name.startswith("wage")} if any(k.startswith("wage") for k in news) else set()
    gone |= {"candidates"} if "region" in news else set()
    return {**{name: value for name, value in draft.items() if name not in gone}, **news}


def chosen(name: str, value: str) -> dict[str, Any]:
    """The columns behind a button of a field."""
    if name == "board":
        return {"board": value in ("both", "board"), "lodging": value in ("both", "lodging")}
    if name == "social_insurance":
        return {name: value == "yes"}
    return {name: value}
