"""What the actions ask: the directory, loaded at the first use and kept up to date."""

from functools import cache

from bot.directory import Directory
from bot.live import Live, live_directory


def directory() -> Directory:
    """Return the directory of services and areas as its files have it now."""
    return _live().get()


@cache
def _live() -> Live[Directory]:
    return live_directory()
