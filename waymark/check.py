"""`waymark check`: load every content file, report all mistakes, and warn of facts that should be looked at again."""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial

from rich.console import Console

from bot.content import PROJECT_FOLDER, collect
from bot.directory import Directory, load_directory
from bot.examples import load_examples
from bot.handbook import load_handbook
from bot.keywords import load_keywords
from bot.languages import FALLBACK, load_languages
from bot.lexicon import check_lexicon
from bot.page import load_page
from bot.phrases import load_phrases
from bot.reading import load_knowledge
from bot.replies import load_replies
from bot.sms import cost
from bot.texting import plain_marks
from bot.words import load_words


def report(console: Console) -> None:
    """Check everything and print what was found.

    Raises:
        ContentError: every mistake in every file.
    """
    directory = load_directory()
    lexicons = [partial(check_lexicon, file.parent) for file in sorted(PROJECT_FOLDER.glob("locales/*/lexicon.yml"))]
    loaders: list[Callable[[], object]] = [
        *lexicons,
        partial(load_knowledge, directory),
        load_replies,
        load_phrases,
        load_page,
        load_languages,
        load_keywords,
        load_handbook,
        load_words,
        load_examples,
    ]
    collect(loaders)
    for line in past_their_date(directory, dt.date.today()):
        console.print(line, style="yellow", markup=False)
    console.print(f"Segments of the text message in danger: {', '.join(danger_by_text_message())}.", markup=False)
    phones = sum(len(service.phones) for service in directory.services.values())
    console.print(f"{len(directory.services)} services, {phones} numbers, {len(directory.areas)} areas: no mistake found.")


def danger_by_text_message() -> Iterator[str]:
    """Yield what the first text message in danger costs in each language."""
    replies, words = load_replies(), load_words()
    for code, language in load_languages().items():
        if language.has_words or code == FALLBACK:
            price = cost(plain_marks(replies.reply("utter_danger", {}, "sms", {}, words.catalogue(code))["text"]))
            yield f"{code} {price.segments} {price.alphabet}"


def past_their_date(directory: Directory, today: dt.date) -> Iterator[str]:
    """Yield a line for every number whose next check is past. The number is still shown: an old one is better than none."""
    for service in directory.services.values():
        for phone in service.phones:
            if phone.next_check < today:
                file = (PROJECT_FOLDER / "data" / "services" / f"{service.id}.yml").relative_to(PROJECT_FOLDER)
                yield f"{file}: {phone.number}: should have been checked by {phone.next_check}. Ring it or read {phone.source}"
