"""What people say, phenomenon by phenomenon: each file under data/said is one, each line a sentence and what it means.

Expectations are `name=value` words, values joined by commas; what a line does not name is not looked at.
A trade is told by a plain word for it, a region by the end of its full name.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from matching_tables import HERE, cases

from matching import lexicon
from matching.places import Region, full_name
from matching.understand import Understanding, understand


def codes(words: str) -> list[str]:
    return list(dict.fromkeys(lexicon.aliases()[word][0][0] for word in words.split(",") if word != "none"))


def trades(said: Understanding, words: str) -> bool:
    found = [occupation.code for occupation in said.occupations]
    wanted = codes(words)
    return found[: len(wanted)] == wanted if wanted else not found


def is_named(region: Region | None, name: str) -> bool:
    return region is None if name == "none" else region is not None and full_name(region.adcode).endswith(name)


def other_regions(said: Understanding, names: str) -> bool:
    wanted = names.split(",")
    return len(wanted) == len(said.other_regions) and all(map(is_named, said.other_regions, wanted))


def wage(said: Understanding, words: str) -> bool:
    if said.wage is None or words == "none":
        return said.wage is None and words == "none"
    amounts, period = words.split("/")
    low, _, high = amounts.partition("-")
    fen = tuple(round(float(amount) * 100) if amount else None for amount in (low, high))
    return (said.wage.min_fen, said.wage.max_fen, said.wage.period) == (*fen, period)


def words_of(found: tuple[str, ...], words: str) -> bool:
    return sorted(found) == sorted(filter(None, words.split(",")))


CHECKS: dict[str, Callable[[Understanding, str], bool]] = {
    "trade": trades,
    "trades": trades,
    "region": lambda said, name: is_named(said.region, name),
    "home": lambda said, name: is_named(said.home_region, name),
    "others": other_regions,
    "candidates": lambda said, count: len(said.region_candidates) == int(count),
    "anywhere": lambda said, word: said.anywhere == (word == "yes"),
    "wage": wage,
    "monthly": lambda said, yuan: said.wage is not None and said.wage.monthly_min_fen == int(yuan) * 100,
    "years": lambda said, years: said.experience_years == (None if years == "none" else float(years)),
    "edu": lambda said, level: said.education == level,
    "age": lambda said, age: said.age == int(age),
    "born": lambda said, year: said.birth_year == int(year),
    "group": lambda said, group: said.group == group,
    "certs": lambda said, words: words_of(said.certificates, words),
    "nocert": lambda said, word: said.says_no_certificate == (word == "yes"),
    "conds": lambda said, words: words_of(said.constraints, words),
    "neg": lambda said, words: words_of(said.negated, words),
    "start": lambda said, word: said.start == word,
    "hiring": lambda said, word: said.hiring == (word == "yes"),
    "count": lambda said, count: said.headcount == int(count),
    "kind": lambda said, kind: said.kind == kind,
}
SAID = [
    pytest.param(row["text"], row["expected"], id=f"{path.stem}: {row['text']}")
    for path in sorted((HERE / "said").glob("*.tsv"))
    for row in cases(f"said/{path.name}")
]


@pytest.mark.parametrize(("text", "expected"), SAID)
def test_what_is_said(text: str, expected: str) -> None:
    said = understand(text)
    for name, _, value in (word.partition("=") for word in expected.split(" ")):
        assert CHECKS[name](said, value), f"{name} is not {value}: {said.as_json()}"
