"""Loading areas: one file an area, its name the code."""

from pathlib import Path

import pytest

from bot.areas import Place, load_areas
from bot.errors import ContentError

COUNCIL = """\
name: Exampleton
kind: council
nation: england
region: Exampleshire
police: Exampleshire Police
services: {children: exampleton-children, adults: exampleton-adults}
places: [Exampleton, {name: Stone, common_word: true, spellings: [stoan]}]
postcode_districts: [EX1]
"""


def test_an_area_is_named_after_its_file(tmp_path: Path):
    """The code of an area is the name of its file, and templates are no areas."""
    (tmp_path / "exampleton.yml").write_text(COUNCIL)
    (tmp_path / "_template.yml").write_text("nothing: here")
    areas = load_areas(tmp_path)
    assert list(areas) == ["exampleton"]
    assert areas["exampleton"].id == "exampleton"


def test_a_bare_name_is_a_place(tmp_path: Path):
    """A place may be a bare name; where more must be said, it says it."""
    (tmp_path / "exampleton.yml").write_text(COUNCIL)
    plain, particular = load_areas(tmp_path)["exampleton"].places
    assert plain == Place(name="Exampleton")
    assert particular == Place(name="Stone", spellings=("stoan",), common_word=True)


def test_children_are_under_18_unless_the_council_says_otherwise(tmp_path: Path):
    """A children's service takes people up to 17, in law; a council may say 18."""
    (tmp_path / "lawful.yml").write_text(COUNCIL)
    (tmp_path / "generous.yml").write_text(COUNCIL + "children_until: 18\n")
    areas = load_areas(tmp_path)
    assert (areas["lawful"].children_until, areas["generous"].children_until) == (17, 18)


MISTAKES = [
    ("kind: council", "kind: parish", "kind", "parish"),
    ("nation: england", "nation: atlantis", "nation", "atlantis"),
    ("region: Exampleshire", "regoin: Exampleshire", "regoin", "Exampleshire"),
    ("adults: exampleton-adults", "grown_ups: exampleton-adults", "services.grown_ups", "exampleton-adults"),
    ("common_word: true", "common_word: perhaps", "places.1.common_word", "perhaps"),
    ("postcode_districts: [EX1]", "postcode_districts: [1]", "postcode_districts.0", 1),
]


@pytest.mark.parametrize(("right", "wrong", "key", "value"), MISTAKES)
def test_a_wrong_key_or_value_is_named(tmp_path: Path, right, wrong, key, value):
    """Whatever an area's file should not hold is named: file, key and value."""
    (tmp_path / "exampleton.yml").write_text(COUNCIL.replace(right, wrong))
    with pytest.raises(ContentError) as caught:
        load_areas(tmp_path)
    assert ("exampleton.yml", key, value) in [(problem.file, problem.key, problem.value) for problem in caught.value.problems]
