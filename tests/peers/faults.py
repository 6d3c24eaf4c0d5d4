"""What a test orders a peer to do wrong; every fake on HTTP takes the same orders."""

from __future__ import annotations

import asyncio
import math
import time
from collections import deque
from dataclasses import dataclass, field


@dataclass
class Faults:
    """Orders that were given and are not yet carried out."""

    failing: deque[tuple[int, str]] = field(default_factory=deque)
    throttled_until: float = 0.0
    hanging: float = 0.0
    lost_answers: int = 0

    def fail_next(self, times: int, code: int, only: str = "") -> None:
        """Refuse the next calls (`only`: of this method) with this code; nothing of them is kept."""
        self.failing.extend([(code, only)] * times)

    def throttle(self, seconds: float) -> None:
        """Refuse every call as too fast, from now on, for so long."""
        self.throttled_until = time.monotonic() + seconds

    def hang(self, seconds: float) -> None:
        """Let every call wait so long before it is looked at; 0 ends it."""
        self.hanging = seconds

    def lose_answers(self, times: int) -> None:
        """Carry out the next calls, and cut the connection instead of an answer."""
        self.lost_answers += times

    def failure(self, method: str = "", *, only: bool = False) -> int:
        """The code this call is to fail with, taken off the list; 0 is none. `only`: not by an order for any call."""
        for index, (code, wanted) in enumerate(self.failing):
            if wanted == method or (not wanted and not only):
                del self.failing[index]
                return code
        return 0

    def pause(self) -> int:
        """Whole seconds until calls are taken again."""
        return max(0, math.ceil(self.throttled_until - time.monotonic()))

    async def wait(self) -> None:
        """Hang, if so ordered."""
        if self.hanging:
            await asyncio.sleep(self.hanging)

    def loses_answer(self) -> bool:
        """Whether the answer of this call, which was carried out, is to be lost."""
        if not self.lost_answers:
            return False
        self.lost_answers -= 1
        return True
