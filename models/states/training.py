"""A person in a course, and the voucher that pays for it."""

from __future__ import annotations

from enum import StrEnum

from models.states.moves import Moves


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


EN, VO = EnrolmentState, VoucherState

MOVES: Moves = {
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
        VO.REDEEMED: frozenset({VO.SETTLED, VO.ISSUED, VO.EXPIRED}),  # back where the holder leaves the course
        VO.SETTLED: frozenset(),
        VO.EXPIRED: frozenset(),
        VO.CANCELLED: frozenset(),
    },
}

SEATED = frozenset({EN.APPLIED, EN.ADMITTED, EN.ATTENDING, EN.COMPLETED, EN.PASSED, EN.FAILED, EN.CERTIFIED})
