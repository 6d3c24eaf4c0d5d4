"""Imports go down only, and aiogram (3 s, 170 MB) is imported only where conversations are held."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap

import pytest
from sources import ROOT


def python(code: str) -> str:
    """The output of a fresh interpreter."""
    done = subprocess.run(
        (sys.executable, "-c", textwrap.dedent(code)),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        (sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"Contracts: [1-9]\d* kept, 0 broken", done.stdout)


LIGHT = ["app.cli", "app.commands.parse_", "app.commands.report_", "web.server", "jobs.schedule", "services.people"]


@pytest.mark.parametrize("module", LIGHT)
def test_aiogram_is_not_imported_by(module: str) -> None:
    assert python(f"import sys, {module}; print('aiogram' in sys.modules)").strip() == "False"


def test_the_command_line_tells_its_help_without_aiogram() -> None:
    code = """
        import sys
        from app.cli import make_parser, COMMANDS
        for name in ("parse", "report"):
            make_parser(name)
        print("aiogram" in sys.modules)
    """
    assert python(code).strip() == "False"


@pytest.mark.parametrize("command", ["match", "import", "export", "db", "bench"])
def test_a_command_that_holds_no_conversation_does_not_import_aiogram(command: str) -> None:
    path = ROOT / "app" / "commands" / f"{command}_.py"
    if not path.exists():
        pytest.skip(f"zhaohuo {command} is not written yet")
    assert python(f"import sys, app.commands.{command}_; print('aiogram' in sys.modules)").strip() == "False"


def test_the_matcher_knows_no_database_no_clock_and_no_network() -> None:
    code = """
        import sys
        import matching.understand, matching.rank, matching.explain, matching.courses, matching.batch
        print(sorted({"sqlalchemy", "aiohttp", "aiogram", "models", "asyncio"} & set(sys.modules)))
    """
    assert python(code).strip() in ("[]", "['asyncio']")
