"""The state machines: one enum, one table of allowed moves, one door (`design.md` §5).

A reversal is a new fact, never an edit: there is no way back along a move.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from models.audit import record
from models.database import Session
from models.errors import MoveRefusedError


class ApplicationState(StrEnum):
    """A seeker and a vacancy, from the first hint to the first day at work."""

    SUGGESTED = "suggested"
    INTERESTED = "interested"
    REFERRED = "referred"
    INTERVIEW = "interview"
    OFFERED = "offered"
    HIRED = "hired"
    STARTED = "started"
    DECLINED = "declined"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class VacancyState(StrEnum):
    """An advert, from the recruiter's sentence to its end."""

    DRAFT = "draft"
    CHECKED = "checked"
    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    EXPIRED = "expired"


class EmployerState(StrEnum):
    """An employer is verified by a named officer, again every six months."""

    NEW = "new"
    VERIFIED = "verified"
    REFUSED = "refused"


class PlacementState(StrEnum):
    """A placement, followed until it is stable; silence moves nothing."""

    STARTED = "started"
    RETAINED = "retained"
    ENDED = "ended"
    REVERSED = "reversed"  # it never was: the entries are cancelled


class FollowUpState(StrEnum):
    """A question after a start: two tries, then unknown; staff or a late answer may still find out."""

    WAITING = "waiting"
    ASKED = "asked"
    ANSWERED = "answered"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class AppointmentState(StrEnum):
    """An interview; another time is proposed again."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    CANCELLED = "cancelled"
    PAST = "past"


class EnrolmentState(StrEnum):
    """A person in a course; who waits has no seat yet."""

    WAITING = "waiting"
    APPLIED = "applied"
    ADMITTED = "admitted"
    ATTENDING = "attending"
    COMPLETED = "completed"
    PASSED = "passed"
    FAILED = "failed"
    CERTIFIED = "certified"
    DROPPED = "dropped"


class VoucherState(StrEnum):
    """A voucher pays one course, once."""

    ISSUED = "issued"
    REDEEMED = "redeemed"
    SETTLED = "settled"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class FilingState(StrEnum):
    """A filed report; a draft is no row, it is computed at any time."""

    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    LOCKED = "locked"


class CheckState(StrEnum):
    """A placement drawn for an audit: called back, answered by its office, decided by the level that drew."""

    DRAWN = "drawn"
    CONFIRMED = "confirmed"
    NOT_REACHED = "not_reached"
    DENIED = "denied"
    WRONG_PERSON = "wrong_person"
    REPLIED = "replied"
    STANDS = "stands"
    REVERSED = "reversed"


class FamilyState(StrEnum):
    """A family file; on file it is checked again every year, past its last day it gives nothing."""

    APPLIED = "applied"
    CHECKED = "checked"
    PUBLIC = "public"
    ON_FILE = "on_file"
    REFUSED = "refused"
    CLOSED = "closed"


class PublicityState(StrEnum):
    """A posted list; it is taken down when its days are over."""

    POSTED = "posted"
    TAKEN_DOWN = "taken_down"


class ObjectionState(StrEnum):
    """An objection to a row of a posted list."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class AidState(StrEnum):
    """Aid in money; tuition aid is posted before it is approved, the others with their family's file."""

    APPLIED = "applied"
    PUBLIC = "public"
    APPROVED = "approved"
    PAID = "paid"
    REFUSED = "refused"


class TicketState(StrEnum):
    """A consultation about somebody's rights."""

    OPEN = "open"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class LoanState(StrEnum):
    """A small loan; overdue is no state, the repayment file shows it."""

    APPLIED = "applied"
    GRANTED = "granted"
    REPAID = "repaid"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class StartupState(StrEnum):
    """A business; silence at a follow-up moves nothing."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"
    GIVEN_UP = "given_up"


class FairState(StrEnum):
    """A fair; it is over by its last day, cancelled by its office."""

    PLANNED = "planned"
    OVER = "over"
    CANCELLED = "cancelled"


class TicketAtFairState(StrEnum):
    """A person at a booth: waits, is called, and what came of it; the office confirms a start."""

    WAITING = "waiting"
    CALLED = "called"
    MISSED = "missed"
    NONE = "none"
    INTENT = "intent"
    HIRED = "hired"
    STARTED = "started"
    LOST = "lost"
    LEFT = "left"


class BatchState(StrEnum):
    """Labour export: the destination accepts before anybody leaves."""

    PLANNED = "planned"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"


class TravellerState(StrEnum):
    """A person in a batch."""

    LISTED = "listed"
    DEPARTED = "departed"
    ARRIVED = "arrived"
    MISSING = "missing"
    PLACED = "placed"
    STAYED = "stayed"


class SurveyState(StrEnum):
    """A survey."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class InvitationState(StrEnum):
    """Somebody is asked; who stops is not asked again."""

    ASKED = "asked"
    DONE = "done"
    STOPPED = "stopped"


