"""A turn: one message of one person, with the state it found, what it changes and what it says.

Everything a turn makes is kept here and written at its end with the batch; when the turn fails it dies with it.
Nothing of a turn is kept on the storage, the Bot or the session (`promises.md` §1).
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from bot.reach import Reach
from matching.index import VacancyIndex
from models.clock import business_date
from models.database import Session
from models.messages import Choice, Kind, Outgoing
from services.texts import say

DATA = "conversations.data"
current: ContextVar[Turn] = ContextVar("turn")


@dataclass(slots=True)
class Speaker:
    """Who speaks, as the batch loaded it."""

    id: int
    language: str
    has_phone: bool
    has_name: bool
    is_seeker: bool
    employer_id: int | None
    office_id: int | None
    office_region: str | None
    role: str | None

    @property
    def is_staff(self) -> bool:
        """Whether the person works at an office."""
        return self.office_id is not None


@dataclass(slots=True)
class Menu:
    """The buttons of the last message that had any."""

    message_id: int
    choices: tuple[Choice, ...]


@dataclass(slots=True)
class Turn:
    """One message being handled."""

    session: Session
    inbox_id: int
    address_id: int
    channel: str
    speaker: Speaker
    reach: Reach
    vacancies: VacancyIndex
    state: str | None
    data: dict[str, Any]
    menu: Menu | None
    lately: dict[str, list[int]] = field(default_factory=dict)  # what was said often (`bot/storm.py`)
    body: dict[str, Any] = field(default_factory=dict)  # as it arrived
    shared: bool = False  # several people use this phone
    asks_who: bool = False  # and nobody knows who speaks now
    asked_who: bool = False  # which was asked already
    unblocks: bool = False  # the address could not be reached lately
    joined: bool = False  # the address speaks as somebody else from now on: this conversation ends
    said: str | None = None  # what was typed, folded for comparing
    replies: list[Outgoing] = field(default_factory=list)
    _stack: AsyncExitStack | None = None
    _told_before: int = 0

    @property
    def now(self) -> datetime:
        """The moment of this batch."""
        return self.session.now

    @property
    def today(self) -> date:
        """The business date."""
        return business_date(self.now)

    def say(self, key: str, **values: Any) -> str:
        """A text in the speaker's language."""
        return say(self.speaker.language, key, **values)

    async def writing(self) -> Session:
        """The session, with a savepoint of this turn's own below it: what it writes dies with the turn."""
        if self._stack is None:
            self._told_before = len(self.session.outgoing)
            self._stack = AsyncExitStack()
            await self._stack.enter_async_context(self.session.begin_nested())
        return self.session

    def send(self, text: str, choices: tuple[Choice, ...] = (), **options: Any) -> Outgoing:
        """Say something to the speaker; the last message with buttons becomes the open menu."""
        out = Outgoing(
            id=self.session.new_id(),
            person_id=self.speaker.id,
            text=text,
            choices=choices,
            kind=Kind.REPLY,
            **options,
        )
        self.replies.append(out)
        self.menu = Menu(out.id, choices) if choices else None
        return out

    def edit(self, target: int, text: str, choices: tuple[Choice, ...]) -> Outgoing:
        """Change a message: one of this turn is replaced before it leaves, an older one gets an edit row."""
        for place, reply in enumerate(self.replies):
            if reply.id == target:
                self.replies[place] = replace(reply, text=text or reply.text, choices=choices)
                self.menu = Menu(target, choices) if choices else None
                return self.replies[place]
        out = Outgoing(
            id=self.session.new_id(),
            person_id=self.speaker.id,
            text=text,
            choices=choices,
            action="edit",
            target=target,
        )
        self.replies.append(out)
        self.menu = Menu(target, choices) if choices else None
        return out

    def delete(self, target: int) -> None:
        """Take a message back; its numbers mean nothing any more."""
        if self.menu and self.menu.message_id == target:
            self.menu = None
        kept = [reply for reply in self.replies if reply.id != target]
        if len(kept) == len(self.replies):
            kept.append(
                Outgoing(
                    id=self.session.new_id(),
                    person_id=self.speaker.id,
                    text="",
                    action="delete",
                    target=target,
                )
            )
        self.replies = kept

    async def finish(self) -> None:
        """The handler is done: what it wrote is flushed and its savepoint released."""
        if self._stack is not None:
            await self._stack.aclose()

    async def abandon(self, error: BaseException) -> None:
        """The handler failed: its savepoint is rolled back, its replies and state are forgotten."""
        if self._stack is not None:
            await asyncio.shield(self._stack.__aexit__(type(error), error, error.__traceback__))
            del self.session.outgoing[self._told_before :]
        self.replies.clear()
