"""A real Kannel: bearerbox and smsbox on free ports, with the SMSC simulator or Kannel's own fakesmsc behind them."""

from __future__ import annotations

import shutil
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.peers.kannel_fakesmsc import FakeSmsc, FakeSmscPhone
from tests.peers.serving import free_port, start_program, stop_program, until_async
from tests.peers.smsc.smsc import OUR_NUMBER, PASSWORD, SYSTEM_ID, SmppPhone, Smsc

SENDSMS_USER = SENDSMS_PASSWORD = "jobs"
STATUS_PASSWORD = "status"
PATIENCE_SECONDS = 0.3  # it would wait for its peers, and nobody waits for it
ONLY_US = 'deny-ip = "*.*.*.*"', 'allow-ip = "127.0.0.1"'


class Kannel:
    """`sendsms_url` takes our MT, MO is posted to `mo_url` (Kannel's escapes %p %P %I ... are filled in).

    The ports are known before it is entered: our program can be told them first, and `mo_url` be set until then.
    smsc: "smpp" (conversations, failing receipts) or "fakesmsc" (plain round trips). Skips where there is no Kannel.
    """

    def __init__(
        self,
        mo_url: str,
        folder: Path,
        *,
        smsc: str = "smpp",
        omit_empty: bool = True,
        kannel_headers: bool = True,
        combine_parts: bool = True,
    ) -> None:
        self.mo_url, self.folder, self.kind = mo_url, folder, smsc
        self.options = {"omit-empty": omit_empty, "accept-x-kannel-headers": kannel_headers}
        self.combine_parts = combine_parts
        self.admin_port, self.smsbox_port, self.sendsms_port = free_port(), free_port(), free_port()
        self.sendsms_url = f"http://127.0.0.1:{self.sendsms_port}/cgi-bin/sendsms"
        self.username, self.password = SENDSMS_USER, SENDSMS_PASSWORD
        self.smsc: Smsc | FakeSmsc = Smsc(folder) if smsc == "smpp" else FakeSmsc(folder)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Kannel:
        if not (shutil.which("bearerbox") and shutil.which("smsbox")):
            pytest.skip("no Kannel here: apt-get install kannel kannel-extras")
        try:
            await self._start()
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def _start(self) -> None:
        self._session = await self._stack.enter_async_context(aiohttp.ClientSession())
        await self._stack.enter_async_context(self.smsc)
        configuration = self.folder / "kannel.conf"
        configuration.write_text(self.configuration(), "utf-8")
        for program, ready in (("bearerbox", "SMSC connections"), ("smsbox", "smsbox:")):
            log = self.folder / f"{program}.log"
            process = await start_program(program, str(configuration), log=log)
            self._stack.push_async_callback(stop_program, process, PATIENCE_SECONDS)
            await self.until_status(ready)
        if self.kind == "smpp":
            await self.until_status("(online")

    async def __aexit__(self, *error: object) -> None:
        await self._stack.aclose()

    async def status(self) -> str:
        """Kannel's status page; empty while it does not listen."""
        url = f"http://127.0.0.1:{self.admin_port}/status.txt"
        try:
            async with self._session.get(url, params={"password": STATUS_PASSWORD}) as answer:
                return await answer.text()
        except aiohttp.ClientError:
            return ""

    async def until_status(self, words: str) -> None:
        """Wait until the status page says so."""

        async def said() -> bool:
            return words in await self.status()

        await until_async(said, f"Kannel's status page does not say {words!r}; see the logs in {self.folder}", 15)

    def phone(self, number: str) -> SmppPhone | FakeSmscPhone:
        """A phone in the network behind Kannel."""
        return self.smsc.phone(number)

    def configuration(self) -> str:
        """kannel.conf."""
        return "\n\n".join((self._core(), self._smsc(), self._smsbox(), self._service())) + "\n"

    def _core(self) -> str:
        return _group(
            "core",
            f"admin-port = {self.admin_port}",
            'admin-interface = "127.0.0.1"',
            "admin-password = admin",
            f"status-password = {STATUS_PASSWORD}",
            f"smsbox-port = {self.smsbox_port}",
            'smsbox-interface = "127.0.0.1"',
            *(f"{side}-{rule}" for side in ("box", "admin") for rule in ONLY_US),
            "log-level = 1",
            "dlr-storage = internal",
            "sms-incoming-queue-limit = 10000",
            f"sms-combine-concatenated-mo = {_word(self.combine_parts)}",
        )

    def _smsc(self) -> str:
        if isinstance(self.smsc, FakeSmsc):
            port = self.smsc.port
            return _group("smsc", "smsc = fake", "smsc-id = FAKE", f"port = {port}", "connect-allow-ip = 127.0.0.1")
        return _group(
            "smsc",
            "smsc = smpp",
            "smsc-id = SIM",
            "host = 127.0.0.1",
            f"port = {self.smsc.port}",
            "transceiver-mode = true",
            f'smsc-username = "{SYSTEM_ID}"',
            f'smsc-password = "{PASSWORD}"',
            'system-type = ""',
            "msg-id-type = 0x00",
            "enquire-link-interval = 30",
            "reconnect-delay = 1",
        )

    def _smsbox(self) -> str:
        box = _group(
            "smsbox",
            "bearerbox-host = 127.0.0.1",
            f"sendsms-port = {self.sendsms_port}",
            'sendsms-interface = "127.0.0.1"',
            f"global-sender = {OUR_NUMBER}",
            "log-level = 1",
            "http-request-retry = 3",
            "http-queue-delay = 1",
        )
        names = (f"username = {self.username}", f"password = {self.password}")
        return f"{box}\n\n{_group('sendsms-user', *names, 'max-messages = 10', 'concatenation = true')}"

    def _service(self) -> str:
        options = (f"{name} = {_word(value)}" for name, value in self.options.items())
        rest = ("max-messages = 5", "concatenation = true", "catch-all = yes")
        return _group("sms-service", "keyword = default", f'post-url = "{self.mo_url}"', *rest, *options)


def _group(name: str, *lines: str) -> str:
    return "\n".join((f"group = {name}", *lines))


def _word(value: bool) -> str:
    return "true" if value else "false"
