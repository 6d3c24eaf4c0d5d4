"""The benchmarks: turns (speed of whole durable turns), quality (of understanding), memory (of the demo).

Peers run beside the program in the same run. Figures depend on the machine and its disk; both are told.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.settings import load_settings
from models.errors import ZhaohuoError

NAMES = ("turns", "quality", "memory")


class NoBenchmarkError(ZhaohuoError):
    """This benchmark is not part of this installation."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which, and where the figures go."""
    parser.add_argument("name", nargs="?", choices=NAMES, metavar="NAME", help=f"{', '.join(NAMES)} (default: all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also one JSON line a figure into FILE")
    parser.add_argument("--quick", action="store_true", help="fewer repeats: a first impression")


def run(options: argparse.Namespace) -> int:
    """Measure and tell; exit 1 when a target is missed."""
    folder = load_settings(options.config).var_dir
    folder.mkdir(parents=True, exist_ok=True)
    lines, missed = [], False
    for name in (options.name,) if options.name else NAMES:
        for figure in _measured(name, folder, quick=options.quick):
            print(figure.as_text(), flush=True)
            lines.append(figure.as_json())
            missed = missed or figure.passed is False
    if options.json and lines:
        options.json.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if missed else 0


def _measured(name: str, folder: Path, *, quick: bool) -> Iterator[Any]:
    """The figures of one benchmark; one that only prints offers a `main`."""
    try:
        module = importlib.import_module(f"benchmarks.{name}")
    except ModuleNotFoundError as error:
        raise NoBenchmarkError(f"benchmark {name}: {error}") from error
    print(f"-- {name}", file=sys.stderr)
    if hasattr(module, "measure") and hasattr(module, "NAME"):
        yield from module.measure(folder, quick=quick)
    else:
        module.main()
