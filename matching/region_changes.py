"""Regions that there are no more, and who took over: old files and old entries still name them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from matching.places import Region, get_region
from matching.tables import rows


@dataclass(frozen=True, slots=True)
class Abolished:
    """A region that was dissolved in that year; several took over where it was divided."""

    adcode: str
    name: str
    year: int
    successors: tuple[Region, ...]

    @property
    def told(self) -> str:
        """What happened to it, in words."""
        heirs = ", ".join(f"{region.adcode} {region.name}" for region in self.successors)
        return f"{self.adcode} {self.name} was abolished in {self.year}; now {heirs}"


def abolished(adcode: str) -> Abolished | None:
    """The region of that code, if it was abolished."""
    return _abolished().get(adcode)


@cache
def _abolished() -> dict[str, Abolished]:
    found = {}
    for adcode, name, year, heirs in rows("region_changes.tsv"):
        successors = (get_region(heir) for heir in heirs.split("|"))
        known = tuple(region for region in successors if region is not None)
        found[adcode] = Abolished(adcode, name, int(year), known)
    return found
