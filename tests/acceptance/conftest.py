"""One running program for a test module."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from program import Environment, Program, running


@pytest.fixture(scope="module")
def program(
    prepared_sample: Path, tmp_path_factory: pytest.TempPathFactory, program_environment: Environment
) -> Iterator[Program]:
    """`zhaohuo demo` on a copy of the sample, for all tests of a module."""
    var_dir = shutil.copytree(prepared_sample, tmp_path_factory.mktemp("program") / "var")
    with running(Program(var_dir, program_environment(var_dir))) as program:
        yield program
