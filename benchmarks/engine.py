"""The program's own search as the speed figures use it: the one file to change when the search does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import replace

from benchmarks.market import TODAY
from matching.index import VacancyIndex
from matching.many import Answers, answer
from matching.profiles import Id, SeekerProfile, VacancyProfile
from matching.search import search
from matching.sides import Crowd, Queries, Side, vacancies_ask
from matching.understand import understand

TOP = 10
Best = list[tuple[Id, int]]
Asked = tuple[Queries, Side]


class Engine:
    """An index and what is asked of it."""

    name = "zhaohuo"

    def __init__(self, vacancies: Iterable[VacancyProfile]) -> None:
        self.index = VacancyIndex(vacancies)

    def search(self, seeker: SeekerProfile, *, compiled: bool = False) -> Best:
        """The ten best vacancies with their keys, best first."""
        self.index.compiled = compiled
        found = search(self.index, seeker, today=TODAY, top=TOP)
        return [(self.index.at(slot).id, key) for slot, key in zip(found.slots, found.keys, strict=True)]

    def search_text(self, sentence: str, *, compiled: bool = False) -> Best:
        """The same from a sentence."""
        return self.search(SeekerProfile.from_understanding(0, understand(sentence), today=TODAY), compiled=compiled)

    def asked_by(self, seekers: Iterable[SeekerProfile]) -> Asked:
        """Many seekers' questions, as columns of numbers."""
        return Crowd(TODAY, seekers).ask(self.index)

    def asked_for(self, seekers: Sequence[SeekerProfile]) -> Asked:
        """The question of every vacancy: which of these seekers suit it."""
        return vacancies_ask(self.index, seekers, TODAY)

    def put(self, vacancy: VacancyProfile) -> None:
        """A vacancy is added."""
        self.index.put(vacancy)

    def remove(self, id: Id) -> None:  # noqa: A002
        """A vacancy is closed."""
        self.index.remove(id)

    def fill(self, vacancy: VacancyProfile) -> None:
        """All places of a vacancy are taken."""
        self.index.put(replace(vacancy, hired=vacancy.headcount))

    def bytes_of_rows(self) -> int:
        """What the rows that are searched hold: numbers only."""
        return self.index.blocks.nbytes


def answers(asked: Asked, *, compiled: bool, executor: Executor | None = None) -> Answers:
    """The ten best for each that asks."""
    return answer(*asked, top=TOP, compiled=compiled, executor=executor)
