"""SMS by a gateway that speaks JSON, signed with HMAC-SHA256 and a timestamp, both ways.

Its words: `POST {base}/v1/messages {"to", "text", "client_id", "callback"}` → 202 {"id"}; it posts
{"events": [{"type": "mo" | "receipt", ...}]} to our hook.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, SecretStr

from bot.channels import sms
from bot.channels.base import (
    ChannelSettings,
    Heard,
    Hook,
    Pace,
    Reading,
    Receipt,
    RefusedError,
    RefusedRequest,
    Sent,
    TryLaterError,
    UnreachableError,
    part,
)
from bot.channels.http import Answer, Http
from models.clock import Clock, utc_now
from models.messages import OutboxState
from services.sending import Envelope

SKEW_SECONDS = 300
STATES = {
    "delivered": (OutboxState.DELIVERED, ""),
    "undelivered": (OutboxState.FAILED, "undelivered"),
    "expired": (OutboxState.FAILED, "phone_off"),
}


class HmacSmsSettings(ChannelSettings):
    """`[channels.NAME]` with kind = "hmac_sms"."""

    kind: Literal["hmac_sms"]
    base_url: str
    app_id: str
    secret: SecretStr = Field(min_length=16)
    number: str
    hook_url: str
    signature: str = "找活"
    fen_a_segment: float = 4.5


class HmacSms:
    """One application of such a gateway."""

    reach, facts = sms.REACH, sms.FACTS

    def __init__(self, name: str, settings: HmacSmsSettings, clock: Clock = utc_now) -> None:
        self.name, self._settings, self._clock = name, settings, clock
        self.pace = Pace(settings.per_second, settings.at_once)
        self._http = Http()

    async def open(self) -> None:
        """Nothing before the first message."""

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def send(self, envelope: Envelope) -> Sent:
        """One signed post a message; the row id is the `client_id`, by which the gateway can tell a repetition."""
        segments, external = 0, None
        for number, text in enumerate(sms.render(envelope, self._settings.signature)):
            message = {
                "to": envelope.handle,
                "text": text,
                "client_id": f"{envelope.id}-{number}" if number else str(envelope.id),
                "callback": self._settings.hook_url,
            }
            with part(number):
                answer = await self._post(json.dumps(message, ensure_ascii=False).encode())
            external = external or str(answer.json().get("id", ""))[:80]
            segments += sms.size_of(text).segments
        return Sent(external_id=external, segments=segments, cost=sms.cost_of(segments, self._settings.fen_a_segment))

    async def _post(self, body: bytes) -> Answer:
        stamp, nonce = str(int(self._clock().timestamp())), secrets.token_hex(8)
        headers = {
            "Content-Type": "application/json",
            "X-App-Id": self._settings.app_id,
            "X-Timestamp": stamp,
            "X-Nonce": nonce,
            "X-Signature": sign(self._settings.secret.get_secret_value(), stamp, nonce, body),
        }
        answer = await self._http.post(f"{self._settings.base_url}/v1/messages", body, headers)
        if answer.status == 401:
            raise TryLaterError("gateway_login")
        if answer.status == 400:
            what = answer.json().get("error")
            raise UnreachableError("no_such_number") if what == "invalid_number" else RefusedError("content_refused")
        answer.raise_for_trouble()
        if "error" in (said := answer.json()):
            raise TryLaterError("gateway_error" if said["error"] else "gateway_babbles")
        return answer

    async def read(self, hook: Hook) -> Reading:
        """Signed events: MO and receipts. A signature older than five minutes is a replay and refused."""
        stamp, nonce = hook.headers.get("X-Timestamp", ""), hook.headers.get("X-Nonce", "")
        expected = sign(self._settings.secret.get_secret_value(), stamp, nonce, hook.body)
        if not hmac.compare_digest(expected.encode(), hook.headers.get("X-Signature", "").encode("utf-8", "replace")):
            raise RefusedRequest("refused_signature", 401)
        if not stamp.isdigit() or abs(hook.now - int(stamp)) > SKEW_SECONDS:
            raise RefusedRequest("refused_replay", 401)
        try:
            events = json.loads(hook.body)["events"]
            read = [_event(event, self._settings.number) for event in events]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise RefusedRequest("refused_unreadable", 400, keep=True) from error
        ignored = [item for item in read if isinstance(item, str)]
        return Reading(
            outcome=ignored[0] if ignored and len(ignored) == len(read) else "stored",
            heard=tuple(item for item in read if isinstance(item, Heard)),
            receipts=tuple(item for item in read if isinstance(item, Receipt)),
        )


def sign(secret: str, stamp: str, nonce: str, body: bytes) -> str:
    """hex HMAC-SHA256 over timestamp, nonce and body, a line each."""
    return hmac.new(secret.encode(), f"{stamp}\n{nonce}\n".encode() + body, hashlib.sha256).hexdigest()


def _event(event: Mapping[str, Any], own_number: str) -> Heard | Receipt | str:
    """One event; the name of its outcome where it leads to nothing."""
    if event["type"] == "receipt":
        state = STATES.get(event["status"])
        row = str(event["client_id"])
        return Receipt(int(row), *state) if state and row.isascii() and row.isdigit() else "receipt"
    number, why = sms.sender_of(str(event["from"]), [own_number])
    if number is None:
        return why
    piece = event.get("part")
    where = (int(piece["ref"]), int(piece["total"]), int(piece["seq"])) if piece else None
    return Heard(str(event["id"])[:120], number, {"text": str(event["text"])}, where)
