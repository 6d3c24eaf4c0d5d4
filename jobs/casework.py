"""Every day: lists come down, proofs want renewing, owners are asked, batches that never left are called off."""

from __future__ import annotations

from jobs.runner import Counts
from models.database import Session
from services import batch_ends, families, publicity, startups

AT_ONCE = 1000


async def keep_files(session: Session) -> None:
    """Lists with masked names hang no longer than their days (公示期); who has a file hears in time that it ends."""
    await publicity.take_down_ended(session)
    await families.remind(session)


async def ask_owners(session: Session) -> None:
    """Some months after an opening its owner is asked once; who does not answer is called by the office."""
    for check in (await session.scalars(startups.to_ask(session.today).limit(AT_ONCE))).all():
        await startups.ask_owner(session, check)


async def call_off_batches(session: Session) -> Counts:
    """Labour export that never left frees its people; both offices hear it."""
    return {"called_off": await batch_ends.expire_batches(session)}
