"""The channels of the settings. Their kinds are imported only here: `match` and `parse` start without them."""

from __future__ import annotations

from pydantic import TypeAdapter, ValidationError

from app.settings import ROOT, Settings, refused
from bot.channels.base import ChannelSettings, SendingChannel
from bot.channels.kinds import AnySettings, facts_of, make_channels
from models.channels import Channels

_ADAPTER: TypeAdapter[dict[str, ChannelSettings]] = TypeAdapter(dict[str, AnySettings])


def sending_channels(settings: Settings) -> dict[str, SendingChannel]:
    """What the settings set up. Raises SettingsRefusedError, which names every mistake."""
    try:
        typed = _ADAPTER.validate_python(settings.channels)
    except ValidationError as error:
        raise refused("settings", error, ("channels",)) from error
    for one in typed.values():
        for name in type(one).model_fields:
            if name in ("folder", "files"):
                setattr(one, name, ROOT / settings.var_dir / getattr(one, name))
    return make_channels(typed)


def channel_facts(settings: Settings, web_url: str = "") -> Channels:
    """What the rooms below the conversation know of the channels."""
    files = ROOT / settings.var_dir / "files"
    return Channels(facts_of(sending_channels(settings)), web_url=web_url or _web_url(settings), files=files)


def _web_url(settings: Settings) -> str:
    return settings.web.public_url or f"http://{settings.web.host}:{settings.web.port}"