A, V, EM, P, EN = ApplicationState, VacancyState, EmployerState, PlacementState, EnrolmentState
F, C, VO = FilingState, CheckState, VoucherState
FA, PU, OB, AI = FamilyState, PublicityState, ObjectionState, AidState
T, L, ST = TicketState, LoanState, StartupState
FU, AP = FollowUpState, AppointmentState
FR, Q, B, TR, SU, IN = FairState, TicketAtFairState, BatchState, TravellerState, SurveyState, InvitationState

_ENDED_BY_EITHER = {A.DECLINED, A.REJECTED, A.WITHDRAWN, A.EXPIRED}

# One table a machine: members of different StrEnums with the same word are one key of a dictionary.
MOVES: Mapping[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]] = {
    ApplicationState: {
        A.SUGGESTED: frozenset({A.INTERESTED, A.DECLINED, A.EXPIRED}),
        A.INTERESTED: frozenset({A.REFERRED, *_ENDED_BY_EITHER}),
        A.REFERRED: frozenset({A.INTERVIEW, *_ENDED_BY_EITHER}),
        A.INTERVIEW: frozenset({A.OFFERED, A.HIRED, *_ENDED_BY_EITHER}),
        A.OFFERED: frozenset({A.HIRED, *_ENDED_BY_EITHER}),
        A.HIRED: frozenset({A.STARTED, A.REJECTED, A.WITHDRAWN}),
        A.STARTED: frozenset(),
        A.DECLINED: frozenset({A.INTERESTED}),
        A.REJECTED: frozenset(),
        A.WITHDRAWN: frozenset({A.INTERESTED}),
        A.EXPIRED: frozenset({A.INTERESTED}),
    },
    VacancyState: {
        V.DRAFT: frozenset({V.CHECKED, V.CLOSED}),
        V.CHECKED: frozenset({V.OPEN, V.CLOSED}),
        V.OPEN: frozenset({V.FULL, V.CLOSED, V.EXPIRED}),
        V.FULL: frozenset({V.OPEN, V.CLOSED, V.EXPIRED}),
        V.CLOSED: frozenset(),
        V.EXPIRED: frozenset({V.OPEN, V.CLOSED}),
    },
    EmployerState: {
        EM.NEW: frozenset({EM.VERIFIED, EM.REFUSED}),
        EM.VERIFIED: frozenset({EM.NEW, EM.REFUSED}),
        EM.REFUSED: frozenset({EM.VERIFIED}),
    },
    PlacementState: {
        P.STARTED: frozenset({P.RETAINED, P.ENDED, P.REVERSED}),
        P.RETAINED: frozenset({P.RETAINED, P.ENDED, P.REVERSED}),
        P.ENDED: frozenset({P.REVERSED}),
        P.REVERSED: frozenset(),
    },
    FollowUpState: {
        FU.WAITING: frozenset({FU.ASKED, FU.ANSWERED, FU.UNKNOWN, FU.CANCELLED}),
        FU.ASKED: frozenset({FU.ASKED, FU.WAITING, FU.ANSWERED, FU.UNKNOWN, FU.CANCELLED}),
        FU.ANSWERED: frozenset(),
        FU.UNKNOWN: frozenset({FU.ANSWERED, FU.CANCELLED}),
        FU.CANCELLED: frozenset(),
    },
    AppointmentState: {
        AP.PROPOSED: frozenset({AP.PROPOSED, AP.AGREED, AP.CANCELLED, AP.PAST}),
        AP.AGREED: frozenset({AP.PROPOSED, AP.CANCELLED, AP.PAST}),
        AP.CANCELLED: frozenset({AP.PROPOSED}),
        AP.PAST: frozenset({AP.PROPOSED}),
    },
    EnrolmentState: {
        EN.WAITING: frozenset({EN.APPLIED, EN.DROPPED}),
        EN.APPLIED: frozenset({EN.ADMITTED, EN.DROPPED}),
        EN.ADMITTED: frozenset({EN.ATTENDING, EN.DROPPED}),
        EN.ATTENDING: frozenset({EN.COMPLETED, EN.DROPPED}),
        EN.COMPLETED: frozenset({EN.PASSED, EN.FAILED, EN.DROPPED}),
        EN.FAILED: frozenset({EN.PASSED}),
        EN.PASSED: frozenset({EN.CERTIFIED}),
        EN.CERTIFIED: frozenset(),
        EN.DROPPED: frozenset({EN.APPLIED, EN.WAITING}),
    },
    VoucherState: {
        VO.ISSUED: frozenset({VO.REDEEMED, VO.EXPIRED, VO.CANCELLED}),
        VO.REDEEMED: frozenset({VO.SETTLED}),
        VO.SETTLED: frozenset(),
        VO.EXPIRED: frozenset(),
        VO.CANCELLED: frozenset(),
    },
    FilingState: {
        F.SUBMITTED: frozenset({F.RETURNED, F.ACCEPTED}),
        F.RETURNED: frozenset(),
        F.ACCEPTED: frozenset({F.LOCKED}),
        F.LOCKED: frozenset(),
    },
    CheckState: {
        C.DRAWN: frozenset({C.CONFIRMED, C.NOT_REACHED, C.DENIED, C.WRONG_PERSON}),
        C.NOT_REACHED: frozenset({C.CONFIRMED, C.DENIED, C.WRONG_PERSON}),
        C.CONFIRMED: frozenset(),
        C.DENIED: frozenset({C.REPLIED, C.STANDS, C.REVERSED}),
        C.WRONG_PERSON: frozenset({C.REPLIED, C.STANDS, C.REVERSED}),
        C.REPLIED: frozenset({C.STANDS, C.REVERSED}),
        C.STANDS: frozenset(),
        C.REVERSED: frozenset(),
    },
    FamilyState: {
        FA.APPLIED: frozenset({FA.CHECKED, FA.REFUSED}),
        FA.CHECKED: frozenset({FA.PUBLIC, FA.REFUSED}),
        FA.PUBLIC: frozenset({FA.ON_FILE, FA.REFUSED}),
        FA.ON_FILE: frozenset({FA.ON_FILE, FA.CLOSED}),  # to itself: the yearly check
        FA.REFUSED: frozenset(),
        FA.CLOSED: frozenset(),
    },
    PublicityState: {
        PU.POSTED: frozenset({PU.TAKEN_DOWN}),
        PU.TAKEN_DOWN: frozenset(),
    },
    ObjectionState: {
        OB.OPEN: frozenset({OB.UPHELD, OB.DISMISSED}),
        OB.UPHELD: frozenset(),
        OB.DISMISSED: frozenset(),
    },
    AidState: {
        AI.APPLIED: frozenset({AI.PUBLIC, AI.APPROVED, AI.REFUSED}),
        AI.PUBLIC: frozenset({AI.APPROVED, AI.REFUSED}),
        AI.APPROVED: frozenset({AI.PAID, AI.REFUSED}),
        AI.PAID: frozenset(),
        AI.REFUSED: frozenset(),
    },
    TicketState: {
        T.OPEN: frozenset({T.ANSWERED, T.WITHDRAWN}),
        T.ANSWERED: frozenset(),
        T.WITHDRAWN: frozenset(),
    },
    LoanState: {
        L.APPLIED: frozenset({L.GRANTED, L.REFUSED, L.WITHDRAWN}),
        L.GRANTED: frozenset({L.REPAID}),
        L.REPAID: frozenset(),
        L.REFUSED: frozenset(),
        L.WITHDRAWN: frozenset(),
    },
    StartupState: {
        ST.PLANNED: frozenset({ST.OPEN, ST.GIVEN_UP}),
        ST.OPEN: frozenset({ST.CLOSED}),
        ST.CLOSED: frozenset(),
        ST.GIVEN_UP: frozenset(),
    },
    FairState: {
        FR.PLANNED: frozenset({FR.OVER, FR.CANCELLED}),
        FR.OVER: frozenset(),
        FR.CANCELLED: frozenset(),
    },
    TicketAtFairState: {
        Q.WAITING: frozenset({Q.CALLED, Q.LEFT}),
        Q.CALLED: frozenset({Q.INTENT, Q.HIRED, Q.NONE, Q.MISSED, Q.LEFT}),
        Q.MISSED: frozenset({Q.CALLED, Q.INTENT, Q.HIRED, Q.LEFT}),
        Q.NONE: frozenset(),
        Q.INTENT: frozenset({Q.HIRED, Q.STARTED, Q.LOST}),
        Q.HIRED: frozenset({Q.STARTED, Q.LOST}),
        Q.STARTED: frozenset(),
        Q.LOST: frozenset(),
        Q.LEFT: frozenset({Q.WAITING}),
    },
    BatchState: {
        B.PLANNED: frozenset({B.OFFERED, B.CANCELLED}),
        B.OFFERED: frozenset({B.ACCEPTED, B.REFUSED, B.CANCELLED}),
        B.REFUSED: frozenset({B.OFFERED, B.CANCELLED}),
        B.ACCEPTED: frozenset({B.DEPARTED, B.CANCELLED}),
        B.DEPARTED: frozenset({B.ARRIVED}),
        B.ARRIVED: frozenset(),
        B.CANCELLED: frozenset(),
    },
    TravellerState: {
        TR.LISTED: frozenset({TR.DEPARTED, TR.STAYED}),
        TR.DEPARTED: frozenset({TR.ARRIVED, TR.MISSING}),
        TR.MISSING: frozenset({TR.ARRIVED}),
        TR.ARRIVED: frozenset({TR.PLACED}),
        TR.PLACED: frozenset(),
        TR.STAYED: frozenset({TR.LISTED}),
    },
    SurveyState: {
        SU.DRAFT: frozenset({SU.OPEN, SU.CLOSED}),
        SU.OPEN: frozenset({SU.CLOSED}),
        SU.CLOSED: frozenset(),
    },
    InvitationState: {
        IN.ASKED: frozenset({IN.DONE, IN.STOPPED}),
        IN.DONE: frozenset(),
        IN.STOPPED: frozenset(),
    },
}

