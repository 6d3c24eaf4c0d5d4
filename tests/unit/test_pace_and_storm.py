"""How fast a channel is used, and when the same answer is given no more."""

from __future__ import annotations

import asyncio
import itertools
import time
from datetime import UTC, datetime, timedelta

import pytest

from bot import pace
from bot.channels.base import Pace
from bot.pace import Gate
from bot.storm import IN_A_ROW, PAID_IN_A_ROW, without_storm
from models.messages import Outgoing

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)


class Watch:
    """Monotonic time that passes only by sleeping."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        self._real = asyncio.sleep
        monkeypatch.setattr(pace.time, "monotonic", lambda: self.now)
        monkeypatch.setattr(pace.asyncio, "sleep", self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await self._real(0)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    assert pace.time is time
    return Watch(monkeypatch)


async def passed(watch: Watch, gate: Gate, *addresses: int) -> list[float]:
    """When each call went, in seconds from now."""
    start, found = watch.now, []
    for address in addresses:
        await gate.turn(address)
        found.append(round(watch.now - start, 2))
    return found


async def test_so_many_a_second(watch: Watch) -> None:
    found = await passed(watch, Gate(Pace(10.0, 8)), *range(31))
    assert found[-1] == pytest.approx(3.0, abs=0.1)
    assert all(later >= earlier for earlier, later in itertools.pairwise(found))


async def test_idleness_saves_up_nothing(watch: Watch) -> None:
    gate = Gate(Pace(10.0, 8))
    await passed(watch, gate, 1)
    watch.now += 60
    assert (await passed(watch, gate, *range(11)))[-1] >= 0.9


async def test_a_few_in_a_row_to_one_chat_then_one_a_second(watch: Watch) -> None:
    found = await passed(watch, Gate(Pace(1000.0, 8, per_address=1.0, burst=3)), *[5] * 6)
    assert found[:3] == pytest.approx([0, 0, 0], abs=0.02)
    assert found[3:] == pytest.approx([1, 2, 3], abs=0.05)


async def test_a_busy_chat_holds_up_no_other(watch: Watch) -> None:
    gate = Gate(Pace(1000.0, 8, per_address=1.0, burst=1))
    assert (await passed(watch, gate, 5, 6, 7, 8))[-1] < 0.1


async def test_nothing_goes_before_a_pause_is_over_and_a_shorter_one_ends_no_longer_one(watch: Watch) -> None:
    gate = Gate(Pace(1000.0, 8))
    gate.pause(7)
    gate.pause(2)
    assert await passed(watch, gate, 1) == pytest.approx([7], abs=0.01)


def reply(text: str, action: str = "send") -> Outgoing:
    return Outgoing(id=1, person_id=1, text=text, action=action)


def said(times: int, *, paid: bool, seconds: float = 1.0) -> int:
    """How many of so many same replies leave, so many seconds apart."""
    lately: dict[str, list[int]] = {}
    left = 0
    for number in range(times):
        lately, kept = without_storm(lately, [reply("您好")], NOW + timedelta(seconds=number * seconds), paid=paid)
        left += len(kept)
    return left


@pytest.mark.parametrize(("paid", "most"), [(False, IN_A_ROW), (True, PAID_IN_A_ROW)])
def test_the_same_reply_is_cut(paid: bool, most: int) -> None:
    assert said(most, paid=paid) == most
    assert said(100, paid=paid) == most


def test_after_five_minutes_it_is_said_again() -> None:
    assert said(8, paid=True, seconds=100) == 8
    assert said(12, paid=True, seconds=299 / 11) == 6


def test_other_words_and_edits_are_no_storm() -> None:
    lately: dict[str, list[int]] = {}
    for number in range(50):
        lately, kept = without_storm(lately, [reply(f"第{number}条"), reply("x", "edit")], NOW, paid=True)
        assert len(kept) == 2
    lately, _ = without_storm(lately, [reply("x")], NOW + timedelta(minutes=6), paid=True)
    assert len(lately) == 1, "what is old is forgotten"


def test_a_person_who_hears_something_else_between_is_no_auto_responder() -> None:
    lately: dict[str, list[int]] = {}
    for number in range(90):
        lately, kept = without_storm(lately, [reply("您好" if number % 2 else f"第{number}条")], NOW, paid=True)
        assert len(kept) == 1
