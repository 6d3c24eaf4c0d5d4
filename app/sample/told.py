"""The stories of the casework in the order in which they hang together."""

from __future__ import annotations

from collections.abc import Sequence

from app.sample.casework import Casework, told_year
from app.sample.casework_families import tell_aid, tell_families, tell_tuition, tell_work_study
from app.sample.casework_graduates import tell_graduate_fairs, tell_graduates
from app.sample.casework_money import raise_funds, use_funds
from app.sample.casework_placements import tell_placements
from app.sample.casework_startups import tell_startups
from app.sample.casework_tickets import tell_tickets
from app.sample.casework_training import tell_training
from app.sample.world import World
from models.training import Institution

STORIES = (
    raise_funds,
    tell_families,
    tell_aid,
    tell_graduates,
    tell_graduate_fairs,
    tell_training,
    tell_startups,
    tell_placements,
    tell_tuition,
    tell_work_study,
    tell_tickets,
    use_funds,
)


async def tell_casework(world: World, institutions: Sequence[Institution]) -> None:
    """Tell them all; the session's clock is put back afterwards."""
    now = world.session.now
    case = Casework(
        world=world,
        year=told_year(world.session.today),
        until=now,
        institutions=institutions,
        dice=world.chance("casework"),
    )
    try:
        for story in STORIES:
            await story(case)
    finally:
        world.session.now = now
