"""The audit: who did what to which record, appended and never changed (triggers refuse it)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Moment, RowId
from models.database import Session


class AuditEntry(Base):
    """One act. `detail` holds codes and ids, never personal data."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index(None, "subject"),)

    id: Mapped[RowId]
    at: Mapped[Moment]
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]]


def record(
    session: Session, *, actor: int | None, action: str, subject: str, detail: dict[str, Any] | None = None
) -> None:
    """Append one act; `actor` is a person id, None for the program itself."""
    session.add(
        AuditEntry(
            id=session.new_id(),
            at=session.now,
            actor_id=actor,
            action=action,
            subject=subject,
            detail=detail or {},
        )
    )
