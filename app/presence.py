"""Whether a service of a data folder is alive: it shares a lock that dies with the process."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def presence(var_dir: Path) -> Iterator[None]:
    """While a service runs it shares a lock that dies with the process; `zhaohuo chat` looks whether one does."""
    with _lock_file(var_dir).open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_SH)  # waits at most for somebody who looks
        yield


def is_running(var_dir: Path) -> bool:
    """Whether a service of this folder is alive."""
    path = _lock_file(var_dir)
    if not path.exists():
        return False
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


def _lock_file(var_dir: Path) -> Path:
    return var_dir / "service.lock"
