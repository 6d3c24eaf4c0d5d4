"""FSM storage: aiogram's states and data live in the current turn, which is loaded and written with its batch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from bot.turn import DATA, Turn, current
from models.conversations import Conversation
from models.database import Session


def _turn(key: StorageKey) -> Turn:
    turn = current.get()
    if key.user_id != turn.speaker.id:
        msg = "a turn knows only its own speaker's conversation"
        raise LookupError(msg)
    return turn


async def open_state(session: Session, person_id: int, state: State) -> None:
    """Let the conversation of somebody who does not speak in this turn begin with a state."""
    menu_and_data = session.keys.seal(json.dumps({"data": {}, "menu": None}), DATA, person_id)
    session.add(Conversation(person_id=person_id, state=state.state, data_sealed=menu_and_data, updated_at=session.now))
    await session.flush()


class TurnStorage(BaseStorage):
    """Reads and writes the turn at hand."""

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """Remember the state by its name."""
        _turn(key).state = state.state if isinstance(state, State) else state

    async def get_state(self, key: StorageKey) -> str | None:
        """The state's name."""
        return _turn(key).state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """Replace the data."""
        _turn(key).data = dict(data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """A copy of the data."""
        return dict(_turn(key).data)

    async def close(self) -> None:
        """Nothing to close: the turn belongs to its batch."""
