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
PAID_IN_A_ROW = 6  # an SMS costs money, and an auto-responder gets the same answer turn after turn
WINDOW_SECONDS = 300
log = logging.getLogger(__name__)
Lately = dict[str, list[int]]  # hash of a text: [first said, how often, in how many turns in a row up to the last]


def without_storm(
    lately: Lately, replies: list[Outgoing], now: datetime, *, paid: bool
) -> tuple[Lately, list[Outgoing]]:
    """What was said in the last five minutes with these replies, and those of them that were not said too often."""
    moment = int(now.timestamp())
    before = {key: told for key, told in lately.items() if moment - told[0] < WINDOW_SECONDS}
    after = {key: [first, often, 0] for key, (first, often, _) in before.items()}
    kept = []
    for reply in replies:
        if reply.action == "send":
            key = hashlib.blake2b(reply.text.encode(), digest_size=6).hexdigest()
            first, often, in_a_row = before.get(key, (moment, 0, 0))
            after[key] = [first, after.get(key, [0, often])[1] + 1, in_a_row + 1]
            if after[key][1] > SAME_REPLIES or (paid and in_a_row >= PAID_IN_A_ROW):
                log.warning("turn.storm_cut", extra={"person": reply.person_id})
                continue
        kept.append(reply)
    return after, kept
