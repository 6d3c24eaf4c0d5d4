"""When a phone may ring: the end of the break that a moment falls into, in local time, over midnight or not."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from models.clock import SHANGHAI
from models.quiet import Hours, QuietHours

USUAL = Hours()
EARLY = Hours(time(0), time(8), time(12), time(12))  # a night that does not go over midnight, no lunch
ALWAYS = Hours(time(0), time(0), time(12), time(12))


@pytest.mark.parametrize(
    ("hours", "moment", "rings"),
    [
        (USUAL, "23 20:59", "23 20:59"),
        (USUAL, "23 21:00", "24 08:00"),
        (USUAL, "24 00:00", "24 08:00"),
        (USUAL, "24 07:59", "24 08:00"),
        (USUAL, "24 08:00", "24 08:00"),
        (USUAL, "24 12:00", "24 14:00"),
        (USUAL, "24 13:59", "24 14:00"),
        (USUAL, "24 14:00", "24 14:00"),
        (EARLY, "23 21:00", "23 21:00"),
        (EARLY, "23 23:59", "23 23:59"),
        (EARLY, "24 00:00", "24 08:00"),
        (EARLY, "24 12:30", "24 12:30"),
        (ALWAYS, "24 00:00", "24 00:00"),
        (ALWAYS, "24 03:00", "24 03:00"),
    ],
)
def test_the_end_of_the_break(hours: Hours, moment: str, rings: str) -> None:
    def read(text: str) -> datetime:
        return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)

    assert hours.after(read(moment)) == read(rings)


def test_a_region_lives_by_its_own_hours_or_by_those_around_it() -> None:
    west, city = Hours(night_to=time(10)), Hours(night_to=time(9))
    quiet = QuietHours(regions={"65": west, "6501": city})
    assert quiet.of("650102") is city
    assert quiet.of("652800") is west
    assert quiet.of("410100") is quiet.usual is quiet.of(None)
