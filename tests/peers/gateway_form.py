"""The form kind of SMS gateway; its contract is in tests.peers.sms_gateways."""

from __future__ import annotations

import hmac
import itertools
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from aiohttp import web

from tests.peers.gateway_base import FORBIDDEN_WORDS, Accepted, Answered, Gateway

FIELDS = {"account", "password", "mobile", "content", "extno", "rid"}
MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
SIGNED = re.compile(r"【[^【】]{2,20}】.", re.S)
LONGEST_RID = 20
WORDS = {
    1: "account or password wrong",
    2: "bad number",
    3: "forbidden word",
    4: "too fast",
    5: "no signature",
    6: "no balance",
    9: "busy",
}
STATES = ("DELIVRD", "UNDELIV", "EXPIRED", "REJECTD")
BEIJING = timezone(timedelta(hours=8))


@dataclass
class FormGateway(Gateway):
    """Give `callback_url` once our own url is known; `balance` is in segments, None is without end."""

    account: str = "sample"
    password: str = "sample-password"
    token: str = "sample-token"
    extno: str = "01"
    balance: int | None = None
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        """Where MT comes in."""
        yield web.post("/send", self._send)

    async def _send(self, request: web.Request) -> web.Response:
        if (fault := await self.before()) is not None:
            return fault
        if request.content_type != "application/x-www-form-urlencoded":
            return web.Response(status=400, text="a form is wanted")
        try:
            form = {name: str(value) for name, value in (await request.post()).items()}
        except ValueError:
            return web.Response(status=400, text="not UTF-8")
        if set(form) != FIELDS or len(form["rid"]) > LONGEST_RID or not form["rid"]:
            return web.Response(status=400, text=f"the fields are {sorted(FIELDS)}, rid of 1-{LONGEST_RID}")
        if code := self._wrong(form):
            self.refused.append((form["rid"], WORDS[code]))
            return _told(code, wait=self.faults.pause())
        accepted = self.accept(form["rid"], form["mobile"], form["content"])
        return self.maybe_lose(request, _told(0, msgid=accepted.id))

    def _wrong(self, form: Mapping[str, str]) -> int:
        password = hmac.compare_digest(form["password"].encode(), self.password.encode())
        if form["account"] != self.account or not password:
            return 1
        if self._errors_inside:
            return int(self._errors_inside.popleft())
        if self.faults.pause():
            return 4
        if not MOBILE.fullmatch(form["mobile"]):
            return 2
        if not SIGNED.match(form["content"]):
            return 5
        if any(word in form["content"] for word in FORBIDDEN_WORDS):
            return 3
        return 6 if self.balance is not None and self.segments >= self.balance else 0

    async def says(self, number: str, text: str) -> bool:
        """MO."""
        return await self.brings(self.mo(number, text))

    def mo(self, number: str, text: str) -> dict[str, str]:
        """The fields of an MO, to be brought once or again."""
        fields = {"type": "mo", "mobile": number, "content": text, "extno": self.extno}
        return fields | {"moid": f"MO{next(self._numbers):06}", "time": _now()}

    def report(self, accepted: Accepted, state: str = "DELIVRD") -> dict[str, str]:
        """The fields of a receipt."""
        assert state in STATES, f"the states are {STATES}"
        fields = {"type": "report", "msgid": accepted.id, "rid": accepted.ours, "mobile": accepted.to}
        return fields | {"stat": state, "time": _now()}

    async def reports(self, accepted: Accepted, state: str = "DELIVRD") -> bool:
        """One receipt; whether we took it."""
        return await self.brings(self.report(accepted, state))

    async def reports_many(self, *states: tuple[Accepted, str]) -> bool:
        """Several in one body."""
        listed = [self.report(accepted, state) for accepted, state in states]
        for one in listed:
            del one["type"]
        return await self.brings({"type": "report", "reports": json.dumps(listed)})

    async def brings(self, fields: Mapping[str, Any], token: str | None = None) -> bool:
        """Any body, with any token."""
        assert self.callback_url, "the gateway was not told our url"
        query = {"token": self.token if token is None else token}
        return await self.call_back(
            lambda session: session.post(self.callback_url, params=query, data=fields), _is_taken
        )


def _is_taken(answered: Answered) -> bool:
    return answered.status == 200 and answered.body.strip() == "ok"


def _now() -> str:
    return datetime.now(UTC).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def _told(code: int, wait: int = 0, **more: str) -> web.Response:
    body: dict[str, Any] = {"code": code, "msg": WORDS.get(code, "ok")} | more
    return web.json_response(body | ({"wait": max(wait, 1)} if code == 4 else {}))
