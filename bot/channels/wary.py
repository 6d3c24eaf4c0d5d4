"""What every channel is wary of in what arrives: numbers and ids that would not fit, secrets that differ.

Whatever a stranger sends ends as a value that can be stored, or as None; it never raises.
"""

from __future__ import annotations

import hashlib
import hmac

LONGEST_ID = 120
MOST_PARTS = 255  # 3GPP TS 23.040: one octet
LARGEST_ROW_ID = (1 << 63) - 1


def is_secret(shown: str, secret: str) -> bool:
    """Whether somebody knows the secret: compared as bytes, in the same time whatever differs. No secret, no entry."""
    return bool(secret) and hmac.compare_digest(shown.encode("utf-8", "surrogatepass"), secret.encode())


def row_id(raw: object) -> int | None:
    """The id of an outbox row, as we gave it to the gateway; None for anything else."""
    text = str(raw)
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        return None
    number = int(text)
    return number if 0 < number <= LARGEST_ROW_ID else None


def external_id(raw: object) -> str:
    """A gateway's id of a message as it is stored; '' for none. One that is too long or odd becomes its hash.

    It is never cut: two long ids that begin alike would be one message, and the second would be lost.
    """
    if raw is None or isinstance(raw, bool | list | dict):
        return ""
    text = str(raw)
    if len(text) <= LONGEST_ID and text.isascii() and text.isprintable():
        return text
    return f"sha256-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"


def part_of(reference: object, total: object, which: object) -> tuple[int, int, int] | None:
    """(reference, how many, which) of a part of a long SMS; None when that can be no part."""
    if not (isinstance(reference, int) and isinstance(total, int) and isinstance(which, int)):
        return None
    return (reference, total, which) if 1 < total <= MOST_PARTS and 1 <= which <= total else None
