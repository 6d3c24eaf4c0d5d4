"""Every table, imported in one place: what the migrations compare the database with."""

from models import (  # noqa: F401 - importing a room declares its tables
    aid,
    applications,
    audit,
    audits,
    certificates,
    conversations,
    employers,
    exports,
    fairs,
    families,
    filings,
    funds,
    graduates,
    ledger,
    loans,
    merges,
    messages,
    officers,
    offices,
    people,
    placements,
    programmes,
    rosters,
    runs,
    sources,
    startups,
    surveys,
    tickets,
    training,
    vacancies,
    vouchers,
)
from models.base import Base

metadata = Base.metadata
