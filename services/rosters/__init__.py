"""Rosters (花名册) as offices keep them: read, understood line by line, written into the ledger once."""
