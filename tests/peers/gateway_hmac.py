"""The HMAC kind of SMS gateway; its contract is in tests.peers.sms_gateways."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import re
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.peers.gateway_base import FORBIDDEN_WORDS, Accepted, Answered, Gateway
from tests.peers.sms_text import cut

FIELDS = {"to", "text", "client_id", "callback"}
NUMBER = re.compile(r"\+861[3-9]\d{9}", re.ASCII)
SECONDS_OFF = 300
STATES = ("delivered", "undelivered", "expired", "accepted")
_references = itertools.count(1)


def signed_headers(
    app_id: str, secret: str, body: bytes, *, at: float | None = None, nonce: str = ""
) -> dict[str, str]:
    """The four headers of a body."""
    stamp, nonce = str(int(time.time() if at is None else at)), nonce or secrets.token_hex(8)
    headers = {"X-App-Id": app_id, "X-Timestamp": stamp, "X-Nonce": nonce, "Content-Type": "application/json"}
    return headers | {"X-Signature": _signature(secret, stamp, nonce, body)}


def _signature(secret: str, stamp: str, nonce: str, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{stamp}\n{nonce}\n".encode() + body, hashlib.sha256).hexdigest()


@dataclass
class HmacGateway(Gateway):
    """Give `callback_url` once our own url is known: MO goes there."""

    app_id: str = "sample-app"
    secret: str = "sample-secret-of-nobody"
    number: str = "10690"
    _nonces: set[str] = field(default_factory=set)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Where MT comes in."""
        yield web.post("/v1/messages", self._send)

    async def _send(self, request: web.Request) -> web.Response:
        if (fault := await self.before()) is not None:
            return fault
        body = await request.read()
        if not self._is_signed(request.headers, body):
            return _refusal(401, "unauthorized")
        if pause := self.faults.pause():
            return web.json_response({"error": "too_fast"}, status=429, headers={"Retry-After": str(pause)})
        try:
            message = _read(body)
        except ValueError:
            return _refusal(400, "invalid_request")
        if self._errors_inside:
            return web.json_response({"error": self._errors_inside.popleft()})
        if error := _wrong(message):
            self.refused.append((message["client_id"], error))
            return _refusal(400, error)
        accepted = self.accept(message["client_id"], message["to"], message["text"], message["callback"])
        return self.maybe_lose(request, web.json_response({"id": accepted.id}, status=202))

    def _is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        stamp, nonce = headers.get("X-Timestamp", ""), headers.get("X-Nonce", "")
        if headers.get("X-App-Id") != self.app_id or not stamp.isdigit() or not nonce or nonce in self._nonces:
            return False
        expected = _signature(self.secret, stamp, nonce, body).encode()
        if not hmac.compare_digest(expected, headers.get("X-Signature", "").encode()):
            return False
        self._nonces.add(nonce)
        return abs(time.time() - int(stamp)) <= SECONDS_OFF

    async def says(self, number: str, text: str) -> bool:
        """MO."""
        return await self.brings(self.mo(number, text))

    async def says_in_parts(self, number: str, text: str, order: tuple[int, ...] = ()) -> bool:
        """A long MO as this gateway hands it on: part by part; `order` as a phone's network mixes them."""
        pieces, reference = [piece.decode("utf-16-be") for piece in cut(text)], next(_references)
        for place in order or range(1, len(pieces) + 1):
            part = {"ref": reference, "total": len(pieces), "seq": place}
            if not await self.brings(self.mo(number, pieces[place - 1]) | {"part": part}):
                return False
        return True

    def mo(self, number: str, text: str) -> dict[str, Any]:
        """The event of an MO, to be brought once or again."""
        sender = number if number.startswith("+") else f"+86{number}"
        event = {"type": "mo", "id": f"MO{next(self._numbers):06}", "from": sender, "to": self.number}
        return event | {"text": text, "received_at": datetime.now(UTC).isoformat()}

    def receipt(self, accepted: Accepted, status: str = "delivered") -> dict[str, Any]:
        """The event of a receipt."""
        assert status in STATES, f"the states are {STATES}"
        event = {"type": "receipt", "id": accepted.id, "client_id": accepted.ours}
        return event | {"status": status, "at": datetime.now(UTC).isoformat()}

    async def reports(self, accepted: Accepted, status: str = "delivered") -> bool:
        """One receipt; whether we took it."""
        return await self.brings(self.receipt(accepted, status), url=accepted.callback)

    async def brings(self, *events: Mapping[str, Any], url: str = "", secret: str = "") -> bool:
        """Any events in one body, signed with any secret."""
        return await self.posts(json.dumps({"events": events}, ensure_ascii=False).encode(), url=url, secret=secret)

    async def posts(self, body: bytes, *, url: str = "", secret: str = "", at: float | None = None) -> bool:
        """Any bytes; every attempt is signed anew."""
        assert url or self.callback_url, "the gateway was not told our url"

        def post(session: Any) -> Any:
            headers = signed_headers(self.app_id, secret or self.secret, body, at=at)
            return session.post(url or self.callback_url, data=body, headers=headers)

        return await self.call_back(post, _is_taken)


def _is_taken(answered: Answered) -> bool:
    return 200 <= answered.status < 300


def _read(body: bytes) -> dict[str, str]:
    message = json.loads(body)
    if not isinstance(message, dict) or set(message) != FIELDS:
        raise ValueError(f"the fields are {FIELDS}")
    if not all(isinstance(value, str) for value in message.values()) or not message["client_id"]:
        raise ValueError("every field is a string, client_id not empty")
    return message


def _wrong(message: Mapping[str, str]) -> str:
    if not NUMBER.fullmatch(message["to"]):
        return "invalid_number"
    text = message["text"]
    return "content_rejected" if not text.strip() or any(word in text for word in FORBIDDEN_WORDS) else ""


def _refusal(status: int, error: str) -> web.Response:
    return web.json_response({"error": error}, status=status)
