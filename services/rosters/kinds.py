"""The three rosters of an office: which columns each has, and which of them a file is."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from matching.headers import column_of
from matching.sheets import Problems, read_rows
from models.errors import ZhaohuoError

PERSON = ("name", "sex", "id_number", "phone", "groups")
WORK = (
    "employer",
    "credit_code",
    "job",
    "started_on",
    "contract",
    "contract_term",
    "signed_on",
    "how",
    "evidence",
    "employer_kind",
)
TRAINING = (
    "trade",
    "course",
    "institution",
    "course_type",
    "mode",
    "span",
    "begins_on",
    "ends_on",
    "result",
    "free",
    "certificate",
    "certificate_level",
    "certificate_number",
    "issuer",
    "issued_on",
)
TUITION = ("school", "stage", "admitted", "admitted_on", "amount", "paid_on", "guardian")
BESIDE = ("id", "signature")  # read as a heading, so that nothing is said of it; its cells are not used
ALL = tuple(dict.fromkeys((*PERSON, *TRAINING, *WORK, *TUITION)))
LABEL = re.compile(r"([^\s:：,，;；]{2,14})\s*[:：]\s*")


class RosterKindError(ZhaohuoError):
    """Which roster this is cannot be told from its columns; say it: --as training, employment or tuition."""


class SettingRefusedError(ZhaohuoError):
    """Say a column that the file lacks as COLUMN=VALUE, such as --set 培训类型=家政服务."""


@dataclass(frozen=True, slots=True)
class RosterKind:
    """One roster. `marks`: columns that no other has; `needed`: without one of these it is no such roster."""

    name: str
    title: str
    columns: tuple[str, ...]
    marks: frozenset[str]
    needed: tuple[str, ...]


KINDS: Mapping[str, RosterKind] = {
    kind.name: kind
    for kind in (
        RosterKind("training", "培训花名册", (*PERSON, *TRAINING, *WORK), frozenset(TRAINING), ("name",)),
        RosterKind("employment", "就业花名册", (*PERSON, *WORK), frozenset(WORK), ("name",)),
        RosterKind("tuition", "助学花名册", (*PERSON, *TUITION), frozenset(TUITION) - {"guardian"}, ("name",)),
    )
}
FIRST = ("tuition", "training", "employment")  # where two fit alike: what a training says of work comes after it


def kind_of(path: Path, name: str | None) -> RosterKind:
    """The kind that was said, else the one whose own columns the file has most of. Raises RosterKindError."""
    if name:
        return KINDS[name]
    problems = Problems()
    list(islice(read_rows(path, (*ALL, *BESIDE), problems), 1))
    held = {column for _, column in problems.headings}
    counts = {name: len(held & KINDS[name].marks) for name in FIRST}
    best = max(FIRST, key=lambda name: counts[name])
    if not counts[best] or (best == "training" and counts["training"] == 1 and counts["employment"] > 1):
        best = "employment"
    if not counts[best]:
        raise RosterKindError
    return KINDS[best]


def settings_of(words: Collection[str], kind: RosterKind) -> dict[str, str]:
    """COLUMN=VALUE, the column by our name or the office's. Raises SettingRefusedError."""
    found = {}
    for word in words:
        name, sign, value = word.partition("=")
        column = column_of(name, kind.columns)
        if not sign or not value.strip() or column not in kind.columns:
            raise SettingRefusedError(f"{word!r}: write COLUMN=VALUE with one of: {', '.join(kind.columns)}")
        found[column] = value.strip()
    return found


def said_above(lines: Collection[str], kind: RosterKind) -> dict[str, str]:
    """What the lines above the header say for all: 培训机构：样例技校　培训工种：电焊工."""
    found: dict[str, str] = {}
    for line in lines:
        marks = list(LABEL.finditer(line))
        for number, mark in enumerate(marks):
            end = marks[number + 1].start() if number + 1 < len(marks) else len(line)
            value = line[mark.end() : end].strip(" \u3000,，;；")
            column = column_of(mark[1], kind.columns)
            if value and column in kind.columns and column not in PERSON:
                found.setdefault(column, value[:80])
    return found
