"""A small TF-IDF over character one- and two-grams of the lexicon: finds what no dictionary word matches."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from matching import lexicon

Floats = npt.NDArray[np.float32]
SINGLE = 0.6  # what a single character counts beside a pair
UNSEEN = 6.0  # how rare a gram is that no document has
NOWHERE = (np.zeros(0, np.int32), np.zeros(0, np.float32))


def grams(text: str) -> list[str]:
    padded = f"^{text}$"
    return [*text, *(padded[i : i + 2] for i in range(len(padded) - 1))]


class GramIndex:
    """Documents as unit vectors of grams; a query costs one pass over its own grams' postings."""

    def __init__(self, documents: list[str]) -> None:
        self.documents = documents
        self._grams: dict[str, int] = {}
        known, total = self._grams, max(1, len(documents))
        found = [known.setdefault(gram, len(known)) for document in documents for gram in grams(document)]
        holders = np.repeat(np.arange(len(documents)), [2 * len(document) + 1 for document in documents])
        pairs, counts = np.unique(np.array(found, np.int64) * total + holders, return_counts=True)
        gram, self._documents = pairs // total, (pairs % total).astype(np.int32)
        held = np.bincount(gram, minlength=len(known))
        self._ends = np.cumsum(held)
        share = np.array([1.0 if len(name) == 2 else SINGLE for name in known])
        self._rarity = (np.log((1 + total) / (1 + held)) + 1) * share
        values = counts * self._rarity[gram]
        norms = np.sqrt(np.bincount(self._documents, values**2, len(documents)))
        self._values = (values / norms[self._documents]).astype(np.float32)

    def scores(self, text: str) -> Floats:
        """Cosine of the text with every document."""
        norm = 0.0
        numbers, values = [NOWHERE[0]], [NOWHERE[1]]
        for name in grams(text):
            gram = self._grams.get(name)
            weight = UNSEEN if gram is None else float(self._rarity[gram])
            norm += weight * weight
            if gram is not None:
                held = slice(self._ends[gram - 1] if gram else 0, self._ends[gram])
                numbers.append(self._documents[held])
                values.append(self._values[held] * np.float32(weight))
        total = np.bincount(np.concatenate(numbers), np.concatenate(values), len(self.documents))
        return np.asarray(total / max(norm, 1e-9) ** 0.5, np.float32)


@cache
def alias_index() -> GramIndex:
    return GramIndex(list(lexicon.aliases()))


def highest(scores: Floats, count: int) -> npt.NDArray[np.intp]:
    """The places of the highest scores, the highest first, of equals the first; shape (count,) or less."""
    some = np.argpartition(-scores, count)[:count] if count < len(scores) else np.arange(len(scores))
    return some[np.lexsort((some, -scores[some]))]


def nearest(text: str, limit: int = 30) -> list[tuple[str, float]]:
    """The aliases most like a text, with their cosine."""
    index = alias_index()
    scores = index.scores(text)
    return [(index.documents[place], float(scores[place])) for place in highest(scores, limit) if scores[place] > 0]
