"""What the search is held against: free-text engines behind one small interface, each with the region filter inside.

Every peer gets the titles and the trade's words in the program's own normal form, and the place as a code: it need
not find either in a sentence. Peers that are read from start to end (RapidFuzz, TF-IDF, bm25s) get the rows sorted by
region; those with an index of their own (tantivy, FTS5, pg_trgm) get them as they arrive, in any order, because
they live with changes. What sorting would give is told of the fastest: `tantivy_sorted`.
"""

from __future__ import annotations

import importlib.util
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from benchmarks.market import words_of
from matching.places import ancestors
from matching.profiles import Id, VacancyProfile

TOP = 10
WRITER_BYTES = 200_000_000


class MissingPeerError(Exception):
    """This peer is not on this machine; the message says what it needs."""


class Peer(Protocol):
    """One engine."""

    name: str

    def build(self, corpus: Corpus) -> None:
        """Take in every vacancy; raises MissingPeerError. Called once; close follows in any case."""

    def search(self, words: str, region: str) -> list[Id]:
        """The ten best of a region, best first."""

    def close(self) -> None:
        """Give back what it holds."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Titles in normal form, sorted by county, so that each region is one stretch of rows.

    `arrivals` are the rows in the order in which the vacancies were handed in.
    """

    ids: list[Id]
    titles: list[str]
    counties: list[str]
    stretches: dict[str, tuple[int, int]]
    arrivals: list[int]

    def documents(self, rows: Iterable[int]) -> Iterator[tuple[int, str, str]]:
        """Row, title and county."""
        return ((row, self.titles[row], self.counties[row]) for row in rows)

    def stretch(self, region: str) -> slice:
        """The rows of a region, none where it has no vacancy."""
        return slice(*self.stretches.get(region, (0, 0)))


def corpus_of(vacancies: Sequence[VacancyProfile]) -> Corpus:
    """The vacancies as peers read them."""
    order = sorted(range(len(vacancies)), key=lambda number: ancestors(vacancies[number].region)[::-1])
    ordered = [vacancies[number] for number in order]
    arrivals = sorted(range(len(order)), key=order.__getitem__)
    stretches: dict[str, tuple[int, int]] = {}
    for row, vacancy in enumerate(ordered):
        for region in ancestors(vacancy.region):
            stretches[region] = (stretches.get(region, (row, 0))[0], row + 1)
    return Corpus(
        [vacancy.id for vacancy in ordered],
        [words_of(vacancy.title) for vacancy in ordered],
        [vacancy.region for vacancy in ordered],
        stretches,
        arrivals,
    )


def grams(text: str) -> list[str]:
    """Characters and pairs of characters, spaces left out."""
    plain = text.replace(" ", "")
    return [*plain, *(plain[at : at + 2] for at in range(len(plain) - 1))]


