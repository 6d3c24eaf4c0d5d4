"""The composition root: what is made, in which order it starts, how it stops."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import socket
import sys
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from typing import TYPE_CHECKING, TypeVar, cast

from aiohttp import web

from app.channels import sending_channels
from app.presence import presence
from app.settings import Settings
from bot.inbox import Inbox
from bot.sender import Sender
from bot.wakeups import Wakeups
from models.database import Database
from models.errors import ZhaohuoError
from web.delivered import Delivered
from web.server import make_app, make_runner
from web.watch import Watch

if TYPE_CHECKING:
    from bot.reach import Reach
    from bot.worker import Worker

ENGINE = "engine"
YOUNG_OBJECTS = 20_000  # a turn makes some thousand; the default of 700 collects several times in each
log = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class PortTakenError(ZhaohuoError):
    """The port is in use; choose another with --port or web.port."""


class Service:
    """The running program: receiver, worker, web server and jobs in one process."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings, self.database = settings, database
        self.wakeups = Wakeups()
        database.on_commit(self.wakeups.wake)
        self.inbox = Inbox(database, self.wakeups)
        self.delivered = Delivered(database)
        self.channels = sending_channels(settings)
        self.url = ""
        self._socket: socket.socket | None = None

    def listen(self) -> None:
        """Take the port, before anything is started. Raises PortTakenError."""
        host, port = self.settings.web.host, self.settings.web.port
        try:
            self._socket = _bind(host, port)
        except OSError as error:
            raise PortTakenError(f"cannot listen on {host}:{port}: {error.strerror}; choose another port") from error
        bound_host, bound_port = self._socket.getsockname()[:2]
        self.url = self.settings.web.public_url or f"http://{bound_host}:{bound_port}"
        self.database.channels.web_url = self.url

    async def run(self, roles: frozenset[str], started: asyncio.Event | None = None) -> None:
        """Serve until cancelled. The page is up before the conversation's engine (3 s) is imported."""
        async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as nursery:
            stack.enter_context(presence(self.settings.var_dir))
            nursery.create_task(self.inbox.run(), name="inbox")
            nursery.create_task(self.delivered.run(), name="delivered")
            nursery.create_task(self.database.keep_log_short(), name="checkpoint")
            if "web" in roles:
                nursery.create_task(Watch(self.database, self.wakeups).run(), name="watch")
                await stack.enter_async_context(self._web())
            if started is not None:
                started.set()
            if "jobs" in roles:
                nursery.create_task(self._jobs(), name="jobs")
            if "bot" in roles:
                nursery.create_task(self._bot(), name="bot")

    async def _bot(self) -> None:
        reaches = {name: channel.reach for name, channel in self.channels.items()}
        worker = await in_background(
            lambda: make_worker(self.database, self.wakeups, self.settings.matching.weights.model_dump(), reaches)
        )
        log.info("bot.ready")
        async with asyncio.TaskGroup() as nursery:
            nursery.create_task(worker.run(), name="worker")
            for name, channel in self.channels.items():
                sender = Sender(self.database, channel, self.wakeups)
                nursery.create_task(sender.run(), name=f"sender {name}")

    async def _jobs(self) -> None:
        from jobs.rollup import keep_rolled_up
        from jobs.schedule import run_schedule
        from jobs.sealing import keep_sealed

        async with asyncio.TaskGroup() as nursery:
            nursery.create_task(keep_sealed(self.database, self.settings.heads_file), name="sealing")
            nursery.create_task(keep_rolled_up(self.database), name="roll-up")
            await run_schedule(self.database, self.settings.digest.time, self.settings.digest.timezone)

    @contextlib.asynccontextmanager
    async def _web(self) -> AsyncIterator[None]:
        secure = self.settings.web.public_url.startswith("https://")
        app = make_app(self.database, self.inbox, self.wakeups, self.delivered, self.channels, secure=secure)
        runner = make_runner(app)
        await runner.setup()
        if self._socket is None:
            self.listen()
        await web.SockSite(runner, cast(socket.socket, self._socket)).start()
        try:
            yield
        finally:
            await runner.cleanup()


def _bind(host: str, port: int) -> socket.socket:
    family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


async def in_background(make: Callable[[], Answer]) -> Answer:
    """What `make` makes, in a thread that nobody waits for when the service is stopped while it starts."""
    loop = asyncio.get_running_loop()
    made: asyncio.Future[Answer] = loop.create_future()

    def settle(value: Answer | None, error: BaseException | None) -> None:
        if made.done():
            return
        if error is not None:
            made.set_exception(error)
        else:
            made.set_result(cast(Answer, value))

    def run() -> None:
        value, error = None, None
        try:
            value = make()
        except BaseException as failure:  # handed to who waits
            error = failure
        with contextlib.suppress(RuntimeError):  # the loop may have ended meanwhile
            loop.call_soon_threadsafe(settle, value, error)

    threading.Thread(target=run, name=ENGINE, daemon=True).start()
    return await made


def end_without_engine() -> None:
    """End the process here when the engine is still being imported: everything else is closed, and the interpreter
    would tear that thread in the middle of a library and abort.
    """
    if any(thread.name == ENGINE for thread in threading.enumerate()):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def make_worker(
    database: Database,
    wakeups: Wakeups,
    weights: Mapping[str, float],
    more: Mapping[str, Reach] | None = None,
) -> Worker:
    """The conversation: dispatcher, channels, matcher. Importing aiogram costs 3 s and 100 MB."""
    from bot.channels.kinds import PULLED
    from bot.channels.session import make_bots
    from bot.dispatcher import make_dispatcher
    from bot.worker import Worker
    from matching.occupations import find_occupations
    from matching.understand import understand
    from services.matches import VacancyCache

    for sentence in ("电焊工 郑州 5000", "李建国", "zhaogehuo"):  # the lexicon is read before somebody waits for it
        understand(sentence)
    find_occupations("电焊工")  # titles are read by tables of their own
    reaches = {channel.name: channel.reach for channel in PULLED} | dict(more or {})
    worker = Worker(database, make_dispatcher(), make_bots(reaches), reaches, VacancyCache(weights), wakeups)
    gc.collect()
    gc.freeze()  # lexicon and classes stay for ever: the collector need not walk over them at every turn
    gc.set_threshold(YOUNG_OBJECTS, 20, 20)
    return worker
