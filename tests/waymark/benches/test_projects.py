"""The folders in which the benches run what they measure."""

from pathlib import Path

import pytest

from bot.content import read_yaml
from bot.directory import load_directory
from bot.examples import load_examples
from bot.languages import load_languages
from waymark.benches.lines import Line
from waymark.benches.projects import (
    add_services,
    copy_of_ours,
    environment_in,
    keep_languages,
    of_one_language,
    stock_project,
    without_our_subject,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of ours."""
    return copy_of_ours(tmp_path, is_trained=False)


def test_a_copy_keeps_nothing_of_earlier_trainings(folder: Path):
    """What is measured begins with nothing."""
    assert [file.name for file in (folder / "var").iterdir()] == ["logs"]
    assert not (folder / ".rasa").exists()


def test_a_copy_takes_nothing_from_the_environment_of_a_service(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Neither its database nor its secrets."""
    monkeypatch.setenv("WAYMARK_DATABASE_URL", "postgresql://in-service")
    environment = environment_in(folder)
    assert not [name for name in environment if name.startswith("WAYMARK_")]
    assert environment["PYTHONPATH"] == str(folder)


def test_languages_can_be_left_out(folder: Path):
    """Those that are spoken are as many as wanted; those that are only recognised stay; each has few examples."""
    recognised = {file.name for file in (folder / "data" / "nlu").iterdir()} - set(load_languages(folder))
    keep_languages(folder, {"en", "ro"}, 25)
    assert set(load_languages(folder)) == {"en", "ro"}
    languages = [example.language for example in load_examples(folder / "data" / "nlu")]
    assert set(languages) == {"en", "ro"} | recognised
    assert languages.count("en") == languages.count("ro") == 25


def test_services_can_be_added(folder: Path):
    """As many as wanted, and the directory can still be used."""
    add_services(folder, 120)
    services = [file for file in (folder / "data" / "services").glob("*.yml") if not file.name.startswith("_")]
    assert len(services) == 120
    load_directory(folder / "data")


def test_the_stock_project_learns_our_intents(tmp_path: Path):
    """Beside its own; each has an answer, so that both sides answer."""
    lines = [Line("i am worried", "describe_situation", "en"), Line("hi", "greet", "en"), Line("he has a gun", "x", "en", True)]
    folder = stock_project(tmp_path / "stock", lines)
    domain = read_yaml(folder / "domain.yml")
    assert {"describe_situation", "danger", "mood_great"} <= set(domain["intents"])
    assert {"utter_describe_situation", "utter_danger", "utter_greet"} <= set(domain["responses"])
    assert len(domain["intents"]) == len(set(domain["intents"]))


def test_the_stock_project_begins_again_as_rasa_does(tmp_path: Path):
    """Rasa has a rule for that, and refuses to learn another; what it says then is ours to give."""
    folder = stock_project(tmp_path / "stock", [Line("start over", "restart", "en"), Line("he has a gun", "x", "en", True)])
    rules = read_yaml(folder / "data" / "rules_of_ours.yml")["rules"]
    assert [rule["rule"] for rule in rules] == ["danger"]
    assert "utter_restart" in read_yaml(folder / "domain.yml")["responses"]


def test_what_others_data_cannot_teach_is_left_out(folder: Path):
    """The rest of the pipeline is ours as it is."""
    before = read_yaml(folder / "config.yml")["pipeline"]
    of_one_language(folder, "ro")
    without_our_subject(folder)
    after = read_yaml(folder / "config.yml")["pipeline"]
    assert after[0] == {"name": "waymark.benches.one_language.OneLanguage", "code": "ro"}
    assert len(after) == len(before) - 1
    assert [component for component in after[1:] if component not in before] == []
