"""What all SMS gateways share: segments, the signature, menus as numbers, splitting at line ends, who may write."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.base import Heard, Reading, Verdict
from bot.reach import Reach
from bot.typed import folded
from bot.words import COMMANDS
from models.channels import ChannelFacts
from models.messages import Choice
from services.phones import PhoneRefusedError, e164, is_mobile
from services.sending import Envelope
from services.texts import say

SEGMENT = 70
REACH = Reach(buttons=False, characters=SEGMENT, files=False, domestic=True)
FACTS = ChannelFacts(domestic=True, rings=True, by_phone=True)
MOST_SEGMENTS = 5  # in one message; a longer text is several messages
_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_TWICE = frozenset("^{}\\[~]|€\f")
_ALWAYS_TYPED = COMMANDS["skip"] | COMMANDS["back"] | COMMANDS["help"] | COMMANDS["place"]
_NUMBER = re.compile(r"\d+")
_PUNCTUATION = re.compile(r"[\s().-]")


@dataclass(frozen=True, slots=True)
class Size:
    """How long a text is on the air."""

    units: int
    segments: int
    unicode: bool


def size_of(text: str) -> Size:
    """GSM-7: 160 in one segment, 153 in each of several; anything else UCS-2: 70 and 67 (3GPP TS 23.038, 23.040)."""
    if all(c in _GSM7 or c in _GSM7_TWICE for c in text):
        units, one, each = sum(2 if c in _GSM7_TWICE else 1 for c in text), 160, 153
        is_unicode = False
    else:
        units, one, each = len(text.encode("utf-16-be")) // 2, SEGMENT, 67
        is_unicode = True
    return Size(units, 1 if units <= one else -(-units // each), is_unicode)


def render(envelope: Envelope, signature: str) -> list[str]:
    """The messages of an envelope: signature, text, menu, and for what nobody asked for how to stop it."""
    if envelope.action == "delete" or not (envelope.text or (envelope.choices and envelope.action == "send")):
        return []  # nothing to say, or retention took the words: a bare signature would cost a segment
    head = f"【{signature}】" if signature else ""
    tail = say(envelope.language, "sms.stop") if envelope.unasked else ""
    whole = [_joined(head + envelope.text, menu, tail) for menu in _menus(envelope)]
    return split(min(whole, key=lambda text: size_of(text).segments), MOST_SEGMENTS, head)


def _joined(text: str, menu: str, tail: str) -> str:
    joined = "\n".join(part for part in (text.strip(), menu) if part)
    return joined.rstrip("。") + tail if tail else joined


def _menus(envelope: Envelope) -> list[str]:
    """The menu in full, then without what can be typed at any time: the shorter one is taken where it saves money."""
    full = _menu(envelope.choices, envelope.language, envelope.text)
    needed = tuple(choice for choice in envelope.choices if folded(choice.label) not in _ALWAYS_TYPED)
    return [full, _menu(needed, envelope.language, envelope.text)]


def _menu(choices: Sequence[Choice], language: str, text: str) -> str:
    """'回1马上 2一周内': numbers with their words; words that are typed as they are stand alone."""
    lines = frozenset(match[0] for line in text.splitlines() if (match := _NUMBER.match(line)))
    shown = [choice for choice in choices if not _is_line(choice, lines)]
    numbers = " ".join(f"{choice.key}{_bare(choice)}" for choice in shown if choice.key != choice.label)
    words = say(language, "sms.or").join(choice.label for choice in shown if choice.key == choice.label)
    parts = [say(language, "sms.reply", what=numbers)] if numbers else []
    if words:
        parts.append(say(language, "sms.type", what=words))
    return " ".join(parts)


def _is_line(choice: Choice, numbers: frozenset[str]) -> bool:
    """Whether the button only repeats the number of a line above: '1 报名' under '1. 电焊工 …'."""
    return choice.key.isdigit() and choice.key in numbers and choice.label.startswith(f"{choice.key} ")


def _bare(choice: Choice) -> str:
    """The label behind its number; one that begins with a digit is kept apart: '1.12月5日', not '112月5日'."""
    label = choice.label.removeprefix(f"{choice.key} ").strip()
    return f".{label}" if label[:1].isdigit() else label


def split(text: str, most_segments: int, head: str) -> list[str]:
    """Messages of at most so many segments, cut at line ends; only a line that is too long itself is cut inside."""
    messages, current = [], ""
    for line in _lines(text, most_segments, head):
        longer = f"{current}\n{line}" if current else line
        if current and size_of(longer).segments > most_segments:
            messages.append(current)
            longer = head + line
        current = longer
    return [*messages, current] if current else messages


def _lines(text: str, most_segments: int, head: str) -> list[str]:
    room = most_segments * 67 - len(head)
    return [piece for line in text.split("\n") for piece in _pieces(line, room)]


def _pieces(line: str, room: int) -> list[str]:
    """The line in pieces of at most so many UTF-16 units: an emoji is two, and never cut."""
    if len(line) * 2 <= room:
        return [line]
    pieces, piece, used = [], "", 0
    for sign in line:
        units = 2 if ord(sign) > 0xFFFF else 1
        if used + units > room:
            pieces.append(piece)
            piece, used = "", 0
        piece, used = piece + sign, used + units
    return [*pieces, piece]


def sender_of(raw: str, own_numbers: Sequence[str]) -> tuple[str | None, Verdict]:
    """(E.164 number, STORED) of somebody we may answer, or (None, why not).

    Our own number is a loop; a short code, a service number or a name is a machine of the operator or of a shop.
    """
    number = _international(raw)
    if any(sign.isalpha() for sign in number):
        return None, Verdict.IGNORED_NAME  # letters stand for digits on a keypad: a name would be somebody's number
    if number in {_international(own) for own in own_numbers if own}:
        return None, Verdict.IGNORED_OWN_NUMBER
    try:
        found = e164(number)
    except PhoneRefusedError:
        return None, Verdict.IGNORED_SHORT_CODE if number.removeprefix("+").isdigit() else Verdict.IGNORED_NAME
    if found.startswith("+86") and not is_mobile(found):
        return None, Verdict.IGNORED_SHORT_CODE
    return found, Verdict.STORED


def _international(raw: str) -> str:
    """'0086 …', '86…', '138…' and '+86…' of the same number alike; anything else as it is."""
    number = _PUNCTUATION.sub("", unicodedata.normalize("NFKC", raw))
    digits = number.removeprefix("+").removeprefix("00") if number.startswith(("+", "00")) else number
    if digits.startswith("86") and len(digits) > 5:  # no number within the country begins with 86
        digits = digits.removeprefix("86")
    elif number != digits:
        return "+" + digits
    return f"+86{digits}" if len(digits) == 11 and digits.startswith("1") else digits


def heard(number: str, external_id: str, text: str, part: tuple[int, int, int] | None = None) -> Reading:
    """A text message; one of nothing but blanks still gets an answer."""
    return Reading(heard=(Heard(external_id, number, {"text": text}, part),))


def cost_of(segments: int, fen_each: float) -> int:
    """In hundredths of a fen."""
    return round(segments * fen_each * 100)
