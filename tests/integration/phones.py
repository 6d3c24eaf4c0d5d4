"""People with phones and apps on a real database: what they say arrives by a channel and is answered there."""

from __future__ import annotations

import itertools
from typing import Any

from house import counting_ids, ring
from stage import the_dispatcher

from bot.channels import sms
from bot.channels.base import Heard, Reading
from bot.channels.kinds import PULLED
from bot.channels.session import make_bots
from bot.reach import Reach
from bot.receiving import take
from bot.wakeups import Wakeups
from bot.worker import Worker
from models.channels import ChannelFacts, Channels
from models.clock import Clock
from models.database import Database
from models.messages import OutboxState
from models.quiet import QuietHours
from services import sending
from services.access import ensure_address
from services.matches import VacancyCache
from services.sending import Envelope, Outcome

ABROAD = ChannelFacts(domestic=False, rings=True)
CHANNELS = Channels({"sms": sms.FACTS, "telegram": ABROAD}, web_url="https://example.org")
REACHES = {channel.name: channel.reach for channel in PULLED} | {
    "sms": sms.REACH,
    "telegram": Reach(buttons=True, characters=None, files=True, domestic=False, edits=True),
}
IDS = itertools.count(1)
BOTS: dict[str, Any] = {}


def bots() -> dict[str, Any]:
    """A bot for every channel, made once."""
    BOTS.update(BOTS or make_bots(REACHES))
    return BOTS


def phone_database(url: str, clock: Clock, quiet_hours: QuietHours | None = None) -> Database:
    """The test's database with SMS and Telegram."""
    return Database(url, ring(), clock, counting_ids(3), channels=CHANNELS, quiet_hours=quiet_hours or QuietHours())


class Phones:
    """Everybody's phones; a message is handled at once, and what is due is delivered."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.worker = Worker(database, the_dispatcher(), bots(), REACHES, VacancyCache(), Wakeups())

    async def says(self, handle: str, text: str = "", channel: str = "sms", **body: Any) -> str:
        """What the phone hears to it, all messages together."""
        await self.arrives(handle, text, channel, **body)
        return await self.hears(handle, channel)

    async def arrives(self, handle: str, text: str = "", channel: str = "sms", **body: Any) -> None:
        """It is stored and handled."""
        heard = Heard(f"test-{next(IDS)}", handle, body or {"text": text})
        async with self.database.write() as session:
            await take(session, channel, Reading(heard=(heard,)))
        await self.drain()

    async def drain(self) -> None:
        """Handle whatever waits."""
        while await self.worker.drain_once():
            pass

    async def hears(self, handle: str, channel: str = "sms") -> str:
        """What is due on this channel is delivered; the words for this handle."""
        return "\n".join(
            "\n".join(sms.render(envelope, "找活")) if channel == "sms" else envelope.text
            for envelope in await self.deliver(channel)
            if envelope.handle == handle
        )

    async def deliver(self, channel: str = "sms") -> list[Envelope]:
        """Everything that is due, in order; all of it counts as sent."""
        import random

        found: list[Envelope] = []
        while True:
            async with self.database.write() as session:
                envelopes = await sending.claim(session, channel, 50)
                done = [Outcome(envelope=one, state=OutboxState.SENT, external_id=str(one.id)) for one in envelopes]
                await sending.settle(session, done, random.Random(1))
            if not envelopes:
                return found
            found += envelopes

    async def person(self, handle: str, channel: str = "sms") -> int:
        """Who speaks at this handle now."""
        async with self.database.write() as session:
            return (await ensure_address(session, channel, handle)).person_id
