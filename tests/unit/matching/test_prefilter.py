"""A pattern that is passed over would not have matched."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_tables import HERE, cases

from matching import facts, phrases, place_roles, place_words, starts, trades, wage_words
from matching.prefilter import Guarded, Prefilter, needed
from matching.tables import rows
from matching.understand import prepare

SENTENCES = [
    prepare(row["text"]) for path in HERE.rglob("*.tsv") for row in cases(str(path.relative_to(HERE))) if "text" in row
]
MODULES = (facts, phrases, place_roles, place_words, starts, trades, wage_words)
GUARDED = {
    f"{module.__name__}.{name}": value
    for module in MODULES
    for name, value in vars(module).items()
    if isinstance(value, Guarded)
}


@pytest.mark.parametrize("name", GUARDED)
def test_no_guarded_pattern_misses_a_sentence(name: str) -> None:
    pattern = GUARDED[name]
    for text in SENTENCES:
        assert (pattern.search(text) is None) == (pattern.pattern.search(text) is None), text


def test_no_phrase_is_passed_over() -> None:
    table = [row[2].replace("<级>", f"{phrases.GRADE}?") for row in rows("phrases.tsv")]
    prefilter, patterns = Prefilter(table), [re.compile(pattern) for pattern in table]
    for text in SENTENCES:
        matching = {number for number, pattern in enumerate(patterns) if pattern.search(text)}
        assert matching <= set(prefilter.possible(text)), text


@pytest.mark.parametrize(
    ("pattern", "letters"),
    [
        ("夜班", {"夜"}),
        ("(?:不|别)上夜班?", {"夜"}),
        ("(?<!不)包(?:吃)?", {"包"}),
        ("白班|晚班", {"白", "晚"}),
        ("(?:早|晚)[a-z]*", {"早", "晚"}),
        ("[俩仨]个?", {"俩", "仨"}),
        ("班?", None),
        (r"\\d{2}", None),
        ("a|.", None),
        ("小{0,2}", None),
    ],
)
def test_the_letters_a_pattern_needs(pattern: str, letters: set[str] | None) -> None:
    assert needed(pattern, Counter("班上")) == letters


@given(st.text(alphabet="夜班上不包吃住白晚长", max_size=12))
def test_guarded_is_as_plain(text: str) -> None:
    pattern = "(?<!不上)夜班|(?:长|白)白?班|包(?:吃|住)"
    found, plain = Guarded(pattern).search(text), re.search(pattern, text)
    assert (found and found.span()) == (plain and plain.span())


def test_a_pattern_without_sure_letters_is_refused() -> None:
    with pytest.raises(ValueError, match="every text may match"):
        Guarded(".?")
