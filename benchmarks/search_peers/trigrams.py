"""PostgreSQL's pg_trgm as a peer."""

from __future__ import annotations

from contextlib import ExitStack

from benchmarks.postgres import NoPostgresError, cluster
from benchmarks.search_peers.corpus import TOP, Corpus, MissingPeerError
from matching.places import ancestors
from matching.profiles import Id


class TrigramPeer:
    """PostgreSQL's pg_trgm: a GIN index on the title, B-trees on the regions; a throwaway cluster."""

    name = "pg_trgm"

    def __init__(self) -> None:
        self._open = ExitStack()

    def build(self, corpus: Corpus) -> None:
        self._ids = corpus.ids
        try:
            self._database = self._open.enter_context(cluster())
        except NoPostgresError as reason:
            raise MissingPeerError(str(reason)) from reason
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
