"""Every table, imported in one place: what the migrations compare the database with."""

from models import (  # noqa: F401 - importing a room declares its tables
    applications,
    appointments,
    audit,
    conversations,
    employers,
    filings,
    follow_ups,
    ledger,
    messages,
    offices,
    people,
    placements,
    programmes,
    runs,
    suggestions,
    training,
    vacancies,
)
from models.base import Base

metadata = Base.metadata
