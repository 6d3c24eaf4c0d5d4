"""The region of a report: one that there is today."""

from __future__ import annotations

import re

from matching.places import get_region
from matching.region_changes import abolished
from models.regions import NATION
from reports.errors import RegionRefusedError


def check_region(region: str) -> None:
    """Refuse what is no region, and one that was abolished with the name of its successor."""
    if gone := abolished(region):
        raise RegionRefusedError(f"{gone.told}: ask for that")
    if not re.fullmatch(r"\d{6}", region, re.ASCII) or (region != NATION and get_region(region) is None):
        raise RegionRefusedError(f"unknown region {region!r}; give an adcode of six digits such as 410000")
