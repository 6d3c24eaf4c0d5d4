"""The sender of a channel: it holds the lease, takes what is due, keeps the pace and notes what became of it.

One process at a time sends on a channel. `at_once` calls are under way together, each to another address, so one that
hangs holds up nobody else; the order of an address is kept by the claim (`services/sending.py`).
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.base import (
    SendError,
    SendingChannel,
    ThrottledError,
    TryLaterError,
    UnreachableError,
)
from bot.pace import Gate
from bot.polling import PollingChannel, poll
from bot.receiving import join_late
from bot.wakeups import Wakeups
from models.database import Database
from models.messages import OutboxState
from services import leases, sending
from services.sending import Envelope, Outcome

LOOK_SECONDS = 0.5
LONGEST_LOOK_SECONDS = 30.0
RENEW_SECONDS = 4.0
SAFE_SECONDS = 12.0  # a lease lives 15 s; one that could not be renewed for so long may be another's
CALL_SECONDS = 40.0
log = logging.getLogger(__name__)


class LeaseLostError(Exception):
    """Another process sends on this channel now."""


class Sender:
    """Sends on one channel for as long as it holds its lease."""

    def __init__(
        self, database: Database, channel: SendingChannel, wakeups: Wakeups, chance: random.Random | None = None
    ) -> None:
        self._database, self._channel, self._wakeups = database, channel, wakeups
        self._holder = leases.holder_name()
        self._chance = chance or random.Random()  # noqa: S311 - jitter
        self._gate = Gate(channel.pace)
        self._under_way = 0
        self._outcomes: list[Outcome] = []
        self._renewed = 0.0
        self._due = wakeups.channel(channel.name)

    async def run(self) -> None:
        """Hold the lease, send, and begin again whatever happened, for ever; waiting longer each time.

        A channel that is set up wrongly, or a fault of ours in it, ends neither the web chat nor another channel.
        """
        failures = 0
        while True:
            failures += 1
            try:
                if await self._take():
                    await self._hold()
                failures = 0
            except LeaseLostError:
                log.warning("channel.lease_lost", extra={"channel": self._channel.name})
            except ThrottledError as error:  # it would not even be introduced to
                await self._pause(error.seconds)
            except (SQLAlchemyError, OSError, SendError) as error:
                why = error.reason if isinstance(error, SendError) else type(error).__name__
                log.warning("channel.waits", extra={"channel": self._channel.name, "error": why})
            except Exception:
                # A fault of ours in one channel: nothing is lost, its rows wait, and the next round tries again.
                log.exception("channel.cannot_open", extra={"channel": self._channel.name})
            await asyncio.sleep(min(LOOK_SECONDS * 2 ** min(failures, 7), LONGEST_LOOK_SECONDS))

    async def _pause(self, seconds: float) -> None:
        """Leave the channel in peace for so long, whoever sends on it then."""
        log.warning("channel.paused", extra={"channel": self._channel.name})
        self._gate.pause(seconds)
        with suppress(SQLAlchemyError, OSError):
            async with self._database.write() as session:
                await leases.pause(session, self._channel.name, seconds)

    async def _hold(self) -> None:
        """Everything that only the holder does."""
        if self._gate.rest > 0:  # the lease need not be kept for that
            await self._leave()
            await self._gate.pause_over()
            return
        await self._channel.open()
        try:
            async with asyncio.TaskGroup() as nursery:
                keeping = [nursery.create_task(self._keep()), nursery.create_task(self._note())]
                if isinstance(self._channel, PollingChannel) and self._channel.polls:
                    keeping.append(nursery.create_task(poll(self._database, self._channel, self._wakeups)))
                await self._send(nursery)
        except* LeaseLostError:
            raise LeaseLostError from None
        finally:
            await self._leave()

    async def _leave(self) -> None:
        """In order: what is known is noted, and the next one need not wait for the lease to end."""
        with suppress(SQLAlchemyError, OSError):
            await self._settle()
            async with self._database.write() as session:
                await leases.release(session, self._channel.name, self._holder)

    async def _take(self) -> bool:
        """Take the lease; what a dead holder had in flight is flagged and waits again."""
        async with self._database.write() as session:
            taken = await leases.take(session, self._channel.name, self._holder)
            if taken is None:
                return False
            outcomes = list(self._outcomes)  # known, but the database was away when they were to be noted
            await sending.settle(session, outcomes, self._chance)
            doubtful = await sending.flag_in_flight(session, self._channel.name)
            paused = await leases.paused_until(session, self._channel.name)
            now = session.now
        del self._outcomes[: len(outcomes)]
        self._renewed = time.monotonic()
        if doubtful:
            log.warning("channel.in_flight", extra={"channel": self._channel.name, "rows": doubtful})
        if paused and paused > now:
            self._gate.pause((paused - now).total_seconds())
        return True

    async def _keep(self) -> None:
        """Renew the lease; without it nothing more is sent."""
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            try:
                async with self._database.write() as session:
                    if await leases.take(session, self._channel.name, self._holder) is None:
                        raise LeaseLostError
                    await sending.expire(session, self._channel.name)
                    if await join_late(session, self._channel.name):
                        self._wakeups.inbox.set()
                self._renewed = time.monotonic()
            except (SQLAlchemyError, OSError):
                log.warning("channel.lease_not_renewed", extra={"channel": self._channel.name})

    @property
    def _holds(self) -> bool:
        return time.monotonic() - self._renewed < SAFE_SECONDS

    async def _send(self, nursery: asyncio.TaskGroup) -> None:
        """Claim as much as there are free places; each envelope is a task of its own."""
        while True:
            if not self._holds:
                raise LeaseLostError
            self._due.clear()
            envelopes = await self._claim()
            self._under_way += len(envelopes)
            for envelope in envelopes:
                nursery.create_task(self._one(envelope))
            if not envelopes:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_SECONDS):  # wait_for of Python 3.11 may swallow a cancellation
                        await self._due.wait()

    async def _claim(self) -> list[Envelope]:
        """What is due, as far as there is room; nothing while the channel is paused or the database away."""
        await self._gate.pause_over()
        room = self._channel.pace.at_once - self._under_way
        if room <= 0:
            return []
        try:
            async with self._database.write() as session:
                return await sending.claim(session, self._channel.name, room)
        except (SQLAlchemyError, OSError) as error:
            log.warning("channel.waits", extra={"channel": self._channel.name, "error": type(error).__name__})
            await asyncio.sleep(LOOK_SECONDS)
            return []

    async def _one(self, envelope: Envelope) -> None:
        try:
            await self._gate.turn(envelope.address_id)
            if self._holds:
                self._outcomes.append(await self._call(envelope))
        finally:
            self._under_way -= 1
            self._due.set()

    async def _call(self, envelope: Envelope) -> Outcome:
        """Hand it over; whatever goes wrong has a name."""
        if not envelope.handle:
            return Outcome(envelope=envelope, state=OutboxState.FAILED, reason=sending.NO_HANDLE)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                sent = await self._channel.send(envelope)
        except ThrottledError as error:
            self._gate.pause(error.seconds)
            return _again(envelope, error, wait=error.seconds)
        except TryLaterError as error:
            return _again(envelope, error)
        except UnreachableError as error:
            return Outcome(envelope=envelope, state=OutboxState.FAILED, reason=error.reason, unreachable=True)
        except SendError as error:
            return Outcome(envelope=envelope, state=OutboxState.FAILED, reason=error.reason)
        except TimeoutError:
            return Outcome(envelope=envelope, state=OutboxState.WAITING, reason="gateway_slow", doubtful=True)
        except Exception:
            # A fault of ours in one message may not stop the channel; it is parked, and staff see it.
            log.exception("channel.failed", extra={"channel": self._channel.name, "row": envelope.id})
            return Outcome(envelope=envelope, state=OutboxState.FAILED, reason="program_error")
        return Outcome(
            envelope=envelope,
            state=OutboxState.SENT,
            external_id=sent.external_id,
            segments=sent.segments,
            cost=sent.cost,
        )

    async def _note(self) -> None:
        """Write what became of the envelopes, several in one commit."""
        while True:
            await asyncio.sleep(0.02)
            try:
                await self._settle()
            except (SQLAlchemyError, OSError) as error:  # kept, and tried again
                log.warning("channel.not_noted", extra={"error": type(error).__name__})
                await asyncio.sleep(LOOK_SECONDS)

    async def _settle(self) -> None:
        outcomes = list(self._outcomes)
        if not outcomes:
            return
        async with self._database.write() as session:
            await sending.settle(session, outcomes, self._chance)
            if pause := max((o.wait for o in outcomes if o.wait is not None), default=None):
                await leases.pause(session, self._channel.name, pause)
        del self._outcomes[: len(outcomes)]
        self._due.set()


def _again(envelope: Envelope, error: SendError, wait: float | None = None) -> Outcome:
    return Outcome(
        envelope=envelope, state=OutboxState.WAITING, reason=error.reason, wait=wait, doubtful=error.doubtful
    )
