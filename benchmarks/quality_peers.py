"""What the understanding is held against, given the same normaliser: TF-IDF of characters, RapidFuzz, Levenshtein."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from matching.text import normalise
from matching.titles import plain_title

Scores = Callable[[str], "np.typing.NDArray[Any]"]


def plain(text: str) -> str:
    """What every peer is given."""
    tidy = normalise(text)
    return plain_title(tidy) or tidy


def tf_idf(documents: Sequence[str]) -> Scores:
    """Cosine of character one- and two-grams (scikit-learn)."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2))
    table = vectors.fit_transform([plain(document) for document in documents])
    return lambda query: (table @ vectors.transform([plain(query)]).T).toarray().ravel()


def w_ratio(documents: Sequence[str]) -> Scores:
    """RapidFuzz's weighted ratio."""
    tidy = [plain(document) for document in documents]
    return lambda query: process.cdist([plain(query)], tidy, scorer=fuzz.WRatio)[0]


def peers() -> Iterator[tuple[str, Callable[[Sequence[str]], Scores]]]:
    """The peers that are installed."""
    if importlib.util.find_spec("sklearn"):
        yield "tf_idf", tf_idf
    yield "w_ratio", w_ratio


def nearest_spelling(names: Sequence[str], typed: str, count: int = 5) -> list[str]:
    """pypinyin's spelling of each name and Levenshtein's distance to what is typed."""
    from pypinyin import lazy_pinyin

    sounds = ["".join(lazy_pinyin(name)) for name in names]
    found = process.extract(typed.replace(" ", ""), sounds, scorer=Levenshtein.distance, limit=count)
    return [names[place] for *_, place in found]
