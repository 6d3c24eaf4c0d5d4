"""A recruiter's own table of vacancies, sent in the chat: the good rows are posted, the bad ones named."""

from __future__ import annotations

from pathlib import Path

from models.database import Session
from services.exchange.importing import import_rows
from services.exchange.outcome import Outcome
from services.exchange.vacancies import OwnVacancies


async def post_table(session: Session, employer_id: int, recruiter_id: int, path: Path) -> Outcome:
    """Post every good row for the employer. Raises UnreadableFileError."""
    kind = OwnVacancies(employer_id, recruiter_id)
    return await import_rows(session, kind, Outcome(kind="vacancies", file=path.name), path)
