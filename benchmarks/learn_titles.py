"""Learns how titles are read from the development titles: python -m benchmarks.learn_titles [--all].

Counts which occupations the adverts with each word of the lexicon mean (matching/data/usage.tsv) and fits the points
of each kind of evidence (matching/data/title_weights.toml): a softmax over the candidates of a title, its own counts
left out. Only the seen half is used, so that the blind half still tells the truth; --all uses both, for a release.
No title is kept: only words that the lexicon has already, and counts.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks.quality_data import is_seen, titles
from matching import lexicon
from matching.evidence import KINDS, Evidence, weights
from matching.tables import DATA
from matching.text import normalise
from matching.titles import bracket_words, plain_title
from matching.usage import Usage

Table = npt.NDArray[np.float64]
CANDIDATES = 60
STEPS, RATE, SHRINK = 400, 0.1, 1e-3


@dataclass(frozen=True, slots=True)
class Case:
    """One title: the figures of its candidates (candidates, KINDS), and which of them is meant."""

    figures: Table
    meant: int


def words_of(title: str) -> list[str]:
    return lexicon.words_in(plain_title(normalise(title)))


def counted(pairs: list[tuple[str, str]]) -> Usage:
    """The counts of these titles."""
    table = Usage()
    for title, code in pairs:
        for word in words_of(title):
            table.add(word, code)
    return table


def cases(pairs: list[tuple[str, str]], evidence: Evidence) -> list[Case]:
    """Figures of each title as if its own label had not been counted."""
    return [case for title, code in pairs if (case := _case(title, code, evidence))]


def _case(title: str, code: str, evidence: Evidence) -> Case | None:
    words = words_of(title)
    for word in words:
        evidence.usage.add(word, code, -1)
    plain = normalise(title)
    table = evidence.of(plain_title(plain), bracket_words(plain))
    for word in words:
        evidence.usage.add(word, code, 1)
    best = np.argsort(-(evidence.weights @ table))[:CANDIDATES]
    meant = np.flatnonzero(best == evidence.column.get(code, -1))
    return Case(table[:, best].T.astype(float), int(meant[0])) if len(meant) else None


def fitted(examples: list[Case]) -> Table:
    """Points of KINDS that make the meant occupation likeliest, by gradient steps (Adam)."""
    points = np.zeros(len(KINDS))
    mean, square = np.zeros_like(points), np.zeros_like(points)
    for step in range(1, STEPS + 1):
        slope = SHRINK * points - sum((_pull(case, points) for case in examples), np.zeros_like(points)) / len(examples)
        mean, square = 0.9 * mean + 0.1 * slope, 0.999 * square + 0.001 * slope**2
        points -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-9)
    return points


def _pull(case: Case, points: Table) -> Table:
    """How the figures of the meant one differ from what the points expect."""
    logits = case.figures @ points
    chance = np.exp(logits - logits.max())
    return case.figures[case.meant] - (chance / chance.sum()) @ case.figures


def learn(pairs: list[tuple[str, str]]) -> Evidence:
    """Evidence with the counts and points of these titles."""
    table = counted(pairs)
    points = fitted(cases(pairs, Evidence(table, weights())))
    named = {kind: round(float(value), 2) for kind, value in zip(KINDS, points, strict=True)}
    return Evidence(table, named)


def main() -> None:
    pairs = [pair for pair in titles() if "--all" in sys.argv or is_seen(pair[0])]
    evidence = learn(pairs)
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
