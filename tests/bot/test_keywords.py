"""Words that mean one thing when they are sent alone."""

from pathlib import Path

import pytest

from bot.errors import ContentError
from bot.keywords import bare, load_keywords, meanings

KEYWORDS = meanings(load_keywords().values())


@pytest.mark.parametrize(
    ("sent", "meaning"),
    [
        ("HELP", "help"),
        ("STOP.", "stop"),
        ("Continue", "resume"),
        ('"forget me"', "forget"),
        ("more!", "more"),
        ("Someone is coming.", "pause"),
        ("qof baa imanaya", "pause"),
        ("someone is coming with a knife", None),
        ("make him stop", None),
        ("stop him pls", None),
        ("he forgets me", None),
        ("", None),
    ],
)
def test_only_the_word_alone_counts(sent: str, meaning: str | None):
    """Capitals and marks around it do not matter; in a sentence it is an ordinary word."""
    assert KEYWORDS.get(bare(sent)) == meaning


def test_a_word_means_one_thing_in_all_languages(tmp_path: Path):
    """Two languages that take one word for different things are a mistake, named by file and word."""
    lists = "help: [x]\nstop: [{stop}]\nstart: [y]\nmore: [{more}]\nresume: [z]\npause: [v]\nforget: [w]\n"
    for language, stop, more in (("aa", "stop", "mas"), ("bb", "mas", "more")):
        (tmp_path / "locales" / language).mkdir(parents=True)
        (tmp_path / "locales" / language / "keywords.yml").write_text(lists.format(stop=stop, more=more))
    with pytest.raises(ContentError) as error:
        load_keywords(tmp_path)
    assert [(problem.key, problem.value) for problem in error.value.problems] == [("stop", "mas")]
