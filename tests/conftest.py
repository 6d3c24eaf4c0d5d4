"""What every kind of test may use: a folder for data, the sample province as the real command makes it, a clock."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def _environment(var_dir: Path, **settings: str) -> Mapping[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("ZHAOHUO_")}
    return inherited | {"ZHAOHUO_CONFIG": os.devnull, "ZHAOHUO_VAR_DIR": str(var_dir), "PYTHONUTF8": "1"} | settings


@pytest.fixture(scope="session")
def program_environment() -> Callable[..., Mapping[str, str]]:
    """Makes the environment of a program under test: its own data folder, no settings of whoever runs the tests."""
    return _environment


@pytest.fixture
def var_dir(tmp_path: Path) -> Path:
    """An empty data folder of this test."""
    folder = tmp_path / "var"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def prepared_sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's data folder, made once by `zhaohuo demo --prepare`, also for parallel workers. Copy, never use it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    folder = shared / "prepared_sample"
    with (shared / "prepared_sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = shared / "prepared_sample.making"
            shutil.rmtree(making, ignore_errors=True)
            making.mkdir()
            done = subprocess.run(
                (sys.executable, "-m", "app", "demo", "--prepare"),
                cwd=ROOT,
                env=_environment(making),
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert done.returncode == 0, done.stdout + done.stderr
            making.rename(folder)
    return folder


@pytest.fixture
def sample_var(prepared_sample: Path, tmp_path: Path) -> Path:
    """A data folder of this test with the sample province in it."""
    return shutil.copytree(prepared_sample, tmp_path / "sample_var")


@dataclass
class FrozenClock:
    """A clock that stands still until it is moved: `Database(url, keys, clock=clock)`."""

    now: datetime = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Shanghai

    def __call__(self) -> datetime:
        """The moment it shows."""
        return self.now

    def move(self, **by: float) -> None:
        """Let time pass: `clock.move(days=1, hours=2)`."""
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> FrozenClock:
    """A frozen clock of this test."""
    return FrozenClock()
