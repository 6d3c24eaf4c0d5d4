"""Pinyin typed in Latin letters becomes characters again; characters typed by ear find what was meant."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching import lexicon
from matching.places import all_regions, spellings
from matching.tables import rows

RUN = re.compile(r"[a-z][a-z' ]*[a-z]")
TONE = re.compile(r"(?<![a-z0-9])([a-z]{2,6})[1-5](?![0-9])")
ACCENTED = re.compile("[\u00c0-\u024f]")
WORD = re.compile(r"[a-z]+")
LITTLE = frozenset(
    [
        "de",
        "wo",
        "ni",
        "ta",
        "yi",
        "ge",
        "you",
        "hui",
        "xiang",
        "yao",
        "zai",
        "qu",
        "le",
        "shi",
        "bu",
        "zhao",
        "dao",
        "he",
        "ne",
        "ma",
        "ba",
    ]
)
ENGLISH = re.compile(  # words that are no pinyin: the run is English
    r"\b(?:hour|per|day|month|for|the|jobs?|work|want|need|looking|with|years|experience|night|shift|please|any|not?|at"
    r"|least|my|have|has|licen[cs]e|driver|driving|factory|part|time|live|housing|hiring)\b"
)
MIN_SLIP = 6  # letters: shorter words have too many neighbours to guess a slip (but for cities)
MIN_SOUND = 4
SURE = 0.6
MAX_KEY = 30


@cache
def _sounds() -> dict[str, str]:
    """Character → its syllable."""
    return {character: syllable for syllable, characters in rows("syllables.tsv") for character in characters}


@cache
def _syllables() -> frozenset[str]:
    return frozenset(syllable for syllable, _ in rows("syllables.tsv"))


@cache
def _keys() -> dict[str, str]:
    """Pinyin → what it stands for: words of a request, then cities, then trades, then counties."""
    table = {words[0]: words[1] for words in rows("pinyin_words.tsv")}
    by_level: dict[bool, list[tuple[str, str]]] = {True: [], False: []}
    for region in all_regions():
        sound = spellings().get(region.adcode, "")
        if len(region.short) >= 2 and sound:
            by_level[region.level < 3].append((sound, region.short))
    for pairs in (by_level[True], list(lexicon.spelled().items()), by_level[False]):
        for sound, word in pairs:
            table.setdefault(sound, word)
    return {sound: word for sound, word in table.items() if len(sound) >= MIN_SOUND}


@cache
def _city_sounds() -> frozenset[str]:
    return frozenset(spellings()[region.adcode] for region in all_regions() if region.level in (1, 2))


@cache
def _rank() -> dict[str, int]:
    """The place of each key in the table: the more usual comes first."""
    return {key: place for place, key in enumerate(_keys())}


@cache
def _by_first() -> dict[tuple[str, int], list[str]]:
    found: dict[tuple[str, int], list[str]] = {}
    for key in _keys():
        for first in {key[0], key[1]}:
            found.setdefault((first, len(key)), []).append(key)
    return found


def sound_of(text: str) -> list[str]:
    """The syllable of each character; other characters stand for themselves."""
    sounds = _sounds()
    return [sounds.get(character, character) for character in text]


def restore(text: str) -> str:
    """A text with its pinyin turned into characters; English and unknown words stay."""
    plain = TONE.sub(lambda match: match[1] if match[1] in _syllables() else match[0], without_accents(text))
    return RUN.sub(lambda match: _restore_run(match[0]), plain)


def without_accents(text: str) -> str:
    """hàn gōng → han gong; characters other than accented Latin letters stay."""
    if text.isascii() or not ACCENTED.search(text):
        return text
    return "".join(unicodedata.normalize("NFD", letter)[0] if ACCENTED.match(letter) else letter for letter in text)


def _restore_run(run: str) -> str:
    words = run.split()
    if ENGLISH.search(run):
        return _restore_beside_english(run)
    if not _all_pinyin(words) and any(lexicon.scan(word) for word in (run, *words)):
        return _restore_beside_english(run)
    parts, here = [], 0
    while here < len(words):
        taken, meant = _longest_from(words, here)
        parts.append(meant)
        here += taken
    return " ".join(parts)


def _restore_beside_english(run: str) -> str:
    """English trades stay; of the words between them only exact pinyin (places above all) is turned."""
    parts, at = [], 0
    for hit in lexicon.scan(run):
        parts += _each_exactly(run[at : hit.start])
        parts.append(run[hit.start : hit.end])
        at = hit.end
    return " ".join([*parts, *_each_exactly(run[at:])])


def _each_exactly(piece: str) -> list[str]:
    return [_keys().get(word.replace("'", ""), word) for word in piece.split()]


def _all_pinyin(words: list[str]) -> bool:
    return all(word in _keys() or word in _syllables() for word in words)


def _longest_from(words: list[str], here: int) -> tuple[int, str]:
    """How many words from here make one key, and what it means."""
    for count in range(min(7, len(words) - here), 0, -1):
        joined = "".join(words[here : here + count]).replace("'", "")
        if joined in _keys() and (count == 1 or len(joined) <= MAX_KEY):
            return count, _keys()[joined]
    word = words[here].replace("'", "")
    if len(words) - here > 1 and word in _syllables() and word not in LITTLE:
        slip = _slip_of_syllables(words, here)
        if slip and not any(_begins_a_key(words, later) for later in range(here + 1, here + slip[0])):
            return slip
    return 1, _split(word)


def _begins_a_key(words: list[str], here: int) -> bool:
    """fu wu yuan: three syllables and more that need no slip."""
    return any("".join(words[here : here + count]) in _keys() for count in range(3, min(7, len(words) - here) + 1))


def _slip_of_syllables(words: list[str], here: int) -> tuple[int, str] | None:
    for count in (4, 3, 2):
        piece = words[here : here + count]
        joined = "".join(piece)
        if len(piece) == count and len(joined) >= MIN_SLIP and all(len(word) <= 6 for word in piece):
            meant = nearest_key(joined)
            if meant:
                return count, meant
    return None


def _split(word: str) -> str:
    """One long word: keys joined together (dianhangongzhengzhou), else one with a slip, else itself."""
    pieces = _split_exactly(word)
    if pieces:
        return " ".join(_keys()[piece] for piece in pieces)
    return nearest_key(word) or word


def _split_exactly(word: str) -> list[str] | None:
    """The fewest keys that make up the word."""
    if not 8 <= len(word) <= 60:
        return None
    best: list[list[str] | None] = [[]] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for start in range(max(0, end - MAX_KEY), end):
            before = best[start]
            if before is None or word[start:end] not in _keys():
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or ()):
                best[end] = [*before, word[start:end]]
    return best[-1]


def nearest_key(word: str) -> str | None:
    """What a word with one typing slip was meant to be."""
    if not MIN_SLIP - 1 <= len(word) <= MAX_KEY:
        return None
    choices = [
        key
        for first in dict.fromkeys(word[:2])
        for length in (len(word), len(word) - 1, len(word) + 1)
        for key in _by_first().get((first, length), ())
    ]
    found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=1, limit=None)
    letters = sorted(word)
    best = min((key for key, *_ in found), key=lambda key: (sorted(key) != letters, _rank()[key]), default=None)
    if best is None or (len(word) < MIN_SLIP and best not in _city_sounds()):
        return None
    return _keys()[best]


DULL = ((re.compile("^([zcs])h"), r"\1"), (re.compile("^n(?=[aeiou])"), "l"), (re.compile("([aei])ng$"), r"\1n"))


@cache
def _dull(sound: str) -> str:
    """A syllable as it sounds where zh and z, n and l, ang and an are one."""
    for pattern, plain in DULL:
        sound = pattern.sub(plain, sound)
    return sound


@cache
def _heard() -> dict[tuple[str, ...], str]:
    """Dull syllables of every alias of two characters and more, hints left out → the likeliest alias."""
    best: dict[tuple[str, ...], tuple[float, str]] = {}
    for alias, meanings in lexicon.aliases().items():
        if len(alias) < 2 or meanings[0][1] < SURE or not all("\u4e00" <= c <= "\u9fff" for c in alias):
            continue
        key = tuple(_dull(sound) for sound in sound_of(alias))
        rank = (-meanings[0][1], alias)
        if key not in best or rank < best[key]:
            best[key] = rank
    return {key: rank[1] for key, rank in best.items()}


def by_ear(text: str) -> list[tuple[int, int, str]]:
    """Trades written with characters of the same sound (电汗工): start, end, what was meant."""
    sounds = [_dull(sound) for sound in sound_of(text)]
    found, at = [], 0
    while at < len(text):
        for length in range(min(7, len(text) - at), 1, -1):
            meant = _heard().get(tuple(sounds[at : at + length]))
            if meant and _likely(text, at, at + length, meant):
                found.append((at, at + length, meant))
                at += length
                break
        else:
            at += 1
    return found


NOT_CITIES = frozenset(("白色", "通话", "精华", "公安", "大通"))
ALONE = re.compile(r"(?:^|(?<=[ ,。在去到来]))([\u4e00-\u9fff]{2,3}?)(?=市?(?:$|[ ,。找干做打上的有]))")


@cache
def _heard_cities() -> dict[tuple[str, ...], str]:
    """Dull syllables of each city's and province's short name → the name."""
    cities = [region.short for region in all_regions() if region.level in (1, 2) and len(region.short) > 1]
    return {tuple(_dull(sound) for sound in sound_of(name)): name for name in reversed(cities)}


def city_by_ear(text: str) -> tuple[int, int, str] | None:
    """A city written with another character of the same sound (杭洲, 东管), where it stands alone: start, end, name."""
    for match in ALONE.finditer(text):
        written = match[1].replace("卅", "州")
        meant = _heard_cities().get(tuple(_dull(sound) for sound in sound_of(written)))
        if meant and written not in NOT_CITIES and any(a == b for a, b in zip(written, meant, strict=True)):
            return match.start(1), match.end(1), meant
    return None


def _likely(text: str, start: int, end: int, meant: str) -> bool:
    """Some character must be right; two characters of the same sound count only where they stand alone."""
    same = sum(a == b for a, b in zip(text[start:end], meant, strict=True))
    if end - start > 2:
        return same > 0
    alone = not _hanzi(text[start - 1 : start]) and not _hanzi(text[end : end + 1])
    asked = text[max(0, start - 1) : start] in ASKING and text[end : end + 1] in AFTER
    return same > 0 and (alone or asked)


ASKING = frozenset("找当做干求会要是")
AFTER = frozenset(("", " ", ",", "的", "。", "吗"))


def _hanzi(letter: str) -> bool:
    return "\u4e00" <= letter <= "\u9fff"
