"""What a mobile network does to text, counted and joined here without the program's own code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_TWICE = "^{}\\[~]|€\f"
CONCATENATED_8, CONCATENATED_16 = 0x00, 0x08
UNITS_OF_PART = 67


def is_gsm(text: str) -> bool:
    """Whether it fits the 7-bit alphabet."""
    return all(sign in GSM or sign in GSM_TWICE for sign in text)


def segments(text: str) -> int:
    """What the operator bills: 160/153 of the 7-bit alphabet, 70/67 of UCS-2; an empty text is one."""
    if is_gsm(text):
        units, one, part = sum(2 if sign in GSM_TWICE else 1 for sign in text), 160, 153
    else:
        units, one, part = len(text.encode("utf-16-be")) // 2, 70, UNITS_OF_PART
    return 1 if units <= one else -(-units // part)


@dataclass(frozen=True)
class Part:
    """A piece of a long message: which message, how many pieces, which one (from 1)."""

    ref: int
    total: int
    number: int


def read_header(header: bytes) -> Part | None:
    """The concatenation element of a user data header, 8 or 16 bits of reference."""
    body = header[1 : 1 + header[0]] if header else b""
    while len(body) >= 2:
        kind, value, body = body[0], body[2 : 2 + body[1]], body[2 + body[1] :]
        if kind == CONCATENATED_8 and len(value) == 3:
            return Part(value[0], value[1], value[2])
        if kind == CONCATENATED_16 and len(value) == 4:
            return Part(value[0] << 8 | value[1], value[2], value[3])
    return None


def header_of(part: Part) -> bytes:
    """The user data header with an 8-bit reference."""
    return bytes((5, CONCATENATED_8, 3, part.ref & 0xFF, part.total, part.number))


def cut(text: str) -> list[bytes]:
    """UCS-2 pieces of a long message as a phone cuts them, never through a surrogate pair."""
    pieces, piece = list[str](), ""
    for sign in text:
        if len((piece + sign).encode("utf-16-be")) // 2 > UNITS_OF_PART:
            pieces.append(piece)
            piece = ""
        piece += sign
    return [piece.encode("utf-16-be") for piece in [*pieces, piece]]


def join(received: Iterable[tuple[Part | None, str]]) -> list[str]:
    """The texts on one phone: each where its first piece came; a message that lacks a piece is not shown."""
    shown: list[dict[int, str]] = []
    complete: list[bool] = []
    gathering: dict[int, int] = {}
    for part, text in received:
        if part is None:
            shown.append({1: text})
            complete.append(True)
            continue
        if part.ref not in gathering:
            gathering[part.ref] = len(shown)
            shown.append({})
            complete.append(False)
        place = gathering[part.ref]
        shown[place][part.number] = text
        if len(shown[place]) == part.total:
            complete[place] = True
            del gathering[part.ref]
    return [_whole(pieces) for pieces, done in zip(shown, complete, strict=True) if done]


def _whole(pieces: dict[int, str]) -> str:
    text = "".join(pieces[number] for number in sorted(pieces))
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
