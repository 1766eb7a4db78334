"""Loading the short words that stand with a service."""

from pathlib import Path

import pytest

from bot.content import PROJECT_FOLDER
from bot.errors import ContentError
from bot.phrases import Phrases, load_phrases

GOOD = (PROJECT_FOLDER / "data" / "phrases.yml").read_text(encoding="utf-8")


def load(root: Path, content: str) -> Phrases:
    """The phrases of a project whose file says this."""
    (root / "data").mkdir()
    (root / "data" / "phrases.yml").write_text(content)
    return load_phrases(root)


def test_words_are_found_by_id(tmp_path: Path):
    """Each kind of words is held by id."""
    phrases = load(tmp_path, GOOD)
    assert (phrases.labels["phone"], set(phrases.notes)) == ("Phone", {"only_if_you_want_police"})


MISTAKES = [
    ("labels:", "lables:", "lables"),
    ("  phone: Phone", "  phone: [Phone]", "labels.phone"),
    ("  always:", "  allways:", "hours"),
    ("  daytime: Daytime\n", "", "labels"),
    ("at {time}", "at {tme}", "hours"),
]


@pytest.mark.parametrize(("right", "wrong", "key"), MISTAKES)
def test_a_mistake_is_named_with_its_key(tmp_path: Path, right, wrong, key):
    """A kind that is missing or unknown, and words that are no text, are refused with the key."""
    with pytest.raises(ContentError) as caught:
        load(tmp_path, GOOD.replace(right, wrong))
    assert ("phrases.yml", key) in [(problem.file, problem.key) for problem in caught.value.problems]
