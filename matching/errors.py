"""The one family of errors this room raises."""

from __future__ import annotations


class MatchingError(Exception):
    """Something the matcher was given does not exist or cannot be read."""


class UnknownRegionError(MatchingError, KeyError):
    """No region has this code."""

    def __str__(self) -> str:
        return f"no region has the code {self.args[0]!r}" if self.args else "no such region"


class BadDataError(MatchingError, ValueError):
    """A data file of the matcher is wrong; the message names the file and the place."""
