"""Every route declares who may call it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from aiohttp import web

from bot.inbox import Inbox
from bot.wakeups import Wakeups
from models.database import Database
from models.keys import KeyRing
from web.access import ALLOWED
from web.delivered import Delivered
from web.server import STATIC, make_app

WHO = {"anyone", "cookie", "channel"}


def routes(tmp_path: Path) -> list[web.AbstractRoute]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'none.db'}", KeyRing.generate())
    wakeups = Wakeups()
    app = make_app(database, Inbox(database, wakeups), wakeups, Delivered(database), {}, secure=True)
    return list(app.router.routes())


def declared(handler: Any) -> str | None:
    return ALLOWED.get(getattr(handler, "__func__", handler))


def test_every_route_declares_who_may_call_it(tmp_path: Path) -> None:
    found = routes(tmp_path)
    assert len(found) > 8
    undeclared = []
    for route in found:
        static = isinstance(route.resource, web.StaticResource)
        if static:
            assert route.resource.get_info()["directory"] == STATIC
        elif declared(route.handler) not in WHO:
            undeclared.append(f"{route.method} {route.resource}")
    assert undeclared == []


def test_whoever_writes_or_reads_a_conversation_needs_its_cookie(tmp_path: Path) -> None:
    for route in routes(tmp_path):
        path = route.resource.canonical if route.resource else ""
        if path.startswith("/chat/"):
            assert declared(route.handler) == "cookie", path


def test_the_static_folder_holds_only_what_a_page_needs() -> None:
    assert {path.suffix for path in STATIC.rglob("*") if path.is_file()} <= {
        ".css",
        ".html",
        ".js",
        ".svg",
        ".png",
        ".webmanifest",
        ".woff2",
    }
