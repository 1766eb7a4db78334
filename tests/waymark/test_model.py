"""When the model is up to date."""

from pathlib import Path

import pytest
import yaml

from waymark import model


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small project folder."""
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    (tmp_path / "data" / "nlu" / "greet.yml").write_text("nlu: []", encoding="utf-8")
    (tmp_path / "config.yml").write_text("pipeline: []", encoding="utf-8")
    (tmp_path / "requirements.lock").write_text("", encoding="utf-8")
    write_domain(tmp_path, "Hello")
    monkeypatch.setattr(model, "PROJECT_FOLDER", tmp_path)
    return tmp_path


def write_domain(folder: Path, words: str, name: str = "utter_greet") -> None:
    """A domain with one response."""
    domain = {"intents": ["greet"], "responses": {name: [{"text": words}]}}
    (folder / "domain.yml").write_text(yaml.safe_dump(domain), encoding="utf-8")


def test_changed_words_need_no_training(project: Path):
    """The words of replies are read live."""
    before = model.fingerprint()
    write_domain(project, "Good morning")
    assert model.fingerprint() == before


def test_changed_names_and_examples_need_training(project: Path):
    """The names of responses and the examples are part of the model."""
    before = model.fingerprint()
    write_domain(project, "Hello", "utter_hello")
    renamed = model.fingerprint()
    (project / "data" / "nlu" / "greet.yml").write_text("nlu: [1]", encoding="utf-8")
    assert len({before, renamed, model.fingerprint()}) == 3


@pytest.mark.parametrize("file", ["lexicon.yml", "danger.yml"])
def test_changed_word_lists_need_training(project: Path, file: str):
    """The classifiers learn from the word lists that an example touches."""
    before = model.fingerprint()
    (project / "locales" / "en").mkdir(parents=True)
    (project / "locales" / "en" / file).write_text("staff: []", encoding="utf-8")
    assert model.fingerprint() != before
