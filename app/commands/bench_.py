"""The benchmarks: turns (durable), faults, speed (of matching), quality (of understanding), statistics, nights (jobs),
verbs (of the casework).

Peers run beside the program in the same run; some of them are an extra (requirements-bench.txt), and
what is missing is said. Figures depend on the machine and its disk; both are told.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from app.settings import ROOT, load_settings
from models.errors import ZhaohuoError

NAMES = ("turns", "faults", "speed", "quality", "statistics", "nights", "verbs", "memory")
RESULTS = ROOT / "benchmarks/results"


class NoBenchmarkError(ZhaohuoError):
    """This benchmark is not part of this installation."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which, how much, and where the figures go."""
    parser.add_argument("name", nargs="?", choices=NAMES, metavar="NAME", help=f"{', '.join(NAMES)} (default: all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also one JSON line a figure into FILE")
    parser.add_argument("--save", action="store_true", help="also into benchmarks/results/NAME-DATE.json")
    much = parser.add_mutually_exclusive_group()
    much.add_argument("--quick", action="store_true", help="fewer repeats: a first impression")
    much.add_argument("--full", action="store_true", help="speed: a million vacancies too (up to 40 minutes)")
    parser.add_argument("--sizes", type=sizes, metavar="N,N", help="speed: numbers of vacancies (2000,100000)")
    parser.add_argument("--night", action="store_true", help="speed: also 10 million seekers, 1 million vacancies")


def sizes(text: str) -> tuple[int, ...]:
    """'2000,100000' as numbers; ten at least, growth is measured from a tenth."""
    found = tuple(int(word) for word in text.split(","))
    if min(found) < 10:
        raise argparse.ArgumentTypeError("too few vacancies: ten at least")
    return found


def run(options: argparse.Namespace) -> int:
    """Measure and tell; exit 1 when a target is missed."""
    folder = load_settings(options.config).var_dir
    folder.mkdir(parents=True, exist_ok=True)
    lines, missed = [], False
    for name in (options.name,) if options.name else NAMES:
        told = []
        for figure in _measured(name, folder, options):
            print(figure.as_text(), flush=True)
            told.append(figure.as_json())
            missed = missed or figure.passed is False
        lines += told
        if options.save:
            save(name, told)
    if options.json and lines:
        options.json.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 1 if missed else 0


def _measured(name: str, folder: Path, options: argparse.Namespace) -> Iterator[Any]:
    """The figures of one benchmark; one that only prints offers a `main`."""
    from benchmarks.progress import erase

    try:
        module = importlib.import_module(f"benchmarks.{name}")
    except ModuleNotFoundError as error:
        raise NoBenchmarkError(f"benchmark {name}: {error}") from error
    print(f"-- {name}", file=sys.stderr)
    if not (hasattr(module, "measure") and hasattr(module, "NAME")):
        module.main()
        return
    more = {"full": options.full, "night": options.night, "sizes": options.sizes} if name == "speed" else {}
    for figure in module.measure(folder, quick=options.quick, **more):
        erase()
        yield figure


def save(name: str, lines: list[str]) -> None:
    """A JSON list, a line a figure, so that two runs can be compared by eye."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}-{_day(lines)}.json"
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    print(f"saved: {path}", file=sys.stderr)


def _day(lines: list[str]) -> str:
    """The business date of the figures."""
    days = [json.loads(line).get("date") for line in lines]
    return max((day for day in days if day), default=date.min.isoformat())
