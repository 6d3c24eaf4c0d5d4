"""Job runs: a period of a job is run once, whoever's scheduler wakes first; a long one goes on where it was."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Moment, Word


class JobRun(Base):
    """A job was run for a period, or is under way.

    A short job writes the row in the transaction of its work. A long one works in several: with each it writes the
    `cursor` to go on from, what was done so far, and until when it holds the run.
    """

    __tablename__ = "job_runs"

    job: Mapped[Word] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(32), primary_key=True)
    ran_at: Mapped[Moment]  # when it began
    ended_at: Mapped[Moment | None]
    holder: Mapped[str | None] = mapped_column(String(40))
    held_until: Mapped[Moment | None]
    cursor: Mapped[dict[str, Any] | None]
    done: Mapped[dict[str, Any] | None]  # counts by name
