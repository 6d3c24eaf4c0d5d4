"""Telegram's speed limits: thirty messages a second in all, one a second to a chat on average."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.peers.telegram.refused import too_many

ALL_A_SECOND, ALL_AT_ONCE = 30.0, 30.0
CHAT_A_SECOND, CHAT_AT_ONCE = 1.0, 5.0


@dataclass
class Bucket:
    """So many at once, then so many a second; who asks too early waits at least a whole second."""

    rate: float
    room: float
    left: float = -1.0
    seen: float = 0.0
    paused_until: float = 0.0

    def pause(self, now: float) -> int:
        """Seconds to wait before the next one; 0 takes one."""
        if now < self.paused_until:
            return math.ceil(self.paused_until - now)
        self.left = self.room if self.left < 0 else min(self.room, self.left + (now - self.seen) * self.rate)
        self.seen = now
        if self.left >= 1:
            self.left -= 1
            return 0
        seconds = math.ceil((1 - self.left) / self.rate)
        self.paused_until = now + seconds
        return seconds


@dataclass
class Limits:
    """The buckets of one bot."""

    enforced: bool = True
    clock: Callable[[], float] = time.monotonic
    all: Bucket = field(default_factory=lambda: Bucket(ALL_A_SECOND, ALL_AT_ONCE))
    chats: dict[int, Bucket] = field(default_factory=dict)

    def check(self, chat_id: int) -> None:
        """One more message to this chat, or a 429."""
        if not self.enforced:
            return
        now = self.clock()
        chat = self.chats.setdefault(chat_id, Bucket(CHAT_A_SECOND, CHAT_AT_ONCE))
        if seconds := chat.pause(now) or self.all.pause(now):
            raise too_many(seconds)
