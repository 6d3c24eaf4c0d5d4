"""The inbox worker: the edge at which conversations are handled and committed."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress

from aiogram import Bot, Dispatcher
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError

from bot import batch
from bot.reach import Reach
from bot.turn import current
from bot.updates import to_update
from bot.wakeups import Wakeups
from models.database import Database
from services.matches import VacancyCache

BATCH = 24  # about as many as the time allows
BATCH_SECONDS = 0.020
HURRIED_SECONDS = 0.006  # while an acknowledgement waits for the writer
IDLE_SECONDS = 0.25
BACK_OFF_SECONDS = (0.2, 0.5, 1, 2, 5)
MET = frozenset({"40001", "40P01", "55P03"})  # PostgreSQL: serialisation failure, deadlock, lock not available
AWAY = ("08", "53", "57")  # connection lost, no resources, shut down by an operator
SQLITE_AWAY = ("locked", "busy", "disk", "unable to open", "readonly", "I/O")
log = logging.getLogger(__name__)


def is_passing(error: BaseException) -> bool:
    """Whether the trouble is the database's and passes by itself: away, locked, or two turns that met."""
    if not isinstance(error, DBAPIError):
        return False
    code = str(getattr(error.orig, "sqlstate", "") or "")
    if code:
        return code in MET or code.startswith(AWAY)
    locked = isinstance(error, OperationalError | InterfaceError) and any(w in str(error.orig) for w in SQLITE_AWAY)
    return error.connection_invalidated or locked


class Worker:
    """Handles waiting messages, batch by batch."""

    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        bots: Mapping[str, Bot],
        reaches: Mapping[str, Reach],
        vacancies: VacancyCache,
        wakeups: Wakeups,
    ) -> None:
        self._database, self._dispatcher, self._wakeups = database, dispatcher, wakeups
        self._bots, self._reaches, self._vacancies = bots, dict(reaches), vacancies
        self._left = True  # by an earlier process, perhaps

    async def run(self) -> None:
        """Handle what waits, for ever; a database that is away is waited for."""
        failures = 0
        while True:
            try:
                await self.drain_once()
                if not self._left:
                    await self._idle()
                failures = 0
            except (SQLAlchemyError, OSError) as error:
                log.warning("inbox.database_away", extra={"error": type(error).__name__})
                await asyncio.sleep(BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS) - 1)])
                failures += 1

    async def drain_once(self) -> int:
        """Handle one batch; returns how many messages it took."""
        self._wakeups.inbox.clear()
        try:
            return await self._batch(BATCH)
        except DBAPIError as error:
            if is_passing(error):
                raise
            log.warning("inbox.batch_again_one_by_one", extra={"error": type(error).__name__})
            return await self._single()

    async def _single(self) -> int:
        """The oldest message alone; when even that does not commit, its attempt is counted."""
        try:
            return await self._batch(1)
        except DBAPIError as error:
            if is_passing(error):
                raise
            log.exception("inbox.commit_failed")
            async with self._database.write() as session:
                for item in await batch.load(session, 1, self._reaches, self._vacancies.index):
                    await batch.write_failure(session, item, error)
            return 1

    async def _idle(self) -> None:
        """Return when something waits: stored by this process, or by another one, for which it looks now and then."""
        while not self._wakeups.inbox.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(IDLE_SECONDS):  # wait_for of Python 3.11 may swallow a cancellation
                    await self._wakeups.inbox.wait()
                return
            async with self._database.read() as session:
                if await batch.has_waiting(session, self._reaches):
                    return

    async def _batch(self, limit: int) -> int:
        async with self._database.write() as session:
            index = await self._vacancies.fresh(session)
            items = await batch.load(session, limit, self._reaches, index)
            began = time.perf_counter()
            done: list[batch.Written] = []
            taken = 0
            for item in items:
                if taken and time.perf_counter() - began > self._time():
                    break
                taken += 1
                done += await self._handle(item)
            await batch.write(session, done)
        self._left = taken < len(items) or len(items) == limit or any(item.waiting > 1 for item in items)
        return taken

    def _time(self) -> float:
        """Seconds of work that a batch may hold up others."""
        return HURRIED_SECONDS if self._database.is_wanted else BATCH_SECONDS

    async def _handle(self, item: batch.Loaded) -> list[batch.Written]:
        """Run one turn; what it leaves, nothing when it failed. Trouble with the database itself is raised."""
        turn = item.turn
        token = current.set(turn)
        try:
            bot = self._bots[turn.channel]
            update = await to_update(turn, item.open(), bot)
            await self._dispatcher.feed_update(bot, update, turn=turn, reach=turn.reach)
            written = batch.written(turn.session, turn)  # while a fault in it still undoes the turn
            await turn.finish()
        except Exception as error:
            await turn.abandon(error)
            if is_passing(error):
                raise
            log.exception("turn.failed", extra={"inbox": turn.inbox_id})
            await batch.write_failure(turn.session, item, error)
            return []
        finally:
            current.reset(token)
            turn.session.expunge_all()
        return [written]
