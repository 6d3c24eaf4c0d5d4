"""The running program, started as a user starts it: `python -m app demo` or `run`, found by what it prints."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from commands import commands

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 10
LINK = re.compile(r"^(?P<role>\S.*) · (?P<name>\S+)\n  (?P<link>\S+/enter/\S+)\n  \S+ chat --as (?P<phone>\d+)", re.M)
TROUBLE = re.compile(r"Traceback| (?:ERROR|CRITICAL) ")
ROLES = {
    "seeker": "求职者",
    "recruiter": "招聘方(已核验)",
    "newcomer": "新招聘方",
    "staff": "郑州市总工会工作人员",
    "supervisor": "河南省总工会负责人",
    "officer": "中牟县就业信息员",
}
Environment = Callable[..., Mapping[str, str]]


@dataclass(frozen=True)
class Role:
    """Somebody of the sample whom the demo makes a link for."""

    link: str
    phone: str


@dataclass
class Program:
    """One `demo` or `run` process on a data folder; its output is kept in files beside the folder."""

    var_dir: Path
    environment: Mapping[str, str]
    command: tuple[str, ...] = ("demo", "--port", "0")
    url: str = ""
    roles: dict[str, Role] = field(default_factory=dict)
    starts: int = 0
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it says where it listens (the conversation's engine comes 3 s later)."""
        self.starts += 1
        with self._file("out").open("wb") as out, self._file("log").open("wb") as log:
            self._process = subprocess.Popen(
                (sys.executable, "-m", "app", *self.command),
                cwd=ROOT,
                env=self.environment,
                stdout=out,
                stderr=log,
            )
        until = time.monotonic() + START_SECONDS
        while not self._announced():
            assert self._process.poll() is None, f"the program ended: {self.printed()}\n{self.log()}"
            assert time.monotonic() < until, f"the program did not start: {self.log()}"
            time.sleep(0.02)

    def _announced(self) -> bool:
        text = self.printed()
        if not text.endswith("\n") or "http" not in text or (self.command[0] == "demo" and "Each link" not in text):
            return False
        self.url = re.findall(r"http://[\d.]+:\d+", text)[0]
        links = {m["role"].rpartition(" ")[0]: Role(m["link"], m["phone"]) for m in LINK.finditer(text)}
        by_words = {
            words: role for spoken, role in links.items() for words in ROLES.values() if spoken.startswith(words)
        }
        self.roles = {name: by_words[words] for name, words in ROLES.items() if words in by_words}
        return True

    def kill(self) -> None:
        """kill -9: nothing is said goodbye to."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """SIGTERM, as an operator stops it; the exit code."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_SECONDS)
            return -signal.SIGKILL

    def printed(self) -> str:
        """What the last start printed."""
        return self._file("out").read_text("utf-8", "replace")

    def log(self) -> str:
        """What every start logged."""
        files = sorted(self.var_dir.parent.glob(f"{self.var_dir.name}.*.log"))
        return "".join(file.read_text("utf-8", "replace") for file in files)

    def _file(self, kind: str) -> Path:
        return self.var_dir.with_name(f"{self.var_dir.name}.{self.starts:03}.{kind}")

    def call(self, *words: str) -> str:
        """Run another command on the same data; what it prints. It must end well."""
        done = commands().run(*words, environment=self.environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@contextmanager
def running(program: Program, *, quiet: bool = True) -> Iterator[Program]:
    """Started before, stopped after; `quiet`: it logged no error."""
    program.start()
    try:
        yield program
    finally:
        code = program.stop()
    assert not quiet or not TROUBLE.search(program.log()), program.log()
    assert code == 0, f"it did not stop in order: {code}\n{program.log()}"
