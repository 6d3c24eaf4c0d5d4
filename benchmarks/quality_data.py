"""The development sets of the understanding (../shared/data), as lists of pairs."""

from __future__ import annotations

import csv
import random
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from matching.tables import rows

DATA = Path(__file__).parents[2] / "shared/data"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
MARK = re.compile(r"[SL/]+$|s$")
FEWEST_TITLES = 3
Queries = dict[str, list[str]]


def lines_of(name: str, header: int = 1) -> list[list[str]]:
    """The cells of a tab-separated file, its header left out."""
    return [line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines()[header:]]


def _leaves() -> set[str]:
    return {code for code, level, _ in rows("occupations.tsv") if level == "4"}


def titles() -> list[tuple[str, str]]:
    """T1: titles whose label is a level-4 code, with it."""
    leaves = _leaves()
    return [(title, code) for title, code, *_ in lines_of("eval/csco_titles/dev.tsv") if code in leaves]


def is_seen(text: str) -> bool:
    """Half of the texts, by their checksum: looked at while tuning; the other half is only counted."""
    return zlib.crc32(text.encode()) % 2 == 0


def official_names() -> Queries:
    """Level-4 code → its official name and aliases."""
    leaves, found = _leaves(), {}
    with (DATA / "occupations/csco22.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            names = {MARK.sub("", name.strip()) for name in [row["name"], *row["alias"].split(",")]}
            if row["code"] in leaves:
                found[row["code"]] = sorted(names - {""})
    return found


def occupation_queries() -> Queries:
    """T2: the names of each code that labels three titles and more."""
    counts, names = Counter(code for _, code in titles()), official_names()
    return {code: names[code] for code, count in sorted(counts.items()) if count >= FEWEST_TITLES and code in names}


def similar_titles() -> tuple[list[str], dict[str, set[str]]]:
    """T3: the corpus, and of each query the titles that are like it, itself left out."""
    corpus = dict(tuple(line) for line in lines_of("eval/talentclef_zh/corpus.tsv"))
    queries = dict(tuple(line) for line in lines_of("eval/talentclef_zh/dev_queries.tsv"))
    found: dict[str, set[str]] = {}
    for query, _, title, _ in lines_of("eval/talentclef_zh/dev_qrels.tsv", header=0):
        if corpus[title] != queries[query]:
            found.setdefault(queries[query], set()).add(corpus[title])
    return list(corpus.values()), found


def pinyin_pairs() -> list[tuple[str, str]]:
    """T4: names of a board and their slugs, where the slug is the name's pinyin."""
    from pypinyin import lazy_pinyin

    with (DATA / "occupations/huibo_job_type_pinyin.csv").open(encoding="utf-8") as file:
        named = [(row["name"], row["pinyin_alias"]) for row in csv.DictReader(file)]
    return [(name, slug) for name, slug in named if slug and "".join(lazy_pinyin(name)) == slug]


def typed_ways() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """T4: way of typing → names and what is typed for them."""
    from pypinyin import lazy_pinyin

    pairs, chance = pinyin_pairs(), random.Random(1)
    yield "as_it_is", pairs
    yield "with_spaces", [(name, " ".join(lazy_pinyin(name))) for name, _ in pairs]
    yield "with_one_slip", [(name, with_a_slip(slug, chance)) for name, slug in pairs]


def with_a_slip(word: str, chance: random.Random) -> str:
    """One letter behind the first left out, wrong or too many."""
    at, kind = chance.randrange(1, len(word)), chance.randrange(3)
    return word[:at] + ("" if kind == 0 else chance.choice(LETTERS)) + word[at + (kind != 1) :]


def sentences() -> list[list[str]]:
    """T5: sentence, accepted codes, region, minimum wage."""
    return [[*line, "", "", ""][:4] for line in lines_of("eval/seeker_messages/dev.tsv")]
