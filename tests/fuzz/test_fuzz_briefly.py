"""The short form of `make fuzz`: the same texts at every run, of each kind some."""

from functools import partial

import pytest

from bot.directory import load_directory
from bot.languages import FALLBACK
from bot.pipeline.encoder import Encoder
from bot.pipeline.encoder_graph import load_tuning
from bot.pipeline.tokenizer import MultilingualTokenizer
from bot.reading import Knowledge, load_knowledge
from tests.fuzz.inputs import texts
from tests.fuzz.reading import failing, normalise, tokenise, understand

SEED = 7
NORMALISED, TOKENISED, READ, EMBEDDED = 5_000, 500, 50, 500


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """All that reading needs."""
    return load_knowledge(load_directory())


def test_every_text_is_brought_into_one_form():
    """Nothing breaks it, and what is in its form stays as it is."""
    assert failing(texts(SEED, NORMALISED), normalise) == []


def test_every_text_is_taken_apart():
    """Whatever stands in a text, its tokens stand where they say."""
    tokenizer = MultilingualTokenizer(MultilingualTokenizer.get_default_config())
    assert failing(texts(SEED, TOKENISED), partial(tokenise, tokenizer=tokenizer)) == []


def test_every_text_is_read(knowledge: Knowledge):
    """Whatever stands in a text, the word lists read it."""
    assert failing(texts(SEED, READ), partial(understand, language=FALLBACK, knowledge=knowledge)) == []


def test_every_text_has_a_vector():
    """Of length one; of nothing readable, of length nothing."""
    lengths = {round(float(vector @ vector), 2) for vector in Encoder(load_tuning()).vectors(list(texts(SEED, EMBEDDED)))}
    assert lengths == {0.0, 1.0}
