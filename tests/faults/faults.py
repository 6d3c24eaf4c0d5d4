"""The faults of `zhaohuo bench faults` in their small sizes: nothing lost, nothing doubled. How fast is the bench's."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.faults import CannotBreakError, figures_of
from benchmarks.figures import Note

TIMES = ("ms", "s")


def check(name: str, folder: Path) -> None:
    """Measure one fault; a missed count fails, a machine that cannot be broken so is skipped aloud."""
    try:
        figures = figures_of(name, folder, quick=True)
    except CannotBreakError as reason:
        pytest.skip(f"{name} IS NOT TESTED HERE: {reason}")
    missed = [figure.as_text() for figure in figures if figure.passed is False and figure.unit not in TIMES]
    notes = [figure.as_text() for figure in figures if isinstance(figure, Note)]
    assert not missed, "\n".join(missed + notes)
    assert any(figure.passed for figure in figures)
