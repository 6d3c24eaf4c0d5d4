"""A family's file and what hangs on it; rights, loans and businesses."""

from __future__ import annotations

from enum import StrEnum

from models.states.moves import Moves


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


FA, PU, OB, AI = FamilyState, PublicityState, ObjectionState, AidState
T, L, ST = TicketState, LoanState, StartupState

MOVES: Moves = {
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
}
