"""Loading signs, topics and the rest together: names that name nothing are told."""

import shutil
from pathlib import Path

import pytest

from bot.content import PROJECT_FOLDER
from bot.errors import ContentError
from bot.handbook import load_handbook


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's content."""
    shutil.copytree(PROJECT_FOLDER / "data", tmp_path / "data", ignore=shutil.ignore_patterns("nlu", "areas"))
    return tmp_path


MISTAKES = [
    ("indicators/papers-held.yml", "leads_to: [", "leads_to: [nowhere, ", "leads_to"),
    ("indicators/afraid-to-take-payment.yml", "broader: ", "broader: no-", "broader"),
    ("settings/car-wash.yml", "first: [", "first: [nothing, ", "first"),
    ("topics/cost.yml", "next: [", "next: [nothing, ", "next"),
    ("topics/cost.yml", "  - {id: ", "  - {id: no-", "services"),
    ("scenarios/car-wash-taken-by-van.yml", "signs: [", "signs: [nothing, ", "signs"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "key"), MISTAKES)
def test_an_id_that_names_nothing_is_told(project: Path, file: str, right: str, wrong: str, key: str):
    """A file that names a sign, setting, topic or service that does not exist is refused, with the key."""
    path = project / "data" / file
    content = path.read_text(encoding="utf-8")
    assert right in content
    path.write_text(content.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_handbook(project)
    assert key in [problem.key for problem in caught.value.problems]


def test_a_withdrawn_service_breaks_nothing(project: Path):
    """An operator may withdraw a service at any time: the topics that name it stay usable."""
    path = project / "data" / "services" / "acas.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("status: active", "status: withdrawn"), encoding="utf-8")
    assert load_handbook(project).topics


def test_no_sign_of_organ_removal_can_be_claimed(project: Path):
    """Nobody has a source for one."""
    path = project / "data" / "indicators" / "papers-held.yml"
    path.write_text(path.read_text(encoding="utf-8").replace("kinds: []", "kinds: [organ_removal]"), encoding="utf-8")
    with pytest.raises(ContentError):
        load_handbook(project)
