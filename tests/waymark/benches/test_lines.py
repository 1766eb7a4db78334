"""The lines that are learnt and tested."""

from pathlib import Path

import pytest

from bot.examples import load_examples
from waymark.benches.lines import DANGER, Line, divided, lines_of, our_lines, sampled, unseen
from waymark.benches.projects import write_our_examples, write_plain_examples

LINES = [Line(f"line number {number}", "greet", "en" if number % 2 else "ro") for number in range(400)]


def test_the_division_is_the_same_each_time_in_any_order():
    """Both sides read the same lines, however often it is measured."""
    learnt, tested = divided(LINES)
    assert set(divided(reversed(LINES))[1]) == set(tested)
    assert sorted([*learnt, *tested], key=LINES.index) == LINES
    assert 40 < len(tested) < 120  # a fifth of 400


SAME = [("He has a knife", "he has a KNIFE"), ("They\u2019ve hurt her", "theyve hurt  her")]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_words_are_on_one_side(one: str, other: str):
    """Capitals and signs make no new line. Many are compared: two strangers would be on one side by chance."""
    for number in range(20):
        learnt, tested = divided([Line(f"{one} {number}", "a", "en"), Line(f"{other} {number}", "a", "en")])
        assert 2 in (len(learnt), len(tested))


def test_a_sample_is_of_each_language_and_part_of_a_larger_one():
    """Few lines are among many; nought means all."""
    few, many = sampled(LINES, 10), sampled(LINES, 50)
    assert [sum(line.language == code for line in few) for code in ("en", "ro")] == [10, 10]
    assert set(few) <= set(many)
    assert len(sampled(LINES, 0)) == len(LINES)


def test_what_is_sampled_is_divided_like_all():
    """The place in the sample does not decide the side."""
    learnt, tested = divided(sampled(LINES, 100))
    assert 0.1 < len(tested) / (len(learnt) + len(tested)) < 0.35


def test_what_was_learnt_is_not_tested():
    """Not even typed otherwise."""
    kept = unseen([Line("HELLO  there", "a", "en"), Line("bye", "a", "en")], [Line("hello there", "a", "en")])
    assert [line.text for line in kept] == ["bye"]


def test_danger_is_an_intent_where_there_are_only_intents():
    """The stock pipeline has no labels."""
    assert Line("a", "describe_situation", "en", is_danger=True).stock_intent == DANGER
    assert Line("a", "describe_situation", "en", is_danger=False).stock_intent == "describe_situation"
    assert Line("a", "book_flight", "en").stock_intent == "book_flight"


def test_our_examples_come_with_what_they_tell(tmp_path: Path):
    """Written and read again, nothing is lost."""
    lines = sampled(our_lines({"en", "ro"}), 20)
    write_our_examples(tmp_path, lines)
    again = {(example.text, example.intent, example.language, str(example.told)) for example in load_examples(tmp_path)}
    assert again == {(line.text, line.intent, line.language, str(dict(line.told))) for line in lines}


@pytest.mark.filterwarnings("ignore")  # Rasa's own reader imports what is deprecated
def test_data_of_others_is_read_by_rasa(tmp_path: Path):
    """What is written in Rasa's format is read again, without danger of its own, in English."""
    lines = [Line("book a flight", "book", "en"), Line("what is the weather", "weather", "en"), Line("help!", "x", "en", True)]
    assert write_plain_examples(tmp_path / "data.yml", lines) == ["book", DANGER, "weather"]
    read = {(line.text, line.intent, line.language, line.is_danger) for line in lines_of(tmp_path / "data.yml")}
    assert read == {(line.text, line.stock_intent, "en", None) for line in lines}
