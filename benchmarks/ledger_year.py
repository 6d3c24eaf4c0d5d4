"""A year of one province as ledger rows, drawn by a seed: what `bench statistics` counts."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from matching.places import children
from models.ids import STEP_BITS
from reports.vocabulary import FactWord, kind_words

PROVINCE = "410000"
START, DAYS = date(2013, 9, 1), 456  # to the end of November 2014
SHARES = {
    "seeker_registered": 12,
    "seeker_received": 10,
    "training_enrolled": 8,
    "training_completed": 8,
    "training_passed": 7,
    "certificate_issued": 6,
    "placement_started": 12,
    "contract_signed": 8,
    "placement_retained": 6,
    "service_given": 9,
    "intent_made": 3,
    "graduate_registered": 2,
    "graduate_status": 3,
    "tuition_aid_granted": 1,
    "student_advanced": 1,
    "loan_granted": 0.5,
    "jobs_created": 0.3,
    "fund_raised": 0.4,
    "fund_used": 1,
    "posts_offered": 1,
    "startup_opened": 0.4,
    "work_study_offered": 0.2,
    "internship_given": 0.2,
}
GROUPS = (["migrant"], ["laid_off"], ["on_the_job", "migrant"], ["hardship_graduate"], ["hardship_migrant"], [])
COLUMNS = (
    *("id", "key", "kind", "occurred_on", "recorded_at", "region", "person", "groups", "facts"),
    *("quantity", "amount_fen", "source", "reverses"),
)
Row = tuple[Any, ...]


class LedgerYear:
    """Rows of the ledger's table, in the order of their ids; one in a hundred cancels an earlier one."""

    def __init__(self, seed: int = 20141130) -> None:
        self._random = random.Random(seed)
        self._counties = [county.adcode for city in children(PROVINCE) for county in children(city.adcode)]
        self._number = 0
        self._milliseconds = 0
        self._made: list[tuple[str, str]] = []

    def rows(self, count: int, persons: int) -> Iterator[Row]:
        """So many rows about so many persons."""
        kinds = self._random.choices(list(SHARES), list(SHARES.values()), k=count)
        for kind in kinds:
            yield self._row(kind, self._random.randrange(persons))

    def _row(self, kind: str, person: int) -> Row:
        chance, self._number = self._random, self._number + 1
        words = kind_words()[kind]
        key, day = f"b{self._number}", START + timedelta(days=chance.randrange(DAYS))
        head = (self._id(), key, kind, day.isoformat(), "2014-12-01 00:00:00.000000")
        region = self._counties[(person if chance.random() < 0.9 else chance.randrange(10**6)) % len(self._counties)]
        name = None if words.person == "none" else f"{person:032x}"
        if chance.random() < 0.01 and self._made:
            kind, cancelled = self._made.pop(chance.randrange(len(self._made)))
            return (*head[:2], kind, *head[3:], region, None, "[]", "{}", None, None, "bench", cancelled)
        if chance.random() < 0.02:
            self._made.append((kind, key))
        facts = {name: self._fact(fact) for name, fact in words.facts.items() if fact.default is None}
        quantity = chance.randrange(1, 20) if words.quantity == "required" else None
        amount = chance.randrange(100, 5_000_000) if words.amount == "required" else None
        groups = json.dumps(GROUPS[person % len(GROUPS)])
        return (*head, region, name, groups, json.dumps(facts), quantity, amount, "bench", None)

    def _id(self) -> int:
        """Six seconds after the one before: five million a year."""
        self._milliseconds += 6_000
        return self._milliseconds << STEP_BITS

    def _fact(self, fact: FactWord) -> Any:
        if fact.type == "words":
            return [word for word in fact.one_of if self._random.random() < 0.1]
        if fact.one_of:
            return self._random.choice(fact.one_of)
        if fact.type == "region":
            return self._random.choice(self._counties)
        if fact.type == "date":
            return date(self._random.choice((2012, 2013, 2014)), 6, self._random.choice((1, 15, 30))).isoformat()
        return self._random.randrange(1, 37 if fact.type == "int" else 30_000)
