"""Learns how titles are read from the development titles: python -m benchmarks.learn_titles [--all].

Counts which occupations the adverts with each word of the lexicon mean (matching/data/usage.tsv) and fits the points
of each kind of evidence (matching/data/title_weights.toml): a softmax over the candidates of a title, its own counts
left out. Only the seen half is used, so that the blind half still tells the truth; --all counts both, for a release.
No title is kept: only words that the lexicon has already and at least five titles share, and counts.
"""

from __future__ import annotations

import sys

import numpy as np
import numpy.typing as npt

from benchmarks.quality_data import is_seen, titles
from matching import lexicon
from matching.evidence import KINDS, Evidence, weights
from matching.ngrams import highest
from matching.tables import DATA
from matching.text import normalise
from matching.titles import bracket_words, plain_title
from matching.usage import Usage

Table = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
CANDIDATES = 60
LEAST_TITLES = 5
NAME_AT_LEAST = 2.0  # an office's own word for a trade is not outvoted by a few adverts
STEPS, RATE, SHRINK = 400, 0.1, 1e-3


def words_of(title: str) -> list[str]:
    return lexicon.words_in(plain_title(normalise(title)))


def counted(pairs: list[tuple[str, str]]) -> Usage:
    """The counts of these titles, of the words only that many of them have: habits, no titles."""
    table = Usage()
    for title, code in pairs:
        for word in words_of(title):
            table.add(word, code)
    usual = {word: codes for word, codes in table.counts.items() if table.totals[word] >= LEAST_TITLES}
    return Usage((word, code, count) for word, codes in usual.items() for code, count in codes.items())


def cases(pairs: list[tuple[str, str]], evidence: Evidence) -> tuple[Table, Places]:
    """Figures of each title's candidates as if its own label had not been counted, and which of them is meant.

    Shapes (titles, CANDIDATES, KINDS) and (titles,); a title whose meaning is no candidate is left out.
    """
    found = [case for title, code in pairs if (case := _case(title, code, evidence))]
    return np.stack([figures for figures, _ in found]), np.array([meant for _, meant in found])


def _case(title: str, code: str, evidence: Evidence) -> tuple[Table, int] | None:
    words, plain = [word for word in words_of(title) if word in evidence.usage.counts], normalise(title)
    for word in words:
        evidence.usage.add(word, code, -1)
    table = evidence.of(plain_title(plain), bracket_words(plain))
    for word in words:
        evidence.usage.add(word, code, 1)
    best = highest(evidence.weights @ table, CANDIDATES)
    meant = np.flatnonzero(best == evidence.column.get(code, -1))
    return (table[:, best].T.astype(float), int(meant[0])) if len(meant) else None


def fitted(figures: Table, meant: Places) -> Table:
    """Points of KINDS that make the meant occupations likeliest, by gradient steps (Adam)."""
    points = np.zeros(len(KINDS))
    mean, square = np.zeros_like(points), np.zeros_like(points)
    of_meant = figures[np.arange(len(meant)), meant].mean(axis=0)
    for step in range(1, STEPS + 1):
        chances = np.exp(figures @ points)
        chances /= chances.sum(axis=1, keepdims=True)
        slope = SHRINK * points + np.einsum("tc,tck->k", chances, figures) / len(meant) - of_meant
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        points -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-9)
    return points


def learn(pairs: list[tuple[str, str]], weighed: list[tuple[str, str]] | None = None) -> Evidence:
    """Evidence with the counts of these titles and points fitted on them, or on those `weighed`."""
    table = counted(pairs)
    points = fitted(*cases(weighed or pairs, Evidence(table, weights())))
    named = {kind: round(float(value), 2) for kind, value in zip(KINDS, points, strict=True)}
    return Evidence(table, named | {"name": max(NAME_AT_LEAST, named["name"])})


def main() -> None:
    pairs, weighed = [pair for pair in titles() if is_seen(pair[0])], None
    if "--all" in sys.argv:
        # the lexicon was written with an eye on the seen half: points fitted there would trust its words too much
        pairs, weighed = titles(), [pair for pair in titles() if not is_seen(pair[0])]
    evidence = learn(pairs, weighed)
    counts = sorted(
        (word, code, count) for word, codes in evidence.usage.counts.items() for code, count in codes.items()
    )
    lines = ["word\tcode\tcount", *(f"{word}\t{code}\t{count}" for word, code, count in counts)]
    (DATA / "usage.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path = DATA / "title_weights.toml"
    points = dict(zip(KINDS, evidence.weights, strict=True))
    old = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(_renewed(line, points) for line in old) + "\n", encoding="utf-8")
    print(f"{len(pairs)} titles, {len(counts)} counts;", {kind: round(float(p), 2) for kind, p in points.items()})


def _renewed(line: str, points: dict[str, np.float32]) -> str:
    """A line of the table of points with its new figure; comments stay."""
    kind, _, rest = line.partition(" = ")
    comment = rest.partition("#")[2]
    if kind not in points:
        return line
    return f"{kind} = {points[kind]:.2f}" + (f"  #{comment}" if comment else "")


if __name__ == "__main__":
    main()
