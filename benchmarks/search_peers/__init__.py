"""What the search is held against: free-text engines behind one small interface, each with the region filter inside.

Every peer gets the titles and the trade's words in the program's own normal form, and the place as a code: it need
not find either in a sentence. Peers that are read from start to end (RapidFuzz, TF-IDF, bm25s) get the rows sorted by
region; those with an index of their own (tantivy, FTS5, pg_trgm) get them as they arrive, in any order, because
they live with changes. What sorting would give is told of the fastest: `tantivy_sorted`.
"""

from __future__ import annotations

from typing import Any

from benchmarks.search_peers.corpus import TOP, Corpus, MissingPeerError, Peer, corpus_of
from benchmarks.search_peers.indexes import SqlitePeer, TantivyPeer, TantivySortedPeer
from benchmarks.search_peers.rows import Bm25sPeer, RapidFuzzPeer, TfIdfPeer
from benchmarks.search_peers.trigrams import TrigramPeer

__all__ = [
    "PEERS", "TOP", "Bm25sPeer", "Corpus", "MissingPeerError", "Peer", "RapidFuzzPeer", "SqlitePeer",
    "TantivyPeer", "TantivySortedPeer", "TfIdfPeer", "TrigramPeer", "corpus_of",
]  # fmt: skip
PEERS: tuple[type[Any], ...] = (
    RapidFuzzPeer,
    TfIdfPeer,
    TantivyPeer,
    TantivySortedPeer,
    Bm25sPeer,
    SqlitePeer,
    TrigramPeer,
)
