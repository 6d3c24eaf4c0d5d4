"""What somebody types for a button: its number in any dress, or its words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from models.messages import Choice

_NUMBER_WORDS = dict(zip("一二三四五六七八九", "123456789", strict=True)) | {"零": "0", "两": "2"}
_DRESSED_KEY = re.compile(
    r"^(?:选|回|回复|第|按)?\s*([0-9a-z]{1,2}|[一二三四五六七八九零两])\s*(?:个|号|项|条|[.。、,,!!)])?$"
)


def folded(text: str) -> str:
    """Full width to half, lower case, trimmed: what is compared when somebody types a button."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def typed_choice(text: str, choices: Iterable[Choice]) -> Choice | None:
    """The choice that the text names: its key in any dress ("１", "1.", "一", "选1"), label, or both ("5都不是")."""
    said = folded(text)
    match = _DRESSED_KEY.match(said)
    key = match[1] if match else said
    key = _NUMBER_WORDS.get(key, key)
    for choice in choices:
        own, label = folded(choice.key), folded(choice.label)
        if said in (own, label, f"{own}{label.removeprefix(own).strip()}", f"{own} {label}") or key == own:
            return choice
    return None
