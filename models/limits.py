"""Limits of the business that an installation may set."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """`per_opening`: live applications an open post takes at most. `answer_days`: until an employer's silence ends an
    application; `seeker_days`: the same for an invitation. Suggestions: a score from 0 to 100, and how often.
    """

    per_opening: int = 30
    answer_days: int = 14
    seeker_days: int = 7
    suggest_from: float = 75.0
    suggestions_a_week: int = 4
    told_per_opening: int = 5  # seekers to whom one new vacancy is suggested in a night
