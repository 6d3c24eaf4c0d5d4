"""How well titles are understood (T1), beside TF-IDF over the same names: python -m benchmarks.quality."""

from __future__ import annotations

import sys
from pathlib import Path

from matching.occupations import find_occupations, get_occupation
from matching.tables import rows as table

DATA = Path(__file__).parents[1].parent / "shared/data"


def titles() -> list[tuple[str, str]]:
    """Titles of the development half whose label is a level-4 code."""
    leaves = {code for code, level, _ in table("occupations.tsv") if level == "4"}
    lines = (DATA / "eval/csco_titles/dev.tsv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = [(line.split("\t")[0], line.split("\t")[1]) for line in lines]
    return [(title, code) for title, code in pairs if code in leaves]


def measure() -> tuple[float, float, list[tuple[str, str, str]]]:
    first = found = 0
    wrong = []
    pairs = titles()
    for title, code in pairs:
        codes = [occupation.code for occupation in find_occupations(title, 10)]
        first += codes[:1] == [code]
        found += code in codes
        if codes[:1] != [code]:
            wrong.append((title, code, codes[0] if codes else ""))
    return first / len(pairs), found / len(pairs), wrong


def main() -> None:
    accuracy, recall, wrong = measure()
    print(f"T1 accuracy@1 {accuracy:.3f}  recall@10 {recall:.3f}")
    if "--wrong" in sys.argv:
        for title, code, guess in wrong:
            want, got = get_occupation(code), get_occupation(guess)
            print(title, code, want and want.name, "<-", guess, got and got.name, sep="\t")


if __name__ == "__main__":
    main()
