"""The key ring: sealed to one cell, opened by old keys, found by a keyed index, made once by whoever comes first."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st

from app.settings import ROOT
from models.errors import KeyMissingError
from models.keys import KeyRing

OLD, NEW, INDEX = b"o" * 32, b"n" * 32, b"i" * 32
RING = KeyRing({1: OLD}, INDEX)
PHONE = "+8613800138000"


@settings(deadline=None)
@given(st.text(max_size=200))
def test_what_is_sealed_opens_in_its_own_cell(plain: str) -> None:
    plain = plain.encode("utf-8", "ignore").decode()
    assert RING.open(RING.seal(plain, "people.phone", 7), "people.phone", 7) == plain


@pytest.mark.parametrize(("column", "row"), [("people.phone", 8), ("people.name", 7), ("seekers.phone", 7)])
def test_a_sealed_value_copied_to_another_row_or_column_does_not_open(column: str, row: int) -> None:
    with pytest.raises(InvalidTag):
        RING.open(RING.seal(PHONE, "people.phone", 7), column, row)


def test_every_byte_that_is_changed_is_noticed() -> None:
    sealed = RING.seal(PHONE, "people.phone", 7)
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises((InvalidTag, KeyMissingError)):
            RING.open(bytes(changed), "people.phone", 7)


@pytest.mark.parametrize("length", [1, 5, 13, 20])
def test_a_value_that_was_cut_short_is_noticed(length: int) -> None:
    with pytest.raises((InvalidTag, ValueError)):
        RING.open(RING.seal(PHONE, "people.phone", 7)[:length], "people.phone", 7)


def test_the_same_value_sealed_twice_looks_different() -> None:
    assert RING.seal(PHONE, "people.phone", 7) != RING.seal(PHONE, "people.phone", 7)


def test_a_second_key_seals_from_now_on_and_the_first_still_opens() -> None:
    before = RING.seal(PHONE, "people.phone", 7)
    both = KeyRing({1: OLD, 2: NEW}, INDEX)
    after = both.seal(PHONE, "people.phone", 7)
    assert both.open(before, "people.phone", 7) == both.open(after, "people.phone", 7) == PHONE
    assert KeyRing({2: NEW}, INDEX).open(after, "people.phone", 7) == PHONE
    with pytest.raises(KeyMissingError):
        KeyRing({2: NEW}, INDEX).open(before, "people.phone", 7)
    assert both.index(PHONE, "people.phone") == RING.index(PHONE, "people.phone")


def test_the_blind_index_differs_by_column_and_by_ring_and_shows_nothing() -> None:
    index = RING.index(PHONE, "people.phone")
    assert index == KeyRing({1: NEW}, INDEX).index(PHONE, "people.phone")
    assert index != RING.index(PHONE, "addresses.handle:sms")
    assert index != KeyRing({1: OLD}, NEW).index(PHONE, "people.phone")
    assert len(index) == 16
    assert b"138" not in index


def test_the_key_file_is_its_owners_only_and_read_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "var" / "keys.json"
    before = os.umask(0)
    try:
        ring = KeyRing.load(path)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    sealed = ring.seal(PHONE, "people.phone", 7)
    again = KeyRing.load(path)
    assert again.open(sealed, "people.phone", 7) == PHONE
    assert again.index(PHONE, "people.phone") == ring.index(PHONE, "people.phone")
    assert [file.name for file in path.parent.iterdir()] == ["keys.json"]


def test_processes_that_make_the_key_file_at_once_agree(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    code = (
        "import sys; from pathlib import Path; from models.keys import KeyRing; sys.stdin.readline();"
        f"print(KeyRing.load(Path({str(path)!r})).index('x', 'a.b').hex())"
    )
    running = [
        subprocess.Popen(
            (sys.executable, "-c", code), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = {process.communicate()[0].strip() for process in running}
    assert len(said) == 1
    assert said == {KeyRing.load(path).index("x", "a.b").hex()}
