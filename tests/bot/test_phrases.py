"""Loading the short words that stand with a service."""

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.phrases import Phrases, load_phrases

GOOD = "{labels: {phone: Phone}, hours: {always: Always}, conditions: {if_danger: In danger}, notes: {}}"


def load(root: Path, content: str) -> Phrases:
    """The phrases of a project whose file says this."""
    (root / "data").mkdir()
    (root / "data" / "phrases.yml").write_text(content)
    return load_phrases(root)


def test_words_are_found_by_id(tmp_path: Path):
    """Each kind of words is held by id."""
    phrases = load(tmp_path, GOOD)
    assert (phrases.labels, phrases.notes) == ({"phone": "Phone"}, {})


MISTAKES = [
    ("labels:", "lables:", "lables"),
    ("notes: {}", "notes: none", "notes"),
    ("{phone: Phone}", "{phone: [Phone]}", "labels.phone"),
    ("{always: Always}", "{always: 24}", "hours.always"),
    (", notes: {}", "", "notes"),
]


@pytest.mark.parametrize(("right", "wrong", "key"), MISTAKES)
def test_a_mistake_is_named_with_its_key(tmp_path: Path, right, wrong, key):
    """A kind that is missing or unknown, and words that are no text, are refused with the key."""
    with pytest.raises(ContentError) as caught:
        load(tmp_path, GOOD.replace(right, wrong))
    assert ("phrases.yml", key) in [(problem.file, problem.key) for problem in caught.value.problems]
