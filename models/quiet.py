"""The hours at which no phone rings unasked, of the country and of regions that live by other ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from models.clock import SHANGHAI, at


@dataclass(frozen=True, slots=True)
class Hours:
    """A night and a lunch break, local times of the day; a break may go over midnight. From and to alike: no break."""

    night_from: time = time(21)
    night_to: time = time(8)
    lunch_from: time = time(12)
    lunch_to: time = time(14)

    def after(self, moment: datetime) -> datetime:
        """The moment itself, or the end of the break it falls into."""
        local = moment.astimezone(SHANGHAI)
        for begin, end in ((self.night_from, self.night_to), (self.lunch_from, self.lunch_to)):
            over_midnight = end < begin
            if over_midnight and local.time() >= begin:
                return at(local + timedelta(days=1), end)
            if (over_midnight and local.time() < end) or begin <= local.time() < end:
                return at(local, end)
        return moment


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours of the country, of regions that live by other ones (adcode or its beginning → hours), a daily cap."""

    usual: Hours = Hours()
    a_day: int = 3  # unasked messages to one number
    regions: Mapping[str, Hours] = field(default_factory=dict)

    def of(self, region: str | None) -> Hours:
        """The hours of a region: its own, else of the smallest area around it that has some."""
        for length in range(len(region or ""), 1, -1):
            if (found := self.regions.get((region or "")[:length])) is not None:
                return found
        return self.usual
