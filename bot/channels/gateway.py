"""What all SMS gateways do alike: a text in messages, each handed over in the gateway's own words, counted, priced."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from bot.channels import sms
from bot.channels.base import ChannelSettings, Pace, Sent, part
from bot.channels.http import Http
from services.sending import Envelope


class SmsSettings(ChannelSettings):
    """What every gateway is told besides its own."""

    signature: str = "找活"
    fen_a_segment: float = 4.5


S = TypeVar("S", bound=SmsSettings)


class SmsGateway(ABC, Generic[S]):
    """One account of a gateway."""

    reach, facts = sms.REACH, sms.FACTS

    def __init__(self, name: str, settings: S) -> None:
        self.name, self._settings = name, settings
        self.pace = Pace(settings.per_second, settings.at_once)
        self._http = Http()

    async def open(self) -> None:
        """Nothing before the first message."""

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def send(self, envelope: Envelope) -> Sent:
        """Hand the messages over one after the other. Raises a SendError."""
        segments, external = 0, None
        for number, text in enumerate(sms.render(envelope, self._settings.signature)):
            with part(number):
                theirs = await self.hand_over(envelope, text, number)
            external = external or (theirs or "")[:80] or None
            segments += sms.size_of(text).segments
        return Sent(external_id=external, segments=segments, cost=sms.cost_of(segments, self._settings.fen_a_segment))

    @abstractmethod
    async def hand_over(self, envelope: Envelope, text: str, number: int) -> str | None:
        """One message, the `number`-th of its envelope from 0; the gateway's own id of it. Raises a SendError."""
