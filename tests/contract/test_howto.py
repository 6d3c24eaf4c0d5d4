"""docs/howto/add-a-channel.md works: a copy of the project that follows it passes the suite."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "var", "node_modules", "__pycache__", ".*_cache", "docs", "images")

pytestmark = pytest.mark.peers


def added(path: Path, before: str, line: str) -> None:
    """Put a line in front of another."""
    text = path.read_text("utf-8")
    assert text.count(before) == 1, f"{path.name} has changed: mend this test and the page"
    path.write_text(text.replace(before, line + before), "utf-8")


def follow(copy: Path, *, bench: bool) -> None:
    """Do what the page says."""
    channel, bench_file = re.findall(r"```python\n(.*?)```", (ROOT / "docs/howto/add-a-channel.md").read_text(), re.S)
    (copy / "bot/channels/plain_sms.py").write_text(channel, "utf-8")
    kinds = copy / "bot/channels/kinds.py"
    added(kinds, "from bot.channels.telegram import", "from bot.channels.plain_sms import PlainSms, PlainSmsSettings\n")
    added(kinds, "    FileSmsSettings: FileSms,", "    PlainSmsSettings: PlainSms,\n")
    if bench:
        (copy / "tests/contract/bench_plain.py").write_text(bench_file, "utf-8")
        benches = copy / "tests/contract/benches.py"
        added(benches, "from bench_sms import", "from bench_plain import PlainBench\n")
        added(benches, "    KannelBench,", "    PlainBench,\n")


def run(copy: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", *words)
    return subprocess.run(command, cwd=copy, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project without its history."""
    return shutil.copytree(ROOT, tmp_path / "copy", ignore=LEFT_OUT)


def test_the_page_works(copy: Path) -> None:
    follow(copy, bench=True)
    tests = [str(path.relative_to(copy)) for path in (copy / "tests/contract").glob("test_contract_*.py")]
    done = run(copy, "pytest", "-q", *tests, "-k", "PlainBench", "-o", "addopts=-v")
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None and int(passed[1]) > 60, done.stdout[-300:]
    checked = run(copy, "ruff", "check", "bot/channels", "tests/contract")
    assert checked.returncode == 0, checked.stdout
    typed = run(copy, "mypy", "bot/channels/plain_sms.py")
    assert typed.returncode == 0, typed.stdout


def test_a_kind_without_a_bench_fails_by_name(copy: Path) -> None:
    follow(copy, bench=False)
    done = run(copy, "pytest", "-q", "tests/contract/test_contract_kinds.py")
    assert done.returncode == 1
    assert "a kind without a bench" in done.stdout
