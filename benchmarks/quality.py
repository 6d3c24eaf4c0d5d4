"""How well titles and sentences are understood (T1, T4, T5): python -m benchmarks.quality [--wrong] [--json]."""

from __future__ import annotations

import csv
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from matching.occupations import find_occupations, get_occupation
from matching.tables import rows as table
from matching.understand import Understanding, understand

DATA = Path(__file__).parents[2] / "shared/data"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
Figure = dict[str, str | float | bool]


def lines_of(name: str) -> list[list[str]]:
    """The cells of a tab-separated file of the shared data, its header left out."""
    return [line.split("\t") for line in (DATA / name).read_text(encoding="utf-8").splitlines()[1:]]


def titles() -> list[tuple[str, str]]:
    """Titles of the development half whose label is a level-4 code."""
    leaves = {code for code, level, _ in table("occupations.tsv") if level == "4"}
    return [(title, code) for title, code, *_ in lines_of("eval/csco_titles/dev.tsv") if code in leaves]


def interval(hits: list[bool], rounds: int = 400) -> tuple[float, float]:
    """Bootstrap 95 % interval of a share."""
    chance = random.Random(7)
    shares = sorted(sum(chance.choices(hits, k=len(hits))) / len(hits) for _ in range(rounds))
    return shares[rounds // 40], shares[-rounds // 40 - 1]


def figure(name: str, hits: list[bool], target: float) -> Figure:
    low, high = interval(hits)
    share = sum(hits) / len(hits)
    return {
        "name": name,
        "figure": "share",
        "unit": f"of {len(hits)}",
        "value": round(share, 4),
        "low": round(low, 4),
        "high": round(high, 4),
        "target": target,
        "pass": share >= target,
    }


def title_figures() -> Iterator[Figure]:
    pairs = titles()
    found = [[match.code for match in find_occupations(title, 10)] for title, _ in pairs]
    yield figure("T1 accuracy@1", [c[:1] == [code] for c, (_, code) in zip(found, pairs, strict=True)], 0.62)
    yield figure("T1 recall@10", [code in c for c, (_, code) in zip(found, pairs, strict=True)], 0.90)


def pinyin_pairs() -> list[tuple[str, str]]:
    """Names of a board and their slugs, where the slug is the name's pinyin."""
    from pypinyin import lazy_pinyin

    with (DATA / "occupations/huibo_job_type_pinyin.csv").open(encoding="utf-8") as file:
        named = [(row["name"], row["pinyin_alias"]) for row in csv.DictReader(file)]
    return [(name, slug) for name, slug in named if slug and "".join(lazy_pinyin(name)) == slug]


def with_a_slip(word: str, chance: random.Random) -> str:
    at, kind = chance.randrange(1, len(word)), chance.randrange(3)
    return word[:at] + ("" if kind == 0 else chance.choice(LETTERS)) + word[at + (kind != 1) :]


def pinyin_figures() -> Iterator[Figure]:
    """The occupation of a name found again from its pinyin."""
    from pypinyin import lazy_pinyin

    pairs, chance = pinyin_pairs(), random.Random(1)
    ways: dict[str, Callable[[str, str], str]] = {
        "as it is": lambda name, slug: slug,
        "with spaces": lambda name, slug: " ".join(lazy_pinyin(name)),
        "with one slip": lambda name, slug: with_a_slip(slug, chance),
    }
    wanted = [find_occupations(name, 1)[0].code for name, _ in pairs]
    for way, spell in ways.items():
        found = [[match.code for match in find_occupations(spell(*pair), 5)] for pair in pairs]
        hits = [code in codes for code, codes in zip(wanted, found, strict=True)]
        yield figure(f"T4 pinyin {way}, recall@5 of the occupation", hits, 0.99)


def sentence_figures() -> Iterator[Figure]:
    sentences = [[*line, "", "", ""][:4] for line in lines_of("eval/seeker_messages/dev.tsv")]
    said = [understand(sentence[0]) for sentence in sentences]
    pairs = list(zip(said, sentences, strict=True))
    yield figure("T5 trade", [_trade(u) in s[1].split("|") for u, s in pairs], 0.90)
    yield figure("T5 region", [(u.region.adcode if u.region else "") == s[2] for u, s in pairs], 0.98)
    yield figure("T5 minimum wage", [_minimum(u) == s[3] for u, s in pairs], 0.97)


def _trade(said: Understanding) -> str:
    return said.occupations[0].code if said.occupations else ""


def _minimum(said: Understanding) -> str:
    wage = said.wage
    return str(wage.min_fen // 100) if wage and wage.min_fen and wage.period == "month" else ""


def speed_figures() -> Iterator[Figure]:
    texts = [line[0] for line in lines_of("eval/seeker_messages/dev.tsv")] * 25
    times = []
    for text in texts:
        start = time.perf_counter()
        understand(text)
        times.append((time.perf_counter() - start) * 1000)
    median = sorted(times)[len(times) // 2]
    yield {"name": "understand", "figure": "median", "unit": "ms", "value": round(median, 3), "target": 0.4,
           "pass": median < 0.4}  # fmt: skip


def figures() -> Iterator[Figure]:
    for measure in (title_figures, pinyin_figures, sentence_figures, speed_figures):
        yield from measure()


def wrong_titles() -> Iterable[tuple[str, str, str]]:
    for title, code in titles():
        best = find_occupations(title, 1)
        if not best or best[0].code != code:
            wanted = get_occupation(code)
            yield title, wanted.name if wanted else code, best[0].name if best else ""


def main() -> None:
    for found in figures():
        if "--json" in sys.argv:
            print(json.dumps(found, ensure_ascii=False))
        else:
            span = f"  [{found['low']}, {found['high']}]" if "low" in found else ""
            print(f"{found['name']}: {found['value']} {found['unit']}{span}  target {found['target']}")
    for title, wanted, guess in wrong_titles() if "--wrong" in sys.argv else ():
        print(title, wanted, guess, sep="\t")


if __name__ == "__main__":
    main()