def _need(module: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise MissingPeerError(f"{module} is not installed")


class _InMemory:
    def close(self) -> None:
        """Its memory goes with it."""


class RapidFuzzPeer(_InMemory):
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


class TfIdfPeer(_InMemory):
    """Characters and pairs, cosine over the region's rows of one sparse matrix (scikit-learn)."""

    name = "tfidf"

    def build(self, corpus: Corpus) -> None:
        _need("sklearn")
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._corpus = corpus
        self._vectorizer = TfidfVectorizer(analyzer=grams, dtype=np.float32)
        self._matrix = self._vectorizer.fit_transform(corpus.titles)

    def search(self, words: str, region: str) -> list[Id]:
        rows = self._corpus.stretch(region)
        query = self._vectorizer.transform([words]).toarray()[0]
        return _best(self._corpus, self._matrix[rows] @ query, rows.start)


class Bm25sPeer(_InMemory):
    """BM25 over characters and pairs: it scores every row, the region's stretch is read out."""

    name = "bm25s"

    def build(self, corpus: Corpus) -> None:
        _need("bm25s")
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


class TantivyPeer(_InMemory):
    """BM25 over characters and pairs, the region a term that must be there; the index in memory, one segment."""

    name = "tantivy"

    def build(self, corpus: Corpus) -> None:
        _need("tantivy")
        import tantivy

        self._tantivy = tantivy
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("row", stored=True)
        builder.add_text_field("words", tokenizer_name="whitespace", index_option="freq")
        builder.add_text_field("region", tokenizer_name="whitespace", index_option="basic")
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        writer = index.writer(WRITER_BYTES, 1)
        for row, title, county in corpus.documents(self.order(corpus)):
            words, regions = " ".join(grams(title)), " ".join(ancestors(county))
            writer.add_document(tantivy.Document(row=row, words=words, region=regions))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher, self._ids = index.searcher(), corpus.ids

    def order(self, corpus: Corpus) -> Iterable[int]:
        """The rows as they are handed in."""
        return corpus.arrivals

    def search(self, words: str, region: str) -> list[Id]:
        query, occur = self._tantivy.Query, self._tantivy.Occur
        terms = [(occur.Should, query.term_query(self._schema, "words", gram)) for gram in grams(words)]
        here = query.const_score_query(query.term_query(self._schema, "region", region), 0.0)
        both = query.boolean_query([(occur.Must, here), (occur.Must, query.boolean_query(terms))])
        hits = self._searcher.search(both, TOP, count=False).hits
        return [self._ids[self._searcher.doc(address)["row"][0]] for _, address in hits]


class TantivySortedPeer(TantivyPeer):
    """The same, had all vacancies come at once and been sorted by region."""

    name = "tantivy_sorted"

    def order(self, corpus: Corpus) -> Iterable[int]:
        return range(len(corpus.ids))


class SqlitePeer:
    """FTS5 over characters and pairs, the region a column of the same query; in memory."""

    name = "sqlite_fts5"

    def __init__(self) -> None:
        self._connection = sqlite3.connect(":memory:")

    def build(self, corpus: Corpus) -> None:
        self._ids = corpus.ids
        try:
            self._connection.execute("CREATE VIRTUAL TABLE adverts USING fts5(words, region, detail='column')")
        except sqlite3.OperationalError as error:
            raise MissingPeerError(str(error)) from error
        self._connection.executemany(
            "INSERT INTO adverts (rowid, words, region) VALUES (?, ?, ?)",
            (
                (row, " ".join(grams(title)), " ".join(ancestors(county)))
                for row, title, county in corpus.documents(corpus.arrivals)
            ),
        )
        self._connection.execute("INSERT INTO adverts (adverts) VALUES ('optimize')")

    def search(self, words: str, region: str) -> list[Id]:
        either = " OR ".join('"' + gram.replace('"', '""') + '"' for gram in grams(words))
        found = self._connection.execute(
            "SELECT rowid FROM adverts WHERE adverts MATCH ? ORDER BY rank LIMIT ?",
            (f'region : "{region}" AND words : ({either})', TOP),
        )
        return [self._ids[row] for (row,) in found]

    def close(self) -> None:
        self._connection.close()


class TrigramPeer:
    """PostgreSQL's pg_trgm: a GIN index on the title, B-trees on the regions; a throwaway cluster."""

    name = "pg_trgm"

    def __init__(self) -> None:
        self._open = ExitStack()

    def build(self, corpus: Corpus) -> None:
        from benchmarks.postgres import cluster

        self._ids = corpus.ids
        self._database = self._open.enter_context(cluster())
        run = self._database.run
        if not self._database.fetch("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"):
            raise MissingPeerError("this PostgreSQL has no pg_trgm")
        run("CREATE EXTENSION pg_trgm")
        run("CREATE TABLE adverts (id integer, title text, province text, city text, county text)")
        rows = [(row, title, *_three(county)) for row, title, county in corpus.documents(corpus.arrivals)]
        self._database.copy("adverts", rows)
        run("CREATE INDEX ON adverts USING gin (title gin_trgm_ops)")
        for column in ("province", "city", "county"):
            run(f"CREATE INDEX ON adverts ({column})")
        run("VACUUM ANALYZE adverts")

    def search(self, words: str, region: str) -> list[Id]:
        column = "province" if region.endswith("0000") else "city" if region.endswith("00") else "county"
        found = self._database.fetch(
            f"SELECT id FROM adverts WHERE {column} = $1 AND title % $2"
            f" ORDER BY similarity(title, $2) DESC LIMIT {TOP}",
            region,
            words,
        )
        return [self._ids[row["id"]] for row in found]

    def close(self) -> None:
        self._open.close()


def _three(county: str) -> tuple[str, str, str]:
    """Province, city and county; a region with no city of its own stands for one."""
    chain = ancestors(county)[-2::-1]
    return chain[0], chain[1] if len(chain) > 2 else chain[-1], chain[-1]


PEERS: tuple[type[Any], ...] = (
    RapidFuzzPeer,
    TfIdfPeer,
    TantivyPeer,
    TantivySortedPeer,
    Bm25sPeer,
    SqlitePeer,
    TrigramPeer,
)
