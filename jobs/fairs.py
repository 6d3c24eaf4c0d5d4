"""Fairs end, employers are asked what became of the intents; officers get their daily list; surveys go on."""

from __future__ import annotations

from models.database import Session
from services import fair_booths, fairs, officers, surveys


async def ask_after_fairs(session: Session) -> None:
    """A fair is over by its last day; then its employers are asked, three times at most."""
    await fairs.close_past(session)
    await fair_booths.chase(session)


async def send_officer_lists(session: Session) -> None:
    """One list with names for each information officer."""
    await officers.send_lists(session)


async def go_on_asking(session: Session) -> None:
    """The next part of those whom a survey asks."""
    await surveys.invite_all(session)
