"""The open vacancies, kept so that a seeker's are found without looking at the others."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date

import numpy as np

from matching.certificates import held
from matching.columns import Candidates, Columns, Slots, certificate_bits, row_of
from matching.occupations import related
from matching.places import NATION, ancestors, city_of, get_required_region, nearby_cities, province_of
from matching.profiles import Id, SeekerProfile, VacancyProfile

ANY = ""
ADULT, WORKING_AGE = 18, 16
MIN_NEARNESS = 0.15


class VacancyIndex:
    """Vacancies by region (each region they lie in) and occupation; put and remove take effect at once."""

    def __init__(self, vacancies: Iterable[VacancyProfile] = ()) -> None:
        self.columns = Columns()
        self._vacancies: list[VacancyProfile | None] = []
        self._slots: dict[Id, int] = {}
        self._free: list[int] = []
        self._members: dict[tuple[str, str], dict[int, None]] = {}
        self._arrays: dict[tuple[str, str], Slots] = {}
        for vacancy in vacancies:
            self.put(vacancy)

    def __len__(self) -> int:
        return len(self._slots)

    def __iter__(self) -> Iterator[VacancyProfile]:
        return (self.at(slot) for slot in self._slots.values())

    def put(self, vacancy: VacancyProfile) -> None:
        """Add a vacancy, or replace the one of the same id."""
        row = row_of(vacancy)
        self.remove(vacancy.id)
        slot = self._free.pop() if self._free else len(self._vacancies)
        if slot == len(self._vacancies):
            self._vacancies.append(vacancy)
        else:
            self._vacancies[slot] = vacancy
        self._slots[vacancy.id] = slot
        self.columns.write(slot, row)
        for key in _keys(vacancy):
            self._members.setdefault(key, {})[slot] = None
            self._arrays.pop(key, None)

    def remove(self, id: Id) -> None:  # noqa: A002
        """Take a vacancy out; nothing happens where there is none of this id."""
        slot = self._slots.pop(id, None)
        if slot is None:
            return
        for key in _keys(self.at(slot)):
            self._members[key].pop(slot, None)
            self._arrays.pop(key, None)
        self._vacancies[slot] = None
        self._free.append(slot)

    def get(self, id: Id) -> VacancyProfile | None:  # noqa: A002
        slot = self._slots.get(id)
        return None if slot is None else self.at(slot)

    def at(self, slot: int) -> VacancyProfile:
        vacancy = self._vacancies[slot]
        assert vacancy is not None
        return vacancy

    def bucket(self, region: str, occupation: str = ANY) -> Slots:
        """The slots of one region and occupation."""
        key = (region, occupation)
        array = self._arrays.get(key)
        if array is None:
            members = self._members.get(key)
            if not members:
                return np.empty(0, np.int64)
            array = self._arrays[key] = np.fromiter(members, np.int64, len(members))
        return array

    def narrow(
        self, seeker: SeekerProfile, *, today: date, skip: Collection[Id] = (), lawful: bool = True
    ) -> tuple[Candidates, str | None]:
        """The vacancies that meet every hard condition, in the first scope that has any; and that scope if widened.

        With lawful=False, those that only lack a certificate the law demands instead.
        """
        wanted = asked_for(seeker)
        skipped = {self._slots[number] for number in skip if number in self._slots}
        for step, scope in enumerate(scopes(seeker)):
            found = self._gather(scope, wanted)
            if len(found):
                found = self._allowed(found, seeker, today, skipped, lawful)
            if len(found):
                return found, None if step == 0 else _scope_name(scope, step)
        return Candidates(self.columns, np.empty(0, np.int64), np.empty(0, np.float32)), None

    def _gather(self, scope: tuple[str, ...], wanted: tuple[tuple[str, float], ...]) -> Candidates:
        slots, nearness = [], []
        for occupation, near in wanted:
            for region in scope:
                bucket = self.bucket(region, occupation)
                if len(bucket):
                    slots.append(bucket)
                    nearness.append(np.full(len(bucket), near, np.float32))
        if not slots:
            return Candidates(self.columns, np.empty(0, np.int64), np.empty(0, np.float32))
        every = np.concatenate(slots)
        if len(slots) > 1:
            every, first = np.unique(every, return_index=True)
            return Candidates(self.columns, every, np.concatenate(nearness)[first])
        return Candidates(self.columns, every, nearness[0])

    def _allowed(
        self, found: Candidates, seeker: SeekerProfile, today: date, skipped: set[int], lawful: bool
    ) -> Candidates:
        keep = (found["expires"] >= today.toordinal()) & (found["openings"] > 0)
        if skipped:
            keep &= ~np.isin(found.slots, np.fromiter(skipped, np.int64, len(skipped)))
        for code in seeker.negated:
            keep &= ~np.isin(found.slots, self.bucket(NATION, code))
        age = today.year - seeker.birth_year if seeker.birth_year else ADULT
        if age < WORKING_AGE:
            keep[:] = False
        elif age < ADULT:
            keep &= ~found["adults_only"]
        if seeker.certificates is not None:
            lacks = (found["law"] & ~certificate_bits(held(seeker.certificates))) != 0
            keep &= ~lacks if lawful else lacks
        elif not lawful:
            keep[:] = False
        return found.keep(keep)


def _keys(vacancy: VacancyProfile) -> Iterator[tuple[str, str]]:
    codes = (ANY, *(code for code, _ in vacancy.occupations))
    return ((region, code) for region in ancestors(vacancy.region) for code in codes)


def asked_for(seeker: SeekerProfile) -> tuple[tuple[str, float], ...]:
    """The occupations to look for, nearest first: those named, then their neighbours."""
    if not seeker.occupations:
        return ((ANY, 1.0),)
    top = max(score for _, score in seeker.occupations)
    near: dict[str, float] = {}
    for code, score in seeker.occupations:
        share = score / top if top else 1.0
        near[code] = max(near.get(code, 0.0), share)
        for other, weight in related(code):
            near[other] = max(near.get(other, 0.0), share * weight)
    kept = [(code, weight) for code, weight in near.items() if weight >= MIN_NEARNESS and code not in seeker.negated]
    return tuple(sorted(kept, key=lambda pair: (-pair[1], pair[0])))


def scopes(seeker: SeekerProfile) -> Iterator[tuple[str, ...]]:
    """Regions to look in, one scope after another: the wanted one, its city, the cities near, province, nation."""
    if seeker.region is None or seeker.anywhere or seeker.region == NATION:
        yield (NATION,)
        return
    region = get_required_region(seeker.region)
    yield (region.adcode,)
    city = city_of(region.adcode)
    if city != region.adcode:
        yield (city,)
    if region.level > 1:
        yield (city, *nearby_cities(city))
    province = province_of(city)
    if province not in (region.adcode, city):
        yield (province,)
    yield (NATION,)


def _scope_name(scope: tuple[str, ...], step: int) -> str:
    """The adcode of the scope used; near cities are told as 'near:' and the city they surround."""
    return scope[0] if len(scope) == 1 else f"near:{scope[0]}"
