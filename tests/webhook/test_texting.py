"""What a text message means by itself: HELP, STOP, START and MORE in every language, and what only looks like them."""

import time

import pytest
import yaml

from bot.content import PROJECT_FOLDER
from bot.keywords import load_keywords
from bot.reading import shared_knowledge
from webhook.gateway import build_gateway
from webhook.settings import read_settings
from webhook.texting import Texting

PHRASES: dict[str, dict[str, list[str]]] = yaml.safe_load(
    (PROJECT_FOLDER / "tests/webhook/keywords.yml").read_text(encoding="utf-8")
)
MEANINGS = {"help": "help", "stop": "stop", "start": "start", "more": "more", "ordinary": None, "danger": None}
CASES = [(text, kind, language) for language, kinds in PHRASES.items() for kind, texts in kinds.items() for text in texts]
FEWEST_CASES = 220


@pytest.fixture(scope="module")
def texting() -> Texting:
    """Texting as the gateway makes it, with the words of danger of every language ready."""
    gateway = build_gateway(read_settings({"WAYMARK_ASSISTANT_TOKEN": "t"}))
    while not shared_knowledge().is_ready:
        time.sleep(0.05)
    return gateway.texting


@pytest.mark.parametrize(("text", "kind", "language"), CASES, ids=lambda value: str(value)[:40])
def test_meaning(text: str, kind: str, language: str, texting: Texting):
    """The word alone counts, however it is typed; in a sentence it is an ordinary one."""
    assert texting.meaning(text) == MEANINGS[kind]


@pytest.mark.parametrize(
    ("text", "kind"), [(text, kind) for text, kind, _ in CASES if kind in ("danger", "help", "start", "stop", "more")]
)
def test_who_has_stopped_is_still_helped(text: str, kind: str, texting: Texting):
    """A cry, HELP and START reach somebody who has sent STOP; STOP and MORE do not begin it anew."""
    assert texting.reaches_who_stopped(text) == (kind in ("danger", "help", "start"))


@pytest.mark.parametrize("language", load_keywords())
def test_no_other_keyword_is_a_cry(language: str, texting: Texting):
    """What ends, begins or goes on is a word of danger in no language: only HELP is, and it is answered with 999."""
    keywords = load_keywords()[language]
    words = [*keywords.stop, *keywords.start, *keywords.more, *keywords.resume, *keywords.forget]
    assert [word for word in words if texting.reaches_who_stopped(word) and texting.meaning(word) != "start"] == []


def test_the_table_is_whole():
    """Every language has every kind, and there are enough of them."""
    assert set(PHRASES) == set(load_keywords())
    assert all(set(kinds) == set(MEANINGS) for kinds in PHRASES.values())
    assert len({(text, language) for text, _, language in CASES}) == len(CASES) >= FEWEST_CASES
