"""A reply storm is cut (P9 of `promises.md` §2): two machines that answer each other, or a phone that repeats itself.

The same answer in many turns in a row is a machine's; an officer who approves thirty firms in five minutes hears the
same words as often, but other ones in between. What the last turn said is kept with the conversation, which every turn
loads and writes anyway: no query, and the same over any number of processes.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from models.messages import Outgoing

IN_A_ROW = 20
PAID_IN_A_ROW = 6  # an SMS costs money
WINDOW_SECONDS = 300
log = logging.getLogger(__name__)
Lately = dict[str, list[int]]  # hash of a text that the last turn said: [when first, in how many turns in a row]


def without_storm(
    lately: Lately, replies: list[Outgoing], now: datetime, *, paid: bool
) -> tuple[Lately, list[Outgoing]]:
    """What this turn says, counted, and those of its replies that were not said in too many turns in a row."""
    moment, most = int(now.timestamp()), PAID_IN_A_ROW if paid else IN_A_ROW
    after: Lately = {}
    kept = []
    for reply in replies:
        if reply.action == "send":
            key = hashlib.blake2b(reply.text.encode(), digest_size=6).hexdigest()
            first, in_a_row = lately.get(key, (moment, 0))
            if moment - first >= WINDOW_SECONDS:
                first, in_a_row = moment, 0
            after[key] = [first, in_a_row + 1]
            if in_a_row >= most:
                log.warning("turn.storm_cut", extra={"person": reply.person_id})
                continue
        kept.append(reply)
    return after, kept
