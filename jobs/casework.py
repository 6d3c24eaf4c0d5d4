"""Every day: posted lists come down, families hear that proofs want renewing, owners are asked if they are open."""

from __future__ import annotations

from models.database import Session
from services import families, publicity, startups

AT_ONCE = 1000


async def keep_files(session: Session) -> None:
    """Lists with masked names hang no longer than their days (公示期); who has a file hears in time that it ends."""
    await publicity.take_down_ended(session)
    await families.remind(session)


async def ask_owners(session: Session) -> None:
    """Some months after an opening its owner is asked once; who does not answer is called by the office."""
    for check in (await session.scalars(startups.to_ask(session.today).limit(AT_ONCE))).all():
        await startups.ask_owner(session, check)
