"""Match two files with no database: seekers and vacancies, CSV or xlsx, with score and reasons.

A bad row is named (file, line, column, why) and left out. Exit 1 when nothing could be matched, or with --strict when
a row or a cell could not be read. The columns are told in docs/matching.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.match_table import MatchTable
from models.clock import business_date, utc_now
from models.errors import ZhaohuoError

if TYPE_CHECKING:
    from matching.batch import Input
    from matching.sheets import Problems

BAR = 30
TOLD = 200


class MatchRefusedError(ZhaohuoError):
    """A file cannot be read as a table."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The files and how to tell."""
    parser.add_argument(
        "--seekers", type=Path, required=True, metavar="FILE", help="columns: id, text, ...; - is stdin"
    )
    parser.add_argument("--vacancies", type=Path, required=True, metavar="FILE", help="columns: id, title, ...")
    parser.add_argument("--courses", type=Path, metavar="FILE", help="columns: id, title, ...")
    parser.add_argument("--top", type=_count, default=5, metavar="N", help="matches for each (default 5)")
    parser.add_argument("--json", action="store_true", help="one JSON line a seeker (or vacancy)")
    parser.add_argument("--for", dest="for_", choices=("seekers", "vacancies"), default="seekers", help="whose matches")
    parser.add_argument("--strict", action="store_true", help="exit 1 when any row is bad")


def _count(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 1000:
        raise argparse.ArgumentTypeError("between 1 and 1000")
    return number


def run(options: argparse.Namespace) -> int:
    """Print the matches."""
    read, results = _results(options)
    _tell_problems(read.problems)
    tell = _as_json if options.json else MatchTable(read, options.for_).tell
    matched = 0
    for result in results:
        tell(result)
        matched += len(result["matches"])
    sys.stdout.flush()
    print(f"{matched} matches, {read.problems.bad} bad rows", file=sys.stderr)
    return 1 if not matched or (options.strict and read.problems.is_any_serious) else 0


def _tell_problems(problems: Problems) -> None:
    """What cost a row or a cell first; the rest is good to know."""
    for problem in sorted(problems.found, key=lambda problem: problem.harmless)[:TOLD]:
        print(problem, file=sys.stderr)
    if len(problems.found) > TOLD:
        print(f"and {len(problems.found) - TOLD} more", file=sys.stderr)


def _as_json(result: dict[str, Any]) -> None:
    print(json.dumps(result, ensure_ascii=False))


def _results(options: argparse.Namespace) -> tuple[Input, Iterator[dict[str, Any]]]:
    from matching.batch import match_all, match_all_vacancies, read_input
    from matching.errors import MatchingError

    if str(options.seekers) == str(options.vacancies) == "-":
        raise MatchRefusedError("only one of the files can be standard input (-)")
    today = business_date(utc_now())
    try:
        read = read_input(options.seekers, options.vacancies, options.courses, today=today)
    except OSError as error:
        raise MatchRefusedError(f"{error.filename}: {error.strerror}") from error
    except MatchingError as error:
        raise MatchRefusedError(str(error)) from error
    if options.for_ == "vacancies":
        results = match_all_vacancies(read, top=options.top, today=today)
        return read, _with_bar(results, len(read.vacancies))
    return read, _with_bar(match_all(read, top=options.top, today=today), len(read.seekers))


def _with_bar(results: Iterator[Any], total: int) -> Iterator[Any]:
    """A progress bar, where somebody looks."""
    if not sys.stderr.isatty():
        yield from results
        return
    for number, result in enumerate(results, 1):
        done = BAR * number // total
        print(f"\r[{'#' * done}{'.' * (BAR - done)}] {number}/{total}", end="", file=sys.stderr, flush=True)
        yield result
    print(file=sys.stderr)
