"""Imports go down only, and aiogram (3 s, 170 MB) is imported only where conversations are held."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from functools import cache

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


LIGHT = ("app.cli", "services.people", "jobs.schedule", "web.server")
LIGHT_COMMANDS = ("parse", "match", "report", "import", "export", "db", "bench", "test")


@cache
def importers() -> dict[str, bool]:
    """Whether aiogram is there after each of these imports, made one after the other in one interpreter."""
    commands = [f"app.commands.{name}_" for name in LIGHT_COMMANDS]
    there = [module for module in commands if (ROOT / f"{module.replace('.', '/')}.py").exists()]
    code = f"""
        import importlib, sys
        for module in {[*LIGHT, *there]!r}:
            importlib.import_module(module)
            print(module, "aiogram" in sys.modules)
        """
    return {module: found == "True" for module, found in (line.split() for line in python(code).splitlines())}


def test_aiogram_is_imported_by_none_of_the_commands_and_pages_that_hold_no_conversation() -> None:
    assert [module for module, found in importers().items() if found] == []
    assert {"app.cli", "web.server", "app.commands.parse_", "app.commands.report_"} <= set(importers())


def test_the_matcher_knows_no_database_no_clock_and_no_network() -> None:
    code = """
        import sys
        import matching.understand, matching.rank, matching.explain, matching.courses, matching.batch
        print(sorted({"sqlalchemy", "aiohttp", "aiogram", "models", "asyncio"} & set(sys.modules)))
    """
    assert python(code).strip() in ("[]", "['asyncio']")
