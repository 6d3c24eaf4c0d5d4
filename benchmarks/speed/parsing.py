"""How many sentences are understood a second, none of them seen before."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator

from app.settings import ROOT
from benchmarks.figures import Figure, at_least
from benchmarks.marginals import marginals
from benchmarks.market import sentences
from benchmarks.speed.plan import NAME, Plan
from benchmarks.speed.single import spread
from benchmarks.speed.starting import EVERY_TABLE, PLAIN
from matching import lexicon
from matching.understand import understand

CASES = ("sentences.tsv", "seeker_messages.tsv")
CASE_FOLDER = ROOT / "tests/unit/matching/data"
CHUNKS = 5
MIN_EVERY_PHENOMENON, MIN_NOT_FUZZY = 5_000, 15_000


def measure_parsing(plan: Plan) -> Iterator[Figure]:
    """Three sets; each is cut into five parts, read in turns with the others'."""
    for text in (PLAIN, *EVERY_TABLE):  # the first use reads the tables: `starting` tells what that costs
        understand(text)
    sets = {
        "parse_test_cases": (_cases(), MIN_EVERY_PHENOMENON),
        "parse_market": (_spoken(plan.sentences), MIN_EVERY_PHENOMENON),
        "parse_not_fuzzy": (_plain(plan.sentences), MIN_NOT_FUZZY),
    }
    rates: dict[str, list[float]] = {name: [] for name in sets}
    for number in range(CHUNKS):
        for name, (texts, _) in sets.items():
            rates[name].append(_rate(texts[number::CHUNKS]))
    for name, (texts, limit) in sets.items():
        mean = len(texts) / sum(len(texts[n::CHUNKS]) / rate for n, rate in enumerate(rates[name]))
        yield at_least(NAME, name, "sentences/s", mean, limit, spread(rates[name]))


def _rate(texts: list[str]) -> float:
    begun = time.perf_counter()
    for text in texts:
        understand(text)
    return len(texts) / (time.perf_counter() - begun)


def _cases() -> list[str]:
    """The sentences of the tests: pinyin, slips, negations, English, nonsense, in an order of chance."""
    found = {
        line.partition("\t")[0] for name in CASES for line in (CASE_FOLDER / name).read_text("utf-8").splitlines()[1:]
    }
    ordered = sorted(found)
    random.Random(1).shuffle(ordered)
    return ordered


def _spoken(count: int) -> list[str]:
    """The market's seekers, in whole sentences."""
    return [sentence for sentence, *_ in sentences(count, seed=11)]


def _plain(count: int) -> list[str]:
    """The market's seekers whose trade is a word of the lexicon: '电焊工 郑州 5000'."""
    known = {title for title in marginals().titles if title in lexicon.aliases()}
    plain = [(title, sentence) for sentence, title, _ in sentences(count * 30, seed=12)]
    return [sentence for title, sentence in plain if title in known and sentence.startswith(f"{title} ")][:count]
