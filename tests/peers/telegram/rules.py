"""The Bot API's limits on what a message may be, with the real server's words.

Lengths are counted in UTF-16 units, the stricter reading of "characters": what passes here passes there.
"""

from __future__ import annotations

import html
import re
from typing import Any

from tests.peers.telegram.parameters import Parameters
from tests.peers.telegram.refused import bad

TEXT_LENGTH, CAPTION_LENGTH, ANSWER_LENGTH = 4096, 1024, 200
TEXT_BYTES, DATA_BYTES, BUTTONS = 1 << 15, 64, 100
TAGS = frozenset(
    {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "span", "tg-spoiler", "a", "tg-emoji"}
    | {"code", "pre", "blockquote"}
)
TAG = re.compile(r"<(/?)([^\s>/]*)[^>]*(>?)")
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{0,64}")
COMMAND = re.compile(r"[a-z0-9_]{1,32}")
ACTIONS = frozenset(
    {"typing", "choose_sticker", "find_location", "upload_photo", "upload_document"}
    | {f"{verb}_{what}" for verb in ("record", "upload") for what in ("video", "voice", "video_note")}
)


def length(text: str) -> int:
    """UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def message_text(given: Parameters) -> str:
    """The text as the phone shows it."""
    raw = given.text("text")
    if not raw:
        raise bad("message text is empty")
    text = parsed(raw, given.text("parse_mode"))
    if not text.strip():
        raise bad("text must be non-empty")
    if length(text) > TEXT_LENGTH:
        raise bad("message is too long")
    return text


def caption(given: Parameters) -> str:
    """The words below a file."""
    text = parsed(given.text("caption"), given.text("parse_mode"))
    if length(text) > CAPTION_LENGTH:
        raise bad("message caption is too long")
    return text


def parsed(raw: str, parse_mode: str) -> str:
    """The text without its mark-up; of the modes this fake reads HTML."""
    if len(raw.encode()) > TEXT_BYTES:
        raise bad("text is too long")
    if not parse_mode:
        return raw
    if parse_mode.lower() != "html":
        raise bad("unsupported parse_mode")
    return _without_tags(raw)


def _without_tags(raw: str) -> str:
    """HTML as the Bot API takes it: few tags, all closed, every other < written &lt;."""
    shown, position, opened = "", 0, list[str]()
    for tag in TAG.finditer(raw):
        shown += html.unescape(raw[position : tag.start()])
        position, offset = tag.end(), len(raw[: tag.start()].encode())
        closing, name, end = tag[1], tag[2].lower(), tag[3]
        if not end:
            raise bad(f"can't parse entities: Unclosed start tag at byte offset {offset}")
        if not closing and name not in TAGS:
            raise bad(f'can\'t parse entities: Unsupported start tag "{name}" at byte offset {offset}')
        if closing and (not opened or opened.pop() != name):
            raise bad(f"can't parse entities: Unmatched end tag at byte offset {offset}")
        if not closing:
            opened.append(name)
    if opened:
        raise bad(f"can't parse entities: Can't find end tag corresponding to start tag \"{opened[-1]}\"")
    return shown + html.unescape(raw[position:])


def reply_markup(given: Parameters) -> dict[str, Any]:
    """Buttons of either kind, or the order to take them away."""
    markup: dict[str, Any] = given.structure("reply_markup", dict) or {}
    for field, check in (("inline_keyboard", _inline_button), ("keyboard", _keyboard_button)):
        if field not in markup:
            continue
        rows = markup[field]
        if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
            raise bad(f'field "{field}" must be an Array of Arrays')
        buttons = [button for row in rows for button in row]
        for button in buttons:
            check(button)
        if len(buttons) > BUTTONS:
            raise bad("reply markup is too long")
    return markup


def _inline_button(button: Any) -> None:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip() or not (button.get("callback_data") or button.get("url") or button.get("web_app")):
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    data = button.get("callback_data", "")
    if not isinstance(data, str):
        raise bad('can\'t parse inline keyboard button: Field "callback_data" must be of type String')
    if len(data.encode()) > DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if button.get("url") and not re.match(r"(https?|tg)://\S+\Z", button["url"]):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")


def _keyboard_button(button: Any) -> None:
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict):
        raise bad("can't parse keyboard button: KeyboardButton must be a String or an Object")
    if not isinstance(button.get("text"), str) or not button["text"]:
        raise bad("can't parse keyboard button: Can't find field \"text\"")


def commands(given: Parameters) -> list[dict[str, str]]:
    """The menu of commands."""
    listed: list[dict[str, str]] = given.structure("commands", list) or []
    for command in listed:
        if not isinstance(command, dict) or not COMMAND.fullmatch(str(command.get("command", "")).removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= length(str(command.get("description", ""))) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return listed
