"""Peak memory of `zhaohuo demo` after one conversation in the web chat: `zhaohuo bench memory`."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path

from app.settings import ROOT
from benchmarks.figures import Figure, at_most, told

NAME = "memory"
WORDS = ("电焊工 郑州 5000", "1", "跳过", "更多", "帮助")
PATIENCE_SECONDS = 60


def measure(folder: Path, *, quick: bool) -> Iterator[Figure]:
    """Start the demo as a user does, talk, read the process's high-water mark."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="bench-") as scratch:
        begun = time.perf_counter()
        command = (sys.executable, "-m", "app", "demo", "--port", "0")
        environment = {**os.environ, "ZHAOHUO_VAR_DIR": scratch, "PYTHONPATH": str(ROOT)}
        with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as demo:
            try:
                links = _links(demo)
                started = time.perf_counter() - begun
                replies = _converse(links[0])
                peak = peak_megabytes(demo.pid)
            finally:
                demo.send_signal(signal.SIGTERM)
    yield at_most(NAME, "demo_peak_rss", "MB", peak, 350)
    yield told(NAME, "demo_first_start", "s", started)
    yield told(NAME, "demo_replies", "replies", replies)


def _links(demo: subprocess.Popen[str]) -> list[str]:
    """The links of the roles, once they are all printed."""
    found: list[str] = []
    for line in demo.stdout or ():
        found += re.findall(r"http://\S+/enter/\S+", line)
        if "Each link works once" in line:
            return found
    raise RuntimeError("the demo ended before it was up")


def _converse(link: str) -> int:
    """Say the words; returns how many events came back."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    opener.open(link, timeout=PATIENCE_SECONDS).read()
    base = link.partition("/enter/")[0]
    with opener.open(f"{base}/chat/events", timeout=PATIENCE_SECONDS) as events:
        seen = 0
        for number, text in enumerate(WORDS):
            _say(opener, base, f"bench-{number}", text)
            seen += _wait_for_event(events)
    return seen


def _say(opener: urllib.request.OpenerDirector, base: str, number: str, text: str) -> None:
    import json

    body = json.dumps({"id": number, "text": text}).encode()
    headers = {"Content-Type": "application/json", "Origin": base}
    opener.open(urllib.request.Request(f"{base}/chat/messages", body, headers), timeout=PATIENCE_SECONDS).read()


def _wait_for_event(events: object) -> int:
    for line in events:  # type: ignore[attr-defined]
        if line.startswith(b"id:"):
            return 1
    return 0


def peak_megabytes(pid: int) -> float:
    """The high-water mark of a process's resident memory."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    match = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(match[1]) / 1024 if match else 0.0
