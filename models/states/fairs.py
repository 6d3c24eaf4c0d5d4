"""Many people at once: a fair, a journey to work, a survey."""

from __future__ import annotations

from enum import StrEnum

from models.states.moves import Moves


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


FR, Q, B, TR = FairState, TicketAtFairState, BatchState, TravellerState
SU, IN = SurveyState, InvitationState

MOVES: Moves = {
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
