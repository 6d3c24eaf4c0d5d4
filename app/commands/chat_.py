"""The same conversation in the terminal; reads lines from stdin too.

Beside a running service it talks through it; otherwise it brings the conversation's engine along.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field

from sqlalchemy import func, select

from app.database import ready_database
from app.logs import configure
from app.presence import is_running
from app.settings import Settings, load_settings
from bot.channels.terminal import NAME, REACH, as_json, as_text
from bot.inbox import Arrival, store
from bot.wakeups import Wakeups
from models.database import Database
from models.errors import ZhaohuoError
from models.messages import InboxRow, is_waiting
from services import outbox
from services.access import ensure_address, ensure_phone_address
from services.phones import e164

POLL_SECONDS = 0.05


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--as, --json."""
    parser.add_argument("--as", dest="phone", metavar="PHONE", help="speak as the holder of this phone number")
    parser.add_argument("--json", action="store_true", help="one JSON line a reply")


def run(options: argparse.Namespace) -> int:
    """Hold the conversation until the input ends."""
    configure("WARNING")
    settings = load_settings(options.config)
    phone = e164(options.phone) if options.phone else None
    asyncio.run(_chat(settings, phone, as_json=options.json))
    return 0


async def _chat(settings: Settings, phone: str | None, *, as_json: bool) -> None:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(ready_database(settings))
        async with database.write() as session:
            address = (
                await ensure_phone_address(session, phone)
                if phone
                else await ensure_address(session, NAME, secrets.token_urlsafe(16))
            )
        beside = is_running(settings.var_dir)
        talk = Talk(database, address.id, as_json, lambda: not beside or is_running(settings.var_dir))
        wakeups = Wakeups()
        async with asyncio.TaskGroup() as nursery:
            engine = None
            if not beside:
                from app.wiring import make_worker

                worker = await asyncio.to_thread(make_worker, database, wakeups, settings.matching.weights.model_dump())
                engine = nursery.create_task(worker.run())
            await talk.hold(wakeups)
            if engine is not None:
                engine.cancel()


class ServiceGoneError(ZhaohuoError):
    """The service beside this chat has stopped. What you said is stored: start it, or run `zhaohuo chat` again."""


@dataclass
class Talk:
    """Lines in, replies out, until both are at their end."""

    database: Database
    address_id: int
    as_json: bool
    alive: Callable[[], bool]
    number: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def hold(self, wakeups: Wakeups) -> None:
        """Read and print at the same time."""
        if sys.stdin.isatty():
            print("找活: 说一句话就行,比如:电焊工 郑州 5000   (Ctrl-D 结束)", file=sys.stderr)
        await self._print_waiting()
        async with asyncio.TaskGroup() as nursery:
            nursery.create_task(self._read(wakeups))
            nursery.create_task(self._print())

    async def _read(self, wakeups: Wakeups) -> None:
        while line := await asyncio.to_thread(sys.stdin.buffer.readline):
            self.number += 1
            text = line.decode("utf-8", "replace").rstrip("\r\n")
            arrival = Arrival(NAME, f"{self.address_id}:{secrets.token_hex(12)}", self.address_id, {"text": text})
            async with self.database.write() as session:
                await store(session, [arrival])
            wakeups.inbox.set()
            if not sys.stdin.isatty():
                await self._answered()
        await self._answered()
        self.ended.set()

    async def _answered(self) -> None:
        """Wait until everything said so far is handled: a line answers the menu that the line before opened."""
        query = select(func.count()).where(InboxRow.address_id == self.address_id, is_waiting(InboxRow))
        while True:
            async with self.database.read() as session:
                if not await session.scalar(query):
                    break
            if not self.alive():
                raise ServiceGoneError
            await asyncio.sleep(POLL_SECONDS)
        await self._print_waiting()

    async def _print(self) -> None:
        while not self.ended.is_set():
            await self._print_waiting()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.ended.wait(), POLL_SECONDS * 4)
        await self._print_waiting()

    async def _print_waiting(self) -> None:
        async with self.database.read() as session:
            waiting = await outbox.unsent(session, self.address_id, domestic=REACH.domestic)
        if not waiting:
            return
        async with self.database.write() as session:
            fresh = await outbox.claim_sent(session, [delivery.id for delivery in waiting])
        for delivery in waiting:
            if delivery.id in fresh and delivery.action != "delete":
                print(
                    json.dumps(as_json(self.number, delivery), ensure_ascii=False)
                    if self.as_json
                    else as_text(delivery),
                    flush=True,
                )
