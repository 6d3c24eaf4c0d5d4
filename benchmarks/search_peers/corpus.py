"""What a peer reads, and the face it shows."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from benchmarks.market import words_of
from matching.places import ancestors
from matching.profiles import Id, VacancyProfile

TOP = 10


class MissingPeerError(Exception):
    """This peer is not on this machine; the message says what it needs."""


class Peer(Protocol):
    """One engine."""

    name: str

    def build(self, corpus: Corpus) -> None:
        """Take in every vacancy; raises MissingPeerError. Called once; close follows in any case."""

    def search(self, words: str, region: str) -> list[Id]:
        """The ten best of a region, best first."""

    def close(self) -> None:
        """Give back what it holds."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Titles in normal form, sorted by county, so that each region is one stretch of rows.

    `arrivals` are the rows in the order in which the vacancies were handed in.
    """

    ids: list[Id]
    titles: list[str]
    counties: list[str]
    stretches: dict[str, tuple[int, int]]
    arrivals: list[int]

    def documents(self, rows: Iterable[int]) -> Iterator[tuple[int, str, str]]:
        """Row, title and county."""
        return ((row, self.titles[row], self.counties[row]) for row in rows)

    def stretch(self, region: str) -> slice:
        """The rows of a region, none where it has no vacancy."""
        return slice(*self.stretches.get(region, (0, 0)))


def corpus_of(vacancies: Sequence[VacancyProfile]) -> Corpus:
    """The vacancies as peers read them."""
    order = sorted(range(len(vacancies)), key=lambda number: ancestors(vacancies[number].region)[::-1])
    ordered = [vacancies[number] for number in order]
    arrivals = sorted(range(len(order)), key=order.__getitem__)
    stretches: dict[str, tuple[int, int]] = {}
    for row, vacancy in enumerate(ordered):
        for region in ancestors(vacancy.region):
            stretches[region] = (stretches.get(region, (row, 0))[0], row + 1)
    return Corpus(
        [vacancy.id for vacancy in ordered],
        [words_of(vacancy.title) for vacancy in ordered],
        [vacancy.region for vacancy in ordered],
        stretches,
        arrivals,
    )


def grams(text: str) -> list[str]:
    """Characters and pairs of characters, spaces left out."""
    plain = text.replace(" ", "")
    return [*plain, *(plain[at : at + 2] for at in range(len(plain) - 1))]


def need(module: str) -> None:
    """Raises MissingPeerError where a module is not installed."""
    if importlib.util.find_spec(module) is None:
        raise MissingPeerError(f"{module} is not installed")


class InMemory:
    """A peer that holds nothing but memory."""

    def close(self) -> None:
        """Its memory goes with it."""
