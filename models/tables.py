"""Every table, imported in one place: what the migrations compare the database with."""

from models import (  # noqa: F401 - importing a room declares its tables
    applications,
    audit,
    certificates,
    conversations,
    employers,
    filings,
    ledger,
    messages,
    offices,
    people,
    placements,
    programmes,
    runs,
    training,
    vacancies,
    vouchers,
)
from models.base import Base

metadata = Base.metadata
