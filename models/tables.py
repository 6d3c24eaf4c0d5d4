"""Every table, imported in one place: what the migrations compare the database with."""

from models import (  # noqa: F401 - importing a room declares its tables
    aid,
    applications,
    appointments,
    audit,
    audits,
    certificates,
    conversations,
    employers,
    families,
    filings,
    follow_ups,
    funds,
    graduates,
    ledger,
    loans,
    merges,
    messages,
    offices,
    people,
    placements,
    programmes,
    rosters,
    runs,
    sources,
    startups,
    suggestions,
    tickets,
    training,
    vacancies,
    vouchers,
)
from models.base import Base

metadata = Base.metadata
