"""A small TF-IDF over character one- and two-grams of the lexicon: finds what no dictionary word matches."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from matching import lexicon

Floats = npt.NDArray[np.float32]


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
        result = np.zeros(len(self.documents), np.float32)
        norm = 0.0
        for gram in grams(text):
            weight = self.rarity.get(gram, 6.0)
            norm += weight * weight
            if gram in self.postings:
                numbers, values = self.postings[gram]
                result[numbers] += values * np.float32(weight)
        return result / np.float32(max(norm, 1e-9) ** 0.5)


@cache
def alias_index() -> GramIndex:
    return GramIndex(list(lexicon.aliases()))


def nearest(text: str, limit: int = 30) -> list[tuple[str, float]]:
    """The aliases most like a text, with their cosine."""
    index = alias_index()
    scores = index.scores(text)
    count = min(limit, len(scores))
    top = np.argpartition(-scores, count - 1)[:count]
    ordered = sorted(((float(scores[i]), index.documents[i]) for i in top), key=lambda p: (-p[0], p[1]))
    return [(alias, score) for score, alias in ordered if score > 0]
