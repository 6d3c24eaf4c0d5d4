"""How often adverts that say a word mean each occupation: counts learned by `benchmarks.learn_titles`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from matching.tables import rows

LITTLE_SEEN = 1.0  # added to a word's total: what was seen once says half of what was seen always


class Usage:
    """Word of the lexicon → occupation → in how many adverts' titles the two came together."""

    def __init__(self, counts: Iterable[tuple[str, str, int]] = ()) -> None:
        self.counts: dict[str, dict[str, int]] = {}
        self.totals: dict[str, int] = {}
        for word, code, count in counts:
            self.add(word, code, count)

    def add(self, word: str, code: str, count: int = 1) -> None:
        """Count one more (or, below zero, one less) advert."""
        meanings = self.counts.setdefault(word, {})
        meanings[code] = meanings.get(code, 0) + count
        self.totals[word] = self.totals.get(word, 0) + count

    def shares(self, words: list[str]) -> dict[str, float]:
        """Occupation → share of the adverts with these words, each word counting by its length; from 0 to 1."""
        letters = sum(map(len, words))
        found: dict[str, float] = {}
        for word in words:
            known = self.totals.get(word, 0) + LITTLE_SEEN
            for code, count in self.counts.get(word, {}).items():
                found[code] = found.get(code, 0.0) + len(word) / letters * count / known
        return found


@cache
def usage() -> Usage:
    """The learned table."""
    return Usage((word, code, int(count)) for word, code, count in rows("usage.tsv"))
