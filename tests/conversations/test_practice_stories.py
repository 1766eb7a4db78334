"""Every practice story, told to Waymark: the reply leads where the story says that it must."""

from typing import Any

import pytest

from bot.handbook import load_handbook
from waymark.client import Client
from waymark.evaluation import held, unmet

STORIES = load_handbook().scenarios


@pytest.mark.parametrize("story", STORIES.values(), ids=list(STORIES))
def test_a_story_leads_where_it_must(story: Any, waymark: Client):
    """What somebody would tell of a story is understood, and the right services are shown."""
    audience = "staff" if story.audience == "staff" else None
    case = {"language": "en", "audience": audience, "opening": story.told, "answers": story.answers}
    assert list(unmet({"all": [], **story.expect}, list(held(case, waymark)))) == []
