"""What a channel can do; handlers see this and never the channel."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reach:
    """Buttons, room for text (None: no limit), files, servers in the country, messages that can be changed later."""

    buttons: bool
    characters: int | None
    files: bool
    domestic: bool
    edits: bool = False

    @property
    def list_length(self) -> int:
        """How many vacancies go into one message: five in a chat, two in one SMS segment."""
        return 5 if self.characters is None else 2
