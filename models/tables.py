"""Every table, imported in one place: what the migrations compare the database with."""

from models import (
    applications,
    audit,
    conversations,
    employers,
    ledger,
    messages,
    offices,
    people,
    placements,
    runs,
    training,
    vacancies,
)
from models.base import Base

__all__ = ["metadata"]

_ROOMS = (
    applications,
    audit,
    conversations,
    employers,
    ledger,
    messages,
    offices,
    people,
    placements,
    runs,
    training,
    vacancies,
)
metadata = Base.metadata
