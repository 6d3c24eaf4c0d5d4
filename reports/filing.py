"""填报: a report is drafted at any time, submitted, accepted or returned by the level above, and locked.

What is submitted is frozen with the moment up to which the ledger was read. What is recorded later inside its period
changes nothing that was filed; it shows as after filing on the next draft. A correction is the next revision.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from matching.places import ancestors
from models.audit import record
from models.database import ReadSession, Session
from models.filings import Filing
from models.ledger import LedgerEntry
from models.offices import Office, Officer, Role
from models.regions import in_subtree
from models.states import FilingState, move
from reports.claims import Claim, open_claims, persons_of
from reports.comparison import Change, compare
from reports.errors import ReportRefusedError
from reports.forms import Form
from reports.periods import Period, year_earlier
from reports.report import Report, compute

FIRST = bytes(32)
EMPTY_ANSWERS = ("zero", "no_such_work")
FROZEN = (
    *("form", "region", "period", "revision", "by_hand", "figures", "confirmed", "checks", "explained", "narrative"),
    *("recorded_until", "entries", "submitted_by", "submitted_at"),
)


class FilingRefusedError(ReportRefusedError):
    """It cannot be filed so; the sentence says what is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What would be filed now, and what stands in the way."""

    report: Report
    read_at: datetime  # entries recorded later are not in it
    entries: int  # how many there were then
    before: Filing | None  # the newest revision
    nulls: tuple[str, ...]  # items to be confirmed as 0 or 无此项业务
    jumps: tuple[Change, ...]  # items that want a word of explanation
    claims: tuple[Claim, ...]  # suspected double claims, not released
    late: int  # entries of the period that were recorded after the newest revision


async def draft(session: ReadSession, form: str, region: str, period: str) -> Draft:
    """Computed from the ledger. Raises a ReportRefusedError, also for a span of one's own, which nobody files."""
    report = await compute(session, form, region, period)
    if report.period.own:
        raise FilingRefusedError(f"{period} is a span of your own; file a report of the form, such as 2014-annual")
    earlier = await compute(session, form, region, year_earlier(report.form, period))
    before, entries = await newest(session, form, region, period), await _entries(session, report)
    return Draft(
        report=report,
        read_at=session.now,
        entries=entries,
        before=before,
        nulls=tuple(code for code, figure in report.items.items() if figure is None),
        jumps=tuple(change for change in compare(report, earlier) if change.is_jump),
        claims=tuple(await open_claims(session, region, report.period)),
        late=entries - before.entries if before else 0,
    )


async def newest(session: ReadSession, form: str, region: str, period: str) -> Filing | None:
    """The newest revision of a report, if any was submitted."""
    query = select(Filing).where(Filing.form == form, Filing.region == region, Filing.period == period)
    return (await session.scalars(query.order_by(Filing.revision.desc()).limit(1))).first()


async def _entries(session: ReadSession, report: Report) -> int:
    """Of the form's kinds, in the region and the period. Entries are only ever added, so their number tells which came
    later; a moment would miss one that was recorded before it and committed after it.
    """
    query = (
        select(func.count())
        .select_from(LedgerEntry)
        .where(
            LedgerEntry.occurred_on.between(report.period.start, report.period.cutoff),
            in_subtree(LedgerEntry.region, report.region),
            LedgerEntry.kind.in_(sorted(report.form.kinds)),
        )
    )
    return await session.scalar(query) or 0


async def submit(
    session: Session,
    ready: Draft,
    *,
    by: int,
    narrative: str,
    confirmed: Mapping[str, str],
    explained: Mapping[str, str],
) -> Filing:
    """Freeze the draft as the next revision. `by`: a supervisor of the region's office.

    `confirmed`: each null item with "zero" or "no_such_work"; `explained`: each jump with a word. Raises
    FilingRefusedError where something is missing, where a newer report was filed meanwhile, or for who may not.
    """
    await check_supervisor(session, by, ready.report.region)
    _check(ready, narrative, confirmed, explained)
    filing = _frozen(session, ready, by, narrative, confirmed, explained)
    try:
        async with session.begin_nested():
            session.add(filing)
    except IntegrityError as error:
        raise FilingRefusedError("somebody else submitted this report a moment ago; look at it first") from error
    record(session, actor=by, action="filings.submitted", subject=f"filings:{filing.id}")
    return filing


def _check(ready: Draft, narrative: str, confirmed: Mapping[str, str], explained: Mapping[str, str]) -> None:
    report, before = ready.report, ready.before
    if before is not None and before.state == FilingState.SUBMITTED:
        raise FilingRefusedError("it is submitted and waits for the level above; nothing to submit until it answers")
    if report.provisional:
        raise FilingRefusedError(f"the cut-off {report.period.cutoff} is not past; submit from the day after")
    if report.findings:
        raise FilingRefusedError("checks fail: " + "; ".join(finding.message for finding in report.findings))
    if ready.claims:
        told = ", ".join(claim.code for claim in ready.claims)
        raise FilingRefusedError(f"待核 {persons_of(ready.claims)} 人: reverse or release each first: {told}")
    if not narrative.strip():
        raise FilingRefusedError("the narrative summary (阶段性工作总结) is filed with the figures; give it")
    if blank := [code for code in ready.nulls if confirmed.get(code) not in EMPTY_ANSWERS]:
        raise FilingRefusedError(f"empty is not zero: say zero or no_such_work for {', '.join(blank)}")
    if silent := [one.item.code for one in ready.jumps if not explained.get(one.item.code, "").strip()]:
        raise FilingRefusedError(f"more than half up or down against last year: explain {', '.join(silent)}")


