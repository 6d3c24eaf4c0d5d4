"""Peers with an index of their own, the region a term of the query."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from benchmarks.search_peers.corpus import TOP, Corpus, InMemory, MissingPeerError, grams, need
from matching.places import ancestors
from matching.profiles import Id

WRITER_BYTES = 200_000_000


class TantivyPeer(InMemory):
    """BM25 over characters and pairs, the region a term that must be there; the index in memory, one segment."""

    name = "tantivy"

    def build(self, corpus: Corpus) -> None:
        need("tantivy")
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
