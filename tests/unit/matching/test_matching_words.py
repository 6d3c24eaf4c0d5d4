"""The words that `parse` prints are those that docs/matching.md lists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from matching.phrases import REFUSED
from matching.starts import DAYS, WORDS
from matching.tables import rows
from matching.wages import PERIODS

PAGE = (Path(__file__).parents[3] / "docs/matching.md").read_text("utf-8")


def section(name: str) -> str:
    return re.split(r"\n##+ ", PAGE.split(f"\n### {name}\n", 1)[1], maxsplit=1)[0]


def first_words(name: str) -> list[str]:
    """The first cell of each row of the section's table."""
    return re.findall(r"^\| `([^`]+)`", section(name), flags=re.MULTILINE)


@pytest.mark.parametrize(("kind", "name"), [("certificate", "Certificates"), ("constraint", "Constraints")])
def test_every_word_is_listed_once_with_its_meaning(kind: str, name: str) -> None:
    known = {code for row_kind, code, *_ in rows("phrases.tsv") if row_kind == kind}
    assert sorted(first_words(name)) == sorted(known)
    assert all(re.search(rf"^\| `{re.escape(word)}` \| \S", section(name), flags=re.MULTILINE) for word in known)


def test_refusals_are_listed() -> None:
    listed = dict(re.findall(r"^\| `(\S+)` \| `(\S+)` \|", section("Negated"), flags=re.MULTILINE))
    assert listed == {word: code for code, word in REFUSED.items()}


@pytest.mark.parametrize(("kind", "name"), [("education", "Schooling"), ("group", "Groups")])
def test_levels_and_groups_are_listed(kind: str, name: str) -> None:
    known = {code for row_kind, code, *_ in rows("phrases.tsv") if row_kind == kind}
    assert set(re.findall(r"`(\w+)`", section(name))) == known


def test_starts_and_periods_are_listed() -> None:
    listed = set(re.findall(r"`([a-z_]+)`", section("Start")))
    assert {word for word, _ in WORDS} <= listed
    assert {f"next_{day}" for day in (DAYS["一"], DAYS["日"])} <= listed
    assert set(first_words("Wages")) == set(PERIODS)
