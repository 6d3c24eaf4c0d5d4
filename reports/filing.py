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

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError

from models.audit import record
from models.database import ReadSession, Session
from models.filings import Filing
from models.ledger import LedgerEntry
from models.regions import in_subtree
from models.states import FilingState, move
from reports.checks import Finding, findings
from reports.claims import open_claims, persons_of
from reports.comparison import Change, compare
from reports.entries import unreversed
from reports.filers import FilingRefusedError, check_above, check_answering, check_supervisor, next_above
from reports.form_files import load_form
from reports.forms import Form
from reports.guards import Claim
from reports.measures import Figure
from reports.periods import Period, read_period, year_earlier
from reports.report import Report, compute

FIRST = bytes(32)
CLAIMED = "placement_started"  # what is claimed twice; a form that does not count it need not wait
LARGEST = 2**53  # what JSON and every spreadsheet keep exactly
EMPTY_ANSWERS = ("zero", "no_such_work")
FROZEN = (
    *("form", "region", "period", "revision", "by_hand", "figures", "confirmed", "checks", "explained", "narrative"),
    *("scan", "recorded_until", "entries", "submitted_by", "submitted_at"),
)


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

    @property
    def changed(self) -> tuple[str, ...]:
        """The items that differ from what was filed, whatever entry it was that came, wherever and of whichever day."""
        return changed(self.before, self.report.items)

    @property
    def failed(self) -> tuple[Finding, ...]:
        """The checks that no word of explanation lets pass."""
        return tuple(finding for finding in self.report.findings if not finding.explain)

    @property
    def doubts(self) -> Mapping[str, Change | Finding]:
        """What wants a word of explanation, by item: jumps, and checks that can fail although all is right."""
        doubted = {f.items[0]: f for f in self.report.findings if f.explain}
        return doubted | {jump.item.code: jump for jump in self.jumps}

    @property
    def figures_hash(self) -> str:
        """By this the figures that somebody looked at are known again."""
        return hashlib.sha256(json.dumps(self.report.items, sort_keys=True).encode()).hexdigest()[:12]


async def draft(session: ReadSession, form: str, region: str, period: str) -> Draft:
    """Computed from the ledger. Raises a ReportRefusedError, also for a span of one's own, which nobody files.

    The entries are counted first: one that is committed meanwhile is late, and never neither filed nor late.
    """
    loaded = load_form(form)
    before = await newest(session, form, region, period)
    entries = await entries_in(session, loaded, region, read_period(loaded, period))
    report = await compute(session, form, region, period)
    if report.period.own:
        raise FilingRefusedError(f"{period} is a span of your own; file a report of the form, such as 2014-annual")
    word = year_earlier(report.form, period)
    earlier = await compute(session, form, region, word) if word else None
    return Draft(
        report=report,
        read_at=session.now,
        entries=entries,
        before=before,
        nulls=tuple(code for code, figure in report.items.items() if figure is None),
        jumps=tuple(change for change in compare(report, earlier) if change.is_jump) if earlier else (),
        claims=tuple(await open_claims(session, region, report.period)) if CLAIMED in loaded.kinds else (),
        late=entries - before.entries if before else 0,
    )


def changed(filing: Filing | None, figures: Mapping[str, Figure]) -> tuple[str, ...]:
    """The items of a computed report that are no longer as they were filed."""
    if filing is None or filing.by_hand:
        return ()
    return tuple(code for code, figure in figures.items() if filing.figures.get(code) != figure)


async def newest(session: ReadSession, form: str, region: str, period: str) -> Filing | None:
    """The newest revision of a report, if any was submitted."""
    query = select(Filing).where(Filing.form == form, Filing.region == region, Filing.period == period)
    return (await session.scalars(query.order_by(Filing.revision.desc()).limit(1))).first()


async def entries_in(session: ReadSession, form: Form, region: str, period: Period) -> int:
    """How many entries there are of the form's kinds, in the region and the period.

    Entries are only ever added, so their number tells which came later, reversals among them; a moment would miss one
    that was recorded before it and committed after it.
    """
    return await session.scalar(_entries(form, region, period)) or 0


async def standing_in(session: ReadSession, form: Form, region: str, period: Period) -> int:
    """How many of these entries count: neither reversals nor what they cancel."""
    return await session.scalar(unreversed(_entries(form, region, period))) or 0


