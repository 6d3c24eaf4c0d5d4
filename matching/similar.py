"""Adverts whose titles are like a title or a word: alike in the occupations they may mean, and in their letters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from matching.evidence import evidence
from matching.ngrams import Floats, GramIndex, highest
from matching.occupations import title_odds
from matching.text import normalise

OCCUPATIONS = 20  # of a title, the likeliest
STEEP = 3  # power of the log-odds: the likelier count much more
GROUPS = 0.5  # of the likeness of small groups (the first three figures of a code) beside that of occupations
TINY = 1e-9
Columns = npt.NDArray[np.intp]
Reading = tuple[Floats, float]


def read_title(title: str) -> Reading:
    """Log-odds of every occupation of the lexicon for a title, shape (codes,), and how known the title is, 0 to 1."""
    return title_odds(normalise(title))


@cache
def _groups() -> tuple[Columns, int]:
    """The column of each code's small group, behind the columns of the codes; and how many columns there are."""
    codes = evidence().codes
    names = sorted({code[:7] for code in codes})
    place = {name: len(codes) + number for number, name in enumerate(names)}
    return np.array([place[code[:7]] for code in codes], np.intp), len(codes) + len(names)


def meaning(reading: Reading) -> tuple[Columns, Floats]:
    """The likeliest occupations and their groups with their weights, as columns and values of a sparse vector.

    Of two wholly known titles the product of the vectors is 1 + GROUPS where they mean the same.
    """
    odds, known = reading
    best = highest(odds, OCCUPATIONS)
    weights = np.maximum(odds[best], 0) ** STEEP
    groups, first = np.unique(_groups()[0][best], return_inverse=True)
    gathered = np.bincount(first, weights).astype(np.float32)
    values = np.concatenate([_unit(weights), _unit(gathered) * np.float32(GROUPS**0.5)])
    return np.concatenate([best, groups]), values * np.float32(known)


def _unit(values: Floats) -> Floats:
    return values / np.float32(max(float(np.linalg.norm(values)), TINY))


class TitleIndex:
    """A search over titles; a query costs one pass over the titles that share an occupation or a letter with it."""

    def __init__(self, titles: Sequence[str], read: Callable[[str], Reading] = read_title) -> None:
        """`read` says what a title may mean."""
        self.read = read
        self.letters = GramIndex([normalise(title) for title in titles])
        found = [meaning(read(title)) for title in titles]
        columns = np.concatenate([np.zeros(0, np.intp), *(columns for columns, _ in found)])
        values = np.concatenate([np.zeros(0, np.float32), *(values for _, values in found)])
        numbers = np.repeat(np.arange(len(found)), [len(columns) for columns, _ in found])
        order = np.argsort(columns, kind="stable")
        self.numbers, self.values = numbers[order], values[order]
        self.starts = np.searchsorted(columns[order], np.arange(_groups()[1] + 1))

    def scores(self, query: str) -> Floats:
        """Likeness of every title, at most 2 + GROUPS; shape (titles,)."""
        result = self.letters.scores(normalise(query))
        for column, value in zip(*meaning(self.read(query)), strict=True):
            start, end = self.starts[column], self.starts[column + 1]
            result[self.numbers[start:end]] += value * self.values[start:end]
        return result

    def nearest(self, query: str, count: int = 10) -> list[tuple[int, float]]:
        """Positions of the titles most like the query, with their likeness, most alike first."""
        scores = self.scores(query)
        return [(int(place), float(scores[place])) for place in highest(scores, count) if scores[place] > 0]
