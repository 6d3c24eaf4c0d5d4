"""Vouchers end on their last day; a seat that was kept and not taken goes to the next who waits."""

from __future__ import annotations

from models.database import Session
from services import training, vouchers


async def expire_vouchers(session: Session) -> None:
    """Close the vouchers that are past their last day; their holders hear it."""
    await vouchers.expire(session)


async def pass_on_seats(session: Session) -> None:
    """A seat is kept for a day."""
    await training.pass_on_seats(session)
