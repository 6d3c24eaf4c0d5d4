"""The parameters of a call, however they came: query, form, multipart with files, or JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.peers.telegram.refused import RefusedError, bad

INTEGER = re.compile(r"-?\d{1,19}")


@dataclass(frozen=True)
class Upload:
    """A file of a multipart body."""

    name: str
    content: bytes
    kind: str


@dataclass
class Parameters:
    """What a call was given; reading a value checks its type, as the real server does, with its words."""

    values: Mapping[str, Any]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A string, empty when it was not given."""
        value = self.values.get(name, "")
        if isinstance(value, dict | list):
            raise bad(f'expected a String as parameter "{name}"')
        return "" if value is None else str(value)

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; the real server reads digits out of strings too."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        if isinstance(value, bool) or not INTEGER.fullmatch(str(value)):
            raise bad(f'parameter "{name}" must be an Integer')
        return int(value)

    def flag(self, name: str) -> bool:
        """A Boolean."""
        return str(self.values.get(name, "")).lower() in ("true", "yes", "1")

    def structure(self, name: str, kind: type) -> Any:
        """JSON, inside a string (forms) or not (JSON bodies); None when it was not given."""
        value = self.values.get(name)
        if isinstance(value, str):
            if not value.strip():
                return None
            try:
                value = json.loads(value)
            except ValueError as error:
                raise bad(f"can't parse {name.replace('_', ' ')} JSON object") from error
        if value is not None and not isinstance(value, kind):
            raise bad(f"object expected as {name.replace('_', ' ')}")
        return value

    def upload(self, name: str) -> Upload | None:
        """The file of this parameter, put in directly or as attach://part."""
        if name in self.files:
            return self.files[name]
        value = self.text(name)
        if not value.startswith("attach://"):
            return None
        if (part := value.removeprefix("attach://")) not in self.files:
            raise bad(f'file "{part}" is not attached')
        return self.files[part]


async def read_parameters(request: web.Request) -> Parameters:
    """All that a request says, its body over its query."""
    values: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json" and request.can_read_body:
        try:
            body = json.loads(await request.read())
        except ValueError as error:
            raise bad("can't parse JSON object in the request body") from error
        if not isinstance(body, dict):
            raise bad("object expected in the request body")
        return Parameters(values | body)
    return await _read_form(request, values)


async def _read_form(request: web.Request, values: dict[str, Any]) -> Parameters:
    files: dict[str, Upload] = {}
    try:
        form = await request.post()
    except ValueError as error:
        raise RefusedError(400, "Bad Request: wrong body") from error
    for name, value in form.items():
        if isinstance(value, web.FileField):
            files[name] = Upload(value.filename, value.file.read(), value.content_type)
            value.file.close()
        else:
            values[name] = value
    return Parameters(values, files)
