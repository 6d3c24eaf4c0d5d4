"""The pace of a channel: so many messages a second in all, so many to one address, none while it is paused."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

from bot.channels.base import Pace

REMEMBERED = 10_000


class Gate:
    """Lets calls through one by one, in the order in which they come."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._next = 0.0  # when the next call may go, were there no pause
        self._paused = 0.0
        self._addresses: OrderedDict[int, float] = OrderedDict()
        self._order = asyncio.Lock()

    def pause(self, seconds: float) -> None:
        """Nothing goes through for so long; a shorter pause never ends a longer one."""
        self._paused = max(self._paused, time.monotonic() + seconds)

    @property
    def rest(self) -> float:
        """Seconds until the pause is over; 0 or less where there is none."""
        return self._paused - time.monotonic()

    async def pause_over(self) -> None:
        """Return when there is no pause."""
        while (rest := self.rest) > 0:  # noqa: ASYNC110 - it may be prolonged meanwhile
            await asyncio.sleep(rest)

    async def turn(self, address: int) -> None:
        """Return when a call to the address may go."""
        await self._address_free(address)
        async with self._order:
            while True:
                await self.pause_over()
                rest = self._next - time.monotonic()
                if rest <= 0:
                    break
                await asyncio.sleep(rest)
            self._next = max(self._next, time.monotonic() - 0.05) + 1 / self._pace.per_second

    async def _address_free(self, address: int) -> None:
        """One a second and chat, after a few in a row: what is owed is kept as the time at which it is paid off."""
        if self._pace.per_address is None:
            return
        each = 1 / self._pace.per_address
        now = time.monotonic()
        paid = max(self._addresses.pop(address, 0.0), now) + each
        self._addresses[address] = paid
        if len(self._addresses) > REMEMBERED:
            self._addresses.popitem(last=False)
        if (rest := paid - now - self._pace.burst * each) > 0:
            await asyncio.sleep(rest)
