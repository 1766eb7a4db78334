"""docs/privacy.md lists every value that is held, and nothing that is not."""

import ast
import dataclasses
import re

import pytest
import yaml

from bot.content import PROJECT_FOLDER
from bot.tally import CHARTS
from webhook.conversations import Conversation
from webhook.post.channel import Arrived

PAGE = (PROJECT_FOLDER / "docs" / "privacy.md").read_text(encoding="utf-8")
DOMAIN = yaml.safe_load((PROJECT_FOLDER / "domain.yml").read_text(encoding="utf-8"))
# Read, not imported: Rasa would come with it.
STORE = ast.parse((PROJECT_FOLDER / "bot" / "pipeline" / "tracker_store.py").read_text(encoding="utf-8"))
KEPT_METADATA = next(
    ast.literal_eval(line.value)
    for line in STORE.body
    if isinstance(line, ast.Assign) and line.targets[0].id == "KEPT_METADATA"
)


def listed(heading: str) -> set[str]:
    """The names in the first column of the table under a heading."""
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| ") and "`" in line]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row.split("|")[1])}


@pytest.mark.parametrize(
    ("heading", "held"),
    [
        ("What Rasa holds of a conversation", {*DOMAIN["slots"], *DOMAIN["forms"], *KEPT_METADATA}),
        ("What the gateway holds of a conversation", {field.name for field in dataclasses.fields(Conversation)}),
        ("What waits in the queue", {field.name for field in dataclasses.fields(Arrived)}),
        ("What is counted", set(CHARTS)),
    ],
)
def test_the_page_lists_what_is_held(heading: str, held: set[str]):
    """A value that is held and not listed, or listed and not held, is a mistake."""
    assert listed(heading) == held
