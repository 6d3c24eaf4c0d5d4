"""What we share with everybody: open vacancies as schema.org JobPosting, a page at a time, the same for all."""

from __future__ import annotations

import json
import time

from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from matching.places import get_region
from models.database import Database
from models.regions import NATION
from services.feeds.giving import open_vacancies, postings
from web.access import allows

PAGE = 200
FRESH_SECONDS = 60
MOST_PAGES = 256  # kept in memory: who asks again within a minute costs nothing


class Feed:
    """One address; `region` narrows, `after` goes on."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pages: dict[tuple[str, int], tuple[float, str]] = {}

    def routes(self) -> list[web.RouteDef]:
        """GET /feed/vacancies?region=410100&after=0."""
        return [web.get("/feed/vacancies", self.vacancies, allow_head=False)]

    @allows("anyone")
    async def vacancies(self, request: web.Request) -> web.Response:
        """A DataFeed of JobPostings, with the address of the next page."""
        region, after = request.query.get("region", NATION), request.query.get("after", "0")
        known = get_region(region) is not None
        if not known or not after.isascii() or not after.isdigit() or len(after) > 18:
            return web.json_response({"error": "region 是六位行政区划代码，after 是上一页给的数。"}, status=400)
        try:
            body = await self._page(region, int(after))
        except (SQLAlchemyError, OSError):
            return web.Response(status=503, headers={"Retry-After": "5"})
        return web.Response(
            text=body,
            content_type="application/ld+json",
            headers={"Cache-Control": f"public, max-age={FRESH_SECONDS}", "Access-Control-Allow-Origin": "*"},
        )

    async def _page(self, region: str, after: int) -> str:
        kept = self._pages.get((region, after))
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        async with self._database.read() as session:
            found = await open_vacancies(session, region, after=after, limit=PAGE)
            items = await postings(session, found)
        feed = {"@context": "https://schema.org", "@type": "DataFeed", "name": "找活", "dataFeedElement": items}
        if len(found) == PAGE:
            feed["url"] = f"/feed/vacancies?region={region}&after={found[-1][0].id}"
        if len(self._pages) >= MOST_PAGES:
            self._pages.clear()
        body = json.dumps(feed, ensure_ascii=False)
        self._pages[region, after] = (time.monotonic() + FRESH_SECONDS, body)
        return body
