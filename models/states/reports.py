"""A report on its way up, and a placement that is looked at again."""

from __future__ import annotations

from enum import StrEnum

from models.states.moves import Moves


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


F, C = FilingState, CheckState

MOVES: Moves = {
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
}
