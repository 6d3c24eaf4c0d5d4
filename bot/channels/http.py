"""Calling a gateway over HTTP: one session, a time limit, and its troubles as the family of `base.py`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from bot.channels.base import RefusedError, ThrottledError, TryLaterError

SECONDS = 20.0
DEFAULT_PAUSE = 5.0
LONGEST_PAUSE = 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a gateway answered."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    def raise_for_trouble(self) -> None:
        """Raise what a bare status says: 429 pauses the channel, 5xx is tried again, other 4xx is final.

        A redirection is not followed: it leads to a log-in page or to https, and is mended in the settings.
        """
        if self.status == 429:
            raise ThrottledError(seconds(self.headers.get("Retry-After")))
        if self.status >= 500:  # 502 and 504 are a proxy's: it does not know what became of the call
            raise TryLaterError("gateway_error", doubtful=self.status in (502, 504))
        if self.status >= 400:
            raise RefusedError("gateway_refused")
        if self.status >= 300:
            raise TryLaterError("gateway_babbles")

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; a gateway that answers anything else is not well."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise TryLaterError("gateway_babbles") from error
        if not isinstance(found, dict):
            raise TryLaterError("gateway_babbles")
        return found


def seconds(said: object) -> float:
    """How long a gateway asks us to wait; a few seconds where it does not say."""
    try:
        wanted = float(str(said))
    except ValueError:
        return DEFAULT_PAUSE
    return DEFAULT_PAUSE if math.isnan(wanted) else min(max(wanted, 0.1), LONGEST_PAUSE)


class Http:
    """A session that is opened with the first call."""

    def __init__(self, limit: float = SECONDS) -> None:
        self._limit = limit
        self._session: aiohttp.ClientSession | None = None

    async def get(self, url: str) -> Answer:
        """A GET. Raises TryLaterError when nothing answers in time."""
        return await self._call("GET", url)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """A POST. Raises TryLaterError when nothing answers in time."""
        return await self._call("POST", url, data=body, headers=headers)

    async def _call(self, method: str, url: str, **options: Any) -> Answer:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self._limit))
        try:
            async with self._session.request(method, url, allow_redirects=False, **options) as answer:
                return Answer(answer.status, await answer.read(), answer.headers)
        except TimeoutError as error:
            raise TryLaterError("gateway_slow", doubtful=True) from error
        except aiohttp.ClientConnectorError as error:
            raise TryLaterError("gateway_away") from error
        except (aiohttp.ClientError, OSError) as error:  # the answer was lost, perhaps not the message
            raise TryLaterError("gateway_away", doubtful=True) from error

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None  # the next call opens another one
