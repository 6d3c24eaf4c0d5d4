"""Every table, imported in one place: what the migrations compare the database with."""

from models import (  # noqa: F401 - importing a room declares its tables
    aid,
    applications,
    audit,
    conversations,
    employers,
    families,
    filings,
    funds,
    graduates,
    ledger,
    loans,
    messages,
    offices,
    people,
    placements,
    programmes,
    runs,
    startups,
    tickets,
    training,
    vacancies,
)
from models.base import Base

metadata = Base.metadata
