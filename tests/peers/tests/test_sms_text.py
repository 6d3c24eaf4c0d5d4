"""Segments, parts and joining."""

from __future__ import annotations

import pytest

from tests.peers.sms_text import Part, cut, header_of, join, read_header, segments


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("工" * 70, 1),
        ("工" * 71, 2),
        ("工" * 134, 2),
        ("工" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_segments(text: str, count: int) -> None:
    assert segments(text) == count


def test_headers() -> None:
    part = Part(7, 3, 2)
    assert read_header(header_of(part)) == part
    assert read_header(bytes.fromhex("0c0804123403020504158a0000")[:13]) == Part(0x1234, 3, 2)
    assert read_header(b"") is None
    assert read_header(bytes.fromhex("0605040b8423f0")) is None


def test_long_texts_are_joined_whatever_the_order() -> None:
    text = "😀" + "招聘电焊工" * 30
    pieces = [piece.decode("utf-16-be") for piece in cut(text)]
    parts = [(Part(1, len(pieces), number), piece) for number, piece in enumerate(pieces, 1)]
    assert join([parts[2], (None, "短"), parts[0], parts[1]]) == [text, "短"]
    assert join(parts[:2]) == [], "a message without one of its parts is not shown"
    assert join(parts + parts) == [text, text], "a reference may be used again"
    assert all(len(piece.encode("utf-16-be")) <= 134 for piece in pieces)


def test_a_pair_cut_in_two_is_whole_again() -> None:
    assert join([(Part(1, 2, 1), "a\ud83d"), (Part(1, 2, 2), "\ude00")]) == ["a😀"]
