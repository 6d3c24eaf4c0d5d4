"""What the matcher understands of a sentence, as JSON; reads stdin too."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The sentences."""
    parser.add_argument("text", nargs="*", metavar="TEXT", help="sentences; none: one a line from stdin")
    parser.add_argument("--titles", action="store_true", help="each line is an advert's title")


def run(options: argparse.Namespace) -> int:
    """One JSON line a sentence."""
    from matching.understand import understand, understand_title

    read = understand_title if options.titles else understand
    for text in options.text or _lines():
        print(json.dumps(read(text).as_json(), ensure_ascii=False), flush=True)
    return 0


def _lines() -> Iterable[str]:
    """Line by line, so that a program may ask and wait; in UTF-8, or in the GB 18030 of a Chinese Windows."""
    for line in sys.stdin.buffer:
        try:
            text = line.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = line.decode("gb18030", "replace")
        yield text.rstrip("\r\n")
