"""The long form, `make fuzz`. FUZZ says how much of it: 1 is all, 0.1 a tenth."""

import os
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from itertools import islice

import pytest

from bot.directory import load_directory
from bot.pipeline.encoder import Encoder
from bot.pipeline.encoder_graph import load_tuning
from bot.pipeline.tokenizer import MultilingualTokenizer
from bot.reading import Knowledge, load_knowledge
from tests.fuzz.inputs import texts
from tests.fuzz.reading import failing, normalise, tokenise, understand

SHARE = float(os.environ.get("FUZZ", "0"))
pytestmark = [
    pytest.mark.skipif(not SHARE, reason="takes hours: `make fuzz`"),
    pytest.mark.timeout(0),
]
NORMALISED, READ, EMBEDDED = 10_000_000, 200_000, 200_000
AT_ONCE = 1_000


def _normalised_and_tokenised(seed: int, count: int) -> list[str]:
    tokenizer = MultilingualTokenizer(MultilingualTokenizer.get_default_config())
    return failing(texts(seed, count), normalise) + failing(texts(seed, count), partial(tokenise, tokenizer=tokenizer))


@cache
def _knowledge() -> Knowledge:
    return load_knowledge(load_directory())


def _read(seed: int, count: int) -> list[str]:
    knowledge = _knowledge()
    languages = sorted(knowledge.lexicons)
    language = languages[seed % len(languages)]
    return failing(texts(seed, count), partial(understand, language=language, knowledge=knowledge))


@pytest.mark.parametrize(
    ("look", "count"), [(_normalised_and_tokenised, NORMALISED), (_read, READ)], ids=["normalised and tokenised", "read"]
)
def test_every_text_is_read(look, count):
    """Nothing breaks or hangs what reads texts, on every core at once."""
    parts = max(1, int(count * SHARE) // AT_ONCE)
    with ProcessPoolExecutor(len(os.sched_getaffinity(0))) as processes:
        found = [line for lines in processes.map(look, range(parts), [AT_ONCE] * parts) for line in lines]
    assert found == []


def test_every_text_has_a_vector():
    """Of length one; of nothing readable, of length nothing."""
    encoder, left = Encoder(load_tuning()), texts(3, int(EMBEDDED * SHARE))
    lengths: set[float] = set()
    while some := list(islice(left, AT_ONCE)):
        lengths |= {round(float(vector @ vector), 2) for vector in encoder.vectors(some)}
    assert lengths <= {0.0, 1.0}
