"""Each rule of statistics.md as a story; tests/integration runs the same stories on a real database."""

from __future__ import annotations

import pytest
from plain import Story, figures, stories


@pytest.mark.parametrize("story", stories(), ids=lambda story: story.story)
def test_story(story: Story) -> None:
    found = figures(story.told, story.form, story.region, story.period)
    assert {code: found[code] for code in story.expect} == story.expect
