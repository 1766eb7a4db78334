"""Training examples: a mistake in a file is told with file and key, and the lines that stand there can be learnt from."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from bot.content import PROJECT_FOLDER
from bot.errors import ContentError
from bot.examples import Example, load_examples
from bot.text import plain

MOST_OF_ONE_SKELETON = 3
FEWEST_WORDS_OF_A_SKELETON = 5

GOOD = """
version: "3.1"
nlu:
- intent: describe_situation
  metadata: {language: ro}
  examples:
  - text: |
      are cuțit
    metadata: {danger: true, indicators: [threatened]}
  - text: |
      spală mașini
"""
MISTAKES = [
    ("danger: true", "danger: sometimes", "metadata.danger"),
    ("indicators: [threatened]", "indicators: threatened", "metadata.indicators"),
    ("danger: true", "dangr: true", "metadata.dangr"),
    ("danger: true", "person: him", "metadata.person"),
    ("{language: ro}", "{tongue: ro}", "metadata.language"),
    ("are cuțit", "", "text"),
    ('"3.1"', '"2.0"', "version"),
]


@cache
def examples() -> list[Example]:
    """Every example there is."""
    return load_examples()


def written(folder: Path, content: str) -> Path:
    """A folder of examples with one file in it."""
    (folder / "ro").mkdir()
    (folder / "ro" / "dangers.yml").write_text(content, encoding="utf-8")
    return folder


def test_an_example_holds_what_its_line_tells_and_no_more(tmp_path: Path):
    """A line without labels tells nothing."""
    told = {"danger": True, "indicators": ["threatened"]}
    assert load_examples(written(tmp_path, GOOD)) == [
        Example("are cuțit", "describe_situation", "ro", told),
        Example("spală mașini", "describe_situation", "ro", {}),
    ]


@pytest.mark.parametrize(("right", "wrong", "key"), MISTAKES, ids=[wrong or "no text" for _, wrong, _ in MISTAKES])
def test_a_mistake_is_told_with_file_and_key(right: str, wrong: str, key: str, tmp_path: Path):
    """So that an editor can mend it."""
    with pytest.raises(ContentError) as raised:
        load_examples(written(tmp_path, GOOD.replace(right, wrong)))
    assert any(problem.file == "dangers.yml" and problem.key.endswith(key) for problem in raised.value.problems)


@pytest.mark.parametrize(("folder", "key"), [("indicators", "indicators"), ("topics", "topic")])
def test_every_sign_and_topic_that_an_example_names_exists(folder: str, key: str):
    """Else it would be learnt, and mean nothing."""
    known = {file.stem for file in (PROJECT_FOLDER / "data" / folder).glob("*.yml")}
    named = {str(name) for example in examples() for name in _listed(example.told.get(key, []))}
    assert named <= known


def test_every_example_is_in_the_language_of_its_folder():
    """Every line of it."""
    folders = sorted((PROJECT_FOLDER / "data" / "nlu").iterdir())
    assert Counter(example.language for example in examples()).keys() == {folder.name for folder in folders}


def test_examples_are_no_templates():
    """At most three lines of a language differ in one word only."""
    shared: dict[tuple[str, int, str], set[int]] = {}
    for number, example in enumerate(examples()):
        words = plain(example.text).split()
        if len(words) >= FEWEST_WORDS_OF_A_SKELETON:
            for place in range(len(words)):
                skeleton = " ".join([*words[:place], "…", *words[place + 1 :]])
                shared.setdefault((example.language, len(words), skeleton), set()).add(number)
    assert [skeleton for skeleton, lines in shared.items() if len(lines) > MOST_OF_ONE_SKELETON] == []


def _listed(named: object) -> list[object]:
    return named if isinstance(named, list) else [named]
