"""What the rooms below the conversation must know of the channels: no more than how each reaches a person."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """`domestic`: its servers are in the country, so a phone number may be shown. `rings`: a message makes somebody's
    phone ring, so quiet hours and daily caps hold. `by_phone`: its handles are phone numbers.
    """

    domestic: bool
    rings: bool
    by_phone: bool = False


TRIAL = ChannelFacts(domestic=True, rings=False, by_phone=True)
ALWAYS = {"webchat": ChannelFacts(domestic=True, rings=False), "terminal": TRIAL}


class Channels(Mapping[str, ChannelFacts]):
    """The channels of this installation by name: web chat, terminal and what the settings add.

    `web_url` is where browsers reach the web chat, for links in messages; `files` is where pictures to send are kept.
    """

    def __init__(
        self, more: Mapping[str, ChannelFacts] | None = None, *, web_url: str = "", files: Path | None = None
    ) -> None:
        self._facts = {**ALWAYS, **(more or {})}
        self.web_url, self.files = web_url, files

    def __getitem__(self, name: str) -> ChannelFacts:
        return self._facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._facts)

    def __len__(self) -> int:
        return len(self._facts)

    @property
    def of_phones(self) -> str:
        """The channel that reaches a bare phone number: SMS, or the terminal while a trial has none."""
        return next((name for name, facts in self._facts.items() if facts.by_phone and facts.rings), "terminal")
