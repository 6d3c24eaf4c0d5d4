"""The command line as often as wanted, from one process that has imported it (see `forks.py`)."""

from __future__ import annotations

import atexit
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENDING_SECONDS = 60


class Commands:
    """Starts commands; each has a process, an environment and standard streams of its own."""

    def __init__(self) -> None:
        self._here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
            command = (sys.executable, str(Path(__file__).with_name("forks.py")), str(there.fileno()))
            self._process = subprocess.Popen(command, cwd=ROOT, env=environment, pass_fds=(there.fileno(),))
        assert self._here.recv(100) == b"ready"

    def start(self, words: tuple[str, ...], environment: Mapping[str, str]) -> tuple[int, int, int, int]:
        """The ends of its stdin, stdout and stderr, and of a pipe that tells its exit code."""
        pipes = [os.pipe() for _ in range(4)]
        theirs = [pipes[0][0], pipes[1][1], pipes[2][1], pipes[3][1]]
        request = {"words": words, "environment": dict(environment)}
        socket.send_fds(self._here, [json.dumps(request).encode()], theirs)
        for descriptor in theirs:
            os.close(descriptor)
        return pipes[0][1], pipes[1][0], pipes[2][0], pipes[3][0]

    def run(self, *words: str, environment: Mapping[str, str], say: str = "") -> subprocess.CompletedProcess[str]:
        """A command with `say` on its stdin, when it has ended."""
        stdin, *outputs = self.start(words, environment)
        with os.fdopen(stdin, "w", encoding="utf-8") as lines:
            lines.write(say)
        with ThreadPoolExecutor(3) as readers:
            out, err, code = readers.map(_all_of, outputs)
        return subprocess.CompletedProcess(words, int(code), out, err)

    def close(self) -> None:
        """No more."""
        self._here.close()
        self._process.wait(ENDING_SECONDS)


def _all_of(descriptor: int) -> str:
    with os.fdopen(descriptor, encoding="utf-8", errors="replace") as stream:
        return stream.read()


@cache
def commands() -> Commands:
    """One for the whole run of the tests."""
    made = Commands()
    atexit.register(made.close)
    return made
