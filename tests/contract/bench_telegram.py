"""The benches of Telegram: asked by us, and calling us."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import asynccontextmanager
from typing import Any

from bench import HOOK, Bench, Ears, Running, Said, Trouble
from bench_sms import PATIENCE, SECRET, WRONG

from bot.channels.base import Hook, Reading, SendingChannel
from bot.channels.telegram import Telegram, TelegramSettings
from tests.peers.bot_api import TOKEN, FakeBotApi
from tests.peers.serving import until

US, SOMEBODY = 5, 6


class PollingBench(Bench):
    """We ask Telegram what arrived."""

    kind = TelegramSettings
    calls_us, has_receipts, buttons, is_sms = False, False, True, False
    mode = "polling"
    handle, nobody = str(US), "4711"

    def make(self, url: str, hook_url: str = "http://127.0.0.1:9/hooks/it", **changes: Any) -> SendingChannel:
        values = {"token": TOKEN, "mode": self.mode, "base_url": url, "hook_url": hook_url, "secret": SECRET}
        settings = {"kind": "telegram", "files": self.folder / "files"} | values | changes
        return Telegram("telegram", TelegramSettings.model_validate(settings))

    @asynccontextmanager
    async def started(self) -> Running:
        async with FakeBotApi(limits=False) as self.api:
            self.channel = self.make(self.api.url)
            await self.channel.open()
            self.offset = self.before = 0
            await self.says("/start")
            yield
            await self.channel.close()

    async def heard(self) -> list[str]:
        return self.api.chat(US).heard

    async def says(self, text: str) -> Reading:
        await self.api.user(US).says(text)
        return await self._fetched()

    async def _fetched(self) -> Reading:
        self.before = self.offset
        self.offset, reading = await self.channel.fetch(self.offset)  # type: ignore[attr-defined]
        return reading  # type: ignore[no-any-return]

    async def repeats(self) -> Reading:
        _, reading = await self.channel.fetch(self.before)  # type: ignore[attr-defined]
        return reading  # type: ignore[no-any-return]

    async def presses(self, label: str) -> Mapping[str, Any]:
        await self.api.user(US).presses(label)
        return (await self._fetched()).heard[0].body

    async def order(self, trouble: Trouble) -> bool:
        match trouble:
            case Trouble.SERVER_ERROR:
                self.api.fail_next(1, 502)
            case Trouble.THROTTLED:
                self.api.throttle(6.5)
            case Trouble.HANGS:
                self.api.hang(PATIENCE * 2)
            case Trouble.UNREACHABLE:
                pass  # by whom it is sent to
            case Trouble.WRONG_LOGIN:
                self.api.token = "777:another"
            case Trouble.REFUSED:
                self.api.fail_next(1, 400)
            case _:
                return False
        return True

    def says_to_all(self, trouble: Trouble) -> Said | None:
        if trouble is Trouble.ERROR_INSIDE:
            return Said(200, '{"ok": false, "error_code": 500, "description": "Internal Server Error"}')
        return None


class WebhookBench(PollingBench):
    """Telegram calls us."""

    calls_us, sends = True, False
    mode = "webhook"

    @asynccontextmanager
    async def started(self) -> Running:
        async with Ears() as self.ears, FakeBotApi(limits=False) as self.api:
            self.channel = self.ears.channel = self.make(self.api.url, self.ears.url + HOOK)
            await self.channel.open()
            await self.says("/start")
            yield
            await self.channel.close()

    async def _fetched(self) -> Reading:
        before = len(self.ears.readings)
        await until(lambda: self.ears.readings[before:], "the update did not arrive")
        return self.ears.readings[-1]

    async def repeats(self) -> Reading:
        return await self.channel.read(self.ears.hooks[-1])

    def proven(self, body: bytes) -> Hook:
        return Hook({}, {"X-Telegram-Bot-Api-Secret-Token": SECRET}, body, time.time())

    def forged(self, body: bytes) -> list[Hook]:
        return [Hook({}, {}, body, time.time())] + [
            Hook({}, {"X-Telegram-Bot-Api-Secret-Token": wrong}, body, time.time()) for wrong in WRONG
        ]


def update(number: Any = 1, **what: Any) -> bytes:
    """An update as Telegram posts it."""
    return json.dumps({"update_id": number, **what}).encode()
