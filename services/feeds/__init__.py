"""Vacancies shared with others: out as schema.org JobPosting and CSV, in with the mark of who told us."""
