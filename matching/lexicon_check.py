"""What is out of order in the lexicon of trades: rows that could never match, contradict or stand twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from matching.tables import rows
from matching.text import normalise

# Half-width marks of board names stay: 蛋糕/裱花师, c++, node.js, e-commerce
STRAY = re.compile(r"[^\u4e00-\u9fffa-z0-9 /.+#-]")
LOOSE = 0.5  # the surest a single character may be
# Wide codes that plain words do name: 普工, 食品厂, 电子厂, 小工, 其他. A small group (老师, 护士) may be sure too;
# of any other wide code a word is only a hint
GENERAL = frozenset({"6-00-00-00", "6-02-00-00", "6-25-00-00", "6-29-00-00", "8-00-00-00"})

Row = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class Fault:
    """A row of the lexicon that breaks a rule."""

    rule: str
    alias: str
    code: str


def read_lexicon() -> list[Row]:
    return [(alias, code, float(weight)) for alias, code, weight, _ in rows("aliases.tsv")]


def find_faults(lexicon: list[Row]) -> list[Fault]:
    """Every fault of the whole table, rule by rule."""
    return [*_order(lexicon), *_weights(lexicon), *_letters(lexicon), *_codes(lexicon), *_missing(lexicon)]


def _order(lexicon: list[Row]) -> Iterator[Fault]:
    keys = [(alias, code) for alias, code, _ in lexicon]
    yield from (Fault("not sorted", *two) for one, two in pairwise(keys) if two < one)
    yield from (Fault("stands twice", *key) for key, count in Counter(keys).items() if count > 1)


def _weights(lexicon: list[Row]) -> Iterator[Fault]:
    sure = Counter(alias for alias, _, weight in lexicon if weight >= 1)
    for alias, code, weight in lexicon:
        if not 0 < weight <= 1:
            yield Fault("weight out of range", alias, code)
        if weight >= 1 and sure[alias] > 1:
            yield Fault("sure of two codes", alias, code)
        if len(alias) == 1 and weight > LOOSE:
            yield Fault("one character too sure", alias, code)


def _letters(lexicon: list[Row]) -> Iterator[Fault]:
    official = {normalise(name) for _, _, name in rows("occupations.tsv")}
    for alias, code, _ in lexicon:
        if normalise(alias) != alias:
            yield Fault("not in plain form", alias, code)
        elif alias not in official and STRAY.search(alias):
            yield Fault("stray mark", alias, code)


def _codes(lexicon: list[Row]) -> Iterator[Fault]:
    levels = {code: level for code, level, _ in rows("occupations.tsv")}
    for alias, code, weight in lexicon:
        if code not in levels:
            yield Fault("unknown code", alias, code)
        elif levels[code] in "12" and weight >= 1 and code not in GENERAL:
            yield Fault("sure of a wide code", alias, code)


def _missing(lexicon: Iterable[Row]) -> Iterator[Fault]:
    known = {(alias, code) for alias, code, _ in lexicon}
    leaves = [(normalise(name), code) for code, level, name in rows("occupations.tsv") if level == "4"]
    yield from (Fault("official name missing", name, code) for name, code in leaves if (name, code) not in known)
