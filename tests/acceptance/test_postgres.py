"""The story and the dialogues over the web chat on PostgreSQL."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from player import play_all, read_dialogues
from program import Environment, Program, running
from story import play_story

pytestmark = pytest.mark.peers
DIALOGUES = [dialogue for dialogue in read_dialogues() if "web" in dialogue.channels]
SETTINGS = "-c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def binaries() -> Path | None:
    """Where PostgreSQL's programs are."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    """A cluster of its own on a socket, as user postgres where we are root (it refuses root)."""
    programs = binaries()
    if programs is None:
        pytest.skip("no PostgreSQL here: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="zhaohuo-pg-"))
    user: dict[str, Any] = {}
    if os.geteuid() == 0:
        entry = pwd.getpwnam("postgres")
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        user = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "cwd": "/"}

    def run(program: str, *words: str) -> None:
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        subprocess.run(
            (str(programs / program), *words), check=True, stdout=subprocess.DEVNULL, env=environment, **user
        )

    data = str(folder / "data")
    run("initdb", "-D", data, "-U", "zhaohuo", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N")
    run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", f"-k {folder} {SETTINGS}", "start")
    try:
        yield f"postgresql+asyncpg://zhaohuo@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the keys of this database are."""
    return tmp_path_factory.mktemp("postgres")


@pytest.fixture
def program(postgres_url: str, folder: Path, program_environment: Environment) -> Iterator[Program]:
    """`zhaohuo demo` on PostgreSQL, started for each test: its links work once."""
    var_dir = folder / "var"
    environment = program_environment(var_dir, ZHAOHUO_DATABASE__URL=postgres_url)
    with running(Program(var_dir, environment)) as program:
        yield program


async def test_story(program: Program) -> None:
    await play_story(program)


async def test_dialogues(program: Program) -> None:
    outcomes = await play_all(program, [(dialogue, "web") for dialogue in DIALOGUES])
    wrong = {name: error for (name, _), error in outcomes.items() if error is not None}
    known = {dialogue.name for dialogue in DIALOGUES if dialogue.defect}
    assert set(wrong) == known, "\n".join(str(error) for name, error in wrong.items() if name not in known)
