"""The checks and tests: ./zhaohuo test, and --all with real peers, browser, PostgreSQL, faults and fuzz."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from app.settings import ROOT

CHECKS = (
    ("ruff", ("-m", "ruff", "check", ".")),
    ("types", ("-m", "mypy")),
    ("imports", ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")),
)


MEMORY, ROOMY = Path("/dev/shm"), 4 << 30  # noqa: S108 - thousands of small databases need no disk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--all; everything else is handed on to pytest."""
    parser.add_argument("--all", action="store_true", help="the slow and real ones too")


def run(options: argparse.Namespace) -> int:
    """Run them; the first failing check is told by name."""
    failed = []
    if not options.rest:
        failed = [name for name, arguments in CHECKS if not _passes(name, arguments)]
    marks = [] if options.all or options.rest else ["-m", "not peers"]
    tests = [
        *marks,
        *(["-n", "2", "--dist", "loadfile"] if not options.rest else []),
        *options.rest,
    ]
    if not _passes("tests", ("-m", "pytest", *tests)):
        failed.append("tests")
    if failed:
        print(f"zhaohuo test: failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _passes(name: str, arguments: tuple[str, ...]) -> bool:
    begun = time.monotonic()
    done = subprocess.run((sys.executable, *arguments), cwd=ROOT, env=_environment(), check=False)  # noqa: S603
    print(
        f"-- {name}: {'ok' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - begun:.0f} s",
        flush=True,
    )
    return done.returncode == 0


def _environment() -> dict[str, str]:
    """Without the settings of whoever runs the tests; each of the many processes would compile all modules again."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ZHAOHUO_")}
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOMY:
        inherited.setdefault("TMPDIR", str(MEMORY))
    return inherited
