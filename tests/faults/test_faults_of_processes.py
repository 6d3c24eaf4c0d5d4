"""Processes die, hang and share: nothing is lost, nothing done twice, one order, one sender."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults import check

pytestmark = pytest.mark.peers


@pytest.mark.parametrize("name", ["kill", "order", "one_sender"])
def test_of_processes(name: str, tmp_path: Path) -> None:
    check(name, tmp_path)
