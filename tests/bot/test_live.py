"""Content that is read again when an editor changes it, and kept when the change cannot be used."""

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot import live
from bot.content import PROJECT_FOLDER
from bot.errors import ContentError, Problem
from bot.live import Live, live_directory, live_replies, live_words


@pytest.fixture(autouse=True)
def looks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every question look at the files."""
    monkeypatch.setattr(live, "SECONDS_BETWEEN_LOOKS", 0)
    monkeypatch.setattr(live, "TIMES_AS_LONG_AS_A_LOOK", 0)
    monkeypatch.setattr(live, "SECONDS_TRUSTED", 0)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the project's content."""
    shutil.copytree(PROJECT_FOLDER / "data", tmp_path / "data", ignore=shutil.ignore_patterns("nlu", "rules"))
    for file in ("domain.yml", "locales/en/language.yml"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT_FOLDER / file, tmp_path / file)
    return tmp_path


def write(file: Path, content: str) -> None:
    """Save a file at a later time than before, as an editor does."""
    later = file.stat().st_mtime_ns + 1_000_000_000 if file.exists() else 0
    file.write_text(content, encoding="utf-8")
    os.utime(file, ns=(later, later))


def replace(file: Path, right: str, wrong: str) -> None:
    """Change some words of a file."""
    content = file.read_text(encoding="utf-8")
    assert right in content
    write(file, content.replace(right, wrong))


def number_in(folder: Path) -> Live[int]:
    """The live sum of the numbers in a folder's files; counts as content error what is no number."""

    def load() -> int:
        for file in folder.iterdir():
            if not file.read_text().isdigit():
                raise ContentError((Problem(file.name, "(file)", file.read_text(), "must be a number"),))
        return sum(int(file.read_text()) for file in folder.iterdir())

    return Live(load, folder.iterdir)


def test_a_changed_file_is_picked_up(tmp_path: Path):
    """A file that is changed, added or taken away counts at the next question."""
    write(tmp_path / "one", "1")
    number = number_in(tmp_path)
    assert number.get() == 1
    write(tmp_path / "one", "2")
    assert number.get() == 2
    write(tmp_path / "more", "40")
    assert number.get() == 42
    (tmp_path / "one").unlink()
    assert number.get() == 40


def test_nothing_is_read_while_nothing_changes(tmp_path: Path):
    """Unchanged files are loaded once."""
    (tmp_path / "one").write_text("1")
    loads = []
    value = Live(lambda: loads.append(1), tmp_path.iterdir)
    for _ in range(5):
        value.get()
    assert len(loads) == 1


