"""Every kind of channel: its settings and what is made of them. A new one is its file and a line here."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any

from pydantic import Field

from bot.channels import terminal, webchat
from bot.channels.base import ChannelSettings, PulledChannel, SendingChannel
from bot.channels.file_sms import FileSms, FileSmsSettings
from bot.channels.form_sms import FormSms, FormSmsSettings
from bot.channels.hmac_sms import HmacSms, HmacSmsSettings
from bot.channels.kannel import Kannel, KannelSettings
from bot.channels.telegram import Telegram, TelegramSettings
from models.channels import ChannelFacts

KINDS: Mapping[type[Any], type[Any]] = {
    TelegramSettings: Telegram,
    KannelSettings: Kannel,
    FormSmsSettings: FormSms,
    HmacSmsSettings: HmacSms,
    FileSmsSettings: FileSms,
}
AnySettings: Any = Annotated[reduce(or_, KINDS), Field(discriminator="kind")]  # the key `kind` says which
PULLED = (PulledChannel(webchat.NAME, webchat.REACH), PulledChannel(terminal.NAME, terminal.REACH))


def make_channels(settings: Mapping[str, ChannelSettings]) -> dict[str, SendingChannel]:
    """The channels of the settings by name."""
    return {name: KINDS[type(one)](name, one) for name, one in settings.items()}


def facts_of(channels: Mapping[str, SendingChannel]) -> dict[str, ChannelFacts]:
    """What the rooms below know of them."""
    return {name: channel.facts for name, channel in channels.items()}
