"""Every table, imported in one place: what the migrations compare the database with."""

from models import (  # noqa: F401 - importing a room declares its tables
    applications,
    audit,
    audits,
    certificates,
    conversations,
    employers,
    filings,
    ledger,
    merges,
    messages,
    offices,
    people,
    placements,
    programmes,
    rosters,
    runs,
    sources,
    training,
    vacancies,
    vouchers,
)
from models.base import Base

metadata = Base.metadata
