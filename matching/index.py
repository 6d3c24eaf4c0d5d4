"""The open vacancies, kept so that a seeker's are found without looking at the others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from matching.aspects import ASPECTS, empty_kinds
from matching.blocks import Blocks
from matching.blocks import Row as BlockRow
from matching.comparisons import default_weights
from matching.kernel import Scratch
from matching.points import Points
from matching.profiles import Id, VacancyProfile
from matching.scopes import region_numbers
from matching.wanted import FULLY, NAMELESS

NO_TWIN = -1
Twins = tuple[Id, str, str]


class VacancyIndex:
    """Vacancies in one block an occupation; put and remove take effect at once.

    Slots are small numbers that stand for vacancies while they are in. One thread at a time: a search may number new
    kinds, and a batch must not overlap a put. Compiled, questions are answered by numba, the first after some
    seconds of compiling; it must be there (`kernel.is_there`).
    """

    def __init__(
        self,
        vacancies: Iterable[VacancyProfile] = (),
        weights: Mapping[str, float] | None = None,
        *,
        compiled: bool = False,
    ) -> None:
        self.kinds = empty_kinds()
        self.points = Points(self.kinds, weights or default_weights())
        self.compiled, self.scratch = compiled, Scratch()
        self.has_several = False  # some vacancy has several occupations and lies in several blocks
        self._vacancies: list[VacancyProfile | None] = []
        self._slots: dict[Id, int] = {}
        self._free: list[int] = []
        self._twins: dict[Twins, list[int]] = {}  # the number of near-identical adverts, and how many there are
        self._next_twin = 0
        self._fill(vacancies)

    def _fill(self, vacancies: Iterable[VacancyProfile]) -> None:
        """Many at once: each block is sorted one time."""
        rows: dict[str, list[BlockRow]] = {}
        for vacancy in {vacancy.id: vacancy for vacancy in vacancies}.values():
            kinds, codes = self.kinds_of(vacancy), self._codes(vacancy)
            row = self._row(vacancy, self._take_slot(vacancy), kinds)
            for code in codes:
                rows.setdefault(code, []).append(row)
        self.blocks = Blocks(rows)

    def __len__(self) -> int:
        return len(self._slots)

    def __iter__(self) -> Iterator[VacancyProfile]:
        return (self.at(slot) for slot in self._slots.values())

    def put(self, vacancy: VacancyProfile) -> None:
        """Add a vacancy, or replace the one of the same id; raises UnknownRegionError and is as before."""
        kinds, codes = self.kinds_of(vacancy), self._codes(vacancy)  # what cannot be read raises before a thing changes
        self.remove(vacancy.id)
        row = self._row(vacancy, self._take_slot(vacancy), kinds)
        for code in codes:
            self.blocks.add(code, row)

    def remove(self, id: Id) -> None:  # noqa: A002
        """Take a vacancy out; nothing happens where there is none of this id."""
        slot = self._slots.pop(id, None)
        if slot is None:
            return
        vacancy = self.at(slot)
        place = region_numbers()[vacancy.region]
        for code in self._codes(vacancy):
            self.blocks.remove(code, place, slot)
        self._forget_twin(vacancy)
        self._vacancies[slot] = None
        self._free.append(slot)

    def get(self, id: Id) -> VacancyProfile | None:  # noqa: A002
        slot = self._slots.get(id)
        return None if slot is None else self.at(slot)

    def at(self, slot: int) -> VacancyProfile:
        vacancy = self._vacancies[slot]
        assert vacancy is not None
        return vacancy

    @property
    def most_slots(self) -> int:
        """No slot is as high."""
        return len(self._vacancies)

    def slots_of(self, ids: Collection[Id]) -> list[int]:
        """The slots of those ids that are in."""
        return [self._slots[number] for number in ids if number in self._slots]

    def _take_slot(self, vacancy: VacancyProfile) -> int:
        slot = self._free.pop() if self._free else len(self._vacancies)
        if slot == len(self._vacancies):
            self._vacancies.append(vacancy)
        else:
            self._vacancies[slot] = vacancy
        self._slots[vacancy.id] = slot
        return slot

    def _codes(self, vacancy: VacancyProfile) -> tuple[str, ...]:
        codes = tuple(dict.fromkeys(code for code, _ in vacancy.occupations))
        self.has_several = self.has_several or len(codes) > 1
        return codes or (NAMELESS,)

    def kinds_of(self, vacancy: VacancyProfile) -> tuple[int, ...]:
        """Its kind in each aspect."""
        return tuple([self.kinds[aspect.name].number(aspect.of_vacancy(vacancy)) for aspect in ASPECTS])

    def _row(self, vacancy: VacancyProfile, slot: int, kinds: tuple[int, ...]) -> BlockRow:
        place, *others = kinds
        return (place, FULLY, slot, *others, self._twin(vacancy))

    def _twin(self, vacancy: VacancyProfile) -> int:
        """Near-identical adverts of one employer have one number."""
        if not vacancy.employer:
            return NO_TWIN
        known = self._twins.setdefault(_twins_of(vacancy), [self._next_twin, 0])
        self._next_twin += known[1] == 0
        known[1] += 1
        return known[0]

    def _forget_twin(self, vacancy: VacancyProfile) -> None:
        if not vacancy.employer:
            return
        known = self._twins[_twins_of(vacancy)]
        known[1] -= 1
        if not known[1]:
            del self._twins[_twins_of(vacancy)]


def _twins_of(vacancy: VacancyProfile) -> Twins:
    return vacancy.employer, vacancy.title, vacancy.region
