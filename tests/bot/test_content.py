"""Reading content files: records out, every mistake reported together, so that an editor can mend them without a developer."""

from pathlib import Path

import pytest
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from bot.content import PROJECT_FOLDER, collect, load_folder, load_record, read_yaml, shown
from bot.errors import ContentError, Problem, WaymarkError


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class Animal:
    """A record for these tests."""

    id: str
    legs: int
    names: tuple[str, ...] = ()


def problems(caught: pytest.ExceptionInfo[ContentError]) -> list[tuple[str, str, object]]:
    """What was reported: file, key and value."""
    return [(problem.file, problem.key, problem.value) for problem in caught.value.problems]


UNREADABLE = [
    ("not-yaml.yml", b"legs: [4"),
    ("tab.yml", b"legs:\n\t- 4"),
    ("not-utf-8.yml", b"name: \xff\xfe"),
    ("code.yml", b"legs: !!python/object/apply:os.getcwd []"),
]


@pytest.mark.parametrize(("name", "content"), UNREADABLE)
def test_a_file_that_is_no_yaml_is_named(tmp_path: Path, name, content):
    """A file that cannot be read is one problem with its name in it, and is never run."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ContentError) as caught:
        read_yaml(tmp_path / name)
    assert problems(caught) == [(name, "(file)", "")]


def test_a_missing_file_is_named(tmp_path: Path):
    """A file that is not there is a mistake of content, not a crash."""
    with pytest.raises(ContentError) as caught:
        read_yaml(tmp_path / "gone.yml")
    assert problems(caught) == [("gone.yml", "(file)", "")]


@pytest.mark.parametrize("content", ["", "- a list", "words", "4"])
def test_a_file_must_hold_keys_and_values(tmp_path: Path, content):
    """An empty file, a list or a bare word is no record."""
    (tmp_path / "cat.yml").write_text(content)
    with pytest.raises(ContentError) as caught:
        load_record(tmp_path / "cat.yml", Animal, id="cat")
    assert [(file, key) for file, key, _ in problems(caught)] == [("cat.yml", "(file)")]


def test_what_is_given_beats_what_the_file_says(tmp_path: Path):
    """The id is the file's name, whatever the file claims."""
    (tmp_path / "cat.yml").write_text("id: dog\nlegs: 4")
    assert load_record(tmp_path / "cat.yml", Animal, id="cat").id == "cat"


def test_a_folder_becomes_records_by_id(tmp_path: Path):
    """Each file of a folder is a record under its own name; templates and other files are passed over."""
    (tmp_path / "cat.yml").write_text("legs: 4\nnames: [Tom]")
    (tmp_path / "bird.yml").write_text("legs: 2")
    (tmp_path / "_template.yml").write_text("legs: how many")
    (tmp_path / "notes.txt").write_text("legs: none")
    assert load_folder(tmp_path, Animal) == {"bird": Animal(id="bird", legs=2), "cat": Animal(id="cat", legs=4, names=("Tom",))}


def test_every_mistake_of_every_file_is_reported_at_once(tmp_path: Path):
    """Two wrong keys in one file, one in another and a broken third: all are told together."""
    (tmp_path / "cat.yml").write_text("legs: four\nclaws: sharp")
    (tmp_path / "dog.yml").write_text("names: Rex")
    (tmp_path / "eel.yml").write_text("legs: [")
    (tmp_path / "fox.yml").write_text("legs: 4")
    with pytest.raises(ContentError) as caught:
        load_folder(tmp_path, Animal)
    assert [(file, key) for file, key, _ in problems(caught)] == [
        ("cat.yml", "legs"),
        ("cat.yml", "claws"),
        ("dog.yml", "legs"),
        ("dog.yml", "names"),
        ("eel.yml", "(file)"),
    ]


def test_collect_runs_every_loader():
    """The first mistake stops no other loader; without a mistake everything loaded comes back in order."""
    asked = []

    def fails(name: str) -> None:
        asked.append(name)
        raise ContentError((Problem(name, "key", None, "must be right"),))

    with pytest.raises(ContentError) as caught:
        collect([lambda: fails("one"), lambda: asked.append("two"), lambda: fails("three")])
    assert asked == ["one", "two", "three"]
    assert [file for file, _, _ in problems(caught)] == ["one", "three"]
    assert collect([lambda: 1, lambda: 2]) == [1, 2]


def test_a_problem_says_file_key_value_and_what_was_expected():
    """A problem is one line that names all four, and the error holds a line for each."""
    error = ContentError((Problem("a.yml", "legs", "four", "must be a number"), Problem("b.yml", "id", None, "must be there")))
    assert str(error).splitlines() == ["a.yml: legs: 'four': must be a number", "b.yml: id: None: must be there"]
    assert isinstance(error, WaymarkError)


def test_paths_are_shown_as_an_editor_knows_them(tmp_path: Path):
    """A file of the project is shown from the project's folder down, any other by its name: no path of a machine is told."""
    assert shown(PROJECT_FOLDER / "data" / "phrases.yml") == "data/phrases.yml"
    assert shown(tmp_path / "phrases.yml") == "phrases.yml"
