"""The web chat: a browser, known by its cookie. `web/chat.py` receives and delivers."""

from __future__ import annotations

from bot.reach import Reach

NAME = "webchat"
REACH = Reach(buttons=True, characters=None, files=False, domestic=True, edits=False)
