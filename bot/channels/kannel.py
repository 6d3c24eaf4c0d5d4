"""SMS by Kannel: `sendsms` for what leaves, a `post-url` for what arrives, `dlr-url` for what became of it.

Kannel's side is in `docs/howto/connect-sms.md`. Facts it was written against, on Kannel 1.4.5: a Chinese text arrives
as UTF-16BE in the body whatever the query says; Kannel gives no message id when it takes a message, so ours is in the
dlr-url; receipts come in any order.
"""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode

from pydantic import Field, SecretStr

from bot.channels import sms, wary
from bot.channels.base import (
    WEB,
    Hook,
    Reading,
    Receipt,
    RefusedError,
    RefusedRequest,
    TryLaterError,
    Verdict,
)
from bot.channels.gateway import SmsGateway, SmsSettings
from models.messages import OutboxState
from services.sending import Envelope

# What Kannel's %d says: 1 delivered, 2 failed, 4 buffered, 8 accepted, 16 rejected; the middle ones say nothing final.
STATES = {
    "1": (OutboxState.DELIVERED, ""),
    "2": (OutboxState.FAILED, "undelivered"),
    "16": (OutboxState.FAILED, "rejected"),
}


class KannelSettings(SmsSettings):
    """`[channels.NAME]` with kind = "kannel"."""

    kind: Literal["kannel"]
    send_url: str = Field(default="http://127.0.0.1:13013/cgi-bin/sendsms", pattern=WEB)
    username: str
    password: SecretStr
    number: str = Field(description="our own number, which people write to")
    hook_url: str = Field(pattern=WEB, description="where Kannel reaches this program: http://HOST:PORT/hooks/NAME")
    token: SecretStr = Field(min_length=16, description="a secret of at least 16 characters in the hook's query")


class Kannel(SmsGateway[KannelSettings]):
    """One Kannel, one number."""

    async def hand_over(self, envelope: Envelope, text: str, number: int) -> None:
        """One sendsms; the receipt is asked for the first."""
        query = {
            "username": self._settings.username,
            "password": self._settings.password.get_secret_value(),
            "from": self._settings.number,
            "to": envelope.handle,
            "charset": "UTF-8",
            "coding": "2" if sms.size_of(text).unicode else "0",
            "text": text,
        }
        if number == 0:
            query |= {"dlr-mask": "19", "dlr-url": self._receipt_url(envelope.id)}
        answer = await self._http.get(f"{self._settings.send_url}?{urlencode(query)}")
        if answer.status == 403:
            raise TryLaterError("gateway_login")  # a wrong password is mended by us, and then the message leaves
        if answer.status == 400:
            raise RefusedError("content_refused")
        answer.raise_for_trouble()

    def _receipt_url(self, row_id: int) -> str:
        token = self._settings.token.get_secret_value()
        return f"{self._settings.hook_url}?{urlencode({'token': token, 'receipt': row_id})}&status=%d"

    async def read(self, hook: Hook) -> Reading:
        """An MO (the body is the raw text) or a receipt."""
        if not wary.is_secret(hook.query.get("token", ""), self._settings.token.get_secret_value()):
            raise RefusedRequest(Verdict.REFUSED_SECRET, 403)
        if "receipt" in hook.query:
            return _receipt(hook)
        number, why = sms.sender_of(hook.query.get("from", ""), [self._settings.number])
        if number is None:
            return Reading(why)
        text, part = _text(hook), _part(hook.query.get("udh", ""))
        if text is None:
            return Reading(Verdict.IGNORED_BINARY)
        external = wary.external_id(hook.query.get("id"))
        if not external:
            raise RefusedRequest(Verdict.REFUSED_NO_ID, 400, keep=True)
        return sms.heard(number, external, text, part)


def _receipt(hook: Hook) -> Reading:
    row, found = wary.row_id(hook.query["receipt"]), STATES.get(hook.query.get("status", ""))
    if row is None:
        raise RefusedRequest(Verdict.REFUSED_UNREADABLE, 400)
    return Reading(Verdict.RECEIPT, receipts=(Receipt(row, *found),) if found else ())


def _text(hook: Hook) -> str | None:
    """The text of the body in the coding that Kannel names; None for data that is no text.

    A phone may cut an emoji in two; its halves are kept, and are one again when the parts are joined.
    """
    coding = hook.headers.get("X-Kannel-Coding", "0")
    if coding == "1":
        return None
    if coding == "2":
        return hook.body[: len(hook.body) // 2 * 2].decode("utf-16-be", "surrogatepass")
    return hook.body.decode("utf-8", "replace").replace("\ufffd", "")


def _part(header: str) -> tuple[int, int, int] | None:
    """(reference, how many, which) of a concatenated message: 3GPP TS 23.040, elements 00 and 08."""
    data = header.encode("latin-1", "replace")
    at = 1
    while at + 1 < len(data):
        element, length = data[at], data[at + 1]
        value = data[at + 2 : at + 2 + length]
        if element == 0 and len(value) == 3:
            return wary.part_of(value[0], value[1], value[2])
        if element == 8 and len(value) == 4:
            return wary.part_of(value[0] << 8 | value[1], value[2], value[3])
        at += 2 + length
    return None
