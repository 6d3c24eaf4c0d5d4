"""The draft of an advert: what was understood of a sentence, what is missing, how it is read back.

A draft is a plain dictionary of a vacancy's columns, so that it can wait in the conversation.
"""

from __future__ import annotations

from typing import Any

from matching.corrections import read_correction
from matching.explain import language_of, wage_text
from matching.openings import Opening
from matching.places import full_name
from matching.posting import Posting, understand_posting
from matching.sentences import WORDS
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
COMPARED = ("certificates", "education", "experience_years")
LISTS = ("certificates", "requirements")  # what is said later is added
ANY_FIELD = "again"  # nothing certain was asked
DROPPED = {
    "board": ("board", "lodging"),
    "experience_years": ("experience_years",),
    "education": ("education",),
    "certificates": ("certificates",),
    "social_insurance": ("social_insurance",),
    "pay_day": ("pay_day",),
    "hours": ("hours",),
    "contact_name": ("contact_name",),
}


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


def opening_words(opening: Opening) -> str:
    """厨师 2: one of several jobs of an advert."""
    return f"{opening.title} {opening.headcount}"


def _public(name: str, value: Any) -> Any:
    return without_numbers(value) if name in PUBLIC and isinstance(value, str) else value


def stored(draft: dict[str, Any]) -> dict[str, Any]:
    """The draft as a vacancy keeps it: requirements that no column holds stand below the recruiter's words."""
    told = [draft.get("description"), *draft.get("requirements", ())]
    kept = {name: value for name, value in draft.items() if name not in ("candidates", "requirements")}
    return {**kept, "description": "\n".join(words for words in told if words) or None}


def missing(draft: dict[str, Any]) -> str | None:
    """The first thing an advert must have and this one lacks."""
    for name in REQUIRED:
        has = draft.get(name) if name != "wage" else draft.get("wage_min") or draft.get("wage_text")
        if not has:
            return name
    return None


def words(draft: dict[str, Any]) -> str:
    """Everything in the draft that people will read: what the advert rules look at."""
    told = [str(draft.get(name) or "") for name in ("title", "description", "hours", "pay_day")]
    return " ".join([*told, *draft.get("requirements", ())])


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
            return _requirements(draft, language)
    return str(draft[name]) if draft.get(name) is not None else None


def _requirements(draft: dict[str, Any], language: str) -> str | None:
    years, schooling = draft.get("experience_years"), draft.get("education")
    told = [
        *draft.get("certificates", ()),
        *([say(language, "requirement.years", n=f"{years:g}")] if years else ()),
        *([WORDS[language_of(language)][schooling]] if schooling else ()),
        *draft.get("requirements", ()),
    ]
    return ", ".join(told) or None


def read_field(field: str, text: str) -> dict[str, Any]:
    """The columns that the words give for the field; ANY_FIELD takes whatever is said. None empties a column.

    "人数 5" names its field itself, whatever was asked; so do "是3个人", "去掉学历" and "加个要求 会开叉车".
    """
    said = read_correction(text)
    if field == ANY_FIELD and said.dropped:
        return dict.fromkeys(DROPPED.get(said.field or "", ()))
    if field == ANY_FIELD and said.requirement:
        return _required(said.requirement)
    if said.headcount and field in (ANY_FIELD, "headcount"):
        return {"headcount": said.headcount}
    if said.field in FIELDS:
        field, text = said.field, said.value
    return _read(field, text)


def _required(words: str) -> dict[str, Any]:
    """A requirement added: what of it can be compared, and the words themselves."""
    found = as_draft(understand_posting(words))
    compared = {name: value for name, value in found.items() if name in COMPARED}
    return compared or {"requirements": [without_numbers(words)[:40]]}


def _read(field: str, text: str) -> dict[str, Any]:
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


def names_its_field(text: str) -> bool:
    """Whether the words tell themselves what they correct."""
    return read_correction(text).field is not None


def _number(text: str) -> int | None:
    digits = "".join(c for c in text if c.isdecimal())
    return int(digits) if digits and len(digits) < 6 else None


def is_advert(text: str) -> bool:
    """Whether the words are a whole advert and no correction of one."""
    posting = understand_posting(text)
    return posting.hiring and posting.title is not None and posting.headcount is not None


def is_another(draft: dict[str, Any], news: dict[str, Any]) -> bool:
    """Whether the words are another job with its number (搬运工5个), which this draft may not swallow."""
    return bool(news.get("headcount")) and news.get("occupation", draft.get("occupation")) != draft.get("occupation")


def corrected(draft: dict[str, Any], news: dict[str, Any]) -> dict[str, Any]:
    """The draft with the correction: a new wage has no old bound, a named place no other candidates."""
    gone = {name for name in draft if name.startswith("wage")} if any(k.startswith("wage") for k in news) else set()
    gone |= {"candidates"} if "region" in news else set()
    gone |= {name for name, value in news.items() if value is None}
    added = {name: [*draft.get(name, ()), *news[name]] for name in LISTS if news.get(name) and draft.get(name)}
    kept = {name: value for name, value in draft.items() if name not in gone}
    return {**kept, **{name: value for name, value in news.items() if value is not None}, **added}


def chosen(name: str, value: str) -> dict[str, Any]:
    """The columns behind a button of a field."""
    if name == "board":
        return {"board": value in ("both", "board"), "lodging": value in ("both", "lodging")}
    if name == "social_insurance":
        return {name: value == "yes"}
    return {name: value}
