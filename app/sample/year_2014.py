"""The form year 2014, so that the form of the sources has figures: people known only by a random key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from app.sample.chronicle import Chronicle, Life
from app.sample.money import note_money
from app.sample.tables import rows
from app.sample.world import World, draw, part_of
from app.sample.years import Span, form_year
from models.offices import Office
from models.training import Institution

LIVES, PLACED = 230, 120
TRAINED = range(58, 200)  # of the lives by number; the first ones among them were placed too
TRAINED_TWICE = range(185, 200)  # in two places: two cases, one person
GROUPS = {"laid_off": 35, "migrant": 38, "hardship_graduate": 12, "on_the_job": 9, "migrant on_the_job": 6}
EMPLOYER_KINDS = {"other": 60, "soe": 16, "social": 10, "model_worker": 8, "public_post": 6}


async def tell_2014(world: World, institutions: Sequence[Institution]) -> None:
    """Registrations, courses, placements, posts and money of that year."""
    dice, span = world.chance("2014"), form_year(2014)
    chronicle = Chronicle(world, dice)
    for number in range(LIVES):
        life = _life(world, dice, number, span)
        await chronicle.register(life)
        since = life.registered_on
        if number in TRAINED:
            since = await chronicle.train(life, since, institutions)
        if number in TRAINED_TWICE:
            await chronicle.train(replace(life, office=_office(world, dice)), since, institutions)
        if number < PLACED:
            start = chronicle.imagine_start(life, since)
            await chronicle.start(life, start, draw(dice, EMPLOYER_KINDS), f"{life.source}-placement")
    await _note_posts(world, chronicle, dice, span)
    await note_money(world, chronicle, dice, span)


def _life(world: World, dice: Random, number: int, span: Span) -> Life:
    return Life(
        person=dice.randbytes(12).hex(),
        groups=tuple(draw(dice, GROUPS).split()),
        office=_office(world, dice),
        registered_on=span.day(dice),
        last_day=span.end,
        source=f"sample:2014-{number + 1}",
    )


def _office(world: World, dice: Random) -> Office:
    city = dice.choice(rows("henan.tsv"))["region"]
    return world.offices[part_of(dice, city)]


async def _note_posts(world: World, chronicle: Chronicle, dice: Random, span: Span) -> None:
    """What each city's offices had to offer, twice in the year."""
    for row in rows("henan.tsv"):
        for half in (1, 2):
            await chronicle.note(
                "posts_offered",
                span.day(dice),
                world.offices[row["region"]],
                f"sample:2014-posts-{row['region']}-{half}",
                facts={"for": "all", "employer_kind": draw(dice, EMPLOYER_KINDS)},
                quantity=dice.randint(60, 480),
            )
