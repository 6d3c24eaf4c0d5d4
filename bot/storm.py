"""A reply storm is cut (P9 of `promises.md` §2): two machines that answer each other, or a phone that repeats itself.

What was said lately is kept with the conversation, which every turn loads and writes anyway: no query, and the same
over any number of processes.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import datetime

from models.messages import Outgoing

SAME_REPLIES = 20
SAME_PAID_REPLIES = 6  # an SMS costs money
WINDOW_SECONDS = 300
Lately = dict[str, list[int]]  # hash of a text: [first said, how often]
log = logging.getLogger(__name__)


def without_storm(
    lately: Lately, replies: list[Outgoing], now: datetime, *, paid: bool
) -> tuple[Lately, list[Outgoing]]:
    """What was said in the last five minutes with these replies, and those of them that were not said too often."""
    moment, most = int(now.timestamp()), SAME_PAID_REPLIES if paid else SAME_REPLIES
    lately = {key: told for key, told in lately.items() if moment - told[0] < WINDOW_SECONDS}
    kept = []
    for reply in replies:
        if reply.action != "send":
            kept.append(reply)
            continue
        key = hashlib.blake2b(reply.text.encode(), digest_size=6).hexdigest()
        first, often = lately.get(key, (moment, 0))
        lately[key] = [first, often + 1]
        if often < most:
            kept.append(reply)
        else:
            log.warning("turn.storm_cut", extra={"person": reply.person_id})
    return lately, kept
