"""What became of a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from matching.sheets import Problem
from models.errors import ZhaohuoError


@dataclass(slots=True, kw_only=True)
class Outcome:
    """Counts of rows; `bad` ones are named in `problems`, `notes` are no reason to refuse."""

    kind: str
    file: str
    rows: int = 0
    added: int = 0
    unchanged: int = 0
    bad: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    kept: bool = False

    def take(self, problems: list[Problem]) -> None:
        """A row was bad."""
        self.bad += 1
        self.problems += problems

    def as_json(self) -> dict[str, Any]:
        """Counts and problems for programs."""
        return {
            "kind": self.kind,
            "file": self.file,
            "rows": self.rows,
            "added": self.added,
            "unchanged": self.unchanged,
            "bad": self.bad,
            "kept": self.kept,
            "problems": [
                {"line": problem.line, "column": problem.column, "why": problem.why} for problem in self.problems
            ],
        }


class NotKeptError(ZhaohuoError):
    """Nothing was written: a dry run, or there were bad rows."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


class UnreadableFileError(ZhaohuoError):
    """The file cannot be read as a table."""
