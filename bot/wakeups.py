"""Who is waiting for what: a commit wakes the deliveries of the addresses that it touched."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable


class Wakeups:
    """In-process signals; they carry nothing, the rows are read from the database."""

    def __init__(self) -> None:
        self.inbox = asyncio.Event()
        self._channels: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._addresses: dict[int, set[asyncio.Event]] = defaultdict(set)

    def listen(self, address_id: int) -> asyncio.Event:
        """An event that is set whenever something was written for this address."""
        event = asyncio.Event()
        self._addresses[address_id].add(event)
        return event

    def leave(self, address_id: int, event: asyncio.Event) -> None:
        """Stop listening."""
        listeners = self._addresses[address_id]
        listeners.discard(event)
        if not listeners:
            del self._addresses[address_id]

    def channel(self, name: str) -> asyncio.Event:
        """The event that is set whenever something was written for this channel; its sender clears it."""
        return self._channels[name]

    def wake(self, addresses: Iterable[int], channels: Iterable[str] = ()) -> None:
        """Set the events of these addresses and channels."""
        for address in addresses:
            for event in self._addresses.get(address, ()):
                event.set()
        for name in channels:
            self._channels[name].set()
