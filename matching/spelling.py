"""Titles typed in Latin letters: which Chinese titles they may spell, slips and missing spaces forgiven."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from math import log

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching import lexicon, pinyin
from matching.tables import rows

LETTERS = re.compile("[a-z]+")
ALIKE = 0.7  # of the letters must agree
MOST_LETTERS = 60
LONGEST_SYLLABLE = 6
ALL = 99
WRITTEN = 1.4  # slips that guessing characters for the syllables is worth
BEAM = 12  # beginnings kept at each letter, characters tried for each syllable
SLIP = 6.0  # a misspelt syllable is e^6 times less likely
Beginning = tuple[float, int, str]


class SoundIndex:
    """Words by their toneless pinyin, found again however it is typed."""

    def __init__(self, spelled_words: Iterable[tuple[str, str]]) -> None:
        """Pairs of joined pinyin and word; the likelier of two words of one sound comes first."""
        self.words: dict[str, list[str]] = {}
        for sound, word in spelled_words:
            self.words.setdefault(sound, []).append(word)
        self.sounds = list(self.words)

    def nearest(self, typed: str, limit: int = 5) -> list[tuple[str, int]]:
        """Words whose pinyin is the fewest slips away from the typed letters, and how many; syllables do not matter."""
        letters = only_letters(typed)
        most = int((1 - ALIKE) * len(letters))
        found = process.extract(letters, self.sounds, scorer=OSA.distance, limit=limit, score_cutoff=most)
        return [(word, slips) for sound, slips, _ in found for word in self.words[sound]][:limit]


def only_letters(typed: str) -> str:
    """The Latin letters of a text, without accents, spaces and tone figures."""
    return "".join(LETTERS.findall(pinyin.without_accents(typed).lower()))


@cache
def _alias_sound() -> dict[str, str]:
    return {alias: sound for alias, _, _, sound in rows("aliases.tsv")}


def sound_of_title(title: str) -> str:
    """Joined toneless pinyin: the lexicon's own for an alias, else each character's usual one."""
    return _alias_sound().get(title) or "".join(pinyin.sound_of(title))


@cache
def alias_sounds() -> SoundIndex:
    """Every alias by its sound, the surer first."""
    table = sorted(rows("aliases.tsv"), key=lambda row: (-float(row[2]), len(row[0]), row[0]))
    return SoundIndex(dict.fromkeys((sound, alias) for alias, _, _, sound in table if not alias.isascii()))


def is_spelled(typed: str) -> bool:
    """Whether Latin letters are exactly the pinyin of an alias."""
    return only_letters(typed) in alias_sounds().words


def titles_spelled(typed: str) -> list[tuple[str, float]]:
    """Titles that Latin letters may spell and with how many slips: an alias, else what the syllables may write."""
    near = alias_sounds().nearest(typed)
    fewest = min((slips for _, slips in near), default=ALL)
    found: list[tuple[str, float]] = [(alias, slips) for alias, slips in near if slips == fewest]
    if fewest == 0:
        return found
    letters = only_letters(typed)
    text, slips = write_syllables(letters), 0
    if not text and fewest > 1:
        text, slips = write_syllables(letters, slips=1), 1
    return [*found, (text, slips + WRITTEN)] if text else found


def write_syllables(letters: str, slips: int = 0) -> str:
    """The likeliest characters for joined syllables, so many of them misspelt; empty where there are none."""
    kept: list[list[Beginning]] = [[(0.0, 0, "^")]] + [[] for _ in letters[:MOST_LETTERS]]
    for end in range(1, len(kept)):
        grown = [longer for start in range(max(0, end - LONGEST_SYLLABLE), end) if kept[start]
                 for longer in _grown(kept[start], letters[start:end], slips)]  # fmt: skip
        kept[end] = sorted(grown, reverse=True)[:BEAM]
    whole = [(score + _follows(text[-1], "$"), text) for score, _, text in kept[-1] if len(letters) < len(kept)]
    return max(whole, default=(0.0, "^"))[1][1:]


def _grown(beginnings: list[Beginning], piece: str, most: int) -> Iterable[Beginning]:
    """The beginnings with each character that the next syllable may write."""
    for syllable, slips in _syllables_like(piece) if most else [(piece, 0)]:
        for character in _characters().get(syllable, ()):
            for score, before, text in beginnings:
                if before + slips <= most:
                    yield score + _follows(text[-1], character) - SLIP * slips, before + slips, text + character


@cache
def _syllables_like(piece: str) -> list[tuple[str, int]]:
    """The piece itself if it is a syllable; syllables one slip away if it is none."""
    known = _characters()
    if piece in known or len(piece) < 2:
        return [(piece, 0)]
    return [(syllable, 1) for syllable, *_ in process.extract(piece, list(known), scorer=OSA.distance, score_cutoff=1)]


@cache
def _counts() -> tuple[Counter[str], Counter[str]]:
    """How often each character and each pair of neighbours stands in the lexicon; ^ and $ are the ends."""
    framed = [f"^{alias}$" for alias in lexicon.aliases() if not alias.isascii()]
    singles = Counter(character for text in framed for character in text)
    return singles, Counter(text[at : at + 2] for text in framed for at in range(len(text) - 1))


@cache
def _characters() -> dict[str, list[str]]:
    """Syllable → the lexicon's characters read so, the most usual first."""
    found: dict[str, list[str]] = {}
    for character, _ in _counts()[0].most_common():
        (sound,) = pinyin.sound_of(character)
        if sound != character and len(known := found.setdefault(sound, [])) < BEAM:
            known.append(character)
    return found


@cache
def _follows(before: str, after: str) -> float:
    """Log-likelihood of a character after another."""
    singles, pairs = _counts()
    usual = singles[after] / singles.total()
    return log(0.9 * pairs[before + after] / singles[before] + 0.1 * usual + 1e-9)
