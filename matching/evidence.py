"""What a title says for each occupation: one row of figures for each kind of evidence, and their weighted sum."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from matching import lexicon
from matching.ngrams import Floats, GramIndex, alias_index
from matching.tables import DATA, rows
from matching.usage import Usage, usage

KINDS = ("name", "word", "likeness", "vocabulary", "usage", "bracket", "neighbour", "general")
WORD, LIKENESS = KINDS.index("word"), KINDS.index("likeness")
Places = npt.NDArray[np.intp]


class Evidence:
    """The lexicon as arrays over occupations; `codes` names the columns of every result."""

    def __init__(self, learned: Usage, weights: Mapping[str, float]) -> None:
        self.usage = learned
        self.weights = np.array([weights[kind] for kind in KINDS], np.float32)
        self.codes = sorted({code for pairs in lexicon.aliases().values() for code, _ in pairs})
        self.column = {code: number for number, code in enumerate(self.codes)}
        self._read_aliases()
        self._read_tables()

    def _read_aliases(self) -> None:
        names = lexicon.aliases()
        pairs = sorted(
            (self.column[code], place, weight) for place, name in enumerate(names) for code, weight in names[name]
        )
        self.alias_index = alias_index()
        self.alias_of = np.array([place for _, place, _ in pairs], np.intp)
        self.alias_weight = np.array([weight for *_, weight in pairs], np.float32)
        self.starts = np.searchsorted([column for column, *_ in pairs], np.arange(len(self.codes)))
        documents: list[list[str]] = [[] for _ in self.codes]
        listed = list(names)
        for column, place, _ in pairs:
            documents[column].append(listed[place])
        self.vocabulary = GramIndex(["\n".join(words) for words in documents])

    def _read_tables(self) -> None:
        near = [(one, other, float(weight)) for one, other, weight in rows("related.tsv")]
        both = [(self.column[a], self.column[b], w) for x, y, w in near for a, b in ((x, y), (y, x))
                if a in self.column and b in self.column]  # fmt: skip
        self.near_from = np.array([one for one, *_ in both], np.intp)
        self.near_to = np.array([other for _, other, _ in both], np.intp)
        self.nearness = np.array([weight for *_, weight in both], np.float32)
        levels = {code: level for code, level, _ in rows("occupations.tsv")}
        self.general = np.array([levels[code] != "4" for code in self.codes], np.float32)

    def of(self, title: str, bracket: str = "") -> Floats:
        """Figures from 0 to 1 of a plain title and of the words in its brackets; shape (KINDS, codes)."""
        table = np.zeros((len(KINDS), len(self.codes)), np.float32)
        name, word, likeness, vocabulary, learned, aside, neighbour, general = table
        for code, weight in lexicon.aliases().get(title, ()):
            name[self.column[code]] = weight
        self._from_words(title, word)
        likeness[:] = self._likeness(title)
        vocabulary[:] = self.vocabulary.scores(title)
        for code, share in self.usage.shares(lexicon.words_in(title)).items():
            if code in self.column:
                learned[self.column[code]] = share
        if bracket:
            self._from_words(bracket, aside)
        np.maximum.at(neighbour, self.near_to, self.nearness * (word + 0.5 * likeness)[self.near_from])
        general[:] = self.general
        return table

    def _likeness(self, title: str) -> Floats:
        """Of a code's aliases the most alike leads, others help: (sum of cosine^4)^(1/4), shape (codes,)."""
        alike = self.alias_index.scores(title)[self.alias_of]
        alike *= self.alias_weight
        alike *= alike
        alike *= alike
        return np.sqrt(np.sqrt(np.add.reduceat(alike, self.starts)))

    def _from_words(self, title: str, word: Floats) -> None:
        """Words of the lexicon in a title: the longer the surer."""
        size = max(1, len(title.replace(" ", "")))
        for hit in lexicon.scan_all(title):
            length = hit.end - hit.start
            ends = 0.05 * (hit.end == len(title)) + 0.05 * (hit.start == 0)
            sure = 0.3 + 0.35 * min(1.0, length / size) + 0.05 * min(5, length) + ends
            for code, weight in hit.meanings:
                column = self.column[code]
                word[column] = max(word[column], weight * sure)

    def read(self, title: str, bracket: str = "") -> tuple[Floats, float]:
        """Log-odds of each code, shape (codes,), and from 0 to 1 how well the lexicon knows the title at all."""
        table = self.of(title, bracket)
        known = table[WORD].max() + table[LIKENESS].max()
        return self.weights @ table, min(1.0, float(known) / 2)


@cache
def weights() -> dict[str, float]:
    """The points of each kind of evidence."""
    return {
        kind: float(points) for kind, points in tomllib.loads((DATA / "title_weights.toml").read_text("utf-8")).items()
    }


@cache
def evidence() -> Evidence:
    """The evidence of the installed lexicon."""
    return Evidence(usage(), weights())
