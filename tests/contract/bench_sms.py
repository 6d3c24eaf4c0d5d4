"""The benches of the SMS gateways: form posts, signed JSON, a folder, Kannel."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, ClassVar
from urllib.parse import urlencode

from bench import HOOK, Bench, Ears, Running, Said, Trouble, envelope

from bot.channels.base import Hook, Reading, SendingChannel
from bot.channels.file_sms import FileSms, FileSmsSettings
from bot.channels.form_sms import FormSms, FormSmsSettings
from bot.channels.hmac_sms import HmacSms, HmacSmsSettings
from bot.channels.http import Http
from bot.channels.kannel import Kannel, KannelSettings
from tests.peers.gateway_base import Gateway
from tests.peers.gateway_hmac import signed_headers
from tests.peers.kannel import Kannel as RealKannel
from tests.peers.serving import until
from tests.peers.sms_gateways import FormGateway, HmacGateway
from tests.peers.smsc.smsc import OUR_NUMBER

SECRET = "a-secret-of-the-tests"
WRONG = ("", "another-secret-of-all", SECRET[:-1], SECRET + "x", "\xff\xfe", "\udcff")
PHONE = "13800138000"
FORBIDDEN = "代办发票代开"
PATIENCE = 0.3  # seconds that a bench waits for its peer


class HttpBench(Bench):
    """What the two HTTP gateways have in common."""

    gateway: Gateway

    @asynccontextmanager
    async def started(self) -> Running:
        async with Ears() as ears, self.open_gateway(ears.url + HOOK) as self.gateway:
            self.ears = ears
            self.channel = ears.channel = self.make(self.gateway.url, ears.url + HOOK)
            impatient(self.channel)
            await self.channel.open()
            yield
            await self.channel.close()

    def open_gateway(self, hook_url: str) -> Any:
        raise NotImplementedError

    async def heard(self) -> list[str]:
        return self.gateway.phone(PHONE).heard

    async def says(self, text: str) -> Reading:
        assert await self.gateway.phone(PHONE).says(text), "we did not take it"
        return self.ears.readings[-1]

    async def repeats(self) -> Reading:
        return await self.channel.read(self.ears.hooks[-1])

    async def order(self, trouble: Trouble) -> bool:
        match trouble:
            case Trouble.SERVER_ERROR:
                self.gateway.fail_next(1, 502)
            case Trouble.HANGS:
                self.gateway.hang(PATIENCE * 2)
            case Trouble.THROTTLED:
                self.gateway.throttle(6.5)
            case Trouble.UNREACHABLE | Trouble.REFUSED:
                pass  # by what is sent
            case _:
                return False
        return True


def impatient(channel: Any) -> None:
    channel._http = Http(limit=PATIENCE)


class FormBench(HttpBench):
    """Form posts."""

    kind = FormSmsSettings
    nobody = "+862112345678"

    def make(self, url: str, hook_url: str = "", **changes: Any) -> SendingChannel:
        values = {"base_url": url, "account": "sample", "password": "sample-password", "number": "01", "token": SECRET}
        return FormSms("sms", FormSmsSettings.model_validate({"kind": "form_sms"} | values | changes))

    def open_gateway(self, hook_url: str) -> FormGateway:
        return FormGateway(callback_url=hook_url, token=SECRET)

    async def order(self, trouble: Trouble) -> bool:
        if trouble is Trouble.ERROR_INSIDE:
            self.gateway.answer_error_inside(9)
            return True
        if trouble is Trouble.WRONG_LOGIN:
            self.gateway.password = "changed meanwhile"  # type: ignore[attr-defined]
            return True
        return await super().order(trouble)

    async def receipt(self, row: int, *, good: bool) -> Reading:
        gateway = self.gateway
        await self.channel.send(envelope(self.handle, id=row))
        assert isinstance(gateway, FormGateway)
        await gateway.reports(gateway.heard[-1], "DELIVRD" if good else "UNDELIV")
        return self.ears.readings[-1]

    def proven(self, body: bytes) -> Hook:
        return Hook({"token": SECRET}, {}, body, time.time())

    def forged(self, body: bytes) -> list[Hook]:
        return [Hook({"token": wrong}, {}, body, time.time()) for wrong in WRONG] + [Hook({}, {}, body, time.time())]

    def mo(self, sender: str, text: str) -> bytes:
        return urlencode({"type": "mo", "mobile": sender, "content": text, "extno": "01", "moid": "1"}).encode()


class HmacBench(HttpBench):
    """Signed JSON."""

    kind = HmacSmsSettings
    nobody = "+862112345678"

    def make(self, url: str, hook_url: str = "http://127.0.0.1:9/hooks/it", **changes: Any) -> SendingChannel:
        values = {"base_url": url, "app_id": "sample-app", "secret": SECRET, "number": "10690", "hook_url": hook_url}
        return HmacSms("sms", HmacSmsSettings.model_validate({"kind": "hmac_sms"} | values | changes))

    def open_gateway(self, hook_url: str) -> HmacGateway:
        return HmacGateway(callback_url=hook_url, secret=SECRET)

    async def order(self, trouble: Trouble) -> bool:
        if trouble is Trouble.ERROR_INSIDE:
            self.gateway.answer_error_inside("busy")
            return True
        if trouble is Trouble.WRONG_LOGIN:
            self.gateway.app_id = "another"  # type: ignore[attr-defined]
            return True
        return await super().order(trouble)

    async def receipt(self, row: int, *, good: bool) -> Reading:
        gateway = self.gateway
        await self.channel.send(envelope(self.handle, id=row))
        assert isinstance(gateway, HmacGateway)
        await gateway.reports(gateway.heard[-1], "delivered" if good else "undelivered")
        return self.ears.readings[-1]

    def proven(self, body: bytes) -> Hook:
        return Hook({}, signed_headers("sample-app", SECRET, body), body, time.time())

    def forged(self, body: bytes) -> list[Hook]:
        good = signed_headers("sample-app", SECRET, body)
        headers = [signed_headers("sample-app", wrong, body) for wrong in WRONG[1:4]]
        headers += [{}, good | {"X-Signature": "\udcff"}, good | {"X-Timestamp": "\udcff"}, good | {"X-Timestamp": "²"}]
        headers += [good | {"X-Nonce": "\udc80"}, good | {"X-Timestamp": str(int(time.time()) - 1)}]
        headers += [signed_headers("sample-app", SECRET, body + b" "), good | {"X-Signature": ""}]
        old = signed_headers("sample-app", SECRET, body, at=time.time() - 301)
        return [Hook({}, header, body, time.time()) for header in [*headers, old]]

    def mo(self, sender: str, text: str) -> bytes:
        return json.dumps({"events": [{"type": "mo", "id": "1", "from": sender, "to": "10690", "text": text}]}).encode()


NO_GATEWAY = "a file is never far away"


class FileBench(Bench):
    """A folder."""

    kind = FileSmsSettings
    calls_us, has_receipts = False, False
    cannot = dict.fromkeys(Trouble, NO_GATEWAY)

    def make(self, url: str = "", hook_url: str = "", **changes: Any) -> FileSms:
        values = {"kind": "file_sms", "folder": self.folder / "sms"}
        return FileSms("sms", FileSmsSettings.model_validate(values | changes))

    @asynccontextmanager
    async def started(self) -> Running:
        self.channel = self.make()
        self.offset = self.before = 0
        await self.channel.open()
        yield
        await self.channel.close()

    async def heard(self) -> list[str]:
        lines = (self.folder / "sms/out.tsv").read_text("utf-8").split("\n")[:-1]
        return [line.split("\t")[3].replace("\\n", "\n") for line in lines if line.split("\t")[1] == self.handle]

    async def says(self, text: str) -> Reading:
        with (self.folder / "sms/in.tsv").open("a", encoding="utf-8") as file:
            file.write(f"{PHONE}\t{text}\n")
        self.before = self.offset
        self.offset, reading = await self.channel.fetch(self.offset)  # type: ignore[attr-defined]
        return reading  # type: ignore[no-any-return]

    async def repeats(self) -> Reading:
        _, reading = await self.channel.fetch(self.before)  # type: ignore[attr-defined]
        return reading  # type: ignore[no-any-return]


class KannelBench(Bench):
    """A real Kannel with an SMSC behind it."""

    kind = KannelSettings
    real = True
    nobody = "+86abc"
    cannot: ClassVar[Mapping[Trouble, str]] = {
        Trouble.UNREACHABLE: "it takes every number; the receipt tells",
        Trouble.ERROR_INSIDE: "it says everything by the status",
        Trouble.BABBLES: "its answers are words for people, a 202 is a yes",
    }

    def make(self, url: str, hook_url: str = "http://127.0.0.1:9/hooks/it", **changes: Any) -> SendingChannel:
        values = {"send_url": url, "username": "jobs", "password": "jobs", "number": OUR_NUMBER, "token": SECRET}
        return Kannel("sms", KannelSettings.model_validate({"kind": "kannel", "hook_url": hook_url} | values | changes))

    @asynccontextmanager
    async def started(self) -> Running:
        async with Ears() as ears:
            mo_url = f"{ears.url}{HOOK}?token={SECRET}&from=%p&to=%P&id=%I&udh=%u"
            async with RealKannel(mo_url, self.folder) as self.kannel:
                self.ears = ears
                self.channel = ears.channel = self.make(self.kannel.sendsms_url, ears.url + HOOK)
                await self.channel.open()
                yield
                await self.channel.close()

    async def heard(self) -> list[str]:
        await until(lambda: self.kannel.phone(self.handle).heard, "nothing was heard")
        return self.kannel.phone(self.handle).heard

    async def says(self, text: str) -> Reading:
        before = len(self.ears.readings)
        await self.kannel.phone(PHONE).says(text)
        await until(lambda: [r for r in self.ears.readings[before:] if r.heard], "the MO did not arrive")
        return self.ears.readings[-1]

    async def repeats(self) -> Reading:
        return await self.channel.read(self.ears.hooks[-1])

    async def receipt(self, row: int, *, good: bool) -> Reading:
        """Numbers that end in 77 are not reached."""
        before = len(self.ears.readings)
        await self.channel.send(envelope("+8613800138001" if good else "+8613800138077", id=row))
        await until(lambda: [r for r in self.ears.readings[before:] if r.receipts], "no receipt")
        return next(r for r in self.ears.readings[before:] if r.receipts)

    def says_to_all(self, trouble: Trouble) -> Said | None:
        match trouble:
            case Trouble.SERVER_ERROR:
                return Said(503, "Temporal failure, try again later.")
            case Trouble.HANGS:
                return Said(202, seconds=PATIENCE * 2)
            case Trouble.THROTTLED:
                return Said(429, headers=(("Retry-After", "7"),))
            case Trouble.REFUSED:
                return Said(400, "Empty receiver number not allowed, rejected")
            case Trouble.WRONG_LOGIN:
                return Said(403, "Authorization failed for sendsms")
        return None

    def proven(self, body: bytes) -> Hook:
        return Hook({"token": SECRET, "from": PHONE, "id": "1"}, {}, body, time.time())

    def forged(self, body: bytes) -> list[Hook]:
        usual = {"from": PHONE, "id": "1"}
        return [Hook(usual, {}, body, time.time())] + [
            Hook(usual | {"token": wrong}, {}, body, time.time()) for wrong in WRONG
        ]

    def proven_mo(self, sender: str, text: str) -> Hook:
        query = {"token": SECRET, "from": sender, "id": "1"}
        return Hook(query, {"X-Kannel-Coding": "2"}, text.encode("utf-16-be", "surrogatepass"), time.time())


@contextmanager
def patience(channel: Any) -> Iterator[None]:
    """The channel waits no longer than a test can."""
    channel._http = Http(limit=PATIENCE)
    yield
