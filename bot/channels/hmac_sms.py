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

from bot.channels import sms, wary
from bot.channels.base import (
    WEB,
    Heard,
    Hook,
    Reading,
    Receipt,
    RefusedError,
    RefusedRequest,
    TryLaterError,
    UnreachableError,
    Verdict,
)
from bot.channels.gateway import SmsGateway, SmsSettings
from bot.channels.http import Answer
from models.clock import Clock, utc_now
from models.messages import OutboxState
from services.sending import Envelope

SKEW_SECONDS = 300
STATES = {
    "delivered": (OutboxState.DELIVERED, ""),
    "undelivered": (OutboxState.FAILED, "undelivered"),
    "expired": (OutboxState.FAILED, "phone_off"),
}


class HmacSmsSettings(SmsSettings):
    """`[channels.NAME]` with kind = "hmac_sms"."""

    kind: Literal["hmac_sms"]
    base_url: str = Field(pattern=WEB)
    app_id: str
    secret: SecretStr = Field(min_length=16)
    number: str
    hook_url: str = Field(pattern=WEB)


class HmacSms(SmsGateway[HmacSmsSettings]):
    """One application of such a gateway."""

    def __init__(self, name: str, settings: HmacSmsSettings, clock: Clock = utc_now) -> None:
        super().__init__(name, settings)
        self._clock = clock

    async def hand_over(self, envelope: Envelope, text: str, number: int) -> str:
        """One signed post; the row id is the `client_id`, by which the gateway can tell a repetition."""
        message = {
            "to": envelope.handle,
            "text": text,
            "client_id": f"{envelope.id}-{number}" if number else str(envelope.id),
            "callback": self._settings.hook_url,
        }
        answer = await self._post(json.dumps(message, ensure_ascii=False).encode())
        return str(answer.json().get("id", ""))

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
        said = answer.json()
        if "error" in said:
            raise TryLaterError("gateway_error")
        if not said.get("id"):
            raise TryLaterError("gateway_babbles")
        return answer

    async def read(self, hook: Hook) -> Reading:
        """Signed events: MO and receipts. An event that cannot be read is put aside and costs the others nothing."""
        self._check_signature(hook)
        try:
            events = json.loads(hook.body)["events"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise RefusedRequest(Verdict.REFUSED_UNREADABLE, 400, keep=True) from error
        if not isinstance(events, list):
            raise RefusedRequest(Verdict.REFUSED_UNREADABLE, 400, keep=True)
        return _reading([_event(event, self._settings.number) for event in events])

    def _check_signature(self, hook: Hook) -> None:
        """A signature older than five minutes is a replay; a younger one brings only what is stored already."""
        stamp, nonce = hook.headers.get("X-Timestamp", ""), hook.headers.get("X-Nonce", "")
        expected = sign(self._settings.secret.get_secret_value(), stamp, nonce, hook.body)
        if not wary.is_secret(hook.headers.get("X-Signature", ""), expected):
            raise RefusedRequest(Verdict.REFUSED_SIGNATURE, 401)
        is_number = stamp.isascii() and stamp.isdigit() and len(stamp) < 20
        if not is_number or abs(hook.now - int(stamp)) > SKEW_SECONDS:
            raise RefusedRequest(Verdict.REFUSED_REPLAY, 401)


def sign(secret: str, stamp: str, nonce: str, body: bytes) -> str:
    """hex HMAC-SHA256 over timestamp, nonce and body, a line each."""
    head = f"{stamp}\n{nonce}\n".encode("utf-8", "surrogateescape")  # as the header's bytes came
    return hmac.new(secret.encode(), head + body, hashlib.sha256).hexdigest()


Event = Heard | Receipt | Verdict | bytes  # bytes: it could not be read


def _reading(read: list[Event]) -> Reading:
    odd = tuple(item for item in read if isinstance(item, bytes))
    verdicts = [item for item in read if isinstance(item, Verdict)]
    outcome = verdicts[0] if verdicts and len(verdicts) == len(read) else Verdict.STORED
    return Reading(
        outcome=Verdict.STORED_PARTLY if odd else outcome,
        heard=tuple(item for item in read if isinstance(item, Heard)),
        receipts=tuple(item for item in read if isinstance(item, Receipt)),
        odd=odd,
    )


def _event(event: Any, own_number: str) -> Event:
    """One event; the name of its outcome where it leads to nothing."""
    try:
        return _receipt(event) if event["type"] == "receipt" else _message(event, own_number)
    except (KeyError, TypeError, ValueError, AttributeError):
        return json.dumps(event).encode()


def _receipt(event: Mapping[str, Any]) -> Event:
    row, state = wary.row_id(event["client_id"]), STATES.get(event["status"])
    return Receipt(row, *state) if state and row is not None else Verdict.RECEIPT


def _message(event: Mapping[str, Any], own_number: str) -> Event:
    """An MO; a part that can be none is a message of its own."""
    if event["type"] != "mo":
        return Verdict.IGNORED
    external, text = wary.external_id(event["id"]), event["text"]
    if not external or not isinstance(text, str) or not isinstance(event["from"], str):
        raise ValueError("an id and words are wanted")
    number, why = sms.sender_of(event["from"], [own_number])
    if number is None:
        return why
    piece = event.get("part")
    where = wary.part_of(piece.get("ref"), piece.get("total"), piece.get("seq")) if isinstance(piece, dict) else None
    return Heard(external, number, {"text": text}, where)
