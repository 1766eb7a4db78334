"""What the actions ask: the directory, the handbook and the languages, loaded at the first use and kept up to date."""

from functools import cache

from bot.directory import Directory
from bot.handbook import Handbook
from bot.languages import Language
from bot.live import Live, live_directory, live_handbook, live_languages


def directory() -> Directory:
    """Return the directory of services and areas as its files have it now."""
    return _live_directory().get()


def handbook() -> Handbook:
    """Return signs, topics, practice and call card as their files have them now."""
    return _live_handbook().get()


def languages() -> dict[str, Language]:
    """Return the languages as their files have them now."""
    return _live_languages().get()


@cache
def _live_languages() -> Live[dict[str, Language]]:
    return live_languages()


@cache
def _live_directory() -> Live[Directory]:
    return live_directory()


@cache
def _live_handbook() -> Live[Handbook]:
    return live_handbook()
