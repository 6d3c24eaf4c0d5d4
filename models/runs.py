"""Job runs: a period of a job is run once, whoever's scheduler wakes first."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Moment, Word


class JobRun(Base):
    """A job was run for a period; the row is written in the same transaction as the work."""

    __tablename__ = "job_runs"

    job: Mapped[Word] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(32), primary_key=True)
    ran_at: Mapped[Moment]
