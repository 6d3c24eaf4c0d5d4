"""Times are UTC instants; business dates are days in Asia/Shanghai."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The clock of production; everything else is given one."""
    return datetime.now(UTC)


def business_date(moment: datetime) -> date:
    """The day in Asia/Shanghai on which `moment` falls; it decides the period a fact counts in."""
    return moment.astimezone(SHANGHAI).date()


def at(day: datetime, clock: time) -> datetime:
    """The moment of that day at which a clock beside it shows `clock`."""
    return day.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
