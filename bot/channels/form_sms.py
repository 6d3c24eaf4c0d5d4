"""SMS by a gateway that takes form posts and answers 200 whatever happens: the commonest kind in China.

Its words: `POST {base}/send` with account, password, mobile, content, extno, rid → {"code", "msg", "msgid"}; it posts
MO (`type=mo`) and receipts (`type=report`) as forms and wants to read `ok`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode

from pydantic import Field, SecretStr

from bot.channels import sms, wary
from bot.channels.base import (
    WEB,
    Hook,
    Reading,
    Receipt,
    RefusedError,
    RefusedRequest,
    SendError,
    ThrottledError,
    TryLaterError,
    UnreachableError,
    Verdict,
)
from bot.channels.gateway import SmsGateway, SmsSettings
from bot.channels.http import seconds
from models.messages import OutboxState
from services.sending import Envelope

STATES = {
    "DELIVRD": (OutboxState.DELIVERED, ""),
    "UNDELIV": (OutboxState.FAILED, "undelivered"),
    "EXPIRED": (OutboxState.FAILED, "phone_off"),
    "REJECTD": (OutboxState.FAILED, "rejected"),
}
HEADERS = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}


class FormSmsSettings(SmsSettings):
    """`[channels.NAME]` with kind = "form_sms"."""

    kind: Literal["form_sms"]
    base_url: str = Field(pattern=WEB)
    account: str
    password: SecretStr
    number: str
    token: SecretStr = Field(min_length=16, description="a secret of at least 16 characters in the hook's query")


class FormSms(SmsGateway[FormSmsSettings]):
    """One account of such a gateway."""

    async def hand_over(self, envelope: Envelope, text: str, number: int) -> str:
        """One post; our row id is its `rid`, by which the receipt finds back."""
        fields = {
            "account": self._settings.account,
            "password": self._settings.password.get_secret_value(),
            "mobile": envelope.handle.removeprefix("+86"),
            "content": text,
            "extno": self._settings.number,
            "rid": str(envelope.id),
        }
        return str((await self._post(fields)).get("msgid", ""))

    async def _post(self, fields: Mapping[str, str]) -> dict[str, Any]:
        answer = await self._http.post(f"{self._settings.base_url}/send", urlencode(fields).encode(), HEADERS)
        answer.raise_for_trouble()
        said = answer.json()
        if said.get("code") != 0:
            raise refusal(said)
        return said

    async def read(self, hook: Hook) -> Reading:
        """MO or receipts, as a form."""
        if not wary.is_secret(hook.query.get("token", ""), self._settings.token.get_secret_value()):
            raise RefusedRequest(Verdict.REFUSED_SECRET, 403)
        form = _form(hook.body)
        match form.get("type"):
            case "mo":
                return self._message(form)
            case "report":
                return _reports(form)
        if not form:
            raise RefusedRequest(Verdict.REFUSED_UNREADABLE, 400)
        return Reading(Verdict.IGNORED, answer="ok")

    def _message(self, form: dict[str, str]) -> Reading:
        number, why = sms.sender_of(form.get("mobile", ""), [self._settings.number])
        if number is None:
            return Reading(why, answer="ok")
        external = wary.external_id(form.get("moid"))
        if not external:
            raise RefusedRequest(Verdict.REFUSED_NO_ID, 400, keep=True)
        said = sms.heard(number, external, form.get("content", ""))
        return Reading(heard=said.heard, answer="ok")


def refusal(said: dict[str, Any]) -> SendError:
    """The error inside a 200."""
    match said.get("code"):
        case 1:
            return TryLaterError("gateway_login")  # a wrong password is mended by us, and then the message leaves
        case 2:
            return UnreachableError("no_such_number")
        case 3 | 5:
            return RefusedError("content_refused")
        case 4:
            return ThrottledError(seconds(said.get("wait")))
        case 6:
            return TryLaterError("gateway_balance")
    return TryLaterError("gateway_error")


def _form(body: bytes) -> dict[str, str]:
    """The fields, each in UTF-8: what is in another charset would be stored as rubbish, so it is put aside."""
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=100, errors="strict"))
    except ValueError as error:
        raise RefusedRequest(Verdict.REFUSED_UNREADABLE, 400, keep=True) from error


def _reports(form: dict[str, str]) -> Reading:
    """One receipt or a list of them; one that cannot be read costs the others nothing."""
    try:
        rows = json.loads(form["reports"]) if "reports" in form else [form]
    except (ValueError, RecursionError) as error:
        raise RefusedRequest(Verdict.REFUSED_UNREADABLE, 400, keep=True) from error
    if not isinstance(rows, list):
        raise RefusedRequest(Verdict.REFUSED_UNREADABLE, 400, keep=True)
    receipts: list[Receipt] = []
    odd: list[bytes] = []
    for row in rows:
        number = wary.row_id(row.get("rid")) if isinstance(row, dict) else None
        if number is None:
            odd.append(json.dumps(row).encode())
        elif state := STATES.get(str(row.get("stat"))):
            receipts.append(Receipt(number, *state))
    verdict = Verdict.STORED_PARTLY if odd else Verdict.RECEIPT
    return Reading(verdict, receipts=tuple(receipts), odd=tuple(odd), answer="ok")
