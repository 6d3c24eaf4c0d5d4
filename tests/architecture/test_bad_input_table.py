"""The tables of docs/channels.md and the code name the same outcomes and the same reasons."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.channels.base import Verdict
from services.parked import REASONS

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/channels.md").read_text("utf-8")
CODE = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "web").rglob("*.py"), ROOT / "services/sending.py"]
BESIDE = {"storm_cut": "turn.storm_cut", "away": "status=503"}  # outcomes that are no reading of a request
FAMILY = {"TryLaterError", "RefusedError", "UnreachableError", "SendError"}


def column(heading: str, number: int) -> set[str]:
    """The words in code type in one column of the first table below a heading."""
    table = TEXT.partition(heading)[2]
    rows = re.findall(r"^\|.*\|$", table.partition("\n\n|")[2].partition("\n\n")[0], re.M)
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]
    return {word for row in cells for word in re.findall(r"`(\w+)`", row[number])}


def test_every_outcome_is_in_the_table_and_nothing_else() -> None:
    assert column("## Bad input", 1) == {str(verdict) for verdict in Verdict} | set(BESIDE)


def test_every_outcome_is_used() -> None:
    code = "\n".join(path.read_text("utf-8") for path in CODE)
    assert [verdict.name for verdict in Verdict if f"Verdict.{verdict.name}" not in code] == []
    assert [name for name, words in BESIDE.items() if words not in code] == []


def words_of(node: ast.AST) -> Iterator[str]:
    """Every string below a node, but those that are looked up or compared."""
    match node:
        case ast.Constant(value=str() as word):
            yield word
        case ast.IfExp(body=body, orelse=orelse):
            yield from words_of(body)
            yield from words_of(orelse)
        case ast.Tuple(elts=elements):
            for element in elements:
                yield from words_of(element)


def reasons(tree: ast.AST) -> Iterator[str]:
    """Why something may not have been sent, wherever the code says so."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[first]) if name in FAMILY:
                yield from words_of(first)
            case ast.Call(func=ast.Attribute(attr="__init__"), args=[first]):
                yield from (word for word in words_of(first) if word == "throttled")
            case ast.Assign(targets=[ast.Name(id="STATES")], value=ast.Dict(values=values)):
                yield from (word for value in values for word in words_of(value) if word)
            case ast.Assign(targets=[ast.Name(id="NO_HANDLE")], value=value):
                yield from words_of(value)
            case ast.keyword(arg="reason" | "error", value=value):
                yield from (word for word in words_of(value) if word)


def test_every_reason_is_in_the_table_and_nothing_else() -> None:
    files = [*(ROOT / "bot/channels").glob("*.py"), ROOT / "bot/sender.py", ROOT / "services/sending.py"]
    found = {word for path in files for word in reasons(ast.parse(path.read_text("utf-8")))}
    assert column("A failure is one of these", 0) == found
    assert found - {"throttled"} <= set(REASONS), "staff read each of them in plain words"


def test_every_kind_and_its_keys_are_in_the_table() -> None:
    from bot.channels.base import ChannelSettings
    from bot.channels.kinds import KINDS

    kinds = {kind.model_fields["kind"].annotation.__args__[0]: kind for kind in KINDS}
    assert column("## The kinds", 0) == set(kinds)
    rows = {word: row for word in kinds for row in TEXT.splitlines() if row.startswith(f"| `{word}`")}
    for word, kind in kinds.items():
        named = set(re.findall(r"`(\w+)`", rows[word].split("|")[3]))
        assert named == set(kind.model_fields) - set(ChannelSettings.model_fields) - {"kind"}, word
