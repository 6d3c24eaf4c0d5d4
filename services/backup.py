"""A backup: the SQLite database, taken while it is in use, and the keys without which it cannot be read.

One tar file, readable by its owner only, on disk before it has its name.
"""

from __future__ import annotations

import os
import sqlite3
import tarfile
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import IO

from models.errors import ZhaohuoError

DATABASE, KEYS = "zhaohuo.db", "keys.json"
SIDE_FILES = ("-wal", "-shm")


class BackupRefusedError(ZhaohuoError):
    """The backup cannot be made or read."""


def back_up(database: Path, keys: Path, target: Path) -> None:
    """Write database and keys to `target`. Raises BackupRefusedError."""
    for path in (database, keys):
        if not path.exists():
            raise BackupRefusedError(f"there is no {path}; nothing to back up")
    if target.exists():
        raise BackupRefusedError(f"{target} exists already; name another file")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
            copy = Path(folder) / DATABASE
            _copy_database(database, copy)
            part = Path(folder) / "part.tar"
            _write_tar(part, copy, keys)
            part.replace(target)
        _sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise BackupRefusedError(f"{target}: {error}") from error


def _copy_database(source: Path, copy: Path) -> None:
    """SQLite's online backup: one moment of the database, also beside a running service."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as reading, closing(sqlite3.connect(copy)) as to:
        reading.backup(to)
        _check(to)


def _check(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA quick_check").fetchone()
    if found != ("ok",):
        raise BackupRefusedError(f"the database is damaged: {found[0] if found else 'no answer'}")


def _write_tar(part: Path, database: Path, keys: Path) -> None:
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            for path, name in ((database, DATABASE), (keys, KEYS)):
                member = tar.gettarinfo(str(path), name)
                member.mode, member.uname, member.gname, member.uid, member.gid = 0o600, "", "", 0, 0
                with path.open("rb") as content:
                    tar.addfile(member, content)
        file.flush()
        os.fsync(file.fileno())


def restore(source: Path, database: Path, keys: Path, now: datetime) -> list[Path]:
    """Put both files back; what stood in their place is kept beside them and returned. Raises BackupRefusedError."""
    with tempfile.TemporaryDirectory(dir=_made(database.parent), prefix=".restore-") as folder:
        fresh_database, fresh_keys = Path(folder) / DATABASE, Path(folder) / KEYS
        _unpack(source, fresh_database, fresh_keys)
        mark = now.strftime("before-%Y%m%dT%H%M%S%f")
        old = (database, *(Path(f"{database}{tail}") for tail in SIDE_FILES), keys)
        aside = [_put_aside(path, mark) for path in old if path.exists()]
        fresh_keys.replace(keys)
        fresh_database.replace(database)
    _sync_folder(database.parent)
    _sync_folder(keys.parent)
    return aside


def _unpack(source: Path, database: Path, keys: Path) -> None:
    """Both members, checked, before anything is replaced."""
    try:
        with tarfile.open(source, "r:") as tar:
            for name, path in ((DATABASE, database), (KEYS, keys)):
                content = tar.extractfile(name)
                if content is None:
                    raise BackupRefusedError(f"{source}: {name} is no file in it")
                _write_private(path, content)
        with closing(sqlite3.connect(database)) as connection:
            _check(connection)
    except (OSError, tarfile.TarError, KeyError, sqlite3.Error) as error:
        raise BackupRefusedError(f"{source} is no backup of zhaohuo: {error}") from error


def _write_private(path: Path, content: IO[bytes]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        while block := content.read(1 << 20):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())


def _put_aside(path: Path, mark: str) -> Path:
    return path.rename(path.with_name(f"{path.name}.{mark}"))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
