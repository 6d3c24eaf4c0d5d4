"""Who may call a route: every handler declares it, a test checks that none forgot."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiohttp import web

H = TypeVar("H", bound=Callable[..., Awaitable[web.StreamResponse]])
ALLOWED: dict[object, str] = {}


def allows(who: str) -> Callable[[H], H]:
    """Declare who may call the handler: 'anyone', 'cookie' (the browser's own conversation) or a role."""

    def declare(handler: H) -> H:
        ALLOWED[handler] = who
        return handler

    return declare
