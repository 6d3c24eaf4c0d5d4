"""Looks up what each kind of vacancy gives a seeker; worked out once for seekers of one kind."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import date

from matching.aspects import Aspect, Row, row
from matching.comparisons import scale
from matching.kinds import Kinds
from matching.profiles import SeekerProfile

KEPT = 4096  # rows; one of places holds 29 kB, the others less


class Points:
    """The rows of points asked for lately, by aspect and kind of seeker."""

    def __init__(self, kinds: Mapping[str, Kinds], weights: Mapping[str, float]) -> None:
        self.kinds, self.weights, self.scale = kinds, weights, scale(weights)
        self._rows: dict[tuple[str, Hashable, bool], Row] = {}

    def row(self, aspect: Aspect, seeker: SeekerProfile, today: date, *, turned: bool = False) -> Row:
        """The row of a seeker's kind, for all kinds of vacancies there are by now."""
        name = (aspect.name, aspect.of_seeker(seeker, today), turned)
        known, kinds = self._rows.get(name), self.kinds[aspect.name]
        if known is not None and len(known.keys) == len(kinds):
            return known
        if len(self._rows) >= KEPT:
            del self._rows[next(iter(self._rows))]  # the oldest
        found = self._rows[name] = row(aspect, seeker, kinds, today, self.weights, turned=turned)
        return found