def _entries(form: Form, region: str, period: Period) -> Select[*tuple[Any, ...]]:
    return (
        select(func.count())
        .select_from(LedgerEntry)
        .where(
            LedgerEntry.occurred_on.between(period.start, period.cutoff),
            in_subtree(LedgerEntry.region, region),
            LedgerEntry.kind.in_(sorted(form.kinds)),
        )
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a supervisor says to a draft: the narrative, "zero" or "no_such_work" to each null, a word to each doubt."""

    narrative: str
    confirmed: Mapping[str, str]
    explained: Mapping[str, str]


async def submit(session: Session, ready: Draft, said: Said, *, by: int) -> Filing:
    """Freeze the draft as the next revision. `by`: a supervisor of the region's office.

    Raises FilingRefusedError where something is missing, where a newer report was filed meanwhile, or for who may not.
    """
    report = ready.report
    await check_supervisor(session, by, report.region)
    _check(ready, said)
    filing = _revision(session, report.form, report.region, report.period, ready.before, by)
    filing.state, filing.by_hand = FilingState.SUBMITTED, False
    filing.figures, filing.narrative = dict(report.items), said.narrative.strip()
    filing.confirmed = {code: said.confirmed[code] for code in ready.nulls}
    filing.explained = {code: said.explained[code].strip() for code in ready.doubts}
    filing.recorded_until, filing.entries = ready.read_at, ready.entries
    return await _add(session, filing, "filings.submitted")


def _check(ready: Draft, said: Said) -> None:
    report, before = ready.report, ready.before
    if before is not None and before.state == FilingState.SUBMITTED:
        raise FilingRefusedError("it is submitted and waits for the level above; nothing to submit until it answers")
    if report.provisional:
        raise FilingRefusedError(f"the cut-off {report.period.cutoff} is not past; submit from the day after")
    if ready.failed:
        raise FilingRefusedError("checks fail: " + "; ".join(finding.message for finding in ready.failed))
    if ready.claims:
        told = ", ".join(claim.code for claim in ready.claims)
        raise FilingRefusedError(f"待核 {persons_of(ready.claims)} 人: reverse or release each first: {told}")
    if not said.narrative.strip():
        raise FilingRefusedError("the narrative summary (阶段性工作总结) is filed with the figures; give it")
    if blank := [code for code in ready.nulls if said.confirmed.get(code) not in EMPTY_ANSWERS]:
        raise FilingRefusedError(f"empty is not zero: say zero or no_such_work for {', '.join(blank)}")
    if silent := [code for code in ready.doubts if not said.explained.get(code, "").strip()]:
        raise FilingRefusedError(
            f"in doubt, or more than half up or down against last year: explain {', '.join(silent)}"
        )


def _revision(session: Session, form: Form, region: str, period: Period, before: Filing | None, by: int) -> Filing:
    """The next revision of a report, with nothing in it yet."""
    return Filing(
        id=session.new_id(),
        form=form.code,
        region=region,
        period=period.word,
        revision=before.revision + 1 if before else 1,
        state_since=session.now,
        checks=[],
        before_hash=before.hash if before else FIRST,
        submitted_by=by,
        submitted_at=session.now,
    )


async def _add(session: Session, filing: Filing, action: str) -> Filing:
    """Seal and store it; of two who file at once one is first."""
    filing.hash = fingerprint(filing)
    try:
        async with session.begin_nested():
            session.add(filing)
    except IntegrityError as error:
        raise FilingRefusedError("somebody else filed this report a moment ago; look at it first") from error
    record(session, actor=filing.submitted_by, action=action, subject=f"filings:{filing.id}")
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

    They have no names behind them, so they are never added to distinct persons; a region of which entries stand in the
    ledger would be counted twice. The form's checks hold for them too. Raises FilingRefusedError.
    """
    await check_above(session, by, region)
    if period.own or session.today <= period.cutoff:
        raise FilingRefusedError(f"{period.word} is no report of the form whose cut-off is past")
    if await standing_in(session, form, region, period):
        raise FilingRefusedError(f"entries of {region} are in the ledger: its report is computed, not entered")
    if not scan.strip():
        raise FilingRefusedError("name the scan of the signed paper: --scan")
    listed = {item.code for item in form.listed}
    if wrong := [code for code, figure in figures.items() if code not in listed or not _is_figure(figure)]:
        raise FilingRefusedError(f"no items of the form, or no whole numbers from 0: {', '.join(wrong)}")
    told: dict[str, Any] = {code: figures.get(code) for code in sorted(listed)}
    if failed := [finding.message for finding in findings(form, told) if not finding.explain]:
        raise FilingRefusedError("checks fail: " + "; ".join(failed))
    filing = _revision(session, form, region, period, await newest(session, form.code, region, period.word), by)
    filing.state, filing.by_hand, filing.scan = FilingState.ACCEPTED, True, scan.strip()[:200]
    filing.figures = told
    filing.confirmed, filing.explained, filing.narrative = {}, {}, ""
    filing.recorded_until, filing.entries = session.now, 0
    return await _add(session, filing, "filings.by_hand")


def _is_figure(figure: object) -> bool:
    return figure is None or (isinstance(figure, int) and not isinstance(figure, bool) and 0 <= figure <= LARGEST)


async def answer(session: Session, filing: Filing, *, by: int, reason: str = "") -> None:
    """The level above accepts the report, or, with a reason, returns it.

    `by`: staff of the next office above, and not who submitted it. Raises FilingRefusedError, MoveRefusedError.
    """
    await check_answering(session, by, filing)
    filing.decided_by, filing.reason = by, reason.strip()[:200] or None
    state = FilingState.RETURNED if filing.reason else FilingState.ACCEPTED
    await move(session, filing, state, actor=by, why=filing.reason or "")


async def lock(session: Session, filing: Filing, *, by: int) -> None:
    """Nothing more may become of it but a new revision. Raises FilingRefusedError, MoveRefusedError."""
    await check_answering(session, by, filing)
    await move(session, filing, FilingState.LOCKED, actor=by)


async def filed(session: ReadSession, form: str, period: str, region: str) -> list[Filing]:
    """The newest revision of every report of the form and period in the region's subtree, by region."""
    query = select(Filing).where(Filing.form == form, Filing.period == period, in_subtree(Filing.region, region))
    rows = await session.scalars(query.order_by(Filing.region, Filing.revision))
    return list({filing.region: filing for filing in rows}.values())


async def waiting_for(session: ReadSession, region: str, state: FilingState = FilingState.SUBMITTED) -> list[Filing]:
    """The submitted reports that the office of this region is to answer, or the accepted to lock, the oldest first."""
    query = select(Filing).where(Filing.state == state, in_subtree(Filing.region, region), Filing.region != region)
    rows = list(await session.scalars(query.order_by(Filing.submitted_at, Filing.id)))
    return [filing for filing in rows if await next_above(session, filing.region) == region]
