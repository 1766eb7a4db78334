"""Content that is read again when an editor changes it, so that a number can be withdrawn without a restart."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Generic, TypeVar

from bot.content import PROJECT_FOLDER
from bot.directory import Directory, load_directory
from bot.errors import ContentError
from bot.handbook import Handbook, load_handbook
from bot.languages import Language, load_languages
from bot.replies import Replies, load_replies
from bot.words import Words, load_words

SECONDS_BETWEEN_LOOKS = 2.0
TIMES_AS_LONG_AS_A_LOOK = 50.0  # nobody looks again sooner: ten thousand files are looked at for a tenth of a second
MOST_SECONDS_BETWEEN_LOOKS = 20.0  # a number that is withdrawn has to be gone within a minute
SECONDS_TRUSTED = 40.0  # so whoever asks later than this waits for a look

Content = TypeVar("Content")
_log = logging.getLogger(__name__)
_beside = ThreadPoolExecutor(1, "looks at content")


class Live(Generic[Content]):
    """A value loaded from files, loaded again when one of them changes.

    The files are looked at beside those who ask, who go on with the value there is, unless the last look is too long ago.
    If the changed files cannot be used, the last good value stays, and the log says once what is wrong and where.
    """

    def __init__(self, load: Callable[[], Content], files: Callable[[], Iterable[Path]]) -> None:
        self._load = load
        self._files = files
        self._lock = threading.Lock()
        self._stamp = self._stamped()
        self._value = load()
        self._next_look = 0.0
        self._looked = time.monotonic()

    def get(self) -> Content:
        """Return the value as the files have it, or had it less than a minute ago."""
        now = time.monotonic()
        if now >= self._next_look:
            if now >= self._looked + SECONDS_TRUSTED:
                with self._lock:
                    self._look()
            elif self._lock.acquire(blocking=False):
                _beside.submit(self._look_beside)
        return self._value

    def _look_beside(self) -> None:
        try:
            self._look()
        finally:
            self._lock.release()

    def _look(self) -> None:
        try:
            self._load_what_changed()
        except Exception:  # whatever a disk does, people are answered; it is tried again at the next look
            _log.exception("The content's files cannot be looked at; the last good content stays in use")

    def _load_what_changed(self) -> None:
        began = time.monotonic()
        self._next_look = began + SECONDS_BETWEEN_LOOKS
        stamp = self._stamped()
        pause = TIMES_AS_LONG_AS_A_LOOK * (time.monotonic() - began)
        self._next_look = began + min(max(pause, SECONDS_BETWEEN_LOOKS), MOST_SECONDS_BETWEEN_LOOKS)
        self._looked = began
        if stamp == self._stamp:
            return
        try:
            self._value = self._load()
        except ContentError as error:
            mistakes = "; ".join(map(str, error.problems))
            _log.error("A changed file cannot be used; the last good content stays in use. %s", mistakes)
        self._stamp = stamp

    def _stamped(self) -> frozenset[tuple[str, int]]:
        return frozenset(filter(None, map(_stamp, self._files())))


def _stamp(path: Path) -> tuple[str, int] | None:
    try:
        return str(path), path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


def live_directory(root: Path = PROJECT_FOLDER) -> Live[Directory]:
    """Return the directory of services and areas, kept up to date."""
    data = root / "data"
    return Live(lambda: load_directory(data), lambda: [*data.glob("services/*.yml"), *data.glob("areas/*.yml")])


def live_replies(root: Path = PROJECT_FOLDER) -> Live[Replies]:
    """Return the words of every reply, kept up to date."""
    return Live(lambda: load_replies(root), lambda: [root / "domain.yml"])


def live_handbook(root: Path = PROJECT_FOLDER) -> Live[Handbook]:
    """Return signs, topics, practice and call card, kept up to date."""
    return Live(lambda: load_handbook(root), lambda: (root / "data").glob("*/*.yml"))


def live_languages(root: Path = PROJECT_FOLDER) -> Live[dict[str, Language]]:
    """Return the languages, kept up to date."""
    return Live(lambda: load_languages(root), lambda: root.glob("locales/*/language.yml"))


def live_words(root: Path = PROJECT_FOLDER) -> Live[Words]:
    """Return every text that is shown by its id, kept up to date."""
    return Live(
        lambda: load_words(root),
        lambda: [
            *root.glob("data/*.yml"),
            *root.glob("data/*/*.yml"),
            *root.glob("locales/*/language.yml"),
            *root.glob("locales/*/LC_MESSAGES/*.po"),
        ],
    )
