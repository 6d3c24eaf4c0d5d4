"""The key ring: personal data is sealed with AES-256-GCM and found again by a keyed blind index.

A sealed value is bound to its table, column and row (`promises.md` §1): copied into another row it does not
open. The blind index is an HMAC with a key per column, because an unkeyed hash of a phone number is reversed
in seconds.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.errors import KeyMissingError

NONCE_BYTES = 12


class KeyRing:
    """Named 32-byte keys; the newest seals, every one opens."""

    def __init__(self, sealing: dict[int, bytes], indexing: bytes) -> None:
        self._ciphers = {number: AESGCM(key) for number, key in sealing.items()}
        self._newest = max(sealing)
        self._sealing, self._indexing = dict(sealing), indexing
        self._column_keys: dict[str, bytes] = {}

    @classmethod
    def generate(cls) -> KeyRing:
        """A new ring with one random sealing key and one indexing key."""
        return cls({1: secrets.token_bytes(32)}, secrets.token_bytes(32))

    @classmethod
    def load(cls, path: Path) -> KeyRing:
        """Read a ring from `path`; a missing file is made with new keys, readable by its owner only."""
        if not path.exists():
            cls.generate()._write_new(path)
        raw = json.loads(path.read_text("utf-8"))
        return cls({int(n): bytes.fromhex(k) for n, k in raw["sealing"].items()}, bytes.fromhex(raw["indexing"]))

    def _write_new(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(
            {"sealing": {str(n): k.hex() for n, k in self._sealing.items()}, "indexing": self._indexing.hex()}
        )
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)  # never replaces a ring that another process made in the meantime
        except FileExistsError:
            pass
        finally:
            part.unlink()

    def seal(self, plain: str, column: str, row: int) -> bytes:
        """Encrypt `plain` for one cell; `column` is 'table.column'."""
        nonce = os.urandom(NONCE_BYTES)
        body = self._ciphers[self._newest].encrypt(nonce, plain.encode(), f"{column}:{row}".encode())
        return bytes([self._newest]) + nonce + body

    def open(self, sealed: bytes, column: str, row: int) -> str:
        """Decrypt what `seal` made for the same cell.

        Raises KeyMissingError when the ring lacks the key, cryptography's InvalidTag when the bytes were
        changed or moved.
        """
        cipher = self._ciphers.get(sealed[0])
        if cipher is None:
            raise KeyMissingError
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        return cipher.decrypt(nonce, body, f"{column}:{row}".encode()).decode()

    def index(self, value: str, column: str) -> bytes:
        """The blind index of `value` in `column`: equal values give equal bytes, nothing else can be told."""
        key = self._column_keys.get(column)
        if key is None:
            key = hmac.digest(self._indexing, column.encode(), hashlib.sha256)
            self._column_keys[column] = key
        return hmac.digest(key, value.encode(), hashlib.sha256)[:16]
