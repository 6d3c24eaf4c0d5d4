"""Handing a programme's targets down (分解): what each region below owes, and where their sum differs from above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from matching.places import Region, children
from models.audit import record
from models.database import ReadSession, Session
from models.programmes import ProgrammeTarget
from models.regions import lies_in
from reports.errors import ReportRefusedError
from reports.programme_files import Programme
from reports.region import check_region

LARGEST = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedDown:
    """An indicator's target in a region and in the regions directly below; None where none was set."""

    indicator: str
    own: int | None
    below: Mapping[str, int]  # adcode: target
    is_rate: bool

    @property
    def difference(self) -> int | None:
        """The children's sum − the region's own: negative where too little was handed down; None for no own target.

        Rates do not add up: there it is the lowest of them.
        """
        if self.own is None or not self.below:
            return None
        return (min(self.below.values()) if self.is_rate else sum(self.below.values())) - self.own


async def set_target(
    session: Session, programme: Programme, indicator: str, region: str, target: int | None, *, by: int | None
) -> None:
    """Hand down to a region below the programme's own; None takes it back. In the indicator's unit, money in fen.

    Raises ReportRefusedError for an unknown indicator or region, the programme's own, and a negative target.
    """
    check_region(region)
    if programme.unit_of(indicator) is None:
        raise ReportRefusedError(f"{programme.code} has no indicator {indicator!r}; `programme show` tells them")
    if region == programme.region or not lies_in(region, programme.region):
        raise ReportRefusedError(f"targets are handed down to regions below {programme.region}, which {region} is not")
    if target is not None and not 0 <= target <= LARGEST:
        raise ReportRefusedError("a target is neither negative nor larger than anything there is to count")
    row = ProgrammeTarget(id=session.new_id(), programme=programme.code, indicator=indicator, region=region)
    row.target, row.set_by, row.set_at = target, by, session.now
    session.add(row)
    detail = {"indicator": indicator, "target": target}
    record(session, actor=by, action="programme_targets.set", subject=f"{programme.code}:{region}"[:64], detail=detail)


async def targets_in(session: ReadSession, programme: Programme, region: str) -> dict[str, int]:
    """The targets of a region by indicator: the file's for the programme's own, else what was handed down last."""
    if region == programme.region:
        return dict(programme.targets) | {rate.code: rate.target for rate in programme.rates if rate.target is not None}
    return (await _handed_down(session, programme)).get(region, {})


async def handed_down(session: ReadSession, programme: Programme, region: str) -> list[HandedDown]:
    """Every indicator with a target in the region or below it, in the programme's order."""
    own, set_ = await targets_in(session, programme, region), await _handed_down(session, programme)
    places: tuple[Region, ...] = children(region)
    found = []
    for code in (*programme.form.items, *(rate.code for rate in programme.rates)):
        below = {place.adcode: set_[place.adcode][code] for place in places if code in set_.get(place.adcode, {})}
        if below or code in own:
            found.append(
                HandedDown(indicator=code, own=own.get(code), below=below, is_rate=code not in programme.form.items)
            )
    return found


async def _handed_down(session: ReadSession, programme: Programme) -> dict[str, dict[str, int]]:
    """The latest target of each region and indicator; those taken back are not in it."""
    query = select(ProgrammeTarget).where(ProgrammeTarget.programme == programme.code).order_by(ProgrammeTarget.id)
    found: dict[str, dict[str, int]] = {}
    for row in await session.scalars(query):
        if row.target is None:
            found.get(row.region, {}).pop(row.indicator, None)
        else:
            found.setdefault(row.region, {})[row.indicator] = row.target
    return found
