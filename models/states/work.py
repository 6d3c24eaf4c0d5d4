"""A job, from the advert to the last question whether it lasts."""

from __future__ import annotations

from enum import StrEnum

from models.states.moves import Moves


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


A, V, EM, P = ApplicationState, VacancyState, EmployerState, PlacementState
FU, AP = FollowUpState, AppointmentState

_ENDED_BY_EITHER = {A.DECLINED, A.REJECTED, A.WITHDRAWN, A.EXPIRED}

MOVES: Moves = {
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
}

LIVE_APPLICATIONS = frozenset({A.INTERESTED, A.REFERRED, A.INTERVIEW, A.OFFERED, A.HIRED})
CONTACTS_KNOWN = frozenset({A.INTERVIEW, A.OFFERED, A.HIRED, A.STARTED})  # both said yes, nobody has left
