"""Test data and training data are kept apart, or the figures mean nothing."""

import json
from pathlib import Path

import pytest

from bot.content import PROJECT_FOLDER
from bot.examples import load_examples_of
from bot.text import plain

NEAR = 0.5  # shared 4-grams over all 4-grams of both
FOLDER = Path(__file__).parent


def grams(text: str) -> frozenset[str]:
    """The character 4-grams of a text."""
    words = plain(text)
    return frozenset(words[start : start + 4] for start in range(max(len(words) - 3, 1)))


def training_texts(language: str) -> list[str]:
    """Every example of a language's training data."""
    files = sorted((PROJECT_FOLDER / "data" / "nlu" / language).glob("*.yml"))
    return [example.text for file in files for example in load_examples_of(file)]


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.jsonl")), ids=lambda file: file.stem)
def test_no_test_message_is_near_a_training_example(file: Path):
    """No line of one is nearly a line of the other (Jaccard of character 4-grams over one half), a few words apart."""
    tests = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
    trained = [(text, grams(text)) for text in training_texts(file.stem)]
    index: dict[str, set[int]] = {}
    for number, (_, found) in enumerate(trained):
        for gram in found:
            index.setdefault(gram, set()).add(number)
    near = [(text, trained[number][0]) for text in tests for number in _near(grams(text), trained, index) if len(text) > 24]
    assert near == []


def _near(wanted: frozenset[str], trained: list[tuple[str, frozenset[str]]], index: dict[str, set[int]]) -> list[int]:
    shared: dict[int, int] = {}
    for gram in wanted:
        for number in index.get(gram, ()):
            shared[number] = shared.get(number, 0) + 1
    return [number for number, count in shared.items() if count / len(wanted | trained[number][1]) > NEAR]