def test_files_are_not_looked_at_for_every_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Between two looks the last value is given without touching a file."""
    monkeypatch.setattr(live, "SECONDS_BETWEEN_LOOKS", 3600)
    write(tmp_path / "one", "1")
    number = number_in(tmp_path)
    number.get()
    write(tmp_path / "one", "2")
    assert number.get() == 1


@pytest.mark.parametrize("failing", ["files", "load"])
def test_a_disk_that_fails_keeps_nobody_from_an_answer(failing: str, caplog: pytest.LogCaptureFixture):
    """Whoever asks while files cannot be read is given the last good content, and the new one when they can be read again."""
    broken: set[str] = set()
    values = ["new", "old"]

    def failing_now(what: str) -> None:
        if what in broken:
            raise PermissionError(what)

    def load() -> str:
        failing_now("load")
        return values.pop()

    def files() -> list[Path]:
        failing_now("files")
        return [Path(__file__)] if len(values) < 2 else []

    content = Live(load, files)
    broken.add(failing)
    assert content.get() == "old"
    assert "cannot be looked at" in caplog.text
    broken.clear()
    assert content.get() == "new"


@pytest.mark.parametrize(("seconds_of_a_look", "seconds_until_the_next"), [(0.001, 2), (0.125, 6.25), (0.25, 12.5), (1, 20)])
def test_many_files_are_looked_at_less_often(monkeypatch: pytest.MonkeyPatch, seconds_of_a_look, seconds_until_the_next):
    """A look at a large directory takes time from those who write, so it is rare; but what is withdrawn is gone in a minute."""
    monkeypatch.undo()
    clock = [100.0]
    looks = []

    def files() -> list[Path]:
        looks.append(clock[0])
        clock[0] += seconds_of_a_look
        return []

    monkeypatch.setattr(live, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(live, "_beside", SimpleNamespace(submit=lambda look: look()))
    value = Live(lambda: "content", files)
    value.get()
    began = looks[-1]
    for later, is_looked_at in ((seconds_until_the_next - 0.01, False), (seconds_until_the_next, True)):
        clock[0] = began + later
        count = len(looks)
        value.get()
        assert len(looks) - count == is_looked_at


@pytest.fixture
def slow_look(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    """Content that was "old" a moment ago and is "new" now; looking at it takes until `may_end`. `clock` holds the time."""
    monkeypatch.undo()
    look = SimpleNamespace(clock=[100.0], may_end=threading.Event(), values=["new", "old"])
    monkeypatch.setattr(live, "time", SimpleNamespace(monotonic=lambda: look.clock[0]))
    monkeypatch.setattr(live, "_beside", ThreadPoolExecutor(1))
    stamps = iter([1, 2, 2])

    def files() -> list[Path]:
        stamp = next(stamps)
        if stamp > 1:
            assert look.may_end.wait(10)
        return [Path(__file__).parents[stamp]]

    look.live = Live(look.values.pop, files)
    yield look
    look.may_end.set()
    live._beside.shutdown()


def test_nobody_waits_for_a_look(slow_look: SimpleNamespace):
    """The files are looked at beside whoever asks; who asks afterwards has the new content."""
    assert slow_look.live.get() == "old"
    slow_look.may_end.set()
    live._beside.shutdown()
    assert slow_look.live.get() == "new"


def test_who_asks_after_a_long_silence_waits_for_a_look(slow_look: SimpleNamespace):
    """Else a number that was withdrawn at night would be given to the first who writes in the morning."""
    slow_look.clock[0] += live.SECONDS_TRUSTED
    slow_look.may_end.set()
    assert slow_look.live.get() == "new"


def test_a_look_that_fails_is_logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    """A disk that cannot be read takes nothing from anybody at once, and operators hear of it."""
    monkeypatch.setattr(live, "SECONDS_TRUSTED", 3600)
    monkeypatch.setattr(live, "_beside", SimpleNamespace(submit=lambda look: look()))
    looks = iter([[]])
    content = Live(lambda: "content", lambda: next(looks))
    assert [content.get(), content.get()] == ["content", "content"]
    assert {record.levelname for record in caplog.records} == {"ERROR"}


def test_the_first_load_must_succeed(tmp_path: Path):
    """With content that cannot be used from the start there is nothing good to keep: starting fails."""
    write(tmp_path / "one", "uno")
    with pytest.raises(ContentError):
        number_in(tmp_path)


def test_a_broken_change_keeps_the_last_good_content(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    """A change that cannot be used changes nothing, is logged once, and is taken when it is mended."""
    write(tmp_path / "one", "1")
    number = number_in(tmp_path)
    write(tmp_path / "one", "uno")
    with caplog.at_level(logging.DEBUG):
        assert [number.get(), number.get(), number.get()] == [1, 1, 1]
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    write(tmp_path / "one", "3")
    assert number.get() == 3


def test_a_number_can_be_withdrawn_without_a_restart(root: Path):
    """A service that an editor withdraws is gone from the next list, and comes back when its file says so."""
    directory = live_directory(root)
    assert "childline" in directory.get().services
    replace(root / "data" / "services" / "childline.yml", "status: active", "status: withdrawn")
    assert "childline" not in directory.get().services
    replace(root / "data" / "services" / "childline.yml", "status: withdrawn", "status: active")
    assert "childline" in directory.get().services


def test_a_changed_number_is_shown_at_once(root: Path):
    """A number that an editor corrects is the one shown from then on."""
    directory = live_directory(root)
    replace(root / "data" / "services" / "childline.yml", "0800 1111", "0800 2222")
    assert [phone.number for phone in directory.get().services["childline"].phones] == ["0800 2222"]


def test_a_changed_area_is_picked_up(root: Path):
    """The directory follows its areas too."""
    directory = live_directory(root)
    replace(root / "data" / "areas" / "leeds.yml", "name: Leeds", "name: Leodis")
    assert directory.get().areas["leeds"].name == "Leodis"


BROKEN = [
    # what is live, the file, right, wrong
    (live_directory, "data/services/childline.yml", "grade: B", "grade: U"),
    (live_directory, "data/services/childline.yml", "name:", "nam:"),
    (live_directory, "data/services/childline.yml", "phones:", "phones: ["),
    (live_directory, "data/areas/leeds.yml", "children: leeds-children", "children: no-such-service"),
    (live_replies, "domain.yml", "responses:", "answers:"),
    (live_replies, "domain.yml", "responses:", "responses: {"),
    (live_words, "data/phrases.yml", "labels:", "lables:"),
    (live_words, "data/phrases.yml", "labels:", "labels: {"),
    (live_words, "data/page.yml", "exit: ", "exit: {"),
]


@pytest.mark.parametrize(("what", "file", "right", "wrong"), BROKEN)
def test_a_broken_change_is_logged_with_its_file(root: Path, caplog: pytest.LogCaptureFixture, what, file, right, wrong):
    """Directory, replies and phrases stay as they were; one error is logged, and it names the file."""
    content = what(root)
    good = content.get()
    replace(root / file, right, wrong)
    with caplog.at_level(logging.DEBUG):
        assert content.get() == good
        assert content.get() == good
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert Path(file).name in caplog.records[0].getMessage()


def test_a_single_mistake_is_one_line_of_the_log(root: Path, caplog: pytest.LogCaptureFixture):
    """What is wrong, and where, stands on one line."""
    directory = live_directory(root)
    replace(root / "data" / "services" / "childline.yml", "status: active", "status: gone")
    with caplog.at_level(logging.DEBUG):
        directory.get()
    (line,) = caplog.records[0].getMessage().splitlines()
    assert "childline.yml: status: 'gone'" in line


def test_changed_words_are_said_without_training(root: Path):
    """A reply and a phrase are said as their files have them now."""
    replies, words = live_replies(root), live_words(root)
    write(root / "domain.yml", "responses: {utter_greeting: [{text: Good day}]}")
    written = (PROJECT_FOLDER / "data" / "phrases.yml").read_text(encoding="utf-8")
    write(root / "data" / "phrases.yml", written.replace("phone: Phone", "phone: Telephone", 1))
    assert replies.get().reply("utter_greeting", {}, "web", {})["text"] == "Good day"
    assert words.get().text("phrases/labels/phone") == "Telephone"
