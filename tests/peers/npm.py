"""Peers that come from npm: installed once, outside the repository, as their package.json pins them."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

INSTALL_SECONDS = 180


def cache() -> Path:
    """Where they are kept."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "zhaohuo-peers"


def node_environment(folder: Path) -> Mapping[str, str]:
    """The environment in which node finds what the folder's package.json asks for; without node: a skip."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("no node here: apt-get install nodejs npm")
    return {**os.environ, "NODE_PATH": str(installed(folder) / "node_modules")}


def installed(folder: Path) -> Path:
    """Install it, unless somebody did; another process that installs the same is waited for."""
    wanted = (folder / "package.json").read_bytes()
    place = cache() / f"{folder.name}-{hashlib.sha256(wanted).hexdigest()[:12]}"
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "done").exists():
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
            (place / "package.json").write_bytes(wanted)
            _install(place)
            (place / "done").touch()
    return place


def _install(place: Path) -> None:
    quiet = ("--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error")
    done = subprocess.run(
        ("npm", "install", "--no-save", "--no-package-lock", *quiet, "--prefix", str(place)),
        cwd=place,
        capture_output=True,
        text=True,
        timeout=INSTALL_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip(f"npm could not install {place.name}: {done.stderr[-300:]}")
