"""Documents that people send by Telegram: a table is fetched now, to disk, before its message is stored."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from bot.channels.base import SendError, ThrottledError, TryLaterError
from bot.channels.http import Answer

LARGEST = 1024 * 1024
ENDINGS = (".xlsx", ".csv")
MOST_TRIES = 5
UNSUPPORTED = {"unsupported": "document"}


class TelegramFiles:
    """Fetches what may be fetched. `call` asks the Bot API by method and parameters, `download` a path of its files."""

    def __init__(
        self,
        call: Callable[[str, Mapping[str, Any]], Awaitable[Answer]],
        download: Callable[[str], Awaitable[Answer]],
        folder: Path,
    ) -> None:
        self._call, self._download, self._folder = call, download, folder
        self._tries: dict[str, int] = {}  # how often a file could not be had

    async def take(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """The body of the message: a table with its path; anything else is only named. Raises TryLaterError."""
        name = str(document.get("file_name", ""))[:80]
        ending = Path(name).suffix.lower()
        if ending not in ENDINGS or int(document.get("file_size", 0)) > LARGEST:
            return UNSUPPORTED
        data = await self._patiently(str(document["file_id"]))
        if not data or len(data) > LARGEST:
            return UNSUPPORTED
        return {"file": str(await asyncio.to_thread(keep_file, self._folder, ending, data)), "name": name}

    async def _patiently(self, file_id: str) -> bytes:
        """Nothing where it is not given, or not after some tries: who sent it hears so, and nobody waits behind it."""
        try:
            data = await self._fetch(file_id)
        except (TryLaterError, ThrottledError) as error:
            tried = self._tries.pop(file_id, 0) + 1
            if tried >= MOST_TRIES:
                return b""
            self._tries[file_id] = tried
            raise TryLaterError(error.reason) from error
        except SendError:
            data = b""
        self._tries.pop(file_id, None)
        return data

    async def _fetch(self, file_id: str) -> bytes:
        answer = await self._call("getFile", {"file_id": file_id})
        answer.raise_for_trouble()
        answer = await self._download(str(answer.json()["result"]["file_path"]))
        answer.raise_for_trouble()
        return answer.body


def keep_file(folder: Path, ending: str, data: bytes) -> Path:
    """Write the data to a file of its own, safe from a crash."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{secrets.token_hex(12)}{ending}"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return path
