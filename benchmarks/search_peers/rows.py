"""Peers that read rows from start to end: they get them sorted by region, and read the region's."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.search_peers.corpus import TOP, Corpus, InMemory, grams, need
from matching.profiles import Id


class RapidFuzzPeer(InMemory):
    """WRatio over the region's rows."""

    name = "rapidfuzz"

    def build(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._titles: dict[str, list[str]] = {}

    def search(self, words: str, region: str) -> list[Id]:
        from rapidfuzz import fuzz, process

        rows = self._corpus.stretch(region)
        titles = self._titles.get(region)
        if titles is None:
            titles = self._titles[region] = self._corpus.titles[rows]
        found = process.extract(words, titles, scorer=fuzz.WRatio, limit=TOP)
        return [self._corpus.ids[rows.start + place] for _, _, place in found]


class TfIdfPeer(InMemory):
    """Characters and pairs, cosine over the region's rows of one sparse matrix (scikit-learn)."""

    name = "tfidf"

    def build(self, corpus: Corpus) -> None:
        need("sklearn")
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._corpus = corpus
        self._vectorizer = TfidfVectorizer(analyzer=grams, dtype=np.float32)
        self._matrix = self._vectorizer.fit_transform(corpus.titles)

    def search(self, words: str, region: str) -> list[Id]:
        rows = self._corpus.stretch(region)
        query = self._vectorizer.transform([words]).toarray()[0]
        return _best(self._corpus, self._matrix[rows] @ query, rows.start)


class Bm25sPeer(InMemory):
    """BM25 over characters and pairs: it scores every row, the region's stretch is read out."""

    name = "bm25s"

    def build(self, corpus: Corpus) -> None:
        need("bm25s")
        import bm25s

        self._corpus = corpus
        self._index = bm25s.BM25()
        self._index.index([grams(title) for title in corpus.titles], show_progress=False)

    def search(self, words: str, region: str) -> list[Id]:
        rows = self._corpus.stretch(region)
        known = [gram for gram in grams(words) if gram in self._index.vocab_dict]
        return _best(self._corpus, self._index.get_scores(known)[rows], rows.start) if known else []


def _best(corpus: Corpus, scores: Any, first: int) -> list[Id]:
    """The ids of the ten best scores above nothing; scores belong to rows from `first` on."""
    chosen = np.argpartition(scores, len(scores) - TOP)[-TOP:] if len(scores) > TOP else np.arange(len(scores))
    ordered = chosen[np.argsort(-scores[chosen], kind="stable")]
    return [corpus.ids[first + int(row)] for row in ordered if scores[row] > 0]
