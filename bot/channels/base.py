"""What a channel is: a name, a reach, and a Bot whose session is ours.

To add one: a file beside this one with its name and reach, code at the edge that receives (verify, find the address,
`Inbox.receive`) and delivers (rows of the outbox after the commit), and a line below. Telegram and SMS come with
issue C.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiogram import Bot

from bot.channels import terminal, webchat
from bot.channels.session import TurnSession
from bot.reach import Reach


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach a person."""

    name: str
    reach: Reach
    bot: Bot


def make_channels() -> dict[str, Channel]:
    """Every channel by its name; a Bot's number makes its bot id, nothing else."""
    reaches = {webchat.NAME: webchat.REACH, terminal.NAME: terminal.REACH}
    return {
        name: Channel(name, reach, Bot(f"{number}:{name}", session=TurnSession()))
        for number, (name, reach) in enumerate(reaches.items(), 1)
    }
