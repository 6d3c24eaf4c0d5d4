"""The main job, end to end, through the running program over HTTP."""

from __future__ import annotations

from program import Program
from story import play_story


async def test_from_the_advert_to_the_form(program: Program) -> None:
    await play_story(program)
