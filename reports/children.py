"""A region's figures beside those of the regions directly below, and why the parent is not their sum.

A person served in two counties is one person of the province; an entry of the region's own office is in no child.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from matching.places import Region, ancestors, children
from models.database import ReadSession
from models.filings import Filing
from models.states import FilingState
from reports.entries import count
from reports.errors import ReportRefusedError
from reports.filing import changed, entries_in, filed, standing_in
from reports.form_files import load_form
from reports.forms import Form, Item
from reports.measures import Count, Figure, units
from reports.periods import Period, read_period
from reports.region import check_region

REPORTED = (FilingState.SUBMITTED, FilingState.ACCEPTED, FilingState.LOCKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """parent = sum of the children − `repeated` + `only_here`, in the item's unit."""

    total: int
    repeated: int  # counted in more than one child
    only_here: int  # in no child: recorded for the region itself, or joined across children


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A form in a region and in each region directly below."""

    form: Form
    region: str
    period: Period
    places: tuple[Region, ...]
    own: Mapping[str, Figure]
    figures: Mapping[str, Mapping[str, Figure]]  # adcode: item: figure
    why: Mapping[str, Why]
    reported: frozenset[str]
    late: Mapping[str, int]  # of those that have reported: entries that came after
    changed: Mapping[str, int]  # of those: items whose figure is no longer what they filed
    by_hand: Mapping[str, Mapping[str, Figure]]  # of all below without the system: adcode: item: signed total
    overtaken: Mapping[str, int]  # signed totals whose region has entries since, which would be counted twice

    def with_hand(self, code: str) -> Figure:
        """合计(含手工): the only place where signed totals without names are added to what was counted.

        None for a stock where there are some: of a region by hand a person can be on file, registered elsewhere.
        """
        signed = [figures[code] for figures in self.by_hand.values() if figures.get(code) is not None]
        if not signed:
            return self.own[code]
        if self.form.items[code].measure == "stock":
            return None
        return sum((figure or 0 for figure in signed), self.own[code] or 0)

    @property
    def apart(self) -> tuple[Item, ...]:
        """The items whose signed totals are not added."""
        return tuple(
            item
            for item in self.form.listed
            if item.measure == "stock" and any(figures.get(item.code) is not None for figures in self.by_hand.values())
        )


async def compute_children(session: ReadSession, form_code: str, region: str, period: str) -> Family:
    """Count all of them in one read. Raises a ReportRefusedError, also for a region without any below."""
    form = load_form(form_code)
    span = read_period(form, period)
    check_region(region)
    places = children(region)
    if not places:
        raise ReportRefusedError(f"{region} has no region below; leave --children out")
    codes = [place.adcode for place in places]
    own = await count(session, form, region, span)
    counts = {region: own} | {code: own.within(code) for code in codes}
    figures = {code: one.figures() for code, one in counts.items()}
    below = {filing.region: filing for filing in await filed(session, form.code, span.word, region)}
    filings = {code: below[code] for code in codes if code in below}
    signed = {code: one for code, one in below.items() if one.by_hand and code != region}
    overtaken = {code: n for code in signed if (n := await standing_in(session, form, code, span))}
    by_hand = _outermost({code: one for code, one in signed.items() if code not in overtaken})
    return Family(
        form=form,
        region=region,
        period=span,
        places=places,
        own=figures[region],
        figures={code: figures[code] for code in codes},
        why={item.code: _why(form, item, counts, region, figures) for item in form.listed},
        reported=frozenset(region for region, filing in filings.items() if filing.state in REPORTED),
        late=await _late(session, form, span, filings),
        changed=_changed(form, filings, figures),
        by_hand={code: filing.figures for code, filing in by_hand.items()},
        overtaken=overtaken,
    )


def _changed(form: Form, filings: Mapping[str, Filing], figures: Mapping[str, Mapping[str, Figure]]) -> dict[str, int]:
    codes = [item.code for item in form.listed]
    now = {region: {code: figures[region][code] for code in codes} for region in filings}
    numbers = {region: len(changed(filing, now[region])) for region, filing in filings.items()}
    return {region: number for region, number in numbers.items() if number}


def _outermost(filings: Mapping[str, Filing]) -> dict[str, Filing]:
    """Without those of regions that lie in another of them, whose signed total has them already."""
    return {code: one for code, one in filings.items() if not any(above in filings for above in ancestors(code)[1:])}


def _why(
    form: Form, item: Item, counts: Mapping[str, Count], region: str, figures: Mapping[str, Mapping[str, Figure]]
) -> Why:
    if item.sum:
        parts = [_why(form, form.items[code], counts, region, figures) for code in item.sum]
        return Why(
            total=sum(part.total for part in parts),
            repeated=sum(part.repeated for part in parts),
            only_here=sum(part.only_here for part in parts),
        )
    total = sum(figures[code][item.code] or 0 for code in counts if code != region)
    parent = figures[region][item.code] or 0
    below = [one for code, one in counts.items() if code != region]
    if item.measure not in ("persons", "units"):
        return Why(total=total, repeated=0, only_here=parent - total)
    distinct = _distinct(item, below)
    return Why(total=total, repeated=total - distinct, only_here=parent - distinct)


def _distinct(item: Item, counts: Iterable[Count]) -> int:
    """How many persons, or units, the item counts in all of these together."""
    if item.measure == "units":
        return len(units(rows for one in counts for rows in one.tally.counted(item)))
    flags = [one.columns.flags(one.tally.counted(item)) for one in counts]
    return int(np.count_nonzero(np.logical_or.reduce(flags)))


async def _late(session: ReadSession, form: Form, period: Period, filings: Mapping[str, Filing]) -> dict[str, int]:
    """What the children recorded after they filed: why their filed figures add up to less."""
    computed = {region: filing for region, filing in filings.items() if not filing.by_hand}
    late = {
        region: await entries_in(session, form, region, period) - filing.entries for region, filing in computed.items()
    }
    return {region: number for region, number in late.items() if number}
