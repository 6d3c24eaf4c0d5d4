"""How well titles and sentences are understood, T1 to T6, beside TF-IDF and WRatio: `zhaohuo bench quality`.

For developers: python -m benchmarks.quality --wrong lists the titles of the seen half that are misread.
What is learned from the development titles is learned from one half and counted on the other, both ways. The lexicon
was written with an eye on the seen half: of T1 the blind half tells what other titles will meet.
"""

from __future__ import annotations

import importlib.util
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks import places_and_wages
from benchmarks import quality_data as data
from benchmarks.figures import Figure, at_most
from benchmarks.learn_titles import learn
from benchmarks.quality_data import is_seen, titles
from benchmarks.quality_figures import NAME, ndcg, percent
from benchmarks.quality_peers import Scores, nearest_spelling, peers
from matching.evidence import Evidence
from matching.occupations import find_occupations, get_occupation, title_odds
from matching.similar import Reading, TitleIndex
from matching.spelling import SoundIndex, sound_of_title
from matching.text import normalise
from matching.understand import Understanding, understand

__all__ = ["NAME", "measure", "titles"]
QUICK = 4  # of the peers' queries every fourth


def measure(_folder: Path, *, quick: bool) -> Iterator[Figure]:
    """All figures; what is not there is left out aloud."""
    if not data.DATA.is_dir():
        print("quality: ../shared/data is absent, nothing is measured", file=sys.stderr)
        return
    if not importlib.util.find_spec("sklearn"):
        print("quality: scikit-learn is not installed, TF-IDF is left out", file=sys.stderr)
    step = QUICK if quick else 1
    yield from title_figures(step)
    yield from vacancy_figures(step)
    yield from similar_figures()
    yield from pinyin_figures()
    yield from sentence_figures()
    yield from places_and_wages.figures()
    yield from speed_figures()


@cache
def _other_half(seen: bool) -> Evidence:
    """What is learned from the half that a title is not in."""
    return learn([pair for pair in titles() if is_seen(pair[0]) != seen])


def read_fairly(title: str) -> Reading:
    """A title's log-odds by evidence that has not met its label."""
    return title_odds(normalise(title), _other_half(is_seen(title)))


def codes_of(title: str, count: int = 10) -> list[str]:
    """The likeliest occupations of a development title."""
    codes = _other_half(is_seen(title)).codes
    return [codes[place] for place in np.argsort(-read_fairly(title)[0], kind="stable")[:count]]


def title_figures(step: int = 1) -> Iterator[Figure]:
    """T1: the occupation of an advert's title."""
    pairs = titles()
    found = [(codes_of(title), code) for title, code in pairs]
    blind = [read for (title, _), read in zip(pairs, found, strict=True) if not is_seen(title)]
    for part, some in (("", found), ("_blind_half", blind)):
        yield percent(f"T1_accuracy_at_1{part}", [codes[:1] == [code] for codes, code in some], 0.62 if part else None)
        yield percent(f"T1_recall_at_10{part}", [code in codes for codes, code in some], 0.90 if part else None)
    owners = [(name, code) for code, names in data.official_names().items() for name in names]
    for peer, build in peers():
        scores = build([name for name, _ in owners])
        found = [(_owners(scores(title), owners), code) for title, code in pairs[::step]]
        yield percent(f"T1_accuracy_at_1_{peer}", [codes[:1] == [code] for codes, code in found])
        yield percent(f"T1_recall_at_10_{peer}", [code in codes for codes, code in found])


def _owners(scores: np.ndarray, owners: Sequence[tuple[str, str]], count: int = 10) -> list[str]:
    """The codes of the names with the highest scores."""
    codes: dict[str, None] = {}
    for place in np.argsort(-scores, kind="stable"):
        codes.setdefault(owners[place][1])
        if len(codes) == count:
            break
    return list(codes)


def vacancy_figures(step: int = 1) -> Iterator[Figure]:
    """T2: the adverts for an occupation's names."""
    pairs, queries = titles(), data.occupation_queries()
    index = TitleIndex([title for title, _ in pairs], read_fairly)
    index.read = lambda name: title_odds(normalise(name), _other_half(seen=False))
    yield percent("T2_ndcg_at_10", _gains(index.scores, pairs, queries), 0.52)
    for peer, build in peers():
        fewer = dict(list(queries.items())[::step])
        yield percent(f"T2_ndcg_at_10_{peer}", _gains(build([title for title, _ in pairs]), pairs, fewer))


