"""The Bot API's way to say no."""

from __future__ import annotations

from typing import Any


class RefusedError(Exception):
    """A call that is answered with `ok: false`."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def body(self) -> dict[str, Any]:
        """As it goes over the wire."""
        told = {"ok": False, "error_code": self.code, "description": self.description}
        return told | ({"parameters": self.parameters} if self.parameters else {})


def bad(description: str) -> RefusedError:
    """A 400, worded as the real server words it."""
    return RefusedError(400, f"Bad Request: {description}")


def too_many(seconds: int) -> RefusedError:
    """A 429 that says when to come again."""
    return RefusedError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
