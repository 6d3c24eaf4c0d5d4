"""Gateways repeat, throttle, hang and contradict themselves; machines run out of disk and time."""

from __future__ import annotations

from pathlib import Path

import pytest
from faults import check

pytestmark = pytest.mark.peers
NAMES = ("replay", "throttled", "burst", "slow_consumer", "receipts", "database_away", "disk_full", "clock")


@pytest.mark.parametrize("name", NAMES)
def test_of_peers_and_machines(name: str, tmp_path: Path) -> None:
    check(name, tmp_path)
