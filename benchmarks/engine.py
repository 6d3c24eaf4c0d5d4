"""The program's own search as the speed figures use it: the one file to change when the search does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from benchmarks.market import TODAY
from matching.index import VacancyIndex
from matching.profiles import Id, SeekerProfile, VacancyProfile
from matching.rank import rank
from matching.understand import understand

TOP = 10
Best = list[tuple[Id, float]]


class Engine:
    """An index and what is asked of it."""

    name = "zhaohuo"

    def __init__(self, vacancies: Iterable[VacancyProfile]) -> None:
        self.index = VacancyIndex(vacancies)

    def search(self, seeker: SeekerProfile) -> Best:
        """The ten best vacancies with their scores, best first."""
        found = rank(self.index, seeker, today=TODAY, top=TOP).matches
        return [(match.vacancy.id, match.score) for match in found]

    def search_text(self, sentence: str) -> Best:
        """The same from a sentence."""
        return self.search(SeekerProfile.from_understanding(0, understand(sentence), today=TODAY))

    def match_many(self, seekers: Iterable[SeekerProfile]) -> Iterator[tuple[Id, Best]]:
        """The best vacancies of each seeker, in order."""
        return ((seeker.id, self.search(seeker)) for seeker in seekers)

    def match_many_vacancies(self, seekers: Iterable[SeekerProfile]) -> dict[Id, Best]:
        """The best seekers of each vacancy that has any."""
        found: dict[Id, Best] = {}
        for seeker, best in self.match_many(seekers):
            for vacancy, score in best:
                found.setdefault(vacancy, []).append((seeker, score))
        return {vacancy: sorted(best, key=lambda pair: -pair[1])[:TOP] for vacancy, best in found.items()}

    def put(self, vacancy: VacancyProfile) -> None:
        """A vacancy is added."""
        self.index.put(vacancy)

    def remove(self, id: Id) -> None:  # noqa: A002
        """A vacancy is closed."""
        self.index.remove(id)

    def fill(self, vacancy: VacancyProfile) -> None:
        """All places of a vacancy are taken."""
        self.index.put(replace(vacancy, hired=vacancy.headcount))
