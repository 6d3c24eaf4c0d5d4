"""The files that Telegram keeps, of people and of the bot."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.peers.telegram.parameters import Parameters, Upload
from tests.peers.telegram.refused import RefusedError, bad

PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF")
LARGEST_UPLOAD, LARGEST_PHOTO, LARGEST_DOWNLOAD = 50 << 20, 10 << 20, 20 << 20


@dataclass(frozen=True)
class File:
    """Bytes that are known by an id."""

    id: str
    name: str
    content: bytes
    kind: str

    @property
    def path(self) -> str:
        """Where getFile says it is."""
        return f"files/{self.id}-{self.name}"

    def described(self) -> dict[str, Any]:
        """What every kind of file tells of itself."""
        return {"file_id": self.id, "file_unique_id": f"U{self.id}", "file_size": len(self.content)}


@dataclass
class Files:
    """All of them."""

    kept: dict[str, File] = field(default_factory=dict)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def keep(self, upload: Upload) -> File:
        """A file that came in or goes out."""
        file = File(f"FILE{next(self._numbers):06}", upload.name, upload.content, upload.kind)
        self.kept[file.id] = file
        return file

    def download(self, file_id: str) -> File:
        """One that the bot wants to fetch."""
        if file_id not in self.kept:
            raise bad("invalid file_id")
        if len(self.kept[file_id].content) > LARGEST_DOWNLOAD:
            raise bad("file is too big")
        return self.kept[file_id]

    def of_call(self, given: Parameters, kind: str) -> File:
        """The one that is to be sent: uploaded now, or named by the id of one that was sent before."""
        upload = given.upload(kind)
        if upload is None:
            if not (file_id := given.text(kind)):
                raise bad(f"there is no {kind} in the request")
            if file_id not in self.kept:
                raise bad("wrong remote file identifier specified: Wrong string length")
            return self.kept[file_id]
        if not upload.content:
            raise bad("file must be non-empty")
        if len(upload.content) > (LARGEST_PHOTO if kind == "photo" else LARGEST_UPLOAD):
            raise RefusedError(413, "Request Entity Too Large")
        if kind == "photo" and not upload.content.startswith(PICTURES):
            raise bad("IMAGE_PROCESS_FAILED")
        return self.keep(upload)
