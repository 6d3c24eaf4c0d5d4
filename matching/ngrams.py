"""A small TF-IDF over character one- and two-grams of the lexicon: finds what no dictionary word matches."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from matching import lexicon

Floats = npt.NDArray[np.float32]
NOWHERE = (np.zeros(0, np.int32), np.zeros(0, np.float32))


def grams(text: str) -> list[str]:
    padded = f"^{text}$"
    return [*text, *(padded[i : i + 2] for i in range(len(padded) - 1))]


class GramIndex:
    """Documents as unit vectors of grams; a query costs one pass over its own grams' postings."""

    def __init__(self, documents: list[str]) -> None:
        self.documents = documents
        postings: dict[str, dict[int, int]] = {}
        for number, document in enumerate(documents):
            for gram in grams(document):
                counts = postings.setdefault(gram, {})
                counts[number] = counts.get(number, 0) + 1
        total = len(documents)
        self.rarity = {gram: float(np.log((1 + total) / (1 + len(found))) + 1) for gram, found in postings.items()}
        norms = np.zeros(total, np.float32)
        for gram, found in postings.items():
            weight = self.rarity[gram] * (1.0 if len(gram) == 2 else 0.6)
            self.rarity[gram] = weight
            for number, count in found.items():
                norms[number] += (weight * count) ** 2
        norms = np.sqrt(np.maximum(norms, 1e-9))
        self.postings: dict[str, tuple[npt.NDArray[np.int32], Floats]] = {}
        for gram, found in postings.items():
            numbers = np.fromiter(found, np.int32, len(found))
            counted = np.fromiter(found.values(), np.float32, len(found))
            self.postings[gram] = (numbers, counted * np.float32(self.rarity[gram]) / norms[numbers])

    def scores(self, text: str) -> Floats:
        """Cosine of the text with every document."""
        norm = 0.0
        numbers, values = [NOWHERE[0]], [NOWHERE[1]]
        for gram in grams(text):
            weight = self.rarity.get(gram, 6.0)
            norm += weight * weight
            if gram in self.postings:
                found, shares = self.postings[gram]
                numbers.append(found)
                values.append(shares * np.float32(weight))
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