def _gains(scores: Scores, pairs: Sequence[tuple[str, str]], queries: data.Queries) -> list[float]:
    """nDCG@10 of each code, the mean over its names."""
    counts = Counter(code for _, code in pairs)

    def gain(code: str, name: str) -> float:
        best = np.argsort(-scores(name), kind="stable")[:10]
        return ndcg([pairs[place][1] == code for place in best], counts[code])

    return [sum(gain(code, name) for name in names) / len(names) for code, names in queries.items()]


def similar_figures() -> Iterator[Figure]:
    """T3: the titles like a title."""
    corpus, queries = data.similar_titles()
    yield percent("T3_ndcg_at_10", _likes(TitleIndex(corpus).scores, corpus, queries), 0.68)
    for peer, build in peers():
        yield percent(f"T3_ndcg_at_10_{peer}", _likes(build(corpus), corpus, queries))


def _likes(scores: Scores, corpus: Sequence[str], queries: dict[str, set[str]]) -> list[float]:
    def gain(query: str, like: set[str]) -> float:
        best = [corpus[place] for place in np.argsort(-scores(query), kind="stable")[:11]]
        return ndcg([title in like for title in best if title != query], len(like))

    return [gain(query, like) for query, like in queries.items()]


def pinyin_figures() -> Iterator[Figure]:
    """T4: a board's names from their pinyin: the name among the names, and the occupation that the name means."""
    if not importlib.util.find_spec("pypinyin"):
        print("quality: pypinyin is not installed, T4 is left out", file=sys.stderr)
        return
    names = [name for name, _ in data.pinyin_pairs()]
    listed = SoundIndex((sound_of_title(name), name) for name in names)
    meant = {name: find_occupations(name, 1)[0].code for name in names}
    for way, pairs in data.typed_ways():
        found = [([word for word, _ in listed.nearest(typed)], name) for name, typed in pairs]
        yield from _recalls(f"T4_{way}_name", found)
        coded = [([match.code for match in find_occupations(typed, 5)], meant[name]) for name, typed in pairs]
        yield from _recalls(f"T4_{way}_occupation", coded)
        peer = [(nearest_spelling(names, typed), name) for name, typed in pairs]
        yield percent(f"T4_{way}_name_levenshtein", [words[:1] == [name] for words, name in peer])


def _recalls(name: str, found: Sequence[tuple[list[str], str]]) -> Iterator[Figure]:
    yield percent(f"{name}_recall_at_1", [words[:1] == [wanted] for words, wanted in found], 0.98)
    yield percent(f"{name}_recall_at_5", [wanted in words for words, wanted in found], 0.99)


def sentence_figures() -> Iterator[Figure]:
    """T5: what seekers' sentences say."""
    pairs = [(understand(line[0]), line) for line in data.sentences()]
    yield percent("T5_trade", [_trade(said) in line[1].split("|") for said, line in pairs], 0.90)
    yield percent("T5_region", [(said.region.adcode if said.region else "") == line[2] for said, line in pairs], 0.98)
    yield percent("T5_minimum_wage", [_minimum(said) == line[3] for said, line in pairs], 0.97)


def _trade(said: Understanding) -> str:
    return said.occupations[0].code if said.occupations else ""


def _minimum(said: Understanding) -> str:
    wage = said.wage
    return str(wage.min_fen // 100) if wage and wage.min_fen and wage.period == "month" else ""


def speed_figures() -> Iterator[Figure]:
    """The cost of reading, one text at a time."""
    yield at_most(
        NAME, "sentence_median", "ms", _median_ms(understand, [line[0] for line in data.sentences()] * 25), 0.4
    )
    yield at_most(
        NAME, "title_median", "ms", _median_ms(find_occupations, [title for title, _ in titles()[:1000]]), 0.5
    )


def _median_ms(read: object, texts: Sequence[str]) -> float:
    assert callable(read)
    times = []
    for text in texts:
        start = time.perf_counter()
        read(text)
        times.append((time.perf_counter() - start) * 1000)
    return float(np.median(times))


def wrong_titles() -> Iterator[tuple[str, str, str]]:
    """Misread titles of the seen half: title, what its label is called, what was read."""
    for title, code in titles():
        best = codes_of(title, 1)[0] if is_seen(title) else code
        if best != code:
            yield title, *(found.name if (found := get_occupation(one)) else one for one in (code, best))


def main() -> None:
    for line in (
        wrong_titles() if "--wrong" in sys.argv else (figure.as_text() for figure in measure(Path(), quick=True))
    ):
        print(line if isinstance(line, str) else "\t".join(line))


if __name__ == "__main__":
    main()
