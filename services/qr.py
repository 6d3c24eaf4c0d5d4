"""A QR picture that leads to one vacancy: for a booth, a door, a notice board."""

from __future__ import annotations

import os
from pathlib import Path

import segno

from models.channels import Channels

SCALE, BORDER = 10, 4  # pixels a module, modules of white around: read from a metre away on a sheet of paper


def vacancy_link(channels: Channels, vacancy_id: int) -> str:
    """Opens the web chat with this vacancy; it works in any browser, WeChat's too."""
    return f"{channels.web_url}/chat?start=job_{vacancy_id}"


def fair_link(channels: Channels, code: str, booth: int | None = None) -> str:
    """Opens the web chat at a fair's door, or at one of its booths."""
    return f"{channels.web_url}/chat?start=fair_{code}" + (f"-{booth}" if booth else "")


def draw(link: str, folder: Path, name: str) -> Path:
    """The picture of a link as a PNG file; drawn again it is the same file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    part = path.with_suffix(f".{os.getpid()}.part")
    segno.make(link, error="m").save(str(part), kind="png", scale=SCALE, border=BORDER)
    part.replace(path)
    return path
