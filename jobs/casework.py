"""Every night: posted lists come down when their days are over, families hear that their proofs want renewing."""

from __future__ import annotations

from models.database import Session
from services import families, publicity


async def keep_files(session: Session) -> None:
    """Lists with masked names hang no longer than their days (公示期); who has a file hears in time that it ends."""
    await publicity.take_down_ended(session)
    await families.remind(session)