LIVE_APPLICATIONS = frozenset({A.INTERESTED, A.REFERRED, A.INTERVIEW, A.OFFERED, A.HIRED})
SEATED = frozenset({EN.APPLIED, EN.ADMITTED, EN.ATTENDING, EN.COMPLETED, EN.PASSED, EN.FAILED, EN.CERTIFIED})
CONTACTS_KNOWN = frozenset({A.INTERVIEW, A.OFFERED, A.HIRED, A.STARTED})  # both said yes, nobody has left


def can_move(current: StrEnum, target: StrEnum) -> bool:
    """Whether the table allows the step."""
    return target in MOVES[type(current)][current]


async def move(session: Session, row: Any, target: StrEnum, *, actor: int | None, why: str = "") -> None:
    """The one door: moves `row.state`, stamps the time and writes who did it and why into the audit.

    `row` is any stored record with `id`, `state` and `state_since`. Raises MoveRefusedError.
    """
    machine = type(target)
    current = machine(row.state)
    if not can_move(current, target) or not await _still(session, row):
        raise MoveRefusedError(row.__tablename__, current.value, target.value)
    row.state, row.state_since = target.value, session.now
    record(
        session,
        actor=actor,
        action=f"{row.__tablename__}.{target.value}",
        subject=f"{row.__tablename__}:{row.id}",
        detail={"from": current.value, "why": why},
    )


async def _still(session: Session, row: Any) -> bool:
    """Whether the stored state is the one that was read; on PostgreSQL two transactions may have read the same."""
    if session.is_sqlite:
        return True
    await session.flush()  # an import does not by itself: a row that moved twice would seem to be another's
    table = type(row)
    stored = await session.scalar(select(table.state).where(table.id == row.id).with_for_update())
    return stored in (None, row.state)
