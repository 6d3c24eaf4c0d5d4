"""The terminal: the same conversation in lines of text, buttons as numbers; `app/commands/chat_.py` holds it."""

from __future__ import annotations

from bot.reach import Reach
from services.outbox import Delivery

NAME = "terminal"
REACH = Reach(buttons=False, characters=None, files=False, domestic=True)


def as_text(delivery: Delivery) -> str:
    """A reply with its choices below: '[1] 报名'; a choice that is its own word stands bare."""
    lines = [delivery.text] if delivery.text else []
    buttons = [
        f"[{choice.label}]" if choice.key == choice.label else f"[{choice.key}] {_bare(choice.key, choice.label)}"
        for choice in delivery.choices
    ]
    if buttons:
        lines.append("  ".join(buttons))
    return "\n".join(lines)


def _bare(key: str, label: str) -> str:
    """'1 报名' without the number that already stands in front."""
    return label.removeprefix(f"{key} ")


def as_json(number: int, delivery: Delivery) -> dict[str, object]:
    """One reply as `zhaohuo chat --json` prints it."""
    choices = [{"key": choice.key, "label": choice.label} for choice in delivery.choices]
    return {"in": number, "text": delivery.text, "choices": choices}