def _frozen(
    session: Session,
    ready: Draft,
    by: int,
    narrative: str,
    confirmed: Mapping[str, str],
    explained: Mapping[str, str],
) -> Filing:
    report, before = ready.report, ready.before
    filing = Filing(
        id=session.new_id(),
        form=report.form.code,
        region=report.region,
        period=report.period.word,
        revision=before.revision + 1 if before else 1,
        state=FilingState.SUBMITTED,
        state_since=session.now,
        by_hand=False,
        figures=dict(report.items),
        confirmed={code: confirmed[code] for code in ready.nulls},
        checks=[],
        explained={one.item.code: explained[one.item.code].strip() for one in ready.jumps},
        narrative=narrative.strip(),
        recorded_until=ready.read_at,
        entries=ready.entries,
        before_hash=before.hash if before else FIRST,
        submitted_by=by,
        submitted_at=session.now,
    )
    filing.hash = fingerprint(filing)
    return filing


def fingerprint(filing: Filing) -> bytes:
    """SHA-256 over what was filed and the hash of the revision before: what is changed afterwards is seen."""
    frozen: dict[str, Any] = {name: getattr(filing, name) for name in FROZEN}
    text = json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=datetime.isoformat)
    return hashlib.sha256(filing.before_hash + text.encode()).digest()


async def file_by_hand(
    session: Session, form: Form, region: str, period: Period, figures: Mapping[str, object], *, scan: str, by: int
) -> Filing:
    """The signed totals of an office without the system, entered by the office above; money in fen, null for 无.

    They have no names behind them, so they are never added to distinct persons. Raises FilingRefusedError.
    """
    above = await _next_above(session, region)
    if above is None or not await _is_at(session, by, above, (Role.SUPERVISOR, Role.STAFF)):
        raise FilingRefusedError("signed totals are entered by the office of the level above")
    if not scan.strip():
        raise FilingRefusedError("name the scan of the signed paper: --scan")
    listed = {item.code for item in form.listed}
    if wrong := [code for code, figure in figures.items() if code not in listed or not _is_figure(figure)]:
        raise FilingRefusedError(f"no items of the form, or no whole numbers from 0: {', '.join(wrong)}")
    before = await newest(session, form.code, region, period.word)
    filing = Filing(
        id=session.new_id(),
        form=form.code,
        region=region,
        period=period.word,
        revision=before.revision + 1 if before else 1,
        state=FilingState.ACCEPTED,
        state_since=session.now,
        by_hand=True,
        figures={code: figures.get(code) for code in sorted(listed)},
        confirmed={},
        checks=[],
        explained={},
        narrative="",
        scan=scan.strip()[:200],
        recorded_until=session.now,
        entries=0,
        before_hash=before.hash if before else FIRST,
        submitted_by=by,
        submitted_at=session.now,
    )
    filing.hash = fingerprint(filing)
    session.add(filing)
    record(session, actor=by, action="filings.by_hand", subject=f"filings:{filing.id}")
    return filing


def _is_figure(figure: object) -> bool:
    return figure is None or (isinstance(figure, int) and not isinstance(figure, bool) and figure >= 0)


async def answer(session: Session, filing: Filing, *, by: int, reason: str = "") -> None:
    """The level above accepts the report, or, with a reason, returns it.

    `by`: staff of the next office above, and not who submitted it. Raises FilingRefusedError, MoveRefusedError.
    """
    await _check_above(session, by, filing)
    filing.decided_by, filing.reason = by, reason.strip()[:200] or None
    state = FilingState.RETURNED if filing.reason else FilingState.ACCEPTED
    await move(session, filing, state, actor=by, why=filing.reason or "")


async def lock(session: Session, filing: Filing, *, by: int) -> None:
    """Nothing more may become of it but a new revision. Raises FilingRefusedError, MoveRefusedError."""
    await _check_above(session, by, filing)
    await move(session, filing, FilingState.LOCKED, actor=by)


async def check_own(session: ReadSession, person: int, region: str) -> None:
    """Raises FilingRefusedError for anybody who does not work at the region's own office."""
    if not await _is_at(session, person, region, (Role.SUPERVISOR, Role.STAFF)):
        raise FilingRefusedError("only the region's own office looks into its claims")


async def check_supervisor(session: ReadSession, person: int, region: str) -> None:
    """Raises FilingRefusedError for anybody but a supervisor of the region's own office."""
    if not await _is_at(session, person, region, (Role.SUPERVISOR,)):
        raise FilingRefusedError("a report is submitted by a supervisor of the region's own office")


async def _check_above(session: ReadSession, person: int, filing: Filing) -> None:
    above = await _next_above(session, filing.region)
    mine = person == filing.submitted_by
    if mine or above is None or not await _is_at(session, person, above, (Role.SUPERVISOR, Role.STAFF)):
        raise FilingRefusedError("a report is answered by the office of the level above, and not by who submitted it")


async def _next_above(session: ReadSession, region: str) -> str | None:
    """The nearest region above that has an office."""
    for place in ancestors(region)[1:]:
        if await session.scalar(select(Office.id).where(Office.region == place).limit(1)):
            return place
    return None


async def _is_at(session: ReadSession, person: int, region: str, roles: tuple[Role, ...]) -> bool:
    query = (
        select(Officer.id)
        .join(Office, Office.id == Officer.office_id)
        .where(Officer.person_id == person, Officer.ended_at.is_(None))
        .where(Office.region == region, Officer.role.in_(roles))
    )
    return await session.scalar(query.limit(1)) is not None


async def filed(session: ReadSession, form: str, period: str, region: str) -> list[Filing]:
    """The newest revision of every report of the form and period in the region's subtree, by region."""
    query = select(Filing).where(Filing.form == form, Filing.period == period, in_subtree(Filing.region, region))
    rows = await session.scalars(query.order_by(Filing.region, Filing.revision))
    return list({filing.region: filing for filing in rows}.values())
