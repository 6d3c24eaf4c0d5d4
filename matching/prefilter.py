"""Which of many patterns can match a text at all: each needs certain letters, and most texts have none of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cached_property

_LOOK = re.compile(r"\(\?<?[=!]")
_PLAIN = re.compile(r"(?<!\\)([\u4e00-\u9fffa-z0-9])(?![?*])")
_CLASS = re.compile(r"\[[^\]]*\]|\{[^}]*\}")
_GROUP_HEAD = re.compile(r"^\?(?::|P<\w+>)")
_ONE_OF = re.compile(r"(?<!\\)\[([^\]^\\-]+)\](?![?*])")
_NONE_WILL_DO = re.compile(r"\{0[^}]*\}")


FREQUENT = "工州保安的电想一找师不员有个焊上车证天我家在招机山普年都南人月万了海洁厂住服苏班活京三以北成五郑开老司"
FREQUENT += "会干要东昆长包时去大深"
RANK = Counter({letter: len(FREQUENT) - place for place, letter in enumerate(FREQUENT)})


class Guarded:
    """A pattern that is tried only where one of the letters that it needs is there."""

    def __init__(self, pattern: str) -> None:
        self.source = pattern
        letters = needed(pattern, RANK)
        if letters is None:
            raise ValueError(f"every text may match {pattern}: use re.compile")
        self.letters = frozenset(letters)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first needed: all together they would make the import slow."""
        return re.compile(self.source)

    def search(self, text: str) -> re.Match[str] | None:
        """As re.search."""
        return None if self.letters.isdisjoint(text) else self.pattern.search(text)

    def finditer(self, text: str) -> Iterable[re.Match[str]]:
        """As re.finditer."""
        return () if self.letters.isdisjoint(text) else self.pattern.finditer(text)


class Prefilter:
    """Patterns by a letter that every match of theirs holds; those of which no letter is sure are always tried."""

    def __init__(self, patterns: list[str]) -> None:
        common = RANK + Counter(letter for pattern in patterns for letter in set(pattern))
        self._always: list[int] = []
        self._by_letter: dict[str, list[int]] = {}
        for number, pattern in enumerate(patterns):
            letters = needed(pattern, common)
            if letters is None:
                self._always.append(number)
            for letter in letters or ():
                self._by_letter.setdefault(letter, []).append(number)

    def possible(self, text: str) -> list[int]:
        """The numbers of the patterns that may match, in order."""
        found = set(self._always)
        for letter in self._by_letter.keys() & set(text):
            found.update(self._by_letter[letter])
        return sorted(found)


def needed(pattern: str, common: Counter[str]) -> set[str] | None:
    """Letters of which every match has at least one, the rarest of each alternative; None where there is no telling."""
    letters: set[str] = set()
    for alternative in _alternatives(pattern):
        outside, groups = _take_apart(alternative)
        plain = _PLAIN.findall(_CLASS.sub(" ", _NONE_WILL_DO.sub("?", outside)))
        if plain:
            letters.add(min(plain, key=lambda letter: (common[letter], letter)))
            continue
        inner = next(filter(None, (needed(group, common) for group in groups)), None)
        one_of = _ONE_OF.search(_NONE_WILL_DO.sub("?", outside))
        inner = inner or (set(one_of[1]) if one_of else None)
        if inner is None:
            return None
        letters |= inner
    return letters


def _alternatives(pattern: str) -> list[str]:
    """The pattern cut at its outermost bars."""
    parts, depth, inside_class = [""], 0, False
    for place, letter in enumerate(pattern):
        if pattern[place - 1 : place] != "\\":
            inside_class = letter == "[" or (inside_class and letter != "]")
            depth += (letter == "(") - (letter == ")") if not inside_class else 0
        if letter == "|" and depth == 0 and not inside_class:
            parts.append("")
        else:
            parts[-1] += letter
    return parts


def _take_apart(alternative: str) -> tuple[str, list[str]]:
    """What stands outside of groups, and the insides of the groups that must be there."""
    outside, groups, depth, start = "", [], 0, 0
    for place, letter in enumerate(alternative):
        if letter == "(" and alternative[place - 1 : place] != "\\":
            start = place if depth == 0 else start
            outside += " " if depth == 0 else ""
            depth += 1
        elif letter == ")" and alternative[place - 1 : place] != "\\":
            depth -= 1
            optional = alternative[place + 1 : place + 2] in ("?", "*") or alternative[place + 1 : place + 3] == "{0"
            if depth == 0 and not optional and not _LOOK.match(alternative, start):
                groups.append(_GROUP_HEAD.sub("", alternative[start + 1 : place]))
        elif depth == 0:
            outside += letter
    return outside, groups
