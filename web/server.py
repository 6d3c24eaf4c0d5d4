"""The HTTP application: pages, the chat, the entry links, health."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from aiohttp import web
from sqlalchemy import text

from bot.channels.base import SendingChannel
from bot.inbox import Inbox
from bot.wakeups import Wakeups
from models.database import Database
from services import access
from web.access import allows
from web.chat import COOKIE, Chat
from web.delivered import Delivered
from web.feed import Feed
from web.hooks import Hooks

STATIC = Path(__file__).parent / "static"
MAX_BODY = 256 * 1024
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
log = logging.getLogger(__name__)
Next = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def guard(request: web.Request, handler: Next) -> web.StreamResponse:
    """Security headers; a program error becomes a polite 500 without details."""
    try:
        response = await handler(request)
    except web.HTTPException as error:
        error.headers.update(SECURITY_HEADERS)
        raise
    except ConnectionResetError:
        raise
    except web.RequestPayloadError:  # says that it is compressed, and is not
        response = web.json_response({"error": "读不懂这个请求。"}, status=400)
    except Exception:
        log.exception("http.failed", extra={"route": request.match_info.route.name or request.method})
        response = web.json_response({"error": "对不起,出了点问题,请稍后再试。"}, status=500)
    if not response.prepared:
        response.headers.update(SECURITY_HEADERS)
    return response


class Site:
    """The pages around the chat."""

    def __init__(self, database: Database, chat: Chat) -> None:
        self._database, self._chat = database, chat

    @allows("anyone")
    async def home(self, _request: web.Request) -> web.StreamResponse:
        """The chat is the front door."""
        raise web.HTTPFound("/chat")

    @allows("anyone")
    async def page(self, request: web.Request) -> web.StreamResponse:
        """The chat page; a new browser gets its cookie."""
        response = web.Response(
            text=(STATIC / "chat.html").read_text("utf-8"),
            content_type="text/html",
            headers={"Cache-Control": "no-cache"},
        )
        self._chat.ensure_cookie(request, response)
        return response

    @allows("anyone")
    async def enter(self, request: web.Request) -> web.StreamResponse:
        """A one-time link: the browser becomes that person's; the same browser may open it again."""
        async with self._database.write() as session:
            handle = await access.redeem(session, request.match_info["token"], request.cookies.get(COOKIE))
        if handle is None:
            return web.Response(
                status=410,
                text="这个链接用过了或者过期了,请再要一个。 This link was used or is too old; ask for a new one.",
            )
        response = web.HTTPFound("/chat")
        self._chat.set_cookie(response, handle)
        raise response

    @allows("anyone")
    async def health(self, _request: web.Request) -> web.Response:
        """Whether the database answers."""
        async with self._database.read() as session:
            await session.execute(text("SELECT 1"))
        return web.json_response({"status": "ok"})


def make_app(
    database: Database,
    inbox: Inbox,
    wakeups: Wakeups,
    delivered: Delivered,
    channels: Mapping[str, SendingChannel],
    *,
    secure: bool,
) -> web.Application:
    """The application with every route."""
    app = web.Application(client_max_size=MAX_BODY, middlewares=[guard])
    chat = Chat(database, inbox, wakeups, delivered, secure=secure)
    site = Site(database, chat)
    app.add_routes(
        [
            web.get("/", site.home),
            web.get("/chat", site.page),
            web.get("/enter/{token}", site.enter),
            web.get("/health", site.health),
            *chat.routes(),
            *Feed(database).routes(),
            *Hooks(database, inbox, channels).routes(),
            web.static("/static", STATIC),
        ]
    )
    return app


def make_runner(app: web.Application) -> web.AppRunner:
    """What serves it. Bodies are taken as they come: nobody here compresses, and a small bomb becomes no large one."""
    return web.AppRunner(app, access_log=None, shutdown_timeout=1, auto_decompress=False)
