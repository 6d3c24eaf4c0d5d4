"""What each city raised for training and work, and what it used."""

from __future__ import annotations

from random import Random

from app.sample.chronicle import Chronicle
from app.sample.tables import rows
from app.sample.world import World
from app.sample.years import Span

FEN = 100
RAISED = {"central": 300_000, "local": 250_000, "union": 300_000, "donation": 80_000}  # yuan, about
USED = {"training": 0.6, "introduction": 0.25, "other": 0.05}  # of what was raised
PROGRAMME = "training_employment"


async def note_money(world: World, chronicle: Chronicle, dice: Random, span: Span) -> None:
    """The entries of every city; less is used than was raised."""
    for row in rows("henan.tsv"):
        office, place = world.offices[row["region"]], row["region"]
        day, total = span.day(dice), 0
        for source, usual in RAISED.items():
            amount = round(usual * dice.uniform(0.4, 1.6)) * FEN
            total += amount
            await chronicle.note(
                "fund_raised",
                day,
                office,
                f"sample:fund-{span.end.year}-{place}-{source}",
                facts={"programme": PROGRAMME, "source": source},
                amount_fen=amount,
            )
        for purpose, share in USED.items():
            await chronicle.note(
                "fund_used",
                Span(day, span.end).day(dice),
                office,
                f"sample:fund-{span.end.year}-{place}-{purpose}",
                facts={"programme": PROGRAMME, "purpose": purpose},
                amount_fen=round(total * share / FEN) * FEN,
            )
