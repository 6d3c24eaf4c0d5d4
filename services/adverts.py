"""Adverts are checked before they are open; the rules are data with their sources (`adverts.toml`)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

RULES = Path(__file__).with_name("adverts.toml")
# What stands right before makes it honest ("不用交押金", "谨防刷单"), unless the clause turns ("不收押金但要服装费").
NEGATED = re.compile(
    r"(?:不收取?|不用|不需|无需|不得|不会|不招|不押|不扣|没有|谨防|拒绝|杜绝|严禁|禁止|报销|包|免|非)"
    r"(?:(?!但|要|先|需|再)[^,。;、,;!!]){0,4}$"
)
REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing an advert may not say."""

    code: str
    effect: str
    source: str
    offends: re.Pattern[str]
    honest: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Offence:
    """What was found: the rule and the words."""

    code: str
    effect: str
    words: str


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, compiled once."""
    raw = tomllib.loads(RULES.read_text("utf-8"))["rule"]
    return tuple(
        Rule(
            code=rule["code"],
            effect=rule["effect"],
            source=rule["source"],
            offends=re.compile("|".join(rule["patterns"])),
            honest=re.compile("|".join(rule["honest"])) if rule.get("honest") else None,
        )
        for rule in raw
    )


def check_advert(text: str) -> tuple[Offence, ...]:
    """What in the text breaks a rule. Honest wordings ("不收押金") are taken out before a rule looks."""
    plain = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    found = []
    for rule in rules():
        rest = rule.honest.sub("", plain) if rule.honest else plain
        match = next((m for m in rule.offends.finditer(rest) if not NEGATED.search(rest[: m.start()])), None)
        if match:
            found.append(Offence(rule.code, rule.effect, match[0]))
    return tuple(found)
