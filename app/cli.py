"""The command line: one parser, one file a command; heavy imports happen inside the command that needs them.

Exit codes: 0 done, 1 refused with a clear message, 2 wrong usage. No traceback for a user's mistake.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Protocol, cast

from models.errors import ZhaohuoError

COMMANDS = (
    "demo",
    "run",
    "chat",
    "match",
    "parse",
    "report",
    "filing",
    "ledger",
    "audit",
    "people",
    "programme",
    "import",
    "export",
    "messages",
    "jobs",
    "db",
    "bench",
    "test",
)


class Command(Protocol):
    """What a module in `app/commands` offers."""

    __doc__: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""

    def run(self, options: argparse.Namespace) -> int | None:
        """Do it; the exit code, None for 0."""


def load(name: str) -> Command:
    """The module of a command."""
    return cast(Command, importlib.import_module(f"app.commands.{name}_"))


def make_parser(name: str | None) -> argparse.ArgumentParser:
    """The parser; only the command that is called is imported."""
    parser = argparse.ArgumentParser(prog="zhaohuo", description="找活: a sentence in, a suitable job out.")
    parser.add_argument("--config", metavar="FILE", help="settings (default: config.toml)")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for known in COMMANDS:
        if name == known:
            module = load(known)
            text = (module.__doc__ or "").strip()
            module.add_arguments(commands.add_parser(known, description=text, help=text.splitlines()[0]))
        else:
            commands.add_parser(known, help="", add_help=False)
    return parser


def full_help() -> str:
    """One line a command."""
    lines = ["usage: zhaohuo [--config FILE] COMMAND ...", "", "commands:"]
    lines += [f"  {name:<8} {(load(name).__doc__ or '').strip().splitlines()[0]}" for name in COMMANDS]
    return "\n".join([*lines, "", "zhaohuo COMMAND --help tells more."])


def first_of(group: BaseExceptionGroup[ZhaohuoError]) -> BaseException:
    """The first refusal of a group, however deep."""
    first = group.exceptions[0]
    return first_of(first) if isinstance(first, BaseExceptionGroup) else first


def _refused(refusal: BaseException) -> int:
    print(f"zhaohuo: {refusal}", file=sys.stderr)
    return 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    name = next((word for word in words if word in COMMANDS), None)
    if name is None and (not words or words[0] in ("-h", "--help", "help")):
        print(full_help())
        return 0 if words else 2
    parser = make_parser(name)
    options, rest = parser.parse_known_args(words)
    if rest and name != "test":
        parser.error(f"unknown: {' '.join(rest)}")
    options.rest = rest
    try:
        return load(options.command).run(options) or 0
    except ZhaohuoError as refusal:
        return _refused(refusal)
    except BaseExceptionGroup as group:
        refusals = group.subgroup(ZhaohuoError)
        if refusals is None:
            raise
        return _refused(first_of(refusals))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
